"""Pages of what a search over rules finds: by cursor, in a fixed number of queries."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Airline, User
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, RuleFactory

pytestmark = pytest.mark.django_db
RULES = "/api/v1/rules/"
SEARCH_QUERIES = 5


def walked(client: APIClient, asked: dict[str, str], between: Callable[[], object] = lambda: None) -> list[list[str]]:
    """The ids of each page, from the first to the last; `between` runs after each."""
    answer = client.get(RULES, asked).json()
    pages = [[rule["id"] for rule in answer["results"]]]
    while answer["next"]:
        between()
        answer = client.get(answer["next"]).json()
        pages.append([rule["id"] for rule in answer["results"]])
    return pages


@pytest.mark.parametrize("typed", ["fourteen", "forteen"])
def test_a_walk_by_cursor_loses_and_repeats_nothing_while_rules_come(
    airline: Airline, pilot_user: User, typed: str
) -> None:
    contract = ContractFactory.create(airline=airline)
    before = [
        RuleFactory.create(contract=contract, accepted=True, description="Fourteen. " * (n % 4)) for n in range(23)
    ]
    client = calling_as(contract.uploaded_by)

    def more() -> None:
        RuleFactory.create(contract=contract, accepted=True, description="Fourteen. " * 3)

    pages = walked(client, {"q": typed, "contract": str(contract.pk), "page_size": "5"}, more)

    walk_of = [rule for page in pages for rule in page]
    assert len(walk_of) == len(set(walk_of))
    assert {str(rule.pk) for rule in before} <= set(walk_of)


def test_the_way_back_is_the_way_there(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    RuleFactory.create_batch(7, contract=contract, accepted=True)
    client, asked = calling_as(contract.uploaded_by), {"q": "fourteen", "contract": str(contract.pk), "page_size": "3"}
    there = walked(client, asked)

    answer = client.get(RULES, asked).json()
    assert answer["previous"] is None
    answer = client.get(client.get(answer["next"]).json()["next"]).json()
    back = [[rule["id"] for rule in answer["results"]]]
    while answer["previous"]:
        answer = client.get(answer["previous"]).json()
        back.append([rule["id"] for rule in answer["results"]])

    assert [len(page) for page in there] == [3, 3, 1]
    assert back == there[::-1]


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("typed", "more"), [("fourteen", 0), ("forteen", 5)])
def test_a_search_takes_as_many_queries_for_one_rule_as_for_many(
    airline: Airline,
    pilot_user: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    typed: str,
    more: int,
) -> None:
    ContractFactory.create(airline=airline, active=True, rules=count)
    client = calling_as(pilot_user)

    with django_assert_num_queries(SEARCH_QUERIES + more):
        results = client.get(RULES, {"q": typed}).json()["results"]

    assert len(results) == count
