"""The lookup while what is published changes: between two queries, before the views know, with wrong copies in Redis."""

import pytest
from django.core.cache import cache
from django_redis import get_redis_connection

from accounts.models import Airline
from config import door
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.publication import lookup
from contracts.publication.in_force import InForce, Wording, wordings
from contracts.services.publication import publication_refresh
from pilots.models import Pilot
from regulations.models import RegulatoryRule
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.contracts.test_lookup import forget_texts
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db


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


def test_a_change_between_the_queries_is_met(
    pilot: Pilot, agreement: PilotContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[InForce] = []

    def with_a_refresh_before(found: InForce) -> list[Wording] | None:
        if not calls:
            with door.as_product("somebody else did"):
                PilotContract.objects.filter(pk=agreement.pk).update(title="Changed in between")
                publication_refresh()
            forget_texts()
        calls.append(found)
        return wordings(found)

    monkeypatch.setattr(lookup, "wordings", with_a_refresh_before)

    response = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/")

    assert len(calls) == 2
    assert response.json()["contract"]["title"] == "Changed in between"


def test_between_a_change_and_its_publication_the_answer_is_right_and_says_that_it_was_slow(
    pilot: Pilot, agreement: PilotContract
) -> None:
    client, address = calling_as(pilot.user), "/api/v1/pilots/P-117/rules/"
    before = client.get(address)
    PilotContract.objects.filter(pk=agreement.pk).update(title="Not published yet")
    RegulatoryRule.objects.filter(position=1).update(title="Nor is this")

    behind = client.get(address)
    unchanged = client.get(address, headers={"If-None-Match": behind["ETag"]})
    publication_refresh()
    after = client.get(address)

    assert "X-Publication" not in before
    assert behind["X-Publication"] == unchanged["X-Publication"] == "behind"
    assert behind.json()["contract"]["title"] == "Not published yet"
    assert "Nor is this" in {rule["title"] for rule in behind.json()["rules"]}
    assert unchanged.status_code == 304
    assert (after.content, after["ETag"]) == (behind.content, behind["ETag"])
    assert "X-Publication" not in after


def test_what_is_retired_is_gone_before_the_views_know_of_it(pilot: Pilot, agreement: PilotContract) -> None:
    PilotContract.objects.filter(pk=agreement.pk).update(status=Status.RETIRED)

    body = calling_as(pilot.user).get("/api/v1/pilots/P-117/rules/").json()

    assert body["contract"] is None
    assert {rule["source"] for rule in body["rules"]} == {"far117"}


def test_a_copy_in_redis_that_is_not_what_its_name_says_is_not_believed(pilot: Pilot, agreement: PilotContract) -> None:
    client, address = calling_as(pilot.user), "/api/v1/pilots/P-117/rules/"
    right = client.get(address)
    redis = get_redis_connection("default")
    for key in redis.keys(cache.make_key("published:*:json")):
        redis.set(key, b"[]")

    assert client.get(address).content == right.content
