"""A property test: random people do random things to one contract, against the table and a model of the two-person rule.

After each step the database and the model agree, every audit entry stands for a step, and no approved contract has been
approved by anybody who may not.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Party, Status
from contracts.models import ContractDecision, ExtractionRun, PilotContract, PlanStatus, RuleCorrection
from contracts.selectors import revision_hash
from contracts.services import lifecycle, plans, rules
from contracts.services.activation import contract_undo_activation
from tests.factories import ContractFactory, RuleFactory, UserFactory, review_steps, reviewer_of

PEOPLE = ("uploader", "first", "second", "third", "stranger", "administrator")
REVIEWERS = frozenset({"first", "second", "third"})
# Every audit event of a walk, for the actions that move the contract.
EVENTS = {action: transition.event.value for action, transition in TRANSITIONS.items()}
REASON = "Because."

Move = Callable[..., PilotContract]
MOVES: dict[Action, Move] = {
    Action.SUBMIT: lifecycle.contract_submit,
    Action.WITHDRAW: lifecycle.contract_withdraw,
    Action.REQUEST_CHANGES: lifecycle.contract_request_changes,
    Action.REJECT: lifecycle.contract_reject,
    Action.APPROVE: lifecycle.contract_approve,
    Action.REOPEN: lifecycle.contract_reopen,
    Action.ACTIVATE: lifecycle.contract_activate,
    Action.UNDO_ACTIVATION: contract_undo_activation,
    Action.RETIRE: lifecycle.contract_retire,
}
WITH_REASON = {action for action, transition in TRANSITIONS.items() if transition.needs_reason}
REACHED: set[Status] = set()
TAKEN: set[Action] = set()


class Review(RuleBasedStateMachine):
    """The model: a state, who has approved which step of this revision, who has edited, which events are written."""

    @initialize(
        second_pair=st.booleans(),
        shape=st.sampled_from([(), (("first", 1), ("second third", 1)), (("first second third", 2),)]),
        begins_active=st.booleans(),
    )
    def begin(self, *, second_pair: bool, shape: tuple[tuple[str, int], ...], begins_active: bool) -> None:
        self.point = transaction.savepoint()
        airline = Airline.objects.create(code="WLK", name="Walkair", second_pair_of_eyes=second_pair)
        self.people: dict[str, User] = {name: reviewer_of(airline) for name in ("uploader", *sorted(REVIEWERS))}
        self.people |= {
            "stranger": UserFactory.create(approver=True),
            "administrator": UserFactory.create(administrator=True),
        }
        self.names = {person.pk: name for name, person in self.people.items()}
        self.successor = ContractFactory.create(approved=True, airline=airline, rules=1)
        steps = [
            (f"Step {number}", [self.people[name] for name in who.split()], needed)
            for number, (who, needed) in enumerate(shape)
        ]
        review_steps(airline, *steps)
        self.contract = ContractFactory.create(airline=airline, uploaded_by=self.people["uploader"])
        RuleFactory.create(contract=self.contract)
        ExtractionRun.objects.filter(contract=self.contract).update(pages_read=2)
        self.status, self.is_decided, self.is_kept = Status.DRAFT, False, False
        self.steps = [(set(who.split()), needed) for who, needed in shape] or [(set(REVIEWERS), 1)]
        self.second_pair, self.editors = second_pair, set[str]()
        self.approvals: list[str] = []
        self.planned = ""
        self.events: list[str] = []
        if begins_active:
            self._advance()

    def _advance(self) -> None:
        """The straight way into force."""
        self.move(Action.SUBMIT, "uploader")
        self.decide("first", "accept")
        while self.status == Status.IN_REVIEW:
            self.move(Action.APPROVE, next(who for who in PEOPLE if self._may(Action.APPROVE, who)))
        self.move(Action.ACTIVATE, "first")

    # What is tried

    @rule(action=st.sampled_from(sorted(MOVES)), who=st.sampled_from(PEOPLE))
    def move(self, action: Action, who: str) -> None:
        may = self._may(action, who)
        extra = {"reason": REASON} if action in WITH_REASON else {}
        try:
            MOVES[action](actor=self.people[who], contract_id=self.contract.pk, **extra)
            done = True
        except ProductError:
            done = False
        assert done == may, f"{who} {action} in {self.status}: {done}, expected {may}"
        if done:
            self._moved(action, who)

    @rule(who=st.sampled_from(PEOPLE), what=st.sampled_from(["accept", "reject", "correct", "reopen"]))
    def decide(self, who: str, what: str) -> None:
        found, actor = self.contract.rules.get(), self.people[who]
        before = found.decision
        may = self.status == Status.IN_REVIEW and who in REVIEWERS and not (what == "reopen" and not self.is_decided)
        changes = {"value": (found.value or Decimal(0)) + 1}
        services: dict[str, Callable[[], object]] = {
            "accept": lambda: rules.rule_accept(actor=actor, rule_id=found.pk),
            "reject": lambda: rules.rule_reject(actor=actor, rule_id=found.pk),
            "correct": lambda: rules.rule_correct(actor=actor, rule_id=found.pk, changes=changes),
            "reopen": lambda: rules.rule_reopen(actor=actor, rule_id=found.pk),
        }
        try:
            services[what]()
            done = True
        except (NotAllowed, WrongState):
            done = False
        assert done == may, f"{who} {what} in {self.status}"
        found.refresh_from_db()
        is_changed = what == "correct" or found.decision != before
        if done and is_changed:
            self._void()
            name = {"accept": "accepted", "reject": "rejected", "correct": "corrected", "reopen": "reopened"}[what]
            self.events.append(f"rule.{name}")
            self.is_decided, self.is_kept = what != "reopen", what in {"accept", "correct"}
            if what == "correct":
                self.editors.add(who)

    @rule(pick=st.integers(0, 99))
    def go_on(self, pick: int) -> None:
        """Something that is allowed now, so that walks get far."""
        if self.status == Status.IN_REVIEW and not self.is_kept:
            self.decide("first", "accept")
        choices = [(action, who) for action in MOVES for who in PEOPLE if self._may(action, who)]
        onward = [choice for choice in choices if choice[0] not in {Action.WITHDRAW, Action.REJECT}] or choices
        if onward:
            self.move(*onward[pick % len(onward)])

    @precondition(lambda self: self.status == Status.ACTIVE)
    @rule()
    def its_last_day_passes(self) -> None:
        yesterday = self.contract.airline.today() - timedelta(days=1)
        PilotContract.objects.filter(pk=self.contract.pk).update(expiration_date=yesterday)
        assert lifecycle.expired_contracts_supersede() == 1
        self._moved(Action.SUPERSEDE, "")

    @precondition(lambda self: self.status == Status.ACTIVE)
    @rule()
    def a_successor_is_activated(self) -> None:
        lifecycle.contract_activate(actor=self.people["first"], contract_id=self.successor.pk)
        self._moved(Action.SUPERSEDE, "")

    @precondition(lambda self: self.status == Status.SUPERSEDED)
    @rule()
    def the_successors_activation_is_undone(self) -> None:
        self.successor.refresh_from_db()
        if self.successor.status == Status.ACTIVE:
            contract_undo_activation(actor=self.people["first"], contract_id=self.successor.pk, reason=REASON)
            self._moved(Action.RESTORE, "")

    @rule(who=st.sampled_from(PEOPLE))
    def plan(self, who: str) -> None:
        may = self._may(Action.ACTIVATE, who) and not self.planned
        tomorrow = timezone.now() + timedelta(days=1)
        try:
            made = plans.activation_plan(
                actor=self.people[who], contract_id=self.contract.pk, due_at=tomorrow, time_zone="UTC"
            )
        except ProductError:
            assert not may, f"{who} plans in {self.status}"
            return
        assert may, f"{who} plans in {self.status}"
        self.planned = made.revision
        self.events.append("activation.planned")

    @precondition(lambda self: self.planned)
    @rule()
    def the_hour_comes(self) -> None:
        (outcome,) = plans.activation_plans_sweep(now=timezone.now() + timedelta(days=2)).values()
        is_same = self.status == Status.APPROVED and revision_hash(self.contract) == self.planned
        assert outcome == (PlanStatus.ACTIVATED if is_same else PlanStatus.FAILED)
        self.planned = ""
        if is_same:
            self._moved(Action.ACTIVATE, "")
        else:
            self.events.append("activation.failed")

    # What the model says

    def _turn(self) -> tuple[set[str], int] | None:
        given = len(self.approvals)
        for group, needed in self.steps:
            if given < needed:
                return group, needed
            given -= needed
        return None

    def _may(self, action: Action, who: str) -> bool:
        transition = TRANSITIONS[action]
        is_party = who == "uploader" if transition.party == Party.UPLOADER else who in REVIEWERS
        if not is_party or self.status not in transition.sources:
            return False
        if action != Action.APPROVE:
            return True
        turn = self._turn()
        may = turn is not None and who in turn[0] and who not in self.approvals
        is_editor = self.second_pair and self.is_kept and who in self.editors
        return may and not is_editor and self.is_decided and self.is_kept

    def _void(self) -> None:
        if self.approvals:
            self.events.append("contract.approvals_voided")
        self.approvals = []

    def _moved(self, action: Action, who: str) -> None:
        if action == Action.APPROVE:
            self.approvals.append(who)
            if self._turn() is not None:
                self.events.append("contract.step_approved")
                return
        elif action in {Action.REQUEST_CHANGES, Action.REOPEN}:
            self._void()
        elif action == Action.ACTIVATE and self.planned:
            self.planned = ""
            self.events.append("activation.cancelled")
        self.events.append(EVENTS[action])
        self.status = TRANSITIONS[action].target
        REACHED.add(self.status)
        TAKEN.add(action)

    # What always holds

    @invariant()
    def the_database_agrees(self) -> None:
        self.contract.refresh_from_db()
        assert self.contract.status == self.status
        written = AuditEntry.objects.filter(object_pk=str(self.contract.pk)).order_by("pk")
        assert list(written.values_list("event", flat=True)) == self.events
        standing = ContractDecision.objects.filter(contract=self.contract, kind="approved", voided_at__isnull=True)
        given = [self.names[key] for key in standing.order_by("created_at").values_list("decided_by", flat=True)]
        if self.status in {Status.IN_REVIEW, Status.APPROVED, Status.ACTIVE}:
            assert given == self.approvals

    @invariant()
    def nobody_went_round_the_second_person(self) -> None:
        self.contract.refresh_from_db()
        if self.contract.status not in {Status.APPROVED, Status.ACTIVE}:
            return
        standing = ContractDecision.objects.filter(contract=self.contract, kind="approved", voided_at__isnull=True)
        by = list(standing.values_list("decided_by", flat=True))
        assert len(by) == len(set(by)) == sum(needed for _, needed in self.steps)
        assert not {self.contract.uploaded_by_id, self.contract.submitted_by_id} & set(by)
        assert set(standing.values_list("revision", flat=True)) == {revision_hash(self.contract)}
        if self.second_pair:
            edited = RuleCorrection.objects.filter(rule__contract=self.contract).values_list("corrected_by", flat=True)
            assert not set(edited) & set(by)

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)


@pytest.mark.django_db
def test_no_walk_leaves_the_table_and_every_state_and_action_is_reached() -> None:
    REACHED.clear()
    TAKEN.clear()

    with transaction.atomic():
        run_state_machine_as_test(
            Review,
            settings=settings(
                max_examples=30,
                stateful_step_count=25,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],  # a failing walk is short enough to read, and shrinking it takes minutes
                suppress_health_check=list(HealthCheck),
            ),
        )

    assert set(Status) - {Status.DRAFT} == REACHED
    assert set(Action) == TAKEN
