"""The lookup: which rules bind a pilot, who may ask, what an unchanged answer costs."""

from datetime import date, timedelta

import orjson
import pytest
from django.core.cache import cache
from django_redis import get_redis_connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, Scope, ServiceClient, User
from contracts.lifecycle import Status
from contracts.models import ContractType, PilotContract, PilotContractAssignment
from contracts.services.publication import publication_refresh
from pilots.models import Pilot
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, RuleFactory, ServiceClientFactory, UserFactory, walk

pytestmark = pytest.mark.django_db


def forget_texts() -> None:
    """As if Redis had none of the published texts."""
    redis = get_redis_connection("default")
    for key in redis.keys(cache.make_key("published:*")):
        redis.delete(key)


@pytest.fixture
def law() -> None:
    catalogue_load()


@pytest.fixture
def pilot(airline: Airline) -> Pilot:
    return PilotFactory.create(airline=airline, pilot_id="P-117")


@pytest.fixture
def agreement(airline: Airline, law: None) -> PilotContract:
    contract = ContractFactory.create(airline=airline, active=True, rules=2)
    publication_refresh()
    return contract


def test_a_pilot_reads_the_rules_of_his_airlines_agreement_then_the_law(pilot: Pilot, agreement: PilotContract) -> None:
    response = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]
    body = response.json()
    assert list(body) == ["pilot_id", "airline", "contract", "supplements", "rules"]
    assert (body["pilot_id"], body["airline"]) == ("P-117", "TST")
    assert body["contract"] == {
        "id": str(agreement.pk),
        "contract_version": agreement.contract_version,
        "title": agreement.title,
        "effective_date": "2026-01-01",
        "expiration_date": None,
    }
    assert [rule["source"] for rule in body["rules"][:3]] == ["contract", "contract", "far117"]
    assert set(body["rules"][0]) - {"contract_id"} == set(body["rules"][-1])


def test_without_a_contract_only_the_law_binds(pilot: Pilot, law: None) -> None:
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body["contract"] is None
    assert body["supplements"] == []
    assert {rule["source"] for rule in body["rules"]} == {"far117"}


def test_without_contract_and_law_the_answer_is_empty_and_valid(pilot: Pilot) -> None:
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body == {"pilot_id": "P-117", "airline": "TST", "contract": None, "supplements": [], "rules": []}


def test_letters_and_policies_come_after_the_agreement(
    pilot: Pilot, agreement: PilotContract, airline: Airline
) -> None:
    policy = ContractFactory.create(airline=airline, active=True, contract_type=ContractType.POLICY, rules=1)
    letter = ContractFactory.create(
        airline=airline, active=True, contract_type=ContractType.LETTER_OF_AGREEMENT, rules=1
    )
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/", {"source": "contract"}).json()

    assert body["contract"]["id"] == str(agreement.pk)
    assert [(part["id"], part["contract_type"]) for part in body["supplements"]] == [
        (str(letter.pk), "loa"),
        (str(policy.pk), "policy"),
    ]
    assert set(body["supplements"][0]) == {*body["contract"], "contract_type"}
    of = [rule["contract_id"] for rule in body["rules"]]
    assert of == [str(agreement.pk), str(agreement.pk), str(letter.pk), str(policy.pk)]


def _contract(airline: Airline, state: Status, first: date, last: date | None) -> PilotContract:
    contract = ContractFactory.create(airline=airline, rules=1, effective_date=first, expiration_date=last)
    walk(contract, state)
    return contract


def test_a_contract_binds_from_its_first_to_its_last_day(pilot: Pilot, airline: Airline) -> None:
    today = airline.today()
    past = _contract(airline, Status.ACTIVE, today - timedelta(days=9), today - timedelta(days=1))
    present = _contract(airline, Status.ACTIVE, today, today)
    future = _contract(airline, Status.ACTIVE, today + timedelta(days=1), None)
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body["contract"]["id"] == str(present.pk)
    assert not {str(past.pk), str(future.pk)} & {rule["contract_id"] for rule in body["rules"]}


def test_the_day_is_the_one_at_the_airline() -> None:
    ahead = PilotFactory.create(airline__time_zone="Pacific/Kiritimati")
    behind = PilotFactory.create(airline__time_zone="Etc/GMT+12")
    first_day = ahead.airline.today()
    for pilot in (ahead, behind):
        _contract(pilot.airline, Status.ACTIVE, first_day, None)
    publication_refresh()

    bodies = [calling_as(who.user).get(f"/api/v1/pilots/{who.pilot_id}/rules/").json() for who in (ahead, behind)]

    assert [body["contract"] is not None for body in bodies] == [True, False]


def test_the_assigned_contract_comes_before_the_airlines(pilot: Pilot, airline: Airline) -> None:
    assigned = _contract(airline, Status.ACTIVE, date(2026, 1, 1), None)
    PilotContractAssignment.objects.create(pilot=pilot, contract=assigned)
    PilotContract.objects.filter(pk=assigned.pk).update(status=Status.SUPERSEDED)
    newer = _contract(airline, Status.ACTIVE, date(2026, 1, 1), None)
    colleague = PilotFactory.create(airline=airline)
    publication_refresh()

    bodies = [calling_as(who.user).get(f"/api/v1/pilots/{who.pilot_id}/rules/").json() for who in (pilot, colleague)]

    assert [body["contract"]["id"] for body in bodies] == [str(assigned.pk), str(newer.pk)]


def test_an_assigned_contract_that_is_not_in_force_gives_way(pilot: Pilot, airline: Airline) -> None:
    over = _contract(airline, Status.ACTIVE, date(2025, 1, 1), date(2025, 12, 31))
    PilotContractAssignment.objects.create(pilot=pilot, contract=over)
    present = _contract(airline, Status.ACTIVE, date(2026, 1, 1), None)
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body["contract"]["id"] == str(present.pk)


def test_a_superseded_contract_gives_way_to_the_active_one_of_the_same_days(pilot: Pilot, airline: Airline) -> None:
    replaced = _contract(airline, Status.SUPERSEDED, date(2026, 2, 1), None)
    active = _contract(airline, Status.ACTIVE, date(2026, 1, 1), None)
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body["contract"]["id"] == str(active.pk)
    assert str(replaced.pk) not in {rule["contract_id"] for rule in body["rules"]}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"category": "rest"}, {("contract", "rest", False)}),
        ({"hard": "false"}, {("contract", "rest", False)}),
        ({"hard": "true", "source": "contract"}, {("contract", "duty", True)}),
        ({"source": "contract", "category": "rest", "hard": "true"}, set()),
    ],
)
def test_filters_keep_what_they_say(
    pilot: Pilot, airline: Airline, asked: dict[str, str], expected: set[tuple[str, str, bool]]
) -> None:
    contract = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=contract, accepted=True)
    RuleFactory.create(contract=contract, accepted=True, category="rest", is_hard_constraint=False)
    walk(contract, Status.ACTIVE)
    publication_refresh()

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/", asked).json()

    assert body["contract"]["id"] == str(contract.pk)
    assert {(rule["source"], rule["category"], rule["is_hard_constraint"]) for rule in body["rules"]} == expected


def test_filtering_by_all_sources_one_by_one_gives_all_rules(pilot: Pilot, agreement: PilotContract) -> None:
    client = calling_as(pilot.user)
    whole = client.get("/api/v1/pilots/P-117/rules/").json()["rules"]

    parts = [
        rule
        for source in ("contract", "far117")
        for rule in client.get("/api/v1/pilots/P-117/rules/", {"source": source}).json()["rules"]
    ]

    assert parts == whole


@pytest.mark.parametrize("asked", [{"category": "nonsense"}, {"hard": "perhaps"}, {"source": "x"}, {"colour": "blue"}])
def test_other_filters_are_refused(pilot: Pilot, asked: dict[str, str]) -> None:
    response = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/", asked)

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"/{next(iter(asked))}"


def test_an_unchanged_answer_is_not_sent_again(pilot: Pilot, agreement: PilotContract) -> None:
    client = calling_as(pilot.user)
    first = client.get("/api/v1/pilots/P-117/rules/")

    known = {header: client.get("/api/v1/pilots/P-117/rules/", headers={"If-None-Match": header}) for header in (
        first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"
    )}  # fmt: skip
    other = client.get("/api/v1/pilots/P-117/rules/", headers={"If-None-Match": '"other"'})

    assert {response.status_code for response in known.values()} == {304}
    assert {response.content for response in known.values()} == {b""}
    assert {response["ETag"] for response in known.values()} == {first["ETag"]}
    assert all("Content-Type" not in response for response in known.values())
    assert (other.status_code, other.content) == (200, first.content)


def test_the_tag_differs_by_pilot_filter_rules_and_law(
    pilot: Pilot, agreement: PilotContract, airline: Airline
) -> None:
    client, address = calling_as(pilot.user), "/api/v1/pilots/P-117/rules/"
    other = PilotFactory.create(airline=airline)
    tags = [
        client.get(address)["ETag"],
        client.get(address, {"hard": "true"})["ETag"],
        client.get(address, {"source": "contract"})["ETag"],
        calling_as(other.user).get(f"/api/v1/pilots/{other.pilot_id}/rules/")["ETag"],
    ]
    again = client.get(address)["ETag"]

    PilotContract.objects.filter(pk=agreement.pk).update(title="Another title")
    publication_refresh()
    tags.append(client.get(address)["ETag"])
    PilotContract.objects.filter(pk=agreement.pk).update(status=Status.RETIRED)
    publication_refresh()
    tags.append(client.get(address)["ETag"])

    assert again == tags[0]
    assert len(set(tags)) == len(tags)


def test_a_refresh_that_changes_nothing_keeps_the_tag(pilot: Pilot, agreement: PilotContract) -> None:
    client = calling_as(pilot.user)
    first = client.get("/api/v1/pilots/P-117/rules/")

    publication_refresh()

    assert client.get("/api/v1/pilots/P-117/rules/", headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("asked", [{}, {"category": "duty"}])
def test_a_lookup_costs_two_queries_besides_authentication_and_one_more_without_a_copy_in_redis(
    pilot: Pilot, agreement: PilotContract, django_assert_num_queries: DjangoAssertNumQueries, asked: dict[str, str]
) -> None:
    client, address = calling_as(pilot.user), "/api/v1/pilots/P-117/rules/"
    with django_assert_num_queries(3):
        first = client.get(address, asked)

    with django_assert_num_queries(3):
        second = client.get(address, asked, headers={"If-None-Match": first["ETag"]})
    forget_texts()
    with django_assert_num_queries(4):
        third = client.get(address, asked)

    assert (first.status_code, second.status_code, third.content) == (200, 304, first.content)


def test_more_contracts_and_rules_cost_no_more_queries(
    pilot: Pilot, agreement: PilotContract, airline: Airline, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in (ContractType.LETTER_OF_AGREEMENT, ContractType.POLICY):
        ContractFactory.create(airline=airline, active=True, contract_type=kind, rules=5)
    publication_refresh()
    client = calling_as(pilot.user)

    with django_assert_num_queries(3):
        response = client.get("/api/v1/pilots/P-117/rules/", {"source": "contract"})

    assert len(response.json()["rules"]) == 12


def test_a_client_of_the_airline_reads_any_of_its_pilots(
    pilot: Pilot, agreement: PilotContract, service_client: ServiceClient
) -> None:
    mine = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/")

    response = calling_as(service_client).get("/api/v1/pilots/P-117/rules/")

    assert response.status_code == 200
    assert (response.content, response["ETag"]) == (mine.content, mine["ETag"])


def test_nobody_else_reads_a_pilots_rules(
    pilot: Pilot, agreement: PilotContract, airline: Airline, approver: User, administrator: User
) -> None:
    strangers: dict[str, User | ServiceClient] = {
        "colleague": PilotFactory.create(airline=airline).user,
        "pilot elsewhere": PilotFactory.create().user,
        "person": UserFactory.create(),
        "approver": approver,
        "administrator": administrator,
        "client elsewhere": ServiceClientFactory.create(airlines=[PilotFactory.create().airline]),
        "client of none": ServiceClientFactory.create(),
    }
    scopeless = ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value])

    answers = {name: calling_as(who).get("/api/v1/pilots/P-117/rules/") for name, who in strangers.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(strangers, 404)
    nobody = calling_as(approver).get("/api/v1/pilots/P-118/rules/")
    assert nobody.status_code == 404
    assert nobody.json()["detail"] == answers["approver"].json()["detail"]
    assert calling_as(scopeless).get("/api/v1/pilots/P-117/rules/").status_code == 403
    assert calling_as(None).get("/api/v1/pilots/P-117/rules/").status_code == 401


def test_the_answer_is_valid_json_whatever_a_contract_says(pilot: Pilot, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, title='A "quoted", {braced} title \\ é 💺')
    RuleFactory.create(contract=contract, accepted=True, rule_text='"],[{},\n')
    walk(contract, Status.ACTIVE)
    publication_refresh()

    response = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/")

    body = orjson.loads(response.content)
    assert body["contract"]["title"] == 'A "quoted", {braced} title \\ é 💺'
    assert body["rules"][0]["rule_text"] == '"],[{},\n'
