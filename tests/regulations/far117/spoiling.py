"""A sound schedule document, and ways to spoil it."""

import copy
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
SPLIT = {"start": "2026-02-02T12:00-05:00", "end": "2026-02-02T13:00-05:00", "suitable_accommodation": True}
LONG_CALL_BEFORE = {"kind": "long_call", "start": "2026-02-02T01:00-05:00", "end": "2026-02-02T02:00-05:00"}


def valid() -> Document:
    """An FDP, a short call, a long call, a deadhead and a duty, after one day of history."""
    return {
        "home_base": "JFK",
        "acclimated_at": "BOS",
        "position": "KJFK",
        "theater_clock": "report_station",
        "history": [{"date": "2026-02-01", "flight_minutes": 60, "fdp_minutes": 120}],
        "items": [
            {
                "kind": "fdp",
                "id": "A",
                "report": "2026-02-02T07:00-05:00",
                "release": "2026-02-02T15:00-05:00",
                "segments": [
                    {"from": "JFK", "to": "BOS", "out": "2026-02-02T08:00-05:00", "in": "2026-02-02T09:00-05:00"},
                    {"from": "BOS", "to": "JFK", "out": "2026-02-02T10:00-05:00", "in": "2026-02-02T11:00-05:00"},
                ],
            },
            {"kind": "short_call", "start": "2026-02-03T08:00-05:00", "end": "2026-02-03T18:00-05:00"},
            {"kind": "long_call", "start": "2026-02-04T08:00-05:00", "end": "2026-02-04T18:00-05:00"},
            {
                "kind": "deadhead",
                "start": "2026-02-05T08:00-05:00",
                "end": "2026-02-05T10:00-05:00",
                "from": "JFK",
                "to": "BOS",
            },
            {"kind": "duty", "start": "2026-02-06T08:00-05:00", "end": "2026-02-06T10:00-05:00"},
        ],
    }


def reached(document: Any, pointer: str) -> tuple[Any, Any]:
    """The container of the member that a pointer names, and the member's name or index in it."""
    *path, name = pointer.removeprefix("/").split("/")
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document, int(name) if isinstance(document, list) else name


def put(pointer: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        container, name = reached(document, pointer)
        container[name] = copy.deepcopy(value)

    return change


def drop(pointer: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        container, name = reached(document, pointer)
        del container[name]

    return change


def both(*changes: Callable[[Document], None]) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change
