"""How many queries each route that reads asks: one number, whether there is one row or there are fifty."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Airline
from contracts.models import PilotContract
from tests.accounts.callers import calling_as
from tests.api.growing import MAKERS, Asked, Maker, _beside_law
from tests.api.matrix.lines import content
from tests.api.routes import ROUTES, Route
from tests.api.world import undone

pytestmark = pytest.mark.django_db

# What POSTs many things and changes none.
ASKING_POSTS = {("rule-batch", "post"), ("pilot-validate", "post"), ("regulations-evaluate", "post")}
FEW, MANY = 1, 50

# The first is the caller's session or client, where somebody calls.
QUERIES: dict[Route, int] = {
    ("active-contract", "get"): 5,
    ("airline-list", "get"): 2,
    ("change-list", "get"): 2,
    ("contract", "get"): 3,
    ("contract-diff", "get"): 5,
    ("contract-document", "get"): 4,
    ("contract-extraction", "get"): 4,
    ("contract-history", "get"): 4,
    ("contract-improvements", "get"): 3,
    ("contract-list", "get"): 2,
    ("contract-reviews", "get"): 3,
    ("contract-rules", "get"): 4,
    ("contract-usage", "get"): 6,
    ("improvement", "get"): 2,
    ("improvement-list", "get"): 2,
    ("notification-list", "get"): 2,
    ("own-pilot", "get"): 2,
    ("pilot-rules", "get"): 3,
    ("pilot-validate", "post"): 3,
    ("regulations-evaluate", "post"): 1,
    ("regulations-limits", "get"): 0,
    ("regulations-rule", "get"): 1,
    ("regulations-rules", "get"): 1,
    ("review", "get"): 2,
    ("rule", "get"): 2,
    ("rule-batch", "post"): 2,
    ("rule-pack", "get"): 3,
    ("rule-search", "get"): 3,
    ("schema", "get"): 0,
    ("session-list", "get"): 2,
    ("data-export-list", "get"): 2,
    ("data-export-file", "get"): 10,
    ("text-search", "get"): 3,
    ("webhook", "get"): 2,
    ("webhook-attempts", "get"): 4,
    ("webhook-deliveries", "get"): 3,
    ("webhook-list", "get"): 2,
}


def test_every_route_that_reads_has_a_number() -> None:
    reading = {route for route in ROUTES if route[1] == "get"} | ASKING_POSTS

    assert set(MAKERS) == set(QUERIES) == reading


@pytest.mark.parametrize("route", MAKERS, ids=" ".join)
def test_it_asks_as_much_for_one_row_as_for_fifty(airline: Airline, route: Route) -> None:
    found = {count: _queries(route, MAKERS[route], airline, count) for count in (FEW, MANY)}

    assert found == dict.fromkeys((FEW, MANY), QUERIES[route])


def test_so_does_a_comparison_with_the_law(airline: Airline) -> None:
    found = {count: _queries(("contract-diff", "get"), _beside_law, airline, count) for count in (FEW, MANY)}

    assert found == dict.fromkeys((FEW, MANY), 3)


@pytest.mark.parametrize(("name", "typed", "queries"), [("rule-search", "forteen", 10), ("text-search", "hottel", 6)])
def test_so_does_a_search_for_misspelt_words(airline: Airline, name: str, typed: str, queries: int) -> None:
    def made(airline: Airline, count: int) -> Asked:
        return replace(MAKERS[(name, "get")](airline, count), query={"q": typed})

    found = {count: _queries((name, "get"), made, airline, count) for count in (FEW, MANY)}

    assert found == dict.fromkeys((FEW, MANY), queries)


def _queries(route: Route, made: Maker, airline: Airline, count: int) -> int:
    with undone():
        asked = made(airline, count)
        client, address = calling_as(asked.caller), reverse(route[0], kwargs=asked.at)
        ContentType.objects.get_for_model(PilotContract)  # Django asks once a process
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = _sent(client, route[1], address, asked)
            content(response)
        assert response.status_code == 200, (route, asked)
    return len(captured)


def _sent(client: Any, method: str, address: str, asked: Asked) -> Any:
    if method == "get":
        return client.get(address, asked.query)
    return client.post(address, asked.body, format="json")
