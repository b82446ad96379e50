"""The lifecycle through its services: who, when, with what traces."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection

from accounts.models import Airline, User
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, ProductError, RuleBroken, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Party, Status
from contracts.models import ContractDecision, ExtractionRun, PilotContract, PilotContractAssignment, RunStatus
from contracts.policies import possible_actions
from contracts.services import lifecycle
from contracts.services.activation import contract_undo_activation
from contracts.services.rules import rule_accept
from tests.factories import ContractFactory, PilotFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db

SERVICES: dict[Action, Callable[[User, PilotContract], PilotContract]] = {
    Action.SUBMIT: lambda actor, contract: lifecycle.contract_submit(actor=actor, contract_id=contract.pk),
    Action.WITHDRAW: lambda actor, contract: lifecycle.contract_withdraw(actor=actor, contract_id=contract.pk),
    Action.REQUEST_CHANGES: lambda actor, contract: lifecycle.contract_request_changes(
        actor=actor, contract_id=contract.pk, reason="Page 3 is missing."
    ),
    Action.REJECT: lambda actor, contract: lifecycle.contract_reject(
        actor=actor, contract_id=contract.pk, reason="Not ours."
    ),
    Action.APPROVE: lambda actor, contract: lifecycle.contract_approve(actor=actor, contract_id=contract.pk),
    Action.REOPEN: lambda actor, contract: lifecycle.contract_reopen(
        actor=actor, contract_id=contract.pk, reason="A rule is wrong."
    ),
    Action.ACTIVATE: lambda actor, contract: lifecycle.contract_activate(actor=actor, contract_id=contract.pk),
    Action.UNDO_ACTIVATION: lambda actor, contract: contract_undo_activation(
        actor=actor, contract_id=contract.pk, reason="Too early."
    ),
    Action.RETIRE: lambda actor, contract: lifecycle.contract_retire(
        actor=actor, contract_id=contract.pk, reason="Void."
    ),
}
PEOPLE = ("uploader", "approver", "other_approver", "other_pilot", "administrator")


def person(name: str, contract: PilotContract) -> User:
    """Somebody who stands to the contract as the name says."""
    if name == "uploader":
        return contract.uploaded_by
    if name == "administrator":
        return UserFactory.create(administrator=True)
    if name == "other_pilot":
        return PilotFactory.create(airline=contract.airline).user
    user = UserFactory.create(approver=True)
    grant_review(user, contract.airline if name == "approver" else ContractFactory.create().airline)
    return user


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("who", PEOPLE)
def test_the_matrix_of_people_actions_and_states(who: str, status: Status) -> None:
    party = {"uploader": Party.UPLOADER, "approver": Party.REVIEWER}.get(who)
    for action, service in SERVICES.items():
        contract = ContractFactory.create(state=status, rules=1)
        actor = person(who, contract)
        transition = TRANSITIONS[action]
        allowed = transition.party == party and status in transition.sources

        assert (action in possible_actions(actor, contract)) == allowed
        if allowed:
            assert service(actor, contract).status == transition.target
            continue
        entries = AuditEntry.objects.count()
        with pytest.raises((NotAllowed, WrongState)) as refusal:
            service(actor, contract)

        assert isinstance(refusal.value, NotAllowed if transition.party != party else WrongState)
        assert PilotContract.objects.get(pk=contract.pk).status == status
        assert AuditEntry.objects.count() == entries


def test_an_approver_cannot_approve_what_he_uploaded_and_the_attempt_is_noted(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, uploaded_by=approver, rules=1)

    with pytest.raises(NotAllowed) as refusal:
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk)

    assert refusal.value.code == "own_contract"
    assert not ContractDecision.objects.exists()
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user_id) == ("own_approval_refused", approver.pk)


@pytest.mark.parametrize(("rules", "proposals", "code"), [(1, 2, "undecided_rules"), (0, 0, "no_rules")])
def test_approval_needs_every_proposal_decided_and_one_rule_kept(
    rules: int, proposals: int, code: str, approver: User, airline: Airline
) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=rules, proposals=proposals)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk)

    assert refusal.value.code == code
    assert PilotContract.objects.get(pk=contract.pk).status == Status.IN_REVIEW


@pytest.mark.parametrize("service", [lifecycle.contract_request_changes, lifecycle.contract_reject])
def test_a_decision_against_needs_a_reason(
    service: Callable[..., PilotContract], approver: User, airline: Airline
) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline)

    with pytest.raises(RuleBroken) as refusal:
        service(actor=approver, contract_id=contract.pk, reason="  ")

    assert refusal.value.code == "reason_required"


def test_reopening_voids_the_approval(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)

    lifecycle.contract_reopen(actor=approver, contract_id=contract.pk, reason="A rule is wrong.")

    contract.refresh_from_db()
    assert (contract.status, contract.approved_by, contract.approved_revision) == (Status.IN_REVIEW, None, "")
    assert ContractDecision.objects.get(contract=contract).voided_at is not None


def test_nothing_is_submitted_before_it_was_read() -> None:
    contract = ContractFactory.create()
    ExtractionRun.objects.filter(contract=contract).update(status=RunStatus.RUNNING)

    with pytest.raises(WrongState):
        lifecycle.contract_submit(actor=contract.uploaded_by, contract_id=contract.pk)

    assert PilotContract.objects.get(pk=contract.pk).status == Status.DRAFT


def test_a_stale_version_is_met(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    with pytest.raises(WrongState) as refusal:
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk, version=contract.version - 1)

    assert refusal.value.code == "stale_version"


def test_a_successor_ends_the_one_in_force_and_takes_its_pilots(approver: User, airline: Airline) -> None:
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=old)
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 3, 1))

    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    old.refresh_from_db()
    assert (old.status, old.expiration_date) == (Status.SUPERSEDED, date(2026, 2, 28))
    assert PilotContractAssignment.objects.get(pilot=pilot, ended_at=None).contract_id == new.pk


def test_a_successor_of_tomorrow_leaves_today_in_force(approver: User, airline: Airline) -> None:
    tomorrow = airline.today() + timedelta(days=1)
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=tomorrow)

    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    old.refresh_from_db()
    assert (old.status, old.expiration_date) == (Status.ACTIVE, airline.today())


def test_a_contract_that_would_run_into_a_later_one_is_refused(approver: User, airline: Airline) -> None:
    later = airline.today() + timedelta(days=90)
    ContractFactory.create(active=True, airline=airline, rules=1, effective_date=later)
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 1, 1))

    with pytest.raises(ProductError) as refusal:
        lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    assert refusal.value.code == "overlapping_dates"
    assert PilotContract.objects.get(pk=new.pk).status == Status.APPROVED


def test_a_contract_past_its_last_day_is_superseded(airline: Airline) -> None:
    over = ContractFactory.create(
        active=True, airline=airline, rules=1, expiration_date=airline.today() - timedelta(days=1)
    )
    standing = ContractFactory.create(active=True, rules=1, expiration_date=airline.today() + timedelta(days=2))

    count = lifecycle.expired_contracts_supersede()

    over.refresh_from_db()
    standing.refresh_from_db()
    assert (count, over.status, standing.status) == (1, Status.SUPERSEDED, Status.ACTIVE)


def test_an_ended_contract_takes_nothing_from_the_one_in_force(approver: User, airline: Airline) -> None:
    """Activated late, for the record of the year before."""
    standing = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2026, 1, 1))
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=standing)
    ended = ContractFactory.create(
        approved=True,
        airline=airline,
        rules=1,
        effective_date=date(2025, 1, 1),
        expiration_date=date(2025, 12, 31),
    )

    lifecycle.contract_activate(actor=approver, contract_id=ended.pk)

    standing.refresh_from_db()
    assert (standing.status, standing.expiration_date) == (Status.ACTIVE, None)
    assert PilotContractAssignment.objects.get(pilot=pilot, ended_at=None).contract_id == standing.pk


def test_a_pilot_who_is_moved_or_unbound_has_an_entry(approver: User, airline: Airline) -> None:
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=old)
    new = ContractFactory.create(approved=True, airline=airline, rules=1)

    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    lifecycle.contract_retire(actor=approver, contract_id=new.pk, reason="Void.")

    entries = AuditEntry.objects.filter(event="pilot.assigned", object_pk=str(pilot.pk)).order_by("pk")
    assert [entry.changes["contract"] for entry in entries] == [[str(old.pk), str(new.pk)], [str(new.pk), None]]


def test_nobody_approves_what_was_decided_after_he_looked(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, proposals=1)
    seen = contract.version
    rule_accept(actor=approver, rule_id=contract.rules.get().pk)

    with pytest.raises(WrongState) as refusal:
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk, version=seen)

    assert refusal.value.code == "stale_version"


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_two_activations_at_once_leave_one_active_contract() -> None:
    """Real connections: both wait at one gate and go together."""
    airline = ContractFactory.create().airline
    approver = UserFactory.create(approver=True)
    grant_review(approver, airline)
    rivals = [ContractFactory.create(approved=True, airline=airline, rules=1) for _ in range(2)]
    gate = threading.Barrier(2)

    def activate(contract: PilotContract) -> str:
        gate.wait(timeout=20)
        try:
            lifecycle.contract_activate(actor=approver, contract_id=contract.pk)
        except (ProductError, OperationalError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "activated"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(activate, rivals))

    assert "activated" in results
    assert PilotContract.objects.filter(airline=airline, status=Status.ACTIVE).count() == 1
