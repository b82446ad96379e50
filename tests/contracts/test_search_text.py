"""Search over the text of documents: by the page, for those alone who may read the document."""

from datetime import timedelta

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from contracts.lifecycle import Status
from contracts.models import ContractPage, PilotContract
from contracts.models.search import PageSearchEntry
from tests.accounts.callers import calling_as
from tests.contracts.searchers import READERS, SEARCHERS, WITHIN
from tests.factories import ContractFactory, ServiceClientFactory
from tests.owner import owning

pytestmark = pytest.mark.django_db
TEXT = "/api/v1/text/"
TEXT_QUERIES = 3


def with_text(contract: PilotContract, *texts: str) -> PilotContract:
    """The contract's first pages say this."""
    for number, text in enumerate(texts, start=1):
        ContractPage.objects.filter(contract=contract, number=number).update(text=text)
    return contract


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return with_text(
        ContractFactory.create(airline=airline, active=True, title="The agreement"),
        "SECTION 12\nHotels. A Pilot who rests <away> is given a hotel; see LOA 14.\nMinimum rest is 10 hours.",
        "SECTION 13\nMeals, at every hotel.",
    )


def test_pages_are_found_with_their_words_and_contract(contract: PilotContract, pilot_user: User) -> None:
    response = calling_as(pilot_user).get(TEXT, {"q": "hotel"})

    assert response.status_code == 200, response.content
    first, second = response.json()["results"]
    assert {first["page"], second["page"]} == {1, 2}
    assert (first["match"], first["rank"] >= second["rank"] > 0) == ("words", True)
    assert first["contract"] == {
        "id": str(contract.pk),
        "airline": "TST",
        "contract_type": "cba",
        "contract_version": contract.contract_version,
        "title": "The agreement",
        "status": "active",
    }
    texts = {found["page"]: "".join(segment["text"] for segment in found["snippet"]) for found in (first, second)}
    assert texts == dict(contract.pages.values_list("number", "text"))


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ('"minimum rest"', [1]),
        ("hotel -meal", [1]),
        ("meal*", [2]),
        ("LOA 14", [1]),
        ("minimun", [1]),
        ("section 13", [2]),
        ("zzzz", []),
        ("the of", []),
        ('"', []),
    ],
)
def test_the_same_words_as_for_rules_find_pages(
    contract: PilotContract, pilot_user: User, typed: str, pages: list[int]
) -> None:
    results = calling_as(pilot_user).get(TEXT, {"q": typed}).json()["results"]

    assert [found["page"] for found in results] == pages


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "a\0"}, {"q": "a", "hard": "true"}])
def test_other_searches_are_refused(contract: PilotContract, pilot_user: User, asked: dict[str, str]) -> None:
    assert calling_as(pilot_user).get(TEXT, asked).status_code == 400


def test_filters_narrow(contract: PilotContract, pilot_user: User, airline: Airline) -> None:
    letter = with_text(ContractFactory.create(airline=airline, active=True, contract_type="loa"), "A hotel.")
    client = calling_as(pilot_user)
    before = (contract.effective_date - timedelta(days=1)).isoformat()

    def found(**asked: str) -> set[str]:
        return {found["contract"]["id"] for found in client.get(TEXT, {"q": "hotel", **asked}).json()["results"]}

    assert found() == {str(contract.pk), str(letter.pk)}
    assert found(airline="TST") == {str(contract.pk), str(letter.pk)}
    assert found(contract=str(letter.pk)) == {str(letter.pk)}
    assert found(as_of=before) == set()
    assert client.get(TEXT, {"q": "hotel", "airline": "ZZZ"}).status_code == 404
    assert client.get(TEXT, {"q": "hotel", "contract": str(airline.pk)}).status_code == 404


@pytest.mark.parametrize("spelt", ["hotel", "hottel"])
@pytest.mark.parametrize(
    ("state", "finders"),
    [
        (Status.DRAFT, {"uploader", "administrator"}),
        (Status.IN_REVIEW, WITHIN),
        (Status.REJECTED, WITHIN),
        (Status.ACTIVE, READERS),
    ],
)
@pytest.mark.parametrize("who", SEARCHERS)
def test_who_finds_the_text_of_a_contract_by_its_status(state: Status, finders: set[str], who: str, spelt: str) -> None:
    contract = with_text(ContractFactory.create(state=state), "A hotel.")
    client = calling_as(SEARCHERS[who](contract))

    everywhere = client.get(TEXT, {"q": spelt}).json()["results"]
    within = client.get(TEXT, {"q": spelt, "contract": str(contract.pk)})

    assert len(everywhere) == (who in finders)
    assert within.status_code == (200 if who in finders else 404)


def test_a_client_without_the_scope_finds_nothing(airline: Airline) -> None:
    client = ServiceClientFactory.create(airlines=[airline], scopes=["validate"])

    assert calling_as(client).get(TEXT, {"q": "hotel"}).status_code == 403
    assert calling_as(None).get(TEXT, {"q": "hotel"}).status_code == 401


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("typed", "more"), [("hotel", 0), ("hottel", 3)])
def test_a_search_takes_as_many_queries_for_one_page_as_for_many(
    airline: Airline,
    pilot_user: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    typed: str,
    more: int,
) -> None:
    contract = ContractFactory.create(airline=airline, active=True, page_count=count)
    with_text(contract, *["A hotel."] * count)
    client = calling_as(pilot_user)

    with django_assert_num_queries(TEXT_QUERIES + more):
        results = client.get(TEXT, {"q": typed}).json()["results"]

    assert len(results) == count


def test_a_walk_by_cursor_passes_each_page_once(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, active=True, page_count=9)
    with_text(contract, *["A hotel. " * (number % 3 + 1) for number in range(9)])
    client, seen = calling_as(pilot_user), []
    answer = client.get(TEXT, {"q": "hotel", "page_size": "2"}).json()
    seen += [found["page"] for found in answer["results"]]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        seen += [found["page"] for found in answer["results"]]

    assert sorted(seen) == list(range(1, 10))


def test_what_the_caller_has_is_not_sent_again(contract: PilotContract, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    first = client.get(TEXT, {"q": "hotel"})

    assert client.get(TEXT, {"q": "hotel"}, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_search_can_use_its_index(contract: PilotContract) -> None:
    with transaction.atomic(), owning(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = PageSearchEntry.objects.filter(vector=SearchQuery("hotel")).explain()

    assert "pagesearchentry_vector" in plan
