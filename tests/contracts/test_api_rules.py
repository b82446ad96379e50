"""Rules over the API: search, batch, decisions; and a pilot's assignment."""

from datetime import date

import pytest

from accounts.models import Airline, ServiceClient, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.lifecycle import Status
from contracts.models import ContractRule, ContractType, PilotContract, PilotContractAssignment, RuleCorrection
from pilots.models import Pilot
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory, walk

pytestmark = pytest.mark.django_db
RULES = "/api/v1/rules/"


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """An agreement in force with a duty rule, a rest rule and a rejected proposal."""
    found = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=found, accepted=True, title="Duty", rule_id="A")
    RuleFactory.create(
        contract=found,
        accepted=True,
        title="Rest (100 % of it)",
        rule_text="A Pilot rests; rest_ is *his*.",
        category="rest",
        is_hard_constraint=False,
        rule_id="B",
    )
    RuleFactory.create(contract=found, rejected=True, title="Duty, misread", rule_id="C")
    walk(found, Status.ACTIVE)
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"A", "B"}),
        ({"q": "DUTY"}, {"A"}),
        ({"q": "rest_"}, {"B"}),
        ({"q": "is *his*."}, {"B"}),
        ({"q": "(100 % of"}, {"B"}),
        ({"q": ".*"}, set()),
        ({"q": "\\"}, set()),
        ({"category": "rest"}, {"B"}),
        ({"hard": "true"}, {"A"}),
        ({"hard": "false", "q": "duty"}, set()),
        ({"airline": "TST"}, {"A", "B"}),
        ({"as_of": "2026-01-01"}, {"A", "B"}),
        ({"as_of": "2025-12-31"}, set()),
    ],
)
def test_search_finds_binding_rules_in_force_by_words_and_filters(
    contract: PilotContract, pilot_user: User, asked: dict[str, str], expected: set[str]
) -> None:
    response = calling_as(pilot_user).get(RULES, asked)

    assert response.status_code == 200
    assert {rule["rule_id"] for rule in response.json()["results"]} == expected


def test_search_keeps_to_the_callers_airlines(contract: PilotContract, service_client: ServiceClient) -> None:
    elsewhere = PilotFactory.create()
    other = ContractFactory.create(airline=elsewhere.airline, active=True, rules=1)

    by_pilot = calling_as(elsewhere.user).get(RULES).json()["results"]
    by_client = calling_as(service_client).get(RULES).json()["results"]
    unknown = calling_as(service_client).get(RULES, {"airline": elsewhere.airline.code})

    assert {rule["contract_id"] for rule in by_pilot} == {str(other.pk)}
    assert {rule["contract_id"] for rule in by_client} == {str(contract.pk)}
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "asked", [{"category": "x"}, {"hard": "x"}, {"as_of": "x"}, {"airline": "x"}, {"x": "x"}, {"q": "a\0"}]
)
def test_other_searches_are_refused(pilot_user: User, asked: dict[str, str]) -> None:
    response = calling_as(pilot_user).get(RULES, asked)

    assert response.status_code == 400


def test_a_batch_answers_in_the_order_asked_and_names_what_is_missing(
    contract: PilotContract, pilot_user: User
) -> None:
    duty, rest, rejected = contract.rules.order_by("rule_id")
    elsewhere = RuleFactory.create(accepted=True)
    asked = [str(rest.pk), str(duty.pk), str(rest.pk), str(rejected.pk), str(elsewhere.pk)]

    answer = calling_as(pilot_user).post(f"{RULES}batch/", {"ids": asked}, format="json").json()

    assert [rule["rule_id"] for rule in answer["results"]] == ["B", "A"]
    assert answer["missing"] == [str(rejected.pk), str(elsewhere.pk)]


@pytest.mark.parametrize("ids", [[], ["x"], "x", ["00000000-0000-0000-0000-000000000000"] * 201, None])
def test_other_batches_are_refused(pilot_user: User, ids: object) -> None:
    response = calling_as(pilot_user).post(f"{RULES}batch/", {"ids": ids}, format="json")

    assert response.status_code == 400


def test_a_correction_is_kept_field_by_field(airline: Airline, approver: User) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(airline=airline))
    walk(rule.contract, Status.IN_REVIEW)
    changes = {
        "title": "Duty period at most 13 hours",
        "predicate": {
            "metric": "duty_period",
            "operator": "<=",
            "value": 13,
            "unit": "hours",
            "period": "duty period",
        },
    }

    response = calling_as(approver).post(
        f"{RULES}{rule.pk}/correct/", {"changes": changes, "reason": "Misread.", "version": 1}, format="json"
    )

    assert response.status_code == 200, response.content
    assert response.json()["predicate"]["value"] == 13
    assert response.json()["version"] == 2
    assert set(RuleCorrection.objects.values_list("field", flat=True)) == {"title", "value", "metric"}
    assert AuditEntry.objects.get(event=AuditEvent.RULE_CORRECTED).actor == approver


def test_a_rule_may_lose_its_predicate_by_correction(airline: Airline, approver: User) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(airline=airline))
    walk(rule.contract, Status.IN_REVIEW)

    response = calling_as(approver).post(f"{RULES}{rule.pk}/correct/", {"changes": {"predicate": None}}, format="json")

    assert response.json()["predicate"] is None


PREDICATE = {"metric": "duty_period", "operator": "<=", "value": 13, "unit": "hours", "period": "duty period"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"changes": {}}, 422),
        ({"changes": {"title": "Duty period at most 14 hours"}}, 422),
        ({"changes": {"decision": "accepted"}}, 400),
        ({"changes": {"category": "nonsense"}}, 400),
        ({"changes": {"title": "x" * 301}}, 400),
        ({"changes": {"predicate": {"metric": "x"}}}, 400),
        ({"changes": {"predicate": PREDICATE | {"metric": "length_of_string"}}}, 400),
        ({"changes": {"predicate": PREDICATE | {"unit": "fortnights"}}}, 400),
        ({"changes": {"applies_to": {"fleet": ["\0"]}}}, 400),
        ({"changes": {"weight": 2}}, 400),
        ({"changes": {"title": "Other"}, "version": 7}, 409),
    ],
)
def test_other_corrections_are_refused_and_change_nothing(
    airline: Airline, approver: User, body: dict[str, object], status: int
) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(airline=airline))
    walk(rule.contract, Status.IN_REVIEW)
    before = ContractRule.objects.filter(pk=rule.pk).values().get()

    response = calling_as(approver).post(f"{RULES}{rule.pk}/correct/", body, format="json")

    assert response.status_code == status, response.content
    assert ContractRule.objects.filter(pk=rule.pk).values().get() == before
    assert not RuleCorrection.objects.exists()


ASSIGNMENT = "/api/v1/pilots/me/assignment/"


def test_a_pilot_chooses_his_agreement_and_lets_go_of_it(contract: PilotContract, airline: Airline) -> None:
    pilot = PilotFactory.create(airline=airline)
    client = calling_as(pilot.user)

    chosen = client.put(ASSIGNMENT, {"contract": str(contract.pk)}, format="json")
    again = client.put(ASSIGNMENT, {"contract": str(contract.pk)}, format="json")
    none = client.put(ASSIGNMENT, {"contract": None}, format="json")

    assert chosen.json()["contract"]["id"] == str(contract.pk)
    assert again.json() == chosen.json()
    assert none.json() == {"contract": None, "assigned_at": None}
    assert PilotContractAssignment.objects.filter(pilot=pilot).count() == 1
    assert not PilotContractAssignment.objects.filter(ended_at__isnull=True).exists()
    assert AuditEntry.objects.filter(event=AuditEvent.PILOT_ASSIGNED, object_pk=str(pilot.pk)).count() == 2


def test_only_an_active_agreement_of_the_own_airline_is_assigned(airline: Airline) -> None:
    pilot = PilotFactory.create(airline=airline)
    client = calling_as(pilot.user)
    agreements = {
        "letter": ContractFactory.create(airline=airline, active=True, contract_type=ContractType.LETTER_OF_AGREEMENT),
        "superseded": ContractFactory.create(
            airline=airline, superseded=True, effective_date=date(2025, 1, 1), expiration_date=date(2025, 12, 31)
        ),
        "draft": ContractFactory.create(airline=airline),
        "elsewhere": ContractFactory.create(active=True),
        "own elsewhere": ContractFactory.create(uploaded_by=pilot.user, active=True),
    }

    statuses = {
        name: client.put(ASSIGNMENT, {"contract": str(agreement.pk)}, format="json").status_code
        for name, agreement in agreements.items()
    }

    assert statuses == {"letter": 422, "superseded": 409, "draft": 404, "elsewhere": 404, "own elsewhere": 422}
    assert not PilotContractAssignment.objects.exists()


def test_who_is_no_pilot_has_no_assignment(contract: PilotContract, service_client: ServiceClient) -> None:
    body = {"contract": str(contract.pk)}

    person = calling_as(UserFactory.create()).put(ASSIGNMENT, body, format="json")
    program = calling_as(service_client).put(ASSIGNMENT, body, format="json")

    assert (person.status_code, program.status_code) == (404, 403)
    assert not Pilot.objects.exists()


@pytest.mark.parametrize("address", ["/api/v1/contracts/{contract}/rules/", RULES, RULES + "{rule}/"])
def test_rules_that_the_caller_has_are_not_sent_again(
    contract: PilotContract, airline: Airline, pilot_user: User, address: str
) -> None:
    client = calling_as(pilot_user)
    address = address.format(contract=contract.pk, rule=contract.rules.get(rule_id="A").pk)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    other = client.get(address, headers={"If-None-Match": '"another"'})

    assert first["ETag"].startswith('"')
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (other.status_code, other.content) == (200, first.content)


def test_a_rule_that_was_decided_on_has_another_tag(airline: Airline, approver: User) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(airline=airline))
    walk(rule.contract, Status.IN_REVIEW)
    client, address = calling_as(approver), f"{RULES}{rule.pk}/"
    before = client.get(address)["ETag"]

    client.post(f"{address}accept/", {}, format="json")

    assert client.get(address, headers={"If-None-Match": before}).status_code == 200
