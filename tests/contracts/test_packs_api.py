"""Rule packs over the API: who reads which, media types, entity tags, signatures, what is left out, exact query counts."""

from base64 import b64decode, urlsafe_b64decode
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client, override_settings
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, Scope, ServiceClient, User
from contracts.api.pack_schema import PACK
from contracts.checks import packs_can_be_signed
from contracts.lifecycle import Status
from contracts.models import ContractType, PilotContract
from contracts.packs.shapes import Shape
from contracts.publication import binding, packs
from contracts.services.publication import publication_refresh
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.contracts.pack_loaders import Json, load_compiled, load_flat, load_native, load_sectioned
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
PACKS = "/api/v1/airlines/TST/rule-pack/"
LOADERS = {"native": load_native, "flat": load_flat, "sectioned": load_sectioned, "compiled": load_compiled}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    binding.forget()
    packs.forget()


def contract_with(airline: Airline, *rules: Json, **terms: Any) -> PilotContract:
    """An active contract with these rules, published."""
    contract = ContractFactory.create(airline=airline, **terms)
    for rule in rules:
        RuleFactory.create(contract=contract, accepted=True, **{"metric": "duty_period", "period": None, **rule})
    walk(contract, Status.ACTIVE)
    contract.refresh_from_db()
    publication_refresh()
    return contract


@pytest.fixture
def agreement(airline: Airline) -> PilotContract:
    catalogue_load()
    return contract_with(airline, {"rule_id": "10-b"}, {"rule_id": "words", "metric": "notice_period"})


@pytest.fixture
def pilot_of_airline(airline: Airline) -> User:
    return PilotFactory.create(airline=airline, pilot_id="P-117").user


def get(caller: User | ServiceClient | None, query: str = "", **headers: str) -> Any:
    return calling_as(caller).get(f"{PACKS}{query}", headers=headers)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("accept", ["application/json", "application/yaml", "text/yaml"])
def test_each_shape_loads_in_either_language(
    agreement: PilotContract, pilot_of_airline: User, shape: Shape, accept: str
) -> None:
    answered = get(pilot_of_airline, f"?shape={shape}", Accept=accept)

    assert answered.status_code == 200
    assert answered["Content-Type"] == accept
    document = yaml.safe_load(answered.content)
    assert (document["version"], document["airline"]) == (agreement.contract_version, "TST")
    assert set(LOADERS[shape](document)) == {"10-b"}
    Draft202012Validator(PACK).validate(document)


def test_json_and_native_are_what_one_gets_without_asking(agreement: PilotContract, pilot_of_airline: User) -> None:
    answered = get(pilot_of_airline)

    assert answered["Content-Type"] == "application/json"
    body = answered.json()
    assert body["shape"] == "native"
    assert {rule["source"] for rule in body["rules"]} == {"contract", "far117"}
    assert "Authorization" in answered["Vary"]
    assert "Accept" in answered["Vary"]
    assert answered["Cache-Control"] == "private, no-cache"


def test_who_reads_an_airlines_pack(
    airline: Airline, agreement: PilotContract, pilot_of_airline: User, administrator: User
) -> None:
    approver, stranger = UserFactory.create(approver=True), UserFactory.create(approver=True)
    grant_review(approver, airline)
    elsewhere = PilotFactory.create()
    callers: list[tuple[User | ServiceClient | None, int]] = [
        (pilot_of_airline, 200),
        (approver, 200),
        (administrator, 200),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.RULES_READ.value]), 200),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value]), 403),
        (ServiceClientFactory.create(airlines=[elsewhere.airline]), 404),
        (elsewhere.user, 404),
        (stranger, 404),
        (agreement.uploaded_by, 404),
        (None, 401),
    ]

    answers = [get(caller) for caller, _ in callers]

    assert [answer.status_code for answer in answers] == [expected for _, expected in callers]
    assert all(b"10-b" not in answer.content for answer in answers if answer.status_code != 200)


def test_refusals_are_problems_whatever_is_accepted(agreement: PilotContract, pilot_of_airline: User) -> None:
    refused = [
        get(pilot_of_airline, "?shape=round", Accept="application/yaml"),
        get(pilot_of_airline, "?as_of=soon"),
        get(pilot_of_airline, "?colour=blue"),
        get(pilot_of_airline, Accept="application/xml"),
    ]

    assert [answer.status_code for answer in refused] == [400, 400, 400, 406]
    assert {answer["Content-Type"] for answer in refused} == {"application/problem+json"}
    assert refused[0].json()["errors"][0]["pointer"] == "/shape"


def test_without_an_agreement_there_is_no_pack(airline: Airline, pilot_of_airline: User) -> None:
    publication_refresh()

    assert get(pilot_of_airline).status_code == 404


def test_a_pack_is_of_the_day_that_is_asked_for(airline: Airline, pilot_of_airline: User) -> None:
    contract_with(
        airline,
        {"rule_id": "old"},
        effective_date=date(2025, 1, 1),
        expiration_date=date(2025, 12, 31),
        contract_version="1",
    )
    contract_with(airline, {"rule_id": "new"}, effective_date=date(2026, 1, 1), contract_version="2")

    versions = [get(pilot_of_airline, query).json()["version"] for query in ("", "?as_of=2025-06-01")]

    assert versions == ["2", "1"]
    assert get(pilot_of_airline, "?as_of=2024-01-01").status_code == 404


def test_letters_and_policies_are_in_the_pack(
    airline: Airline, agreement: PilotContract, pilot_of_airline: User
) -> None:
    contract_with(airline, {"rule_id": "10-b", "value": Decimal(12)}, contract_type=ContractType.LETTER_OF_AGREEMENT)

    assert set(load_flat(get(pilot_of_airline, "?shape=flat").json())) == {"10-b", "10-b#2"}


def test_tags_are_strong_and_differ_by_shape_language_and_rules(
    airline: Airline, agreement: PilotContract, pilot_of_airline: User
) -> None:
    def tags() -> list[str]:
        return [
            get(pilot_of_airline, f"?shape={shape}", Accept=accept)["ETag"]
            for shape in Shape
            for accept in ("application/json", "application/yaml")
        ]

    first, again = tags(), tags()
    contract_with(airline, {"rule_id": "more"}, contract_type=ContractType.POLICY)

    assert first == again
    assert all(tag.startswith('"') for tag in first)
    assert len({*first, *tags()}) == 16


def test_a_pack_that_the_caller_has_is_not_sent_again(agreement: PilotContract, pilot_of_airline: User) -> None:
    first = get(pilot_of_airline, "?shape=flat")

    known = get(pilot_of_airline, "?shape=flat", **{"If-None-Match": first["ETag"]})
    other = get(pilot_of_airline, "?shape=compiled", **{"If-None-Match": first["ETag"]})

    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert "Content-Type" not in known
    assert other.status_code == 200


def test_the_native_packs_tag_is_what_validation_names(agreement: PilotContract, pilot_of_airline: User) -> None:
    answered = calling_as(pilot_of_airline).post("/api/v1/pilots/P-117/validate/", {"pairings": []}, format="json")

    assert answered.json()["pack"]["etag"] == get(pilot_of_airline)["ETag"] == get(pilot_of_airline).json()["etag"]


def test_a_signature_verifies_by_the_published_key(agreement: PilotContract, pilot_of_airline: User) -> None:
    answered = get(pilot_of_airline, "?shape=compiled", Accept="application/yaml")
    published = Client().get("/.well-known/jwks.json")

    keys = {key["kid"]: key for key in published.json()["keys"]}
    point = urlsafe_b64decode(keys[answered["X-Signature-Key-Id"]]["x"] + "=")
    Ed25519PublicKey.from_public_bytes(point).verify(b64decode(answered["X-Signature-Ed25519"]), answered.content)

    assert published["Content-Type"] == "application/jwk-set+json"
    assert published["Cache-Control"] == "public, max-age=3600"
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in keys.values())
    assert Client().post("/.well-known/jwks.json").status_code == 405


def test_what_a_shape_cannot_say_is_in_headers_where_it_has_no_room(
    agreement: PilotContract, pilot_of_airline: User
) -> None:
    flat, native = get(pilot_of_airline, "?shape=flat"), get(pilot_of_airline)

    left_out = [rule["rule_id"] for rule in native.json()["not_expressed"]]
    assert left_out[0] == "words"
    assert flat["X-Rules-Not-Expressed-Count"] == str(len(left_out))
    assert flat["X-Rules-Not-Expressed"].split(",") == left_out
    assert flat["Link"] == f'<{PACKS}?shape=native>; rel="describedby"'
    assert "X-Rules-Not-Expressed" not in native


@pytest.mark.parametrize("rules", [1, 40])
def test_it_costs_three_queries(
    airline: Airline, pilot_of_airline: User, django_assert_num_queries: DjangoAssertNumQueries, rules: int
) -> None:
    contract_with(airline, *({"rule_id": str(number)} for number in range(rules)))
    caller = calling_as(pilot_of_airline)

    with django_assert_num_queries(3):
        first = caller.get(PACKS)
    with django_assert_num_queries(3):
        caller.get(f"{PACKS}?shape=flat")
    with django_assert_num_queries(3):
        caller.get(PACKS, headers={"If-None-Match": first["ETag"]})


def test_a_contract_to_come_is_in_no_pack_yet(
    airline: Airline, agreement: PilotContract, pilot_of_airline: User
) -> None:
    contract_with(
        airline,
        {"rule_id": "to come"},
        contract_type=ContractType.POLICY,
        effective_date=airline.today() + timedelta(days=1),
    )

    assert b"to come" not in get(pilot_of_airline).content


@pytest.mark.parametrize(
    ("keys", "faults"), [([f"{'A' * 43}="], []), ([], ["contracts.E001"]), (["x"], ["contracts.E001"])]
)
def test_an_installation_without_signing_keys_says_so(keys: list[str], faults: list[str]) -> None:
    with override_settings(PACK_SIGNING_KEYS=keys):
        assert [message.id for message in packs_can_be_signed(None)] == faults
