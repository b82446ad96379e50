"""Undoing an activation: within the airline's hours, whole, and only while nothing depends on it."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Airline, User
from accounts.notifications.models import Notification
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import Status
from contracts.models import (
    ActivationEffect,
    ContractActivation,
    ContractImprovement,
    ImprovementKind,
    PilotContract,
    PilotContractAssignment,
)
from contracts.publication.in_force import in_force_at
from contracts.selectors import contract_in_force
from contracts.services import lifecycle
from contracts.services.activation import contract_undo_activation
from contracts.services.assignments import assignment_set
from contracts.services.publication import publication_refresh
from contracts.services.revising import contract_revise
from pilots.models import Pilot
from tests.factories import AirlineFactory, ContractFactory, PilotFactory, UserFactory, grant_review, reviewer_of

pytestmark = pytest.mark.django_db
OLD_ENDS, NEW_BEGINS = date(2029, 12, 31), date(2026, 3, 1)


@pytest.fixture
def old(airline: Airline) -> PilotContract:
    return ContractFactory.create(
        active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1), expiration_date=OLD_ENDS
    )


@pytest.fixture
def new(airline: Airline, old: PilotContract) -> PilotContract:
    return ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=NEW_BEGINS)


def bound_to(pilot: Pilot) -> object:
    """The contract of the pilot's open assignment."""
    return PilotContractAssignment.objects.filter(pilot=pilot, ended_at=None).values_list("contract", flat=True).first()


def undo(actor: User, contract: PilotContract) -> PilotContract:
    return contract_undo_activation(actor=actor, contract_id=contract.pk, reason="The wrong file.")


def later(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def test_what_was_replaced_is_as_it_was_and_the_contract_is_approved_as_before(
    approver: User, old: PilotContract, new: PilotContract
) -> None:
    approved = (new.approved_by, new.approved_at, new.approved_revision)
    activated_at = old.activated_at
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    undo(approver, new)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, old.expiration_date, old.activated_at) == (Status.ACTIVE, OLD_ENDS, activated_at)
    assert (new.status, new.activated_at) == (Status.APPROVED, None)
    assert (new.approved_by, new.approved_at, new.approved_revision) == approved


def test_the_record_keeps_that_it_was_in_force_and_who_took_it_back(
    approver: User, old: PilotContract, new: PilotContract
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    colleague = reviewer_of(new.airline)

    undo(colleague, new)

    kept = ContractActivation.objects.get(contract=new)
    assert kept.undone_at is not None
    assert kept.activated_at < kept.undone_at
    assert (kept.activated_by, kept.undone_by, kept.undo_reason) == (approver, colleague, "The wrong file.")
    effect = ActivationEffect.objects.get(activation=kept)
    assert (effect.contract, effect.expiration_before, effect.expiration_after) == (old, OLD_ENDS, date(2026, 2, 28))
    events = AuditEntry.objects.filter(object_pk__in=[str(old.pk), str(new.pk)]).order_by("pk")
    assert list(events.values_list("event", flat=True)) == [
        "contract.updated",
        "contract.superseded",
        "contract.activated",
        "contract.activation_undone",
        "contract.updated",
        "contract.restored",
    ]
    assert events.get(event="contract.activation_undone").reason == "The wrong file."


def test_pilots_go_back_but_for_those_who_chose_otherwise_since(
    approver: User, old: PilotContract, new: PilotContract
) -> None:
    moved, left, chose = PilotFactory.create_batch(3, airline=old.airline)
    for pilot in (moved, left):
        assignment_set(actor=pilot.user, pilot=pilot, contract_id=old.pk)
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    assignment_set(actor=left.user, pilot=left, contract_id=None)
    assignment_set(actor=chose.user, pilot=chose, contract_id=new.pk)

    undo(approver, new)

    assert [bound_to(pilot) for pilot in (moved, left, chose)] == [old.pk, None, None]
    again = PilotContractAssignment.objects.get(pilot=moved, ended_at=None)
    assert again.assigned_by == moved.user
    assert PilotContractAssignment.objects.filter(pilot=moved).count() == 3
    entries = AuditEntry.objects.filter(event="pilot.assigned", object_pk=str(moved.pk)).order_by("pk")
    assert entries[2].changes["contract"] == [str(new.pk), str(old.pk)]


def test_days_are_answered_by_what_holds_now_without_gap_or_overlap(
    approver: User, airline: Airline, old: PilotContract, new: PilotContract
) -> None:
    days = [NEW_BEGINS - timedelta(days=1), NEW_BEGINS, airline.today(), OLD_ENDS]
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    while_active = [contract_in_force(airline, day=day) for day in days]

    undo(approver, new)

    assert while_active == [old, new, new, new]
    assert [contract_in_force(airline, day=day) for day in days] == [old] * 4


def test_lookups_answer_the_old_contract_again_once_published(
    approver: User, airline: Airline, old: PilotContract, new: PilotContract
) -> None:
    pilot = PilotFactory.create(airline=airline)

    def principal() -> object:
        publication_refresh()
        found = in_force_at(airline_id=airline.pk, day=airline.today(), pilot_id=pilot.pk).contract
        return found.contract_id if found else None

    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    between = principal()
    undo(approver, new)

    assert (between, principal()) == (new.pk, old.pk)


def test_one_that_begins_tomorrow_gives_the_days_back(approver: User, airline: Airline, old: PilotContract) -> None:
    tomorrow = airline.today() + timedelta(days=1)
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=tomorrow)
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    undo(approver, new)

    old.refresh_from_db()
    assert (old.status, old.expiration_date) == (Status.ACTIVE, OLD_ENDS)
    assert not AuditEntry.objects.filter(object_pk=str(old.pk), event="contract.restored").exists()


def test_one_that_ended_meanwhile_is_put_back_with_its_pilots(
    approver: User, airline: Airline, old: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Activated the evening before its first day, undone after it: the sweep has superseded the old one in between."""
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=old)
    tomorrow = airline.today() + timedelta(days=1)
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=tomorrow)
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    monkeypatch.setattr(Airline, "today", lambda _: tomorrow)
    swept = lifecycle.expired_contracts_supersede()
    followed = bound_to(pilot)

    undo(approver, new)

    old.refresh_from_db()
    assert (swept, followed) == (1, new.pk)
    assert (old.status, old.expiration_date, bound_to(pilot)) == (Status.ACTIVE, OLD_ENDS, old.pk)


def test_it_can_be_activated_again_and_undone_again(approver: User, old: PilotContract, new: PilotContract) -> None:
    pilot = PilotFactory.create(airline=old.airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=old)

    for _ in range(2):
        lifecycle.contract_activate(actor=approver, contract_id=new.pk)
        assert bound_to(pilot) == new.pk
        undo(approver, new)
        assert bound_to(pilot) == old.pk

    assert ContractActivation.objects.filter(contract=new).count() == 2
    old.refresh_from_db()
    assert (old.status, old.expiration_date) == (Status.ACTIVE, OLD_ENDS)


@pytest.mark.parametrize(("hours", "period"), [(24, "open"), (2, "over"), (0, "over")])
def test_the_airline_says_for_how_long(
    approver: User, airline: Airline, new: PilotContract, hours: int, period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    Airline.objects.filter(pk=airline.pk).update(activation_undo_hours=hours)
    at = later(3)
    monkeypatch.setattr("contracts.selectors.timezone.now", lambda: at)

    if period == "open":
        assert undo(approver, new).status == Status.APPROVED
        return
    with pytest.raises(WrongState) as refusal:
        undo(approver, new)

    assert f"within {hours} hours" in refusal.value.detail
    assert PilotContract.objects.get(pk=new.pk).status == Status.ACTIVE
    assert not ContractActivation.objects.filter(undone_at__isnull=False).exists()


def test_a_reason_is_needed(approver: User, new: PilotContract) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    with pytest.raises(ProductError) as refusal:
        contract_undo_activation(actor=approver, contract_id=new.pk, reason="  ")

    assert refusal.value.code == "reason_required"
    assert PilotContract.objects.get(pk=new.pk).status == Status.ACTIVE


def refused(actor: User, contract: PilotContract) -> str:
    """Why it is refused; nothing may have changed."""
    entries = AuditEntry.objects.count()
    with pytest.raises(WrongState) as refusal:
        undo(actor, contract)
    assert AuditEntry.objects.count() == entries
    assert PilotContract.objects.get(pk=contract.pk).status == Status.ACTIVE
    return refusal.value.detail


def test_a_later_activation_stands_in_the_way_until_it_is_undone(
    approver: User, airline: Airline, new: PilotContract
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    next_year = airline.today() + timedelta(days=365)
    third = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=next_year, title="Third")
    lifecycle.contract_activate(actor=approver, contract_id=third.pk)

    assert "Third" in refused(approver, new)
    undo(approver, third)
    assert undo(approver, new).status == Status.APPROVED


def test_another_types_or_airlines_activation_does_not_matter(
    approver: User, airline: Airline, new: PilotContract
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    letter = ContractFactory.create(approved=True, airline=airline, rules=1, contract_type="loa")
    lifecycle.contract_activate(actor=approver, contract_id=letter.pk)
    elsewhere = ContractFactory.create(approved=True, rules=1, airline=AirlineFactory.create())
    lifecycle.contract_activate(actor=reviewer_of(elsewhere.airline), contract_id=elsewhere.pk)

    assert undo(approver, new).status == Status.APPROVED


def test_a_predecessor_that_was_retired_since_stands_in_the_way(
    approver: User, old: PilotContract, new: PilotContract
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    lifecycle.contract_retire(actor=approver, contract_id=old.pk, reason="Void.")

    assert "is retired" in refused(approver, new)


def test_a_revision_in_work_stands_in_the_way(approver: User, new: PilotContract) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    contract_revise(actor=approver, base=PilotContract.objects.get(pk=new.pk))

    assert "Revision" in refused(approver, new)


def test_what_was_activated_before_activations_were_kept_is_not_undone(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)
    PilotContract.objects.filter(pk=contract.pk).update(status=Status.ACTIVE, activated_at=timezone.now())

    assert "Retire it instead" in refused(approver, contract)


def test_who_uploaded_it_does_not_undo_and_the_attempt_is_noted(airline: Airline) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(active=True, airline=airline, rules=1, uploaded_by=uploader)

    with pytest.raises(NotAllowed) as refusal:
        undo(uploader, contract)

    assert refusal.value.code == "own_contract"
    assert SecurityEvent.objects.get().user_id == uploader.pk
    assert PilotContract.objects.get(pk=contract.pk).status == Status.ACTIVE


def test_open_improvements_of_a_revision_go_back_to_what_is_in_force(airline: Airline) -> None:
    first, second = reviewer_of(airline), reviewer_of(airline)
    base = ContractFactory.create(active=True, airline=airline, rules=1)
    pilot = PilotFactory.create(airline=airline)
    revision = contract_revise(actor=first, base=base)
    lifecycle.contract_submit(actor=first, contract_id=revision.pk)
    lifecycle.contract_approve(actor=second, contract_id=revision.pk)
    waiting = ContractImprovement.objects.create(
        contract=base,
        rule=base.rules.get(),
        author=pilot.user,
        kind=ImprovementKind.CORRECT_RULE,
        proposal={"title": "Another"},
        before={"title": "Duty"},
        comment="The title.",
    )
    lifecycle.contract_activate(actor=second, contract_id=revision.pk)
    waiting.refresh_from_db()
    between = waiting.contract_id

    undo(second, revision)

    waiting.refresh_from_db()
    assert (between, waiting.contract_id, waiting.rule) == (revision.pk, base.pk, base.rules.get())


def test_pilots_and_owners_are_told(approver: User, old: PilotContract, new: PilotContract) -> None:
    pilot = PilotFactory.create(airline=old.airline)
    stranger = UserFactory.create(approver=True)
    grant_review(stranger, AirlineFactory.create())
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    Notification.objects.all().delete()

    undo(approver, new)

    told = {(each.recipient, each.kind, each.path) for each in Notification.objects.select_related("recipient")}
    assert told == {
        (pilot.user, "activation_undone", "/my-rules/"),
        (new.uploaded_by, "activation_undone", f"/contracts/{new.pk}/"),
        (old.uploaded_by, "contract_activated", f"/contracts/{old.pk}/"),
    }
