"""Planned activations: an instant is kept, carried out once when it has come, or ends with a reason that people are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Airline, AirlineGrant, Role, User
from accounts.notifications.models import Notification
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, RuleBroken, WrongState
from contracts import tasks
from contracts.instants import instant_in_words, instant_of
from contracts.lifecycle import Status
from contracts.models import ActivationPlan, ContractActivation, PilotContract, PilotContractAssignment, PlanStatus
from contracts.selectors import standing_plan
from contracts.services import lifecycle, plans
from contracts.services.activation import activation_write
from contracts.services.rules import rule_correct
from tests.factories import ContractFactory, PilotFactory, UserFactory, delegate, reviewer_of

pytestmark = pytest.mark.django_db
ZONE = "America/Los_Angeles"


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 3, 1))


def in_hours(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def planned(actor: User, contract: PilotContract, hours: float = 1) -> ActivationPlan:
    return plans.activation_plan(actor=actor, contract_id=contract.pk, due_at=in_hours(hours), time_zone=ZONE)


def events(contract: PilotContract) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(contract.pk)).order_by("pk").values_list("event", flat=True))


def test_a_plan_says_who_when_for_when_and_which_revision(approver: User, contract: PilotContract) -> None:
    due_at = in_hours(1)

    plan = plans.activation_plan(actor=approver, contract_id=contract.pk, due_at=due_at, time_zone=ZONE)

    plan.refresh_from_db()
    contract.refresh_from_db()
    assert (plan.planned_by, plan.due_at, plan.time_zone, plan.status) == (approver, due_at, ZONE, PlanStatus.OPEN)
    assert plan.revision == contract.approved_revision
    assert contract.status == Status.APPROVED
    entry = AuditEntry.objects.get(object_pk=str(contract.pk))
    assert (entry.event, entry.actor) == ("activation.planned", approver)
    assert entry.additional_data["planned_for"] == instant_in_words(due_at, ZONE)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_only_approved_contracts_are_planned(approver: User, airline: Airline, status: Status) -> None:
    contract = ContractFactory.create(state=status, airline=airline, rules=1)

    with pytest.raises(WrongState):
        planned(approver, contract)

    assert not ActivationPlan.objects.exists()


@pytest.mark.parametrize("who", ["uploader", "pilot", "elsewhere", "administrator", "closed", "stand-in"])
def test_who_may_not_activate_plans_nothing(airline: Airline, who: str) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(approved=True, airline=airline, rules=1, uploaded_by=uploader)
    actor: User = {
        "uploader": lambda: uploader,
        "pilot": lambda: PilotFactory.create(airline=airline).user,
        "elsewhere": lambda: reviewer_of(ContractFactory.create().airline),
        "administrator": lambda: UserFactory.create(administrator=True),
        "closed": lambda: reviewer_of(airline, is_active=False),
        "stand-in": lambda: delegate(uploader, reviewer_of(airline)).delegate,
    }[who]()

    with pytest.raises(NotAllowed):
        planned(actor, contract)

    assert not ActivationPlan.objects.exists()
    assert events(contract) == []


def test_who_may_not_activate_calls_nothing_off(approver: User, contract: PilotContract) -> None:
    plan = planned(approver, contract)

    for actor in (contract.uploaded_by, UserFactory.create(administrator=True)):
        with pytest.raises(NotAllowed):
            plans.activation_plan_cancel(actor=actor, contract_id=contract.pk)

    plan.refresh_from_db()
    assert plan.status == PlanStatus.OPEN
    assert SecurityEvent.objects.get().user_id == contract.uploaded_by_id


@pytest.mark.parametrize("hours", [-1, 24 * 400])
def test_the_instant_lies_ahead_and_within_a_year(approver: User, contract: PilotContract, hours: float) -> None:
    with pytest.raises(RuleBroken):
        planned(approver, contract, hours)

    assert not ActivationPlan.objects.exists()


def test_a_zone_that_is_none_is_refused(approver: User, contract: PilotContract) -> None:
    with pytest.raises(ValidationError):
        plans.activation_plan(actor=approver, contract_id=contract.pk, due_at=in_hours(1), time_zone="Mars/Olympus")


def test_there_is_one_open_plan_a_contract(approver: User, contract: PilotContract) -> None:
    planned(approver, contract)

    with pytest.raises(WrongState, match="Move that, or call it off"):
        planned(approver, contract, 2)

    assert ActivationPlan.objects.count() == 1


def test_a_stale_screen_plans_nothing(approver: User, contract: PilotContract) -> None:
    with pytest.raises(WrongState) as refusal:
        plans.activation_plan(
            actor=approver,
            contract_id=contract.pk,
            due_at=in_hours(1),
            time_zone=ZONE,
            version=contract.version - 1,
        )

    assert refusal.value.code == "stale_version"


def test_a_plan_that_is_moved_ends_and_another_begins(airline: Airline, contract: PilotContract) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)
    old = planned(first, contract)

    fresh = plans.activation_plan_move(actor=second, contract_id=contract.pk, due_at=in_hours(5), time_zone="UTC")

    old.refresh_from_db()
    assert (old.status, old.ended_by) == (PlanStatus.MOVED, second)
    assert (fresh.status, fresh.planned_by, fresh.time_zone) == (PlanStatus.OPEN, second, "UTC")
    assert events(contract) == ["activation.planned", "activation.moved"]
    assert plans.activation_plans_sweep(now=in_hours(2)) == {}


def test_a_plan_that_is_called_off_is_not_carried_out(approver: User, contract: PilotContract) -> None:
    plan = planned(approver, contract)

    plans.activation_plan_cancel(actor=approver, contract_id=contract.pk, reason="The union asks for a week.")

    assert plans.activation_plans_sweep(now=in_hours(2)) == {}
    plan.refresh_from_db()
    assert (plan.status, plan.ended_by, plan.reason) == (
        PlanStatus.CANCELLED,
        approver,
        "The union asks for a week.",
    )
    assert events(contract) == ["activation.planned", "activation.cancelled"]
    with pytest.raises(WrongState):
        plans.activation_plan_cancel(actor=approver, contract_id=contract.pk)


def test_nothing_happens_before_the_instant(approver: User, contract: PilotContract) -> None:
    plan = planned(approver, contract)

    tasks.activation_sweep_task()

    plan.refresh_from_db()
    assert plan.status == PlanStatus.OPEN
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


def test_when_its_hour_has_come_it_is_activated_once_and_its_pilots_follow(
    approver: User, airline: Airline, contract: PilotContract
) -> None:
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=old)
    plan = planned(approver, contract)

    outcomes = [plans.activation_plans_sweep(now=in_hours(2)) for _ in range(2)]

    assert outcomes == [{plan.pk: PlanStatus.ACTIVATED}, {}]
    old.refresh_from_db()
    contract.refresh_from_db()
    assert (old.status, old.expiration_date) == (Status.SUPERSEDED, date(2026, 2, 28))
    assert contract.status == Status.ACTIVE
    assert PilotContractAssignment.objects.get(pilot=pilot, ended_at=None).contract == contract
    assert events(contract) == ["activation.planned", "contract.activated"]


def test_the_record_says_when_it_really_happened_and_for_when_it_was_planned(
    approver: User, contract: PilotContract
) -> None:
    """Swept days late: the instant is that of the activation, never the planned one; the days follow the contract's dates."""
    plan = planned(approver, contract)
    before = timezone.now()

    plans.activation_plans_sweep(now=in_hours(72))

    contract.refresh_from_db()
    activation = ContractActivation.objects.get(contract=contract)
    assert before <= activation.activated_at <= timezone.now()
    assert (contract.activated_at, activation.plan, activation.activated_by) == (
        activation.activated_at,
        plan,
        approver,
    )
    entry = AuditEntry.objects.get(object_pk=str(contract.pk), event="contract.activated")
    assert entry.actor == approver
    assert entry.reason == f"As planned for {instant_in_words(plan.due_at, ZONE)}."
    assert entry.additional_data == {"plan": str(plan.pk), "due_at": plan.due_at.isoformat()}


def test_after_a_long_downtime_plans_are_carried_out_in_their_order(approver: User, airline: Airline) -> None:
    second = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 6, 1))
    first = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 3, 1))
    planned(approver, second, 10)
    planned(approver, first, 5)

    outcomes = plans.activation_plans_sweep(now=in_hours(100))

    first.refresh_from_db()
    second.refresh_from_db()
    assert list(outcomes.values()) == [PlanStatus.ACTIVATED] * 2
    assert (first.status, first.expiration_date) == (Status.SUPERSEDED, date(2026, 5, 31))
    assert (second.status, second.expiration_date) == (Status.ACTIVE, None)


def failure(contract: PilotContract, status: Status = Status.APPROVED) -> str:
    """Why the one plan failed when its hour came; the contract is where it was."""
    (outcome,) = plans.activation_plans_sweep(now=in_hours(2)).values()
    plan = ActivationPlan.objects.get()
    assert outcome == plan.status == PlanStatus.FAILED
    assert PilotContract.objects.get(pk=contract.pk).status == status
    assert not ContractActivation.objects.filter(contract=contract).exists()
    entry = AuditEntry.objects.get(object_pk=str(contract.pk), event="activation.failed")
    assert (entry.actor, entry.reason) == (None, plan.reason)
    return plan.reason


def test_a_contract_whose_review_was_reopened_is_not_activated(approver: User, contract: PilotContract) -> None:
    planned(approver, contract)
    lifecycle.contract_reopen(actor=approver, contract_id=contract.pk, reason="A rule is wrong.")

    assert "in review" in failure(contract, Status.IN_REVIEW)


def test_a_contract_that_was_withdrawn_is_not_activated(approver: User, contract: PilotContract) -> None:
    planned(approver, contract)
    lifecycle.contract_reopen(actor=approver, contract_id=contract.pk, reason="A rule is wrong.")
    lifecycle.contract_withdraw(actor=contract.uploaded_by, contract_id=contract.pk)

    assert "withdrawn" in failure(contract, Status.WITHDRAWN)


def test_a_contract_that_was_edited_and_approved_anew_is_not_activated(
    airline: Airline, contract: PilotContract
) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)
    planned(first, contract)
    lifecycle.contract_reopen(actor=first, contract_id=contract.pk, reason="A rule is wrong.")
    rule_correct(actor=first, rule_id=contract.rules.get().pk, changes={"title": "Another title"})
    lifecycle.contract_approve(actor=second, contract_id=contract.pk)

    contract.refresh_from_db()
    assert standing_plan(contract) is None
    assert "approved anew" in failure(contract)


def test_a_contract_that_was_reopened_and_approved_unchanged_is_activated(
    airline: Airline, contract: PilotContract
) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)
    plan = planned(first, contract)
    lifecycle.contract_reopen(actor=first, contract_id=contract.pk, reason="To look at it again.")
    lifecycle.contract_approve(actor=second, contract_id=contract.pk)

    assert plans.activation_plans_sweep(now=in_hours(2)) == {plan.pk: PlanStatus.ACTIVATED}


@pytest.mark.parametrize("lost", ["role", "grant", "account", "independence"])
def test_who_may_no_longer_activate_has_nothing_activated(
    approver: User, airline: Airline, contract: PilotContract, lost: str
) -> None:
    planned(approver, contract)
    if lost == "role":
        User.objects.filter(pk=approver.pk).update(role=Role.PILOT)
    elif lost == "grant":
        AirlineGrant.objects.filter(user=approver).delete()
    elif lost == "account":
        User.objects.filter(pk=approver.pk).update(is_active=False)
    else:
        delegate(contract.uploaded_by, approver)

    assert failure(contract) == f"{approver}, who planned it, may no longer activate it."
    assert not SecurityEvent.objects.exists()


def test_dates_that_overlap_by_then_leave_nothing_half_done(
    approver: User, airline: Airline, contract: PilotContract
) -> None:
    planned(approver, contract)
    later = ContractFactory.create(
        active=True, airline=airline, rules=1, effective_date=airline.today() + timedelta(days=90)
    )
    earlier = ContractFactory.create(
        active=True,
        airline=airline,
        rules=1,
        effective_date=date(2024, 1, 1),
        expiration_date=airline.today() + timedelta(days=89),
    )

    assert "overlap" in failure(contract)
    for standing in (later, earlier):
        before = standing.expiration_date
        standing.refresh_from_db()
        assert (standing.status, standing.expiration_date) == (Status.ACTIVE, before)


def test_activating_it_by_hand_ends_the_plan(approver: User, contract: PilotContract) -> None:
    plan = planned(approver, contract)

    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)

    plan.refresh_from_db()
    assert (plan.status, plan.ended_by) == (PlanStatus.CANCELLED, approver)
    assert events(contract) == ["activation.planned", "activation.cancelled", "contract.activated"]
    assert plans.activation_plans_sweep(now=in_hours(2)) == {}


def test_one_plans_fault_does_not_hold_the_others_up(
    approver: User, airline: Airline, contract: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = ContractFactory.create(approved=True, airline=airline, rules=1, contract_type="loa")
    stuck, other = planned(approver, contract), planned(approver, letter, 1.5)

    def broken(*, actor: User, contract: PilotContract, plan: ActivationPlan) -> PilotContract:
        done = activation_write(actor=actor, contract=contract, plan=plan)
        if plan.pk == stuck.pk:
            raise OSError("The disk is full.")
        return done

    monkeypatch.setattr("contracts.services.plans.activation_write", broken)
    with pytest.raises(ExceptionGroup):
        plans.activation_plans_sweep(now=in_hours(2))
    monkeypatch.undo()

    other.refresh_from_db()
    assert other.status == PlanStatus.ACTIVATED
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED
    assert plans.activation_plans_sweep(now=in_hours(2)) == {stuck.pk: PlanStatus.ACTIVATED}


def told(kind: str) -> set[tuple[User, str]]:
    found = Notification.objects.filter(kind=kind).select_related("recipient")
    return {(each.recipient, each.title.partition(":")[0]) for each in found}


def test_owners_and_other_reviewers_are_told_of_plans(airline: Airline, contract: PilotContract) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)

    planned(first, contract)
    plans.activation_plan_move(actor=first, contract_id=contract.pk, due_at=in_hours(5), time_zone=ZONE)
    plans.activation_plan_cancel(actor=first, contract_id=contract.pk)

    people = (contract.uploaded_by, second)
    titles = ("Activation planned", "Activation called off")
    assert told("activation_planned") == {(person, title) for person in people for title in titles}
    assert Notification.objects.count() == 6


def test_of_a_failure_all_reviewers_are_told_and_the_owners_and_never_why_by_mail(
    airline: Airline, contract: PilotContract
) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)
    planned(first, contract)
    lifecycle.contract_reopen(actor=second, contract_id=contract.pk, reason="A secret.")

    plans.activation_plans_sweep(now=in_hours(2))

    people = (first, second, contract.uploaded_by)
    assert told("activation_failed") == {(person, "Not activated") for person in people}
    places = dict(Notification.objects.filter(kind="activation_failed").values_list("recipient", "path"))
    assert places[first.pk] == f"/admin/contracts/pilotcontract/{contract.pk}/activation/"
    assert places[contract.uploaded_by_id] == f"/contracts/{contract.pk}/"


def test_who_planned_it_is_told_that_it_is_in_force(airline: Airline, contract: PilotContract) -> None:
    planner, pilot = reviewer_of(airline), PilotFactory.create(airline=airline).user
    owner = contract.uploaded_by
    planned(planner, contract)

    plans.activation_plans_sweep(now=in_hours(2))

    assert told("contract_activated") == {(person, "In force") for person in (pilot, owner, planner)}


def on_the_clock(local: str) -> datetime:
    """Without a zone, as a form has it."""
    return datetime.fromisoformat(local)


def test_instants_are_those_of_the_stated_clock() -> None:
    winter = instant_of(on_the_clock("2027-01-15 00:00"), ZONE)

    assert winter == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
    assert instant_in_words(winter, ZONE) == "January 15, 2027, 00:00 (America/Los_Angeles)"


@pytest.mark.parametrize(("local", "says"), [("2027-03-14 02:30", "there is no 02:30"), ("2027-11-07 01:30", "twice")])
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(local: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        instant_of(on_the_clock(local), ZONE)
