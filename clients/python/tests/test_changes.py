"""The change feed: every change, in order, and a cursor that never runs ahead of what was taken."""

from itertools import islice

import httpx
import pytest
from fake_server import FakeServer, change, problem
from loops import finished

from vectorbid_contracts import IncompatibleAnswer, NotFound

CHANGES = "/api/v1/changes/"


def test_all_changes_come_in_their_order_and_the_cursor_leads_behind_them(server: FakeServer) -> None:
    with server.client() as contracts:
        feed = contracts.changes()
        positions = [change.position for change in feed]

    assert positions == [1, 2, 3, 4, 5]
    assert feed.cursor == "5"
    assert {request.url.host for request in server.requests} == {"contracts.example"}


def test_who_stops_in_the_middle_misses_nothing(server: FakeServer) -> None:
    with server.client() as contracts:
        feed = contracts.changes()
        taken = [change.position for change in islice(feed, 3)]
        again = [change.position for change in contracts.changes(feed.cursor)]

    assert (taken, feed.cursor, again) == ([1, 2, 3], "2", [3, 4, 5])


def test_a_feed_goes_on_where_it_stood(server: FakeServer) -> None:
    with server.client() as contracts:
        feed = contracts.changes("5")
        before = list(feed)
        server.changes.append(change(6))
        after = [change.position for change in feed]

    assert (before, after, feed.cursor) == ([], [6], "6")


def test_an_empty_feed_has_no_cursor_yet(server: FakeServer) -> None:
    server.changes = []

    with server.client() as contracts:
        feed = contracts.changes(kind="contract.activated", airline="CSC")
        found = list(feed)

    assert (found, feed.cursor) == ([], None)
    assert dict(server.requests[-1].url.params) == {
        "kind": "contract.activated",
        "airline": "CSC",
        "page_size": "200",
    }


def test_polling_does_not_end(server: FakeServer) -> None:
    with server.client() as contracts:
        feed = contracts.changes("4", poll_seconds=0.001)
        first = next(feed)
        server.tell(CHANGES, server_page(), server_page())
        server.changes.append(change(6))
        second = next(feed)

    assert (first.position, second.position) == (5, 6)


def server_page() -> httpx.Response:
    return httpx.Response(200, json={"next": None, "previous": None, "results": [], "cursor": "5"})


def test_a_fault_leaves_the_feed_where_it_stood(server: FakeServer) -> None:
    with server.client() as contracts:
        feed = contracts.changes()
        taken = [change.position for change in islice(feed, 2)]
        server.tell(CHANGES, problem(404, "not_found"))
        with pytest.raises(NotFound):
            next(feed)
        rest = [change.position for change in feed]

    assert taken + rest == [1, 2, 3, 4, 5]


def test_a_feed_that_goes_round_in_circles_is_refused(server: FakeServer) -> None:
    page: dict[str, object] = {
        "next": "https://contracts.example/?cursor=7",
        "previous": None,
        "results": [],
        "cursor": "7",
    }
    server.routes[CHANGES] = lambda _: httpx.Response(200, json=page)

    with server.client() as contracts, pytest.raises(IncompatibleAnswer):
        list(contracts.changes("7"))


def test_polling_without_a_pause_is_refused(server: FakeServer) -> None:
    with server.client() as contracts, pytest.raises(ValueError, match="poll_seconds"):
        contracts.changes(poll_seconds=0)


def test_the_asynchronous_feed_is_the_same(server: FakeServer) -> None:
    async def read() -> tuple[list[int], str | None]:
        async with server.async_client() as contracts:
            feed = contracts.changes("1")
            return [change.position async for change in feed], feed.cursor

    assert finished(read()) == ([2, 3, 4, 5], "5")
