"""How much a contract is used: counted in the process, handed over to Valkey, added up in PostgreSQL."""

import timeit
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_redis import get_redis_connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, ServiceClient
from contracts.community.selectors import bound_pilot_count, usage_of
from contracts.community.words import day_bars
from contracts.models import ContractUsageDay, PilotContractAssignment
from contracts.publication import counting
from contracts.publication.counting import Measure, uses
from contracts.services import usage
from contracts.services.lifecycle import contract_activate
from contracts.services.publication import publication_refresh
from pilots.models import Pilot
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.contracts.community import Place, place
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    uses.hand_over()
    get_redis_connection("default").delete(cache.make_key(counting.PENDING), cache.make_key(usage.BATCH))
    yield
    uses.hand_over()


@pytest.fixture
def law(db: None) -> None:
    catalogue_load()


@pytest.fixture
def where(airline: Airline) -> Place:
    return place(airline)


def counted(contract: UUID) -> dict[date, tuple[int, int]]:
    rows = ContractUsageDay.objects.filter(contract=contract)
    return {row.day: (row.lookups, row.page_views) for row in rows}


def add_up() -> int:
    uses.hand_over()
    return usage.usage_add_up()


def test_uses_are_added_by_contract_and_day(where: Place) -> None:
    key, other = where.contract.pk, ContractFactory.create().pk
    uses.add(Measure.LOOKUPS, [key, other], DAY)
    uses.add(Measure.LOOKUPS, [key], DAY)
    uses.add(Measure.PAGE_VIEWS, [key], DAY + timedelta(days=1))

    rows = add_up()
    uses.add(Measure.LOOKUPS, [key], DAY)
    again = add_up()

    assert (rows, again, add_up()) == (3, 1, 0)
    assert counted(key) == {DAY: (3, 0), DAY + timedelta(days=1): (0, 1)}
    assert counted(other) == {DAY: (1, 0)}


def test_a_batch_that_was_committed_and_not_removed_is_not_added_twice(
    where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses.add(Measure.LOOKUPS, [where.contract.pk], DAY)
    with monkeypatch.context() as patch:
        patch.setattr(usage, "REMOVE", "return 0")  # the process dies before it removes the batch
        add_up()
    uses.add(Measure.LOOKUPS, [where.contract.pk], DAY)

    met_again, fresh = add_up(), add_up()

    assert (met_again, fresh) == (0, 1)
    assert counted(where.contract.pk) == {DAY: (2, 0)}


def test_removing_a_batch_leaves_the_next_one_alone() -> None:
    connection, key = get_redis_connection("default"), cache.make_key(usage.BATCH)
    connection.hset(key, mapping={usage.BATCH_ID: "the next"})

    connection.eval(usage.REMOVE, 1, key, usage.BATCH_ID, "mine")

    assert connection.exists(key)


def test_uses_of_what_there_is_not_are_left_out() -> None:
    uses.add(Measure.LOOKUPS, [uuid4()], DAY)

    assert add_up() == 0


def test_without_valkey_uses_wait_in_the_process(where: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    uses.add(Measure.LOOKUPS, [where.contract.pk], DAY)
    with monkeypatch.context() as patch:
        nowhere = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
        patch.setattr(counting, "get_redis_connection", lambda _: nowhere)
        lost = uses.hand_over()

    assert (lost, add_up()) == (0, 1)
    assert counted(where.contract.pk) == {DAY: (1, 0)}


def test_counting_costs_next_to_nothing() -> None:
    """A lookup has a budget of a millisecond; this is a thousandth of it, and allows for a busy machine."""
    contracts = [uuid4(), uuid4(), uuid4()]

    seconds = min(timeit.repeat(lambda: uses.add(Measure.LOOKUPS, contracts, DAY), number=1000, repeat=5)) / 1000

    assert seconds < 20e-6


def test_a_lookup_counts_for_each_contract_that_it_answered_from_and_asks_nobody(
    where: Place, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = place(where.airline, contract_type="loa").contract
    publication_refresh()
    pilot = Pilot.objects.get(user=where.pilot)
    client, address = calling_as(where.pilot), f"/api/v1/pilots/{pilot.pilot_id}/rules/"

    with django_assert_num_queries(3), monkeypatch.context() as patch:
        patch.delattr(counting, "get_redis_connection")
        answer = client.get(address)
    client.get(address, headers={"If-None-Match": answer["ETag"]})
    add_up()

    today = where.airline.today()
    assert counted(where.contract.pk) == {today: (2, 0)}
    assert counted(letter.pk) == {today: (2, 0)}


def test_the_page_of_a_published_contract_counts_its_views(client: Client, where: Place) -> None:
    draft = ContractFactory.create(airline=where.airline, uploaded_by=where.pilot)
    client.force_login(where.pilot)

    for contract in (where.contract, where.contract, draft):
        client.get(reverse("contracts:detail", args=[contract.pk]))
    add_up()

    assert counted(where.contract.pk) == {where.airline.today(): (0, 2)}
    assert counted(draft.pk) == {}


def test_a_bound_pilot_is_one_whom_the_lookup_gives_the_contract(airline: Airline) -> None:
    where = place(airline)
    letter = ContractFactory.create(active=True, airline=airline, rules=1, contract_type="loa")
    elsewhere = ContractFactory.create(active=True, rules=1)
    PilotFactory.create_batch(2, airline=airline)

    counts = [bound_pilot_count(contract) for contract in (where.contract, letter, elsewhere)]

    assert counts == [4, 4, 0]  # the uploader, the pilot, and two more


def test_pilots_assigned_elsewhere_are_not_counted(airline: Airline) -> None:
    """Two agreements active: the one of today, and one to come to which a pilot is bound already."""
    where = place(airline, expiration_date=airline.today() + timedelta(days=9))
    coming = ContractFactory.create(
        active=True, airline=airline, rules=1, effective_date=airline.today() + timedelta(days=10)
    )
    bound = PilotFactory.create(airline=airline)
    PilotContractAssignment.objects.create(pilot=bound, contract=coming)

    assert (bound_pilot_count(where.contract), bound_pilot_count(coming)) == (3, 0)


def test_what_is_no_longer_active_binds_nobody(airline: Airline) -> None:
    where = place(airline)
    following = ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=airline.today())
    contract_activate(actor=where.approver, contract_id=following.pk)
    where.contract.refresh_from_db()

    assert bound_pilot_count(where.contract) == 0
    assert bound_pilot_count(following) == 0  # not read anew: still approved in memory


def test_thirty_days_are_told_and_drawn_with_those_without_use(where: Place) -> None:
    today = where.airline.today()
    for ago, lookups in ((0, 10), (29, 5), (30, 100)):
        ContractUsageDay.objects.create(
            contract=where.contract, day=today - timedelta(days=ago), lookups=lookups, page_views=1
        )

    told = usage_of(where.contract)
    bars = day_bars(told)

    assert (told.lookups, told.total_lookups, told.page_views, told.total_page_views) == (15, 115, 2, 3)
    assert (len(told.days), told.days[0].lookups, told.days[-1].lookups) == (30, 5, 10)
    assert (bars[0].height, bars[-1].height, bars[1].height) == (12, 24, 0)
    assert day_bars(usage_of(ContractFactory.create())) == []


def test_use_over_the_api_and_on_the_page(client: Client, where: Place) -> None:
    today = where.airline.today()
    ContractUsageDay.objects.create(contract=where.contract, day=today, lookups=1234, page_views=7)
    client.force_login(where.pilot)

    answer = calling_as(where.pilot).get(f"/api/v1/contracts/{where.contract.pk}/usage/").json()
    page = client.get(reverse("contracts:detail", args=[where.contract.pk])).content.decode()

    assert (answer["bound_pilots"], answer["lookups"], answer["page_views"]) == (2, 1234, 7)
    none = {"packs": 0, "validations": 0}
    assert answer["days"][-1] == {"day": today.isoformat(), "lookups": 1234, "page_views": 7, **none}
    assert "1234" in page
    assert (
        calling_as(PilotFactory.create().user).get(f"/api/v1/contracts/{where.contract.pk}/usage/").status_code == 404
    )


def test_packs_and_validations_count_for_each_contract_that_they_hold(
    where: Place, service_client: ServiceClient, law: None
) -> None:
    letter = ContractFactory.create(airline=where.airline, contract_type="loa", active=True, rules=1)
    publication_refresh()
    caller, day = calling_as(service_client), where.airline.today()
    address = f"/api/v1/airlines/{where.airline.code}/rule-pack/"

    first = caller.get(address)
    again = caller.get(address, headers={"if-none-match": first["ETag"]})
    validate = f"/api/v1/pilots/{where.pilot.pilot.pilot_id}/validate/"
    judged = caller.post(validate, {"preferences": {}}, format="json")
    refused = caller.get(address, {"shape": "round"})
    add_up()

    assert (first.status_code, again.status_code, refused.status_code) == (200, 304, 400)
    assert judged.status_code in {200, 400}
    for contract in (where.contract, letter):
        row = ContractUsageDay.objects.get(contract=contract, day=day)
        assert (row.lookups, row.page_views, row.packs, row.validations) == (0, 0, 2, 1)
    told = caller.get(f"/api/v1/contracts/{letter.pk}/usage/").json()
    assert (told["packs"], told["total_packs"], told["validations"], told["total_validations"]) == (2, 2, 1, 1)
    assert told["days"][-1] == {"day": day.isoformat(), "lookups": 0, "page_views": 0, "packs": 2, "validations": 1}
