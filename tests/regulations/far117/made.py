"""Items made by the hour, and what is found on them."""

from datetime import datetime, timedelta
from typing import Any

from regulations.far117 import evaluate_document

Item = dict[str, Any]
START = datetime.fromisoformat("2026-02-02T12:00+00:00")


def at(hours: float) -> str:
    """An instant that many hours after noon UTC of 2 February 2026, to the minute."""
    return (START + timedelta(minutes=round(hours * 60))).isoformat(timespec="minutes")


def fdp(report: float, *legs: tuple[str, str], hours: float = 2, **more: Any) -> Item:
    """An FDP that takes its hours, its legs of half an hour spread from half an hour after the report to its end."""
    last = hours - 0.5
    step = last / len(legs)
    segments = []
    for number, (origin, destination) in enumerate(legs):
        out = report + 0.5 + number * step if number + 1 < len(legs) else report + hours - 0.5
        segments.append({"from": origin, "to": destination, "out": at(out), "in": at(out + 0.5)})
    return {"kind": "fdp", "report": at(report), "release": at(report + hours), "segments": segments, **more}


def deadhead(start: float, end: float, origin: str, destination: str) -> Item:
    return {"kind": "deadhead", "start": at(start), "end": at(end), "from": origin, "to": destination}


def span(kind: str, start: float, end: float) -> Item:
    return {"kind": kind, "start": at(start), "end": at(end)}


def judged(*items: Item, **more: Any) -> dict[str, Any]:
    return evaluate_document({"home_base": "JFK", "items": list(items), **more})


def found(answer: dict[str, Any], rule: str) -> list[tuple[int, str, int | None, int | None]]:
    """Item, status, limit and actual of a rule's findings."""
    return [
        (finding["item"], finding["status"], finding["limit"], finding["actual"])
        for finding in answer["findings"]
        if finding["rule_id"] == f"FAR117_{rule}"
    ]
