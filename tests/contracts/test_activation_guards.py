"""What the database refuses of activations and plans, whoever asks, in plain SQL as the application's own role."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Airline, User
from contracts.lifecycle import Status
from contracts.models import ActivationPlan, ContractActivation, PilotContract
from contracts.services import lifecycle
from tests.factories import ContractFactory, delegate, reviewer_of

pytestmark = pytest.mark.django_db

UNDO = "UPDATE contract_activations SET undone_at = now(), undone_by_id = %s, undo_reason = 'x' WHERE contract_id = %s"
TAKE_BACK = "UPDATE pilot_contracts SET status = 'approved', activated_at = NULL WHERE id = %s"
RESTORE = "UPDATE pilot_contracts SET status = 'active', expiration_date = %s WHERE id = %s"
PLAN = (
    "INSERT INTO activation_plans (contract_id, planned_by_id, due_at, time_zone, revision) "
    "SELECT id, %s, now() + %s::interval, 'UTC', {revision} FROM pilot_contracts WHERE id = %s"
)
AS_APPROVED = PLAN.format(revision="approved_revision")


def run(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def refused(sql: str, parameters: list[Any]) -> str:
    """The constraint that a statement meets."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run(sql, parameters)
    return str(refusal.value)


@pytest.fixture
def approved(airline: Airline) -> PilotContract:
    return ContractFactory.create(approved=True, airline=airline, rules=1)


@pytest.fixture
def active(airline: Airline) -> PilotContract:
    return ContractFactory.create(active=True, airline=airline, rules=1)


def test_an_active_contract_is_not_approved_again_without_an_undo_on_record(active: PilotContract) -> None:
    assert "only by undoing its activation" in refused(TAKE_BACK, [active.pk])


def test_nor_by_the_undo_of_an_activation_before(approver: User, approved: PilotContract) -> None:
    """The record of the first undo does not stand for a second one."""
    lifecycle.contract_activate(actor=approver, contract_id=approved.pk)
    run(UNDO, [approver.pk, approved.pk])
    run(TAKE_BACK, [approved.pk])
    run("UPDATE pilot_contracts SET status = 'active', activated_at = now() WHERE id = %s", [approved.pk])

    assert "only by undoing its activation" in refused(TAKE_BACK, [approved.pk])


def test_nor_after_the_airlines_hours(active: PilotContract) -> None:
    Airline.objects.filter(pk=active.airline_id).update(activation_undo_hours=1)
    run("UPDATE pilot_contracts SET activated_at = now() - interval '61 minutes' WHERE id = %s", [active.pk])
    run(UNDO, [reviewer_of(active.airline).pk, active.pk])

    assert "time for undoing" in refused(TAKE_BACK, [active.pk])


def test_an_undo_by_the_uploader_or_who_stands_in_for_him_is_refused(active: PilotContract) -> None:
    stand_in = delegate(active.uploaded_by, reviewer_of(active.airline)).delegate

    for person in (active.uploaded_by, stand_in):
        assert "nobody activates a contract" in refused(UNDO, [person.pk, active.pk])


def test_an_activation_is_undone_once_and_else_stands(approver: User, active: PilotContract) -> None:
    assert "changes once" in refused(
        "UPDATE contract_activations SET activated_at = now() - interval '1 day' WHERE contract_id = %s", [active.pk]
    )
    run(UNDO, [approver.pk, active.pk])

    assert "changes once" in refused(
        "UPDATE contract_activations SET undo_reason = 'another' WHERE contract_id = %s", [active.pk]
    )
    for statement in ("DELETE FROM contract_activations", "TRUNCATE contract_activations CASCADE"):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(statement, [])


def test_the_undo_has_the_databases_time(approver: User, active: PilotContract) -> None:
    run(
        "UPDATE contract_activations SET undone_at = '2020-01-01', undone_by_id = %s, undo_reason = 'x' WHERE contract_id = %s",
        [approver.pk, active.pk],
    )

    kept = ContractActivation.objects.get(contract=active)
    assert kept.undone_at is not None
    assert kept.undone_at > kept.activated_at


@pytest.mark.parametrize("state", [status for status in Status if status != Status.APPROVED])
def test_only_an_approved_contract_is_activated_or_planned(airline: Airline, approver: User, state: Status) -> None:
    contract = ContractFactory.create(state=state, airline=airline, rules=1)
    ContractActivation.objects.filter(contract=contract).update(
        undone_at="2026-01-01T00:00Z", undone_by=approver, undo_reason="x"
    )
    insert = "INSERT INTO contract_activations (contract_id, activated_by_id, activated_at, revision) VALUES (%s, %s, now(), %s)"

    assert "only an approved contract" in refused(insert, [contract.pk, approver.pk, "0" * 64])
    assert "only an approved contract" in refused(
        PLAN.format(revision="repeat('0', 64)"), [approver.pk, "1 hour", contract.pk]
    )


def test_a_superseded_contract_is_put_back_only_as_an_undone_activation_found_it(
    airline: Airline, approver: User
) -> None:
    old = ContractFactory.create(
        active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1), expiration_date=date(2030, 1, 1)
    )
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 1, 1))
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)
    shortened = "only as an undone activation found it"

    assert shortened in refused(RESTORE, [date(2025, 12, 31), old.pk])
    run(UNDO, [approver.pk, new.pk])
    run(TAKE_BACK, [new.pk])
    assert shortened in refused(RESTORE, [date(2031, 1, 1), old.pk])
    run(RESTORE, [date(2030, 1, 1), old.pk])
    run("UPDATE pilot_contracts SET status = 'superseded' WHERE id = %s", [old.pk])

    assert shortened in refused(RESTORE, [date(2030, 1, 1), old.pk])


def test_what_is_superseded_and_was_never_replaced_stays_so(airline: Airline) -> None:
    contract = ContractFactory.create(superseded=True, airline=airline, rules=1)

    assert "put back" in refused("UPDATE pilot_contracts SET status = 'active' WHERE id = %s", [contract.pk])


def test_effects_are_kept(airline: Airline, approver: User, active: PilotContract) -> None:
    new = ContractFactory.create(approved=True, airline=airline, rules=1)
    lifecycle.contract_activate(actor=approver, contract_id=new.pk)

    for statement in (
        "UPDATE activation_effects SET expiration_before = '2040-01-01'",
        "DELETE FROM activation_effects",
        "TRUNCATE activation_effects",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(statement, [])


def test_a_plan_is_ahead_of_the_approved_revision_one_at_a_time_and_by_no_owner(
    approver: User, approved: PilotContract
) -> None:
    owner = approved.uploaded_by
    stand_in = delegate(owner, reviewer_of(approved.airline)).delegate
    other = PLAN.format(revision="repeat('0', 64)")

    assert "lie_ahead" in refused(AS_APPROVED, [approver.pk, "-1 hour", approved.pk])
    assert "as approved" in refused(other, [approver.pk, "1 hour", approved.pk])
    for person in (owner, stand_in):
        assert "nobody plans" in refused(AS_APPROVED, [person.pk, "1 hour", approved.pk])
    run(AS_APPROVED, [approver.pk, "1 hour", approved.pk])
    assert "one_open" in refused(AS_APPROVED, [approver.pk, "2 hours", approved.pk])


@pytest.mark.parametrize(
    "change",
    [
        "due_at = due_at + interval '1 day'",
        "planned_by_id = uuidv7()",
        "revision = repeat('a', 64)",
        "time_zone = 'CET'",
    ],
)
def test_a_plan_stands_as_it_was_made(approver: User, approved: PilotContract, change: str) -> None:
    run(AS_APPROVED, [approver.pk, "1 hour", approved.pk])

    assert "changes once" in refused(f"UPDATE activation_plans SET {change}", [])


def test_a_plan_ends_once_whole_and_is_never_removed(approver: User, approved: PilotContract) -> None:
    run(AS_APPROVED, [approver.pk, "1 hour", approved.pk])

    assert "ended_whole" in refused("UPDATE activation_plans SET status = 'cancelled'", [])
    assert "for_a_reason" in refused("UPDATE activation_plans SET status = 'failed', ended_at = now()", [])
    run("UPDATE activation_plans SET status = 'cancelled', ended_at = now()", [])
    assert "changes once" in refused("UPDATE activation_plans SET status = 'open', ended_at = NULL", [])
    with pytest.raises(DatabaseError), transaction.atomic():
        run("DELETE FROM activation_plans", [])
    assert ActivationPlan.objects.count() == 1
