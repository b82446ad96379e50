"""The lookup that asks Redis alone: the same answers, to the same people, until the moment that something changes."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.facts import callers_read, session_subject
from accounts.models import Airline, Role, Scope, ServiceClient, User
from accounts.services.clients import client_update
from accounts.services.ending import sessions_end_of_everybody, sessions_end_of_person
from accounts.services.people import airline_update, user_update
from accounts.services.sessions import session_revoke
from config import facts
from config.thin_redis import command
from contracts.api import quick
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.publication import counting
from contracts.publication.prepared import Memory, prepare
from contracts.services.assignments import assignment_set
from contracts.services.lifecycle import contract_activate, contract_retire
from contracts.services.publication import lookups_warm, publication_refresh
from pilots.models import Pilot
from regulations.far117.loading import catalogue
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.config.test_facts import in_a_thread, new_line
from tests.factories import ContractFactory, PilotFactory, ServiceClientFactory, UserFactory, walk

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/v1/pilots/P-117/rules/"


@pytest.fixture(autouse=True)
def _as_if_just_started(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    new_line()
    monkeypatch.setattr(quick, "memory", Memory())
    monkeypatch.setattr(facts, "GENERATION_SECONDS", 3600.0)
    yield
    new_line()


@pytest.fixture
def pilot(airline: Airline) -> Pilot:
    catalogue_load()
    return PilotFactory.create(airline=airline, pilot_id="P-117")


@pytest.fixture
def agreement(airline: Airline, pilot: Pilot) -> PilotContract:
    contract = ContractFactory.create(airline=airline, active=True, rules=2)
    publication_refresh()
    return contract


def warmed(client: APIClient, address: str = ADDRESS) -> APIClient:
    """After the requests that let Redis and the process know what they need."""
    for _ in range(3):
        client.get(address)
    return client


def queries(client: APIClient, **headers: str) -> tuple[int, Any]:
    """How many queries the answer cost, and the answer."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(ADDRESS, headers=headers)
    return len(captured), answer


def usual(client: APIClient) -> Any:
    """The answer of the usual way, which an unusual Accept header leads to."""
    return client.get(ADDRESS, headers={"Accept": "application/json;q=0.9"})


@pytest.mark.parametrize("who", ["pilot", "client"])
def test_the_quick_answer_is_the_usual_one_and_asks_postgresql_nothing(
    pilot: Pilot, agreement: PilotContract, service_client: ServiceClient, who: str
) -> None:
    client = warmed(calling_as(pilot.user if who == "pilot" else service_client))

    cost, answer = queries(client)
    unchanged_cost, unchanged = queries(client, **{"If-None-Match": answer["ETag"]})
    expected = usual(client)

    assert (cost, unchanged_cost) == (0, 0)
    assert (answer.status_code, unchanged.status_code, unchanged.content) == (200, 304, b"")
    assert answer.content == expected.content
    for header in ("Content-Type", "ETag", "Cache-Control", "Vary"):
        assert answer[header] == expected[header]
    assert unchanged["ETag"] == answer["ETag"]
    assert "Content-Type" not in unchanged


def test_gzip_is_the_same_answer_under_a_tag_of_its_own(pilot: Pilot, agreement: PilotContract) -> None:
    client = warmed(calling_as(pilot.user))
    plain = client.get(ADDRESS)

    zipped = client.get(ADDRESS, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    refused = client.get(ADDRESS, headers={"Accept-Encoding": "gzip;q=0"})
    known = [
        client.get(ADDRESS, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
        for tag in (plain["ETag"], zipped["ETag"])
    ]

    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["ETag"] != plain["ETag"]
    assert "Content-Encoding" not in refused
    assert [answer.status_code for answer in known] == [304, 304]
    assert usual(client).status_code == 200


def test_nobody_is_let_in_who_would_not_be_otherwise(
    pilot: Pilot, agreement: PilotContract, airline: Airline, administrator: User, approver: User
) -> None:
    strangers: dict[str, User | ServiceClient | None] = {
        "colleague": PilotFactory.create(airline=airline).user,
        "person": UserFactory.create(),
        "approver": approver,
        "administrator": administrator,
        "client elsewhere": ServiceClientFactory.create(airlines=[PilotFactory.create().airline]),
        "client of none": ServiceClientFactory.create(),
        "client without the scope": ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value]),
        "nobody": None,
    }
    warmed(calling_as(pilot.user))

    answers = {name: warmed(calling_as(who)).get(ADDRESS).status_code for name, who in strangers.items()}

    assert answers == dict.fromkeys(strangers, 404) | {"client without the scope": 403, "nobody": 401}


def test_an_ended_session_is_over_at_the_next_request(pilot: Pilot, agreement: PilotContract) -> None:
    client = warmed(calling_as(pilot.user))

    session_revoke(actor=pilot.user, session_id=pilot.user.sessions.get().pk)

    assert client.get(ADDRESS).status_code == 401


@pytest.mark.parametrize("who", ["person", "everybody"])
def test_what_an_administrator_ended_is_over_at_the_next_request(
    pilot: Pilot, agreement: PilotContract, administrator: User, service_client: ServiceClient, who: str
) -> None:
    client, program = warmed(calling_as(pilot.user)), warmed(calling_as(service_client))

    if who == "person":
        sessions_end_of_person(actor=administrator, user=pilot.user, reason="A stolen phone.")
    else:
        sessions_end_of_everybody(actor=administrator, reason="A leak.")

    assert client.get(ADDRESS).status_code == 401
    assert queries(program)[1].status_code == 200


def test_what_is_known_of_a_sign_in_is_read_again_before_it_could_be_idle(
    pilot: Pilot, agreement: PilotContract, settings: Settings
) -> None:
    settings.SESSION_IDLE_MINUTES, settings.STAFF_SESSION_IDLE_MINUTES = 20, 10
    client = warmed(calling_as(pilot.user))
    cost, answer = queries(client)
    subject = session_subject(pilot.user.sessions.get().pk).encode()

    line = facts._line()
    (seconds,) = line.connection.ask(command(b"TTL", line.prefix + subject), 1)
    (fact,) = callers_read([subject]).values()

    assert (cost, answer.status_code) == (0, 200)
    assert isinstance(seconds, int)
    assert 0 < seconds <= 10 * 60
    assert float(fact.split()[1]) == pilot.user.sessions.get().ends_at.timestamp()


def test_of_a_sign_in_that_lay_unused_nothing_is_known(pilot: Pilot, agreement: PilotContract) -> None:
    client = calling_as(pilot.user)
    pilot.user.sessions.update(last_used_at=timezone.now() - timedelta(hours=5))

    assert client.get(ADDRESS).status_code == 401
    assert callers_read([session_subject(pilot.user.sessions.get().pk).encode()]) == {}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.APPROVER}])
def test_a_closed_account_and_another_role_hold_from_the_next_request(
    pilot: Pilot, agreement: PilotContract, administrator: User, change: dict[str, object]
) -> None:
    client = warmed(calling_as(pilot.user))

    user_update(actor=administrator, user=pilot.user, changes=change)

    assert client.get(ADDRESS).status_code == 401


def test_what_a_client_may_do_holds_from_the_next_request(
    pilot: Pilot, agreement: PilotContract, service_client: ServiceClient, administrator: User, airline: Airline
) -> None:
    client, found = warmed(calling_as(service_client)), []
    elsewhere = PilotFactory.create().airline
    changes: list[tuple[dict[str, object], list[Airline]]] = [
        ({}, [elsewhere]),
        ({"scopes": [Scope.VALIDATE.value]}, [airline]),
        ({"is_active": False}, [airline]),
    ]

    for fields, airlines in changes:
        client_update(actor=administrator, client=service_client, changes=fields, airlines=airlines)
        found.append(client.get(ADDRESS).status_code)
        client_update(
            actor=administrator,
            client=service_client,
            changes={"scopes": [Scope.RULES_READ.value], "is_active": True},
            airlines=[airline],
        )
        found.append(warmed(client).get(ADDRESS).status_code)

    assert found == [404, 200, 403, 200, 401, 200]


def test_an_assignment_holds_from_the_next_request(pilot: Pilot, agreement: PilotContract, airline: Airline) -> None:
    other = ContractFactory.create(
        airline=airline, rules=1, effective_date=date(2025, 1, 1), expiration_date=date(2025, 12, 31)
    )
    walk(other, Status.ACTIVE)
    client = warmed(calling_as(pilot.user))

    assignment_set(actor=pilot.user, pilot=pilot, contract_id=agreement.pk)
    assigned = client.get(ADDRESS)
    warmed(client)
    assignment_set(actor=pilot.user, pilot=pilot, contract_id=None)

    assert assigned.json()["contract"]["id"] == str(agreement.pk)
    assert queries(client)[0] > 0
    assert queries(warmed(client))[0] == 0


def test_an_activation_holds_from_the_next_request_and_is_quick_again_once_published(
    pilot: Pilot, agreement: PilotContract, airline: Airline, approver: User
) -> None:
    following = ContractFactory.create(airline=airline, approved=True, rules=1, effective_date=airline.today())
    client = warmed(calling_as(pilot.user))

    contract_activate(actor=approver, contract_id=following.pk)
    behind = client.get(ADDRESS)
    publication_refresh()
    cost, after = queries(warmed(client))

    assert behind.json()["contract"]["id"] == str(following.pk)
    assert behind["X-Publication"] == "behind"
    assert "X-Publication" not in after
    assert (cost, after.content) == (0, behind.content)


def test_nothing_is_answered_from_memory_while_a_change_is_under_way(
    pilot: Pilot, agreement: PilotContract, approver: User
) -> None:
    client = warmed(calling_as(pilot.user))
    elsewhere: list[tuple[int, Any]] = []

    with transaction.atomic():
        contract_retire(actor=approver, contract_id=agreement.pk, reason="Over.")
        in_a_thread(lambda: elsewhere.extend([queries(client), queries(client)]))
    after = client.get(ADDRESS)

    assert [cost > 0 for cost, _ in elsewhere] == [True, True]
    assert {answer.json()["contract"]["id"] for _, answer in elsewhere} == {str(agreement.pk)}
    assert after.json()["contract"] is None


def test_a_process_that_pauses_between_version_and_body_keeps_nothing_wrong(
    pilot: Pilot, agreement: PilotContract, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = calling_as(pilot.user)
    client.get(ADDRESS)

    def pausing(*given: Any) -> Any:
        found = prepare(*given)
        contract_retire(actor=approver, contract_id=agreement.pk, reason="Over.")
        return found

    monkeypatch.setattr(quick, "prepare", pausing)
    client.get(ADDRESS)
    monkeypatch.setattr(quick, "prepare", prepare)

    assert client.get(ADDRESS).json()["contract"] is None


def test_another_law_and_another_time_zone_hold_from_the_next_request(
    pilot: Pilot, agreement: PilotContract, administrator: User, airline: Airline
) -> None:
    client, law = warmed(calling_as(pilot.user)), catalogue()
    renamed = replace(law.rules[0], title="Renamed")

    catalogue_load(law=replace(law, rules=(renamed, *law.rules[1:])))
    rules = client.get(ADDRESS).json()["rules"]
    publication_refresh()
    warmed(client)
    airline_update(actor=administrator, airline=airline, changes={"code": "NEW"})

    assert "Renamed" in {rule["title"] for rule in rules}
    assert client.get(ADDRESS).json()["airline"] == "NEW"


def test_without_redis_the_answer_comes_from_postgresql(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = warmed(calling_as(pilot.user))
    right = client.get(ADDRESS)
    new_line()
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")

    cost, answer = queries(client)

    assert cost > 0
    assert (answer.status_code, answer.content) == (200, right.content)


def test_both_ways_count_towards_one_limit(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = calling_as(pilot.user)
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "person", "7/h")

    ways: list[Callable[[], Any]] = [lambda: client.get(ADDRESS), lambda: usual(client)]
    statuses = [ways[number % 2]().status_code for number in range(9)]

    assert statuses == [200] * 7 + [429] * 2
    assert int(client.get(ADDRESS)["Retry-After"]) > 0


def test_an_ended_session_spends_nothing_of_its_owners_limit(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen, own = calling_as(pilot.user), calling_as(pilot.user)
    warmed(stolen)
    session_revoke(actor=pilot.user, session_id=pilot.user.sessions.earliest("created_at").pk)
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "person", "3/h")

    refused = {stolen.get(ADDRESS).status_code for _ in range(5)}

    assert refused == {401}
    assert [own.get(ADDRESS).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_quick_answers_are_counted_as_uses(pilot: Pilot, agreement: PilotContract) -> None:
    client = warmed(calling_as(pilot.user))
    counting.uses.hand_over()

    for _ in range(2):
        client.get(ADDRESS)
    counted = {contract for _, contract, _ in counting.uses._counts}

    assert counting.uses.hand_over() == 2
    assert counted == {agreement.pk}


def test_warming_lets_the_first_question_be_quick(
    pilot: Pilot, agreement: PilotContract, airline: Airline, service_client: ServiceClient
) -> None:
    PilotFactory.create(airline=airline, pilot_id="P-118")
    client = warmed(calling_as(service_client))

    count = lookups_warm()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/api/v1/pilots/P-118/rules/")

    assert (count, answer.status_code, len(captured)) == (2, 200, 0)


def test_memory_is_bounded_and_begins_anew_under_another_word(pilot: Pilot, agreement: PilotContract) -> None:
    found = prepare(str(pilot.airline_id).encode(), None)
    assert found is not None
    place, day, answer = found
    small = Memory(maximum_bytes=answer.size * 2)
    here = str(pilot.airline_id).encode()

    for number in range(5):
        small.keep(b"one", here, b"%d" % number, day, place, answer)
    left = [number for number in range(5) if small.answer(b"one", here, b"%d" % number)]
    small.keep(b"two", here, b"-", day, place, answer)

    assert left == [3, 4]
    assert small.answer(b"one", here, b"4") is None
    assert small.answer(b"two", here, b"4") is None
    assert small.answer(b"two", here, b"-") is not None
