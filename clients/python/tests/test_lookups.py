"""Lookups: the shapes that come out, and answers that are kept."""

from datetime import date
from inspect import signature
from typing import Any

import httpx
import pytest
from fake_server import CREDENTIALS, LOOKUP, RULE, FakeServer, problem, tagged
from loops import finished

from vectorbid_contracts import AsyncClient, Client, ClientCredentials, IncompatibleAnswer, NotFound, ResponseCache
from vectorbid_contracts.cache import Answer, CacheKey

RULES = "/api/v1/pilots/CSC-1042/rules/"


def test_rules_come_typed_and_unknown_members_are_passed_over(server: FakeServer) -> None:
    with server.client() as contracts:
        (rule,) = contracts.get_pilot_active_rules("CSC-1042")

    assert (rule.rule_id, rule.weight, rule.effective_date) == ("10-b", 1.0, date(2026, 1, 1))
    assert rule.predicate is not None
    assert rule.evidence is not None
    assert (rule.predicate.value, rule.evidence.box) == (11.0, (1.0, 2.5, 3.0, 4.0))


def test_filters_are_asked_as_the_api_has_them(server: FakeServer) -> None:
    with server.client() as contracts:
        contracts.get_pilot_rules("CSC-1042", category="rest", hard=True)

    assert str(server.requests[-1].url.query, "ascii") == "category=rest&hard=true"


def test_an_unchanged_answer_comes_from_memory_and_cannot_be_spoilt_there(server: FakeServer) -> None:
    with server.client() as contracts:
        first = contracts.get_pilot_active_rules("CSC-1042")
        first[0].parameters.clear()  # type: ignore[attr-defined] # what a careless caller may do
        second = contracts.get_pilot_active_rules("CSC-1042")

    asked = server.asked(RULES)
    assert [("If-None-Match" in request.headers) for request in asked] == [False, True]
    assert second[0].parameters == {"hours": 11}


def test_a_changed_answer_takes_the_place_of_the_one_before(server: FakeServer) -> None:
    cache = ResponseCache()
    with server.client(cache=cache) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.routes[RULES] = lambda request: tagged(request, {**LOOKUP, "rules": []})
        after = contracts.get_pilot_active_rules("CSC-1042")

    assert (after, len(cache)) == ([], 1)


def test_one_caller_is_never_given_anothers_answer(server: FakeServer) -> None:
    cache = ResponseCache()
    others = ClientCredentials("client_2", "another-secret")
    for credentials in (CREDENTIALS, others):
        with server.client(cache=cache, credentials=credentials) as contracts:
            contracts.get_pilot_active_rules("CSC-1042")

    assert not any("If-None-Match" in request.headers for request in server.asked(RULES))
    assert len(cache) == 2


def test_who_may_not_read_it_any_more_has_it_no_longer(server: FakeServer) -> None:
    cache = ResponseCache()
    with server.client(cache=cache) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.tell(RULES, problem(404, "not_found"))
        with pytest.raises(NotFound):
            contracts.get_pilot_active_rules("CSC-1042")

    assert len(cache) == 0


def test_the_cache_is_bounded_by_number_and_by_bytes(server: FakeServer) -> None:
    few, small = ResponseCache(most_entries=2), ResponseCache(most_bytes=10)
    for cache in (few, small):
        with server.client(cache=cache) as contracts:
            for category in ("rest", "duty", "pay"):
                contracts.get_pilot_rules("CSC-1042", category=category)

    assert (len(few), len(small)) == (2, 0)


def test_what_was_used_last_is_kept_longest() -> None:
    cache = ResponseCache(most_bytes=10)
    old, used, large = (CacheKey("anybody", f"https://contracts.example/{name}", "*/*") for name in ("a", "b", "c"))

    cache.keep(used, Answer(b"12345", {}))
    cache.keep(old, Answer(b"1234", {}))
    cache.keep(old, Answer(b"12345", {}))
    cache.get(used)
    cache.keep(large, Answer(b"1", {}))

    assert [cache.get(key) is not None for key in (old, used, large)] == [False, True, True]
    assert "6 bytes" in repr(cache)


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({**LOOKUP, "rules": [{**RULE, "weight": "1"}]}, "/rules/0/weight"),
        ({**LOOKUP, "rules": [{**RULE, "effective_date": "soon"}]}, "/rules/0/effective_date"),
        ({**LOOKUP, "rules": [{**RULE, "is_hard_constraint": 1}]}, "/rules/0/is_hard_constraint"),
        ({**LOOKUP, "rules": [{**RULE, "weight": True}]}, "/rules/0/weight"),
        ({"pilot_id": "CSC-1042"}, "/airline is missing"),
        ([], "The answer"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(server: FakeServer, told: Any, pointer: str) -> None:
    server.routes[RULES] = lambda request: tagged(request, told)

    with server.client() as contracts, pytest.raises(IncompatibleAnswer, match=pointer):
        contracts.get_pilot_active_rules("CSC-1042")


def test_a_proxys_page_is_no_answer(server: FakeServer) -> None:
    server.routes[RULES] = lambda _: httpx.Response(200, html="<p>Welcome")

    with server.client() as contracts, pytest.raises(IncompatibleAnswer, match="not JSON"):
        contracts.get_pilot_active_rules("CSC-1042")


@pytest.mark.parametrize("pilot_id", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_refused(server: FakeServer, pilot_id: str) -> None:
    with server.client() as contracts, pytest.raises(ValueError, match="id"):
        contracts.get_pilot_active_rules(pilot_id)

    assert server.requests == []


def test_an_id_stays_one_segment_whatever_it_holds(server: FakeServer) -> None:
    server.good_tokens.add("token-1")
    server.tell("/api/v1/pilots/a/../b?c/rules/", problem(404, "not_found"))

    with server.client() as contracts, pytest.raises(NotFound):
        contracts.get_pilot_active_rules("a/../b?c")

    assert server.requests[-1].url.raw_path == b"/api/v1/pilots/a%2F..%2Fb%3Fc/rules/"


def test_a_route_never_leads_out_of_the_api(server: FakeServer) -> None:
    with server.client() as contracts:
        for route in ("/airlines/", "../admin/", "https://elsewhere.example/", "airlines", "airlines/?q=1/"):
            with pytest.raises(ValueError, match="route"):
                contracts.get(route)

    assert server.requests == []


@pytest.mark.parametrize("address", ["http://contracts.example", "contracts.example", "https://a:b@contracts.example"])
def test_secrets_are_not_sent_where_others_read(address: str) -> None:
    with pytest.raises(ValueError, match=r"https|base URL"):
        Client(address, CREDENTIALS)


def test_a_timeout_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="has to end"):
        Client("https://contracts.example", CREDENTIALS, timeout=httpx.Timeout(None))


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, tuple[list[str], str | None]]:
        public = {name: member for name, member in vars(kind).items() if not name.startswith("_")}
        return {name: (list(signature(member).parameters), member.__doc__) for name, member in public.items()}

    assert methods(Client) == methods(AsyncClient)


def test_both_clients_ask_the_same(server: FakeServer) -> None:
    async def ask() -> list[Any]:
        async with server.async_client() as contracts:
            return [await contracts.get_pilot_active_rules("CSC-1042"), await contracts.get_pilot_rules("CSC-1042")]

    with server.client() as contracts:
        blocking = [contracts.get_pilot_active_rules("CSC-1042"), contracts.get_pilot_rules("CSC-1042")]
    before = len(server.requests)
    waiting = finished(ask())

    assert waiting == blocking
    signs = [(request.method, request.url, sorted(request.headers)) for request in server.requests]
    assert signs[before:] == signs[:before]
