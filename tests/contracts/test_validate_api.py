"""Validation over the API: who may ask, what an answer rests on, many at once, exact query counts."""

import logging
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries
from rest_framework.settings import api_settings

from accounts.models import Airline, Scope, ServiceClient, User
from audit.models import AuditEntry
from contracts.api.validation_schema import ANSWER, DOCUMENT
from contracts.lifecycle import Status
from contracts.models import ContractType, PilotContract
from contracts.publication import binding
from contracts.services.publication import publication_refresh
from pilots.models import Pilot
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.contracts.validated import Json, broken, day_trip, duty, open_rules, pairing
from tests.factories import (
    ContractFactory,
    PilotFactory,
    RuleFactory,
    ServiceClientFactory,
    UserFactory,
    grant_review,
    walk,
)

pytestmark = pytest.mark.django_db
VALIDATE = "/api/v1/pilots/P-117/validate/"
LONG = pairing(duty(2, "06:00", "20:30"))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    binding.forget()


@pytest.fixture
def pilot(airline: Airline) -> Pilot:
    return PilotFactory.create(airline=airline, pilot_id="P-117")


def contract_with(airline: Airline, *rules: Json, **terms: Any) -> PilotContract:
    """An active contract with these rules, published."""
    contract = ContractFactory.create(airline=airline, **terms)
    for rule in rules:
        RuleFactory.create(contract=contract, accepted=True, **{"period": None, **rule})
    walk(contract, Status.ACTIVE)
    contract.refresh_from_db()
    publication_refresh()
    return contract


@pytest.fixture
def agreement(airline: Airline, pilot: Pilot) -> PilotContract:
    catalogue_load()
    return contract_with(airline, {"metric": "duty_period", "value": Decimal(14), "rule_id": "10-b"})


def validate(caller: User | ServiceClient | None, document: object, query: str = "") -> Any:
    return calling_as(caller).post(f"{VALIDATE}{query}", document, format="json")


def test_a_pilot_has_his_own_judged(pilot: Pilot, agreement: PilotContract) -> None:
    answered = validate(pilot.user, {"pairings": [day_trip(2), LONG]})

    assert answered.status_code == 200
    assert answered["Content-Type"] == "application/json"
    assert broken(answered.json()) == [("10-b", "/pairings/1/duty_periods/0")]
    assert answered.json()["pack"]["contract_version"] == agreement.contract_version


def test_who_may_ask(airline: Airline, pilot: Pilot, agreement: PilotContract, administrator: User) -> None:
    other = ServiceClientFactory.create(airlines=[PilotFactory.create().airline])
    approver = UserFactory.create(approver=True)
    grant_review(approver, airline)
    callers: list[tuple[User | ServiceClient | None, int]] = [
        (pilot.user, 200),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value]), 200),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.RULES_READ.value]), 403),
        (PilotFactory.create(airline=airline).user, 404),
        (other, 404),
        (approver, 404),
        (administrator, 404),
        (None, 401),
    ]

    answers = [validate(caller, {"pairings": [LONG]}) for caller, _ in callers]

    assert [answer.status_code for answer in answers] == [expected for _, expected in callers]
    assert all(answer["Content-Type"] == "application/problem+json" for answer in answers if answer.status_code != 200)


def test_without_a_contract_the_law_alone_is_judged(pilot: Pilot) -> None:
    publication_refresh()

    answered = validate(pilot.user, {"pairings": [LONG]}).json()

    assert answered["pack"] | {"etag": ""} == {"contract_version": None, "etag": "", "rules": 0, "untested": 0}
    assert answered["verdict"] == "valid"


def test_letters_bind_beside_the_agreement(airline: Airline, pilot: Pilot, agreement: PilotContract) -> None:
    contract_with(
        airline,
        {"metric": "duty_period", "value": Decimal(12), "rule_id": "10-b"},
        contract_type=ContractType.LETTER_OF_AGREEMENT,
    )

    answered = validate(pilot.user, {"pairings": [LONG]}).json()

    assert [one["rule_id"] for one in answered["violations"]] == ["10-b", "10-b#2"]


def test_the_pilots_seat_and_base_decide_which_rules_are_his(airline: Airline, pilot: Pilot) -> None:
    rules: list[Json] = [
        {"metric": "duty_period", "rule_id": "captains", "applies_to": {"seat": ["captain"]}},
        {"metric": "duty_period", "rule_id": "his base", "applies_to": {"base": ["SEA"]}},
        {"metric": "duty_period", "rule_id": "reserve", "applies_to": {"status": ["reserve"]}},
    ]
    contract_with(airline, *rules)

    answered = validate(pilot.user, {"pairings": [LONG]}).json()

    assert broken(answered) == [("his base", "/pairings/0/duty_periods/0")]
    assert open_rules(answered) == {"reserve"}


def test_the_etag_names_the_rules_and_changes_with_them(
    airline: Airline, pilot: Pilot, agreement: PilotContract
) -> None:
    colleague = PilotFactory.create(airline=airline)
    client = ServiceClientFactory.create(airlines=[airline])

    def etag(pilot_id: str) -> str:
        answered = calling_as(client).post(f"/api/v1/pilots/{pilot_id}/validate/", {"pairings": []}, format="json")
        return str(answered.json()["pack"]["etag"])

    before = {etag("P-117"), etag(colleague.pilot_id), etag("P-117")}
    contract_with(airline, {"metric": "duty_period"}, contract_type=ContractType.POLICY)

    assert len(before) == 1
    assert etag("P-117") not in before


def test_rules_of_a_day_to_come_do_not_bind_yet(airline: Airline, pilot: Pilot) -> None:
    contract_with(airline, {"metric": "duty_period"}, effective_date=airline.today() + timedelta(days=1))
    over: Json = {"effective_date": date(2025, 1, 1), "expiration_date": airline.today() - timedelta(days=1)}
    contract_with(airline, {"metric": "duty_period"}, **over)

    assert validate(pilot.user, {"pairings": [LONG]}).json()["pack"]["rules"] == 0


def test_what_no_schedule_tells_is_listed_or_counted(airline: Airline, pilot: Pilot) -> None:
    contract_with(airline, {"metric": "hourly_pay_rate", "operator": ">=", "unit": "USD", "rule_id": "pay"})

    whole, short = (validate(pilot.user, {"pairings": []}, query).json() for query in ("", "?unknown=input"))

    assert (whole["verdict"], open_rules(whole)) == ("undetermined", {"pay"})
    assert (short["verdict"], open_rules(short), short["pack"]["untested"]) == ("undetermined", set(), 1)


def test_candidates_are_ranked_in_one_call(pilot: Pilot, agreement: PilotContract) -> None:
    candidates = [{"id": "long", "pairings": [LONG]}, {"id": 7, "pairings": [day_trip(2)]}]

    answered = validate(pilot.user, {"candidates": candidates}).json()

    assert [(one["rank"], one["id"], one["verdict"]) for one in answered["candidates"]] == [
        (1, "7", "valid"),
        (2, "long", "invalid"),
    ]


def test_lines_are_answered_one_by_one_and_a_faulty_one_by_a_problem(pilot: Pilot, agreement: PilotContract) -> None:
    lines = [
        orjson.dumps({"pairings": [LONG]}),
        b"{",
        b"",
        orjson.dumps({"pairing": []}),
        orjson.dumps({"pairings": []}),
    ]

    answered: Any = calling_as(pilot.user).post(VALIDATE, b"\r\n".join(lines), content_type="application/x-ndjson")
    parsed = [orjson.loads(line) for line in b"".join(answered.streaming_content).splitlines()]

    assert answered["Content-Type"] == "application/x-ndjson"
    assert [line.get("verdict") for line in parsed] == ["invalid", None, None, "valid"]
    assert [line.get("status") for line in parsed] == [None, 400, 400, None]
    assert parsed[2]["errors"][0]["pointer"] == "/pairing"


def test_too_many_lines_are_refused_at_once(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contracts.api.validating.MOST_LINES", 2)

    answered = calling_as(pilot.user).post(VALIDATE, b"{}\n{}\n{}", content_type="application/x-ndjson")

    assert answered.status_code == 400


def test_a_document_with_faults_is_not_judged_in_part(pilot: Pilot, agreement: PilotContract) -> None:
    answered = validate(pilot.user, {"pairings": [{"id": "P", "duty_period": []}], "month": "soon"})

    assert answered.status_code == 400
    assert answered["Content-Type"] == "application/problem+json"
    assert [(fault["pointer"], fault["code"]) for fault in answered.json()["errors"]] == [
        ("/month", "invalid"),
        ("/pairings/0/duty_period", "unknown_field"),
        ("/pairings/0/duty_periods", "required"),
    ]


def test_an_answer_that_would_be_endless_is_refused(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contracts.validation.findings.MOST_FINDINGS", 1)

    answered = validate(pilot.user, {"pairings": [LONG, LONG]})

    assert (answered.status_code, answered.json()["code"]) == (422, "too_many_findings")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"pairings": NaN}'])
def test_what_is_no_document_is_refused(pilot: Pilot, agreement: PilotContract, body: bytes) -> None:
    assert calling_as(pilot.user).post(VALIDATE, body, content_type="application/json").status_code == 400


def test_other_methods_types_and_parameters_are_refused(pilot: Pilot, agreement: PilotContract) -> None:
    caller = calling_as(pilot.user)

    assert caller.get(VALIDATE).status_code == 405
    assert caller.post(VALIDATE, b"a,b", content_type="text/csv").status_code == 415
    assert validate(pilot.user, {"pairings": []}, "?unknown=none").status_code == 400


def test_bodies_may_be_large_but_not_endless(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = calling_as(pilot.user)
    large = b'{"pairings": []' + b" " * (3 * 1024 * 1024) + b"}"

    allowed = caller.post(VALIDATE, large, content_type="application/json")
    monkeypatch.setattr("contracts.api.views.validation.ValidateView.body_maximum_bytes", 1024)
    refused = caller.post(VALIDATE, large, content_type="application/json")

    assert (allowed.status_code, refused.status_code) == (200, 413)


def test_asking_too_often_is_refused_for_a_while(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "person", "1/min")

    answers = [validate(pilot.user, {"pairings": []}) for _ in range(3)]

    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


@pytest.mark.parametrize("pairings", [1, 60])
def test_it_costs_three_queries(
    pilot: Pilot, agreement: PilotContract, django_assert_num_queries: DjangoAssertNumQueries, pairings: int
) -> None:
    caller, entries = calling_as(pilot.user), AuditEntry.objects.count()
    document = {"pairings": [day_trip(2)] * pairings}

    with django_assert_num_queries(3):
        caller.post(VALIDATE, document, format="json")
    with django_assert_num_queries(3):
        caller.post(VALIDATE, document, format="json")

    assert AuditEntry.objects.count() == entries


def test_nothing_of_what_is_judged_is_logged(
    pilot: Pilot, agreement: PilotContract, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        validate(pilot.user, {"pairings": [pairing(duty(2, "08:00", "12:00"), name="SECRET")]})
        validate(pilot.user, {"pairings": [{"id": "SECRET", "SECRET": 1}]})

    assert "SECRET" not in caplog.text


def test_documents_and_answers_fit_their_schemas(pilot: Pilot, agreement: PilotContract) -> None:
    asked, answered = Draft202012Validator(DOCUMENT), Draft202012Validator(ANSWER)
    documents: list[Json] = [
        {"pairings": [day_trip(2), LONG], "month": "2026-02"},
        {"schedule": {"home_base": "SEA", "items": [{"kind": "fdp", **day_trip(2)["duty_periods"][0]}]}},
        {"preferences": {"pilot_id": "P-117", "seat": "FO", "hard_constraints": {"no_red_eyes": True}}},
        {"candidates": [{"id": "a", "pairings": [LONG]}]},
    ]

    for document in documents:
        asked.validate(document)
        answered.validate(validate(pilot.user, document).json())
