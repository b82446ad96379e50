"""Each rate: who is over it is told so, and when to come again; who is not counted by it goes on."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Airline, ServiceClient, User
from contracts.services.publication import publication_refresh
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db

RATES = ("client", "person", "anonymous", "token", "outbound", "pack", "validation")
PACK = "/api/v1/airlines/TST/rule-pack/"


@pytest.fixture
def pilot(airline: Airline) -> User:
    catalogue_load()
    ContractFactory.create(airline=airline, active=True, rules=1)
    publication_refresh()
    user: User = PilotFactory.create(airline=airline, pilot_id="P-TST").user
    return user


def only(monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    """Two an hour by that rate; by the others as many as one likes."""
    rates = {name: "2/h" if name == rate else "100000/h" for name in RATES}
    monkeypatch.setattr("config.api.throttles.api_settings.DEFAULT_THROTTLE_RATES", rates)


def asked(rate: str, pilot: User, client: ServiceClient) -> Any:
    """One request that the rate counts."""
    validate = "/api/v1/pilots/P-TST/validate/"
    requests: dict[str, Any] = {
        "client": lambda: calling_as(client).get("/api/v1/airlines/"),
        "person": lambda: calling_as(pilot).get("/api/v1/airlines/"),
        "anonymous": lambda: APIClient().get("/api/v1/regulations/rules/"),
        "token": lambda: APIClient().post("/api/v1/auth/client-token/", {}, format="json"),
        "outbound": lambda: calling_as(client).post("/api/v1/webhooks/", {}, format="json"),
        "pack": lambda: calling_as(client).get(PACK),
        "validation": lambda: calling_as(pilot).post(validate, {"preferences": {}}, format="json"),
    }
    return requests[rate]()


@pytest.mark.parametrize("rate", RATES)
def test_who_is_over_it_is_told_when_to_come_again(
    pilot: User, service_client: ServiceClient, monkeypatch: pytest.MonkeyPatch, rate: str
) -> None:
    only(monkeypatch, rate)

    let_in = [asked(rate, pilot, service_client).status_code for _ in range(2)]
    refused = asked(rate, pilot, service_client)

    assert 429 not in let_in
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused["Retry-After"]) <= 3600
    assert refused["X-Request-ID"]


def test_packs_and_validations_have_rates_of_their_own(
    pilot: User, service_client: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "pack")
    caller = calling_as(service_client)
    packs = [caller.get(PACK).status_code for _ in range(3)]
    lookup = caller.get("/api/v1/pilots/P-TST/rules/").status_code
    another = calling_as(pilot).get(PACK).status_code

    assert packs == [200, 200, 429]
    assert (lookup, another) == (200, 200)


def test_a_roster_and_a_validation_are_counted_together(
    pilot: User, service_client: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "validation")
    caller = calling_as(pilot)
    addresses = ("pilots/P-TST/validate/", "regulations/evaluate/", "pilots/P-TST/validate/")

    found = [caller.post(f"/api/v1/{address}", {}, format="json").status_code for address in addresses]

    assert found == [400, 400, 429]
