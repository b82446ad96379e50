"""The change feed: written with what it tells of, in an order that no reader can miss anything of, to whom it may concern."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import Airline, ServiceClient, User
from config.errors import RuleBroken
from contracts.lifecycle import Status
from contracts.models import Change, ChangeKind, PilotContract, PilotContractAssignment
from contracts.publication.hashes import contract_hashes, law_hash
from contracts.services.activation import contract_undo_activation
from contracts.services.assignments import assignment_set
from contracts.services.changes import law_load
from contracts.services.lifecycle import contract_activate, contract_retire, expired_contracts_supersede
from contracts.services.publication import changes_publish, publication_refresh
from pilots.models import Pilot
from regulations.far117.loading import catalogue
from tests.factories import ContractFactory, PilotFactory
from tests.owner import owning

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Change.objects.order_by("recorded_at", "place").values_list("kind", flat=True))


def published_hash(contract: PilotContract) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_hash FROM published_contracts WHERE contract_id = %s", [contract.pk])
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def approved(airline: Airline, **fields: Any) -> PilotContract:
    contract: PilotContract = ContractFactory.create(airline=airline, approved=True, rules=2, **fields)
    return contract


def test_an_activation_is_told_with_what_it_supersedes_and_whom_it_moves(airline: Airline, approver: User) -> None:
    first = ContractFactory.create(airline=airline, active=True, rules=1)
    pilots = PilotFactory.create_batch(2, airline=airline)
    for pilot in pilots:
        PilotContractAssignment.objects.create(pilot=pilot, contract=first)
    second = approved(airline, effective_date=date(2026, 6, 1))
    before = contract_hashes([first.pk])[first.pk]

    contract_activate(actor=approver, contract_id=second.pk)
    publication_refresh()

    told = list(Change.objects.order_by("position"))
    assert [change.kind for change in told] == [
        "contract.superseded",
        "contract.activated",
        *["assignment.ended", "assignment.started"] * 2,
    ]
    assert [change.position for change in told] == [1, 2, 3, 4, 5, 6]
    superseded, activated, ended, started = told[:4]
    assert (superseded.contract, superseded.old_hash, superseded.new_hash) == (first, before, published_hash(first))
    assert before != published_hash(first)
    assert (activated.contract, activated.old_hash, activated.new_hash) == (second, None, published_hash(second))
    assert (ended.contract, ended.old_hash, ended.new_hash) == (first, before, None)
    assert (started.contract, started.old_hash, started.new_hash) == (second, None, published_hash(second))
    assert {change.pilot_id for change in told[2:]} == {pilot.pk for pilot in pilots}


def test_a_successor_of_a_later_day_only_shortens_the_one_in_force(airline: Airline, approver: User) -> None:
    first = ContractFactory.create(airline=airline, active=True, rules=1)
    later = approved(airline, effective_date=airline.today() + timedelta(days=30))

    contract_activate(actor=approver, contract_id=later.pk)

    assert kinds() == ["contract.updated", "contract.activated"]
    shortened = Change.objects.get(kind=ChangeKind.CONTRACT_UPDATED)
    assert shortened.contract == first
    assert None not in {shortened.old_hash, shortened.new_hash}
    assert shortened.old_hash != shortened.new_hash


def test_a_retirement_and_an_end_by_date_are_told(airline: Airline, approver: User) -> None:
    retired = ContractFactory.create(airline=airline, active=True, rules=1, contract_type="loa")
    expired = ContractFactory.create(airline=airline, active=True, rules=1, expiration_date=date(2026, 2, 1))
    known = contract_hashes([retired.pk])[retired.pk]

    contract_retire(actor=approver, contract_id=retired.pk, reason="No longer agreed.")
    expired_contracts_supersede()

    assert kinds() == ["contract.retired", "contract.superseded"]
    first, second = Change.objects.order_by("recorded_at")
    assert (first.old_hash, first.new_hash) == (known, None)
    assert second.contract == expired
    assert second.old_hash == second.new_hash


def test_an_undone_activation_is_told_with_what_is_in_force_again(airline: Airline, approver: User) -> None:
    first = ContractFactory.create(airline=airline, active=True, rules=1)
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=first)
    second = approved(airline, effective_date=date(2026, 6, 1))
    contract_activate(actor=approver, contract_id=second.pk)
    known = Change.objects.count()

    contract_undo_activation(actor=approver, contract_id=second.pk, reason="Too early.")
    publication_refresh()

    told = list(Change.objects.order_by("position")[known:])
    assert [change.kind for change in told] == [
        "contract.activation_undone",
        "contract.activated",
        "assignment.ended",
        "assignment.started",
    ]
    undone, restored, ended, started = told
    assert (undone.contract, undone.new_hash) == (second, None)
    assert (restored.contract, restored.new_hash) == (first, published_hash(first))
    assert (ended.contract, started.contract) == (second, first)


def test_pilots_of_an_expired_contract_are_told_to_go_on(airline: Airline) -> None:
    expired = ContractFactory.create(airline=airline, active=True, rules=1, expiration_date=date(2026, 2, 1))
    pilot = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=pilot, contract=expired)
    follower = ContractFactory.create(airline=airline, active=True, rules=1, effective_date=date(2026, 2, 2))

    expired_contracts_supersede()

    assert kinds() == ["contract.superseded", "assignment.ended", "assignment.started"]
    assert Change.objects.get(kind=ChangeKind.ASSIGNMENT_STARTED).contract == follower


def test_what_is_rolled_back_is_told_to_nobody(airline: Airline, approver: User) -> None:
    ContractFactory.create(airline=airline, active=True, rules=1, effective_date=date(2026, 9, 1))
    overlapping = approved(airline, effective_date=date(2026, 3, 1), expiration_date=None)
    later = airline.today() + timedelta(days=400)
    PilotContract.objects.filter(status=Status.ACTIVE).update(effective_date=later)

    with pytest.raises(RuleBroken):
        contract_activate(actor=approver, contract_id=overlapping.pk)

    assert kinds() == []


def test_a_pilot_who_changes_his_assignment_is_told_of(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=1)
    pilot = Pilot.objects.get(user=pilot_user)

    assignment_set(actor=pilot_user, pilot=pilot, contract_id=contract.pk)
    assignment_set(actor=pilot_user, pilot=pilot, contract_id=contract.pk)
    assignment_set(actor=pilot_user, pilot=pilot, contract_id=None)

    assert kinds() == ["assignment.started", "assignment.ended"]
    known = contract_hashes([contract.pk])[contract.pk]
    hashes = Change.objects.order_by("recorded_at").values_list("old_hash", "new_hash")
    assert list(hashes) == [(None, known), (known, None)]


def test_the_law_is_told_of_when_it_is_loaded_otherwise(airline: Airline) -> None:
    law = catalogue()
    shorter = replace(law, rules=law.rules[:-1])

    law_load()
    law_load()
    first = law_hash()
    law_load(law=shorter)

    told = list(Change.objects.order_by("recorded_at").values_list("kind", "old_hash", "new_hash"))
    assert told == [("regulations.updated", None, first), ("regulations.updated", first, law_hash())]
    assert first != law_hash()


def test_hashes_are_asked_of_one_contract_alone(airline: Airline) -> None:
    """The planner writes out no other contract's rules: it finds them by the contract's index."""
    contract, _ = ContractFactory.create_batch(2, active=True, rules=1)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT content_hash FROM written_contracts WHERE contract_id = %s", [contract.pk])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert f"(id = '{contract.pk}'::uuid)" in plan  # by whichever index; beyond the aggregate it would say contract_id
    assert "(contract_id = c.id)" in plan


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET kind = 'contract.retired'",
        "UPDATE changes SET position = 7, old_hash = new_hash WHERE position IS NULL",
        "UPDATE changes SET position = position + 1, published_at = now() WHERE position IS NOT NULL",
        "UPDATE changes SET position = NULL, published_at = NULL",
        "DELETE FROM changes",
        "TRUNCATE changes CASCADE",
        "INSERT INTO changes (id, kind, position, published_at) VALUES (gen_random_uuid(), 'regulations.updated', 9, now())",
    ],
)
def test_the_feed_is_append_only(statement: str) -> None:
    law_load()
    changes_publish()
    Change.objects.create(kind=ChangeKind.REGULATIONS_UPDATED, new_hash="0" * 64)
    before = list(Change.objects.order_by("pk").values())

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would be refused for another reason
        with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic(), owning():
            cursor.execute(statement)

    assert list(Change.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_a_reader_never_misses_what_commits_late() -> None:
    """One transaction writes first and commits last. Who reads in between must still be given it, behind what he has read."""
    wrote, go_on = Event(), Event()

    def late() -> None:
        with transaction.atomic():
            Change.objects.create(kind=ChangeKind.REGULATIONS_UPDATED, new_hash="1" * 64)
            wrote.set()
            go_on.wait(10)
        connections["default"].close()

    writer = Thread(target=late)
    writer.start()
    assert wrote.wait(10)
    Change.objects.create(kind=ChangeKind.REGULATIONS_UPDATED, new_hash="2" * 64)
    changes_publish()
    seen = list(Change.objects.published().order_by("position").values_list("position", "new_hash"))
    go_on.set()
    writer.join()
    changes_publish()
    behind = Change.objects.published().filter(position__gt=seen[-1][0]).order_by("position")

    assert seen == [(1, "2" * 64)]
    assert list(behind.values_list("position", "new_hash")) == [(2, "1" * 64)]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one_order_without_gaps() -> None:
    """Writers and publishers race; a follower who asks all the while ends with every change, once, in order."""
    done = Event()
    followed: list[int] = []

    def write(count: int) -> None:
        for _ in range(count):
            with transaction.atomic():
                Change.objects.create(kind=ChangeKind.REGULATIONS_UPDATED, new_hash="3" * 64)
            with transaction.atomic():
                changes_publish()
        connections["default"].close()

    def follow() -> None:
        while True:
            last = done.is_set()
            behind = Change.objects.published().filter(position__gt=followed[-1] if followed else 0)
            followed.extend(change.position or 0 for change in behind.order_by("position")[:3])
            if last and not behind.filter(position__gt=followed[-1]).exists():
                break
        connections["default"].close()

    writers = [Thread(target=write, args=(6,)) for _ in range(3)]
    follower = Thread(target=follow)
    for thread in (*writers, follower):
        thread.start()
    for thread in writers:
        thread.join()
    changes_publish()
    done.set()
    follower.join()

    assert followed == list(range(1, 19))


def test_nothing_is_told_before_lookups_answer_by_it(airline: Airline, approver: User) -> None:
    contract = approved(airline)
    contract_activate(actor=approver, contract_id=contract.pk)

    before = Change.objects.published().count()
    changes_publish()

    assert before == 0
    assert Change.objects.published().get().new_hash == published_hash(contract)


def test_assignments_alone_are_told_without_a_refresh(
    airline: Airline, pilot_user: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    contract = ContractFactory.create(airline=airline, active=True)
    assignment_set(actor=pilot_user, pilot=Pilot.objects.get(user=pilot_user), contract_id=contract.pk)

    with django_assert_max_num_queries(8) as queries:
        changes_publish()

    assert not any("REFRESH" in query["sql"] for query in queries.captured_queries)
    assert Change.objects.published().count() == 1


def test_who_sees_what(airline: Airline, approver: User, administrator: User, service_client: ServiceClient) -> None:
    own, other = PilotFactory.create(airline=airline), PilotFactory.create(airline=airline)
    elsewhere = PilotFactory.create()
    contract = ContractFactory.create(airline=airline, active=True)
    foreign = ContractFactory.create(airline=elsewhere.airline, active=True)
    given: dict[str, dict[str, Any]] = {
        "law": {"kind": ChangeKind.REGULATIONS_UPDATED},
        "contract": {"kind": ChangeKind.CONTRACT_ACTIVATED, "airline": airline, "contract": contract},
        "own": {"kind": ChangeKind.ASSIGNMENT_STARTED, "airline": airline, "contract": contract, "pilot": own},
        "other": {"kind": ChangeKind.ASSIGNMENT_STARTED, "airline": airline, "contract": contract, "pilot": other},
        "foreign": {
            "kind": ChangeKind.CONTRACT_ACTIVATED,
            "airline": elsewhere.airline,
            "contract": foreign,
        },
    }
    names = {Change.objects.create(**fields).pk: name for name, fields in given.items()}

    def seen(caller: User | ServiceClient) -> set[str]:
        return {names[pk] for pk in Change.objects.visible_to(caller).values_list("pk", flat=True)}

    assert seen(own.user) == {"law", "contract", "own"}
    assert seen(elsewhere.user) == {"law", "foreign"}
    assert seen(approver) == {"law", "contract"}
    assert seen(administrator) == set(given)
    assert seen(service_client) == {"law", "contract", "own", "other"}
    airline.is_active = False
    airline.save(update_fields=["is_active"])
    assert seen(service_client) == {"law"}
