"""Activations, plans and undoing at once, over real connections: one wins, nothing is done twice, nobody waits for ever."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Airline, User
from contracts.lifecycle import Status
from contracts.models import ActivationPlan, ContractActivation, PilotContract, PilotContractAssignment, PlanStatus
from contracts.services import lifecycle, plans
from contracts.services.activation import contract_undo_activation
from contracts.services.succession import assignments_follow
from tests.contracts.test_review_races import events, together
from tests.factories import ContractFactory, PilotFactory, reviewer_of
from tests.owner import owning

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("migrations")]


@pytest.fixture
def people(airline: Airline) -> tuple[User, User]:
    return reviewer_of(airline), reviewer_of(airline)


@pytest.fixture
def old(airline: Airline) -> PilotContract:
    contract = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    PilotContractAssignment.objects.create(pilot=PilotFactory.create(airline=airline), contract=contract)
    return contract


@pytest.fixture
def new(airline: Airline) -> PilotContract:
    return ContractFactory.create(approved=True, airline=airline, rules=1)


def in_hours(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def planned(person: User, contract: PilotContract) -> ActivationPlan:
    return plans.activation_plan(actor=person, contract_id=contract.pk, due_at=in_hours(1), time_zone="UTC")


def sweep() -> object:
    return plans.activation_plans_sweep(now=in_hours(2))


def activates(person: User, contract: PilotContract) -> Callable[[], object]:
    return lambda: lifecycle.contract_activate(actor=person, contract_id=contract.pk)


def undoes(person: User, contract: PilotContract) -> Callable[[], object]:
    return lambda: contract_undo_activation(actor=person, contract_id=contract.pk, reason="Too early.")


def assert_in_force(contract: PilotContract, *others: PilotContract) -> None:
    """It alone is active, and every pilot who is bound is bound by it."""
    active = PilotContract.objects.filter(status=Status.ACTIVE)
    assert list(active) == [contract]
    assert {each.contract for each in PilotContractAssignment.objects.filter(ended_at=None)} == {contract}
    assert not set(others) & set(active)


def test_two_sweeps_at_once_carry_a_plan_out_once(
    people: tuple[User, User], old: PilotContract, new: PilotContract
) -> None:
    plan = planned(people[0], new)

    results = together(sweep, sweep)

    plan.refresh_from_db()
    assert results == ["done", "done"]
    assert plan.status == PlanStatus.ACTIVATED
    assert ContractActivation.objects.filter(contract=new).count() == 1
    assert events(new) == ["activation.planned", "contract.activated"]
    assert events(old).count("contract.superseded") == 1
    assert_in_force(new, old)


def test_a_sweep_against_an_activation_by_hand(
    people: tuple[User, User], old: PilotContract, new: PilotContract
) -> None:
    plan = planned(people[0], new)

    swept, by_hand = together(sweep, activates(people[1], new))

    plan.refresh_from_db()
    assert swept == "done"
    assert (by_hand, plan.status) in {("done", PlanStatus.CANCELLED), ("wrong_state", PlanStatus.ACTIVATED)}
    assert ContractActivation.objects.filter(contract=new).count() == 1
    assert_in_force(new, old)


def test_a_sweep_against_moving_and_calling_off(people: tuple[User, User], new: PilotContract) -> None:
    planned(people[0], new)

    swept, changed = together(
        sweep,
        lambda: plans.activation_plan_cancel(actor=people[1], contract_id=new.pk),
    )

    (plan,) = ActivationPlan.objects.all()
    new.refresh_from_db()
    assert swept == "done"
    expected = {
        ("done", PlanStatus.CANCELLED, Status.APPROVED),
        ("wrong_state", PlanStatus.ACTIVATED, Status.ACTIVE),
    }
    assert (changed, plan.status, new.status) in expected


def test_a_sweep_against_a_reopened_review(people: tuple[User, User], new: PilotContract) -> None:
    plan = planned(people[0], new)

    _, reopened = together(
        sweep,
        lambda: lifecycle.contract_reopen(actor=people[1], contract_id=new.pk, reason="A rule is wrong."),
    )

    plan.refresh_from_db()
    new.refresh_from_db()
    expected = {
        ("done", PlanStatus.FAILED, Status.IN_REVIEW),
        ("wrong_state", PlanStatus.ACTIVATED, Status.ACTIVE),
    }
    assert (reopened, plan.status, new.status) in expected


def test_planning_twice_at_once(people: tuple[User, User], new: PilotContract) -> None:
    results = together(*((lambda person=person: planned(person, new)) for person in people))

    assert sorted(results) == ["done", "wrong_state"]
    assert ActivationPlan.objects.count() == 1


def test_undoing_twice_at_once(people: tuple[User, User], old: PilotContract, new: PilotContract) -> None:
    lifecycle.contract_activate(actor=people[0], contract_id=new.pk)

    results = together(*(undoes(person, new) for person in people))

    assert sorted(results) == ["done", "wrong_state"]
    assert events(old).count("contract.restored") == 1
    assert_in_force(old, new)


@pytest.mark.parametrize("days", [0, 30])
def test_undoing_against_another_activation(
    airline: Airline, people: tuple[User, User], old: PilotContract, new: PilotContract, days: int
) -> None:
    """Whichever comes first: the undo is refused, or the other follows what was put back. Also where the old one is active still."""
    first_day = airline.today() + timedelta(days=days)
    new = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=first_day)
    third = ContractFactory.create(
        approved=True, airline=airline, rules=1, effective_date=first_day + timedelta(days=days)
    )
    lifecycle.contract_activate(actor=people[0], contract_id=new.pk)

    undone, activated = together(undoes(people[0], new), activates(people[1], third))

    for contract in (old, new, third):
        contract.refresh_from_db()
    assert activated == "done"
    assert third.status == Status.ACTIVE
    if undone == "done":
        assert new.status == Status.APPROVED
        assert old.expiration_date == third.effective_date - timedelta(days=1)
    else:
        assert undone == "wrong_state"
        assert old.expiration_date == first_day - timedelta(days=1)
    active = PilotContract.objects.filter(status=Status.ACTIVE).order_by("effective_date")
    days_held = [(each.effective_date, each.expiration_date) for each in active]
    assert all(last is not None and last < begin for (_, last), (begin, _) in pairwise(days_held))


def test_undoing_against_retiring_what_it_followed(
    people: tuple[User, User], old: PilotContract, new: PilotContract
) -> None:
    lifecycle.contract_activate(actor=people[0], contract_id=new.pk)

    undone, retired = together(
        undoes(people[0], new),
        lambda: lifecycle.contract_retire(actor=people[1], contract_id=old.pk, reason="Void."),
    )

    old.refresh_from_db()
    new.refresh_from_db()
    assert retired == "done"
    assert (undone, new.status, old.status) in {
        ("done", Status.APPROVED, Status.RETIRED),
        ("wrong_state", Status.ACTIVE, Status.RETIRED),
    }


def test_a_sweep_that_is_killed_in_the_middle_leaves_nothing_half_done_and_the_next_one_does_it_all(
    people: tuple[User, User], old: PilotContract, new: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's connection is cut by the server after the old contract was superseded and before the commit."""
    plan = planned(people[0], new)

    def cut(**given: object) -> int:
        moved = assignments_follow(**given)  # type: ignore[arg-type] # as it was called
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        killed = threading.Thread(target=_terminate, args=[pid])
        killed.start()
        killed.join()
        return moved

    monkeypatch.setattr("contracts.services.activation.assignments_follow", cut)
    with pytest.raises(ExceptionGroup):
        sweep()
    connection.close()
    monkeypatch.undo()

    plan.refresh_from_db()
    assert plan.status == PlanStatus.OPEN
    assert events(new) == ["activation.planned"]
    assert_in_force(old, new)
    assert sweep() == {plan.pk: PlanStatus.ACTIVATED}
    assert_in_force(new, old)


def _terminate(pid: int) -> None:
    """Over a connection of this thread's own."""
    with owning(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()


@contextmanager
def held(contract: PilotContract) -> Iterator[None]:
    """Somebody else's transaction that has the contract's row."""
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            PilotContract.objects.select_for_update().get(pk=contract.pk)
            ready.set()
            done.wait(timeout=20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    ready.wait(timeout=20)
    try:
        yield
    finally:
        done.set()
        holder.join()


def test_an_airlines_succession_does_not_wait_for_anothers(people: tuple[User, User], new: PilotContract) -> None:
    elsewhere = ContractFactory.create(approved=True, rules=1)
    reviewer = reviewer_of(elsewhere.airline)

    with held(new):
        lifecycle.contract_activate(actor=reviewer, contract_id=elsewhere.pk)

    assert PilotContract.objects.get(pk=elsewhere.pk).status == Status.ACTIVE
