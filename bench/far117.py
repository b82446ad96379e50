"""How long judging takes: `python -m bench.far117`.

Times depend on the machine, so each case is also given as a ratio: to a yardstick that only parses and writes the same
document (JSON, and every instant in it), timed in turn with the case in the same run. Growth is the cost of an item in
longer and longer rosters, against that in the shortest: 1.0 throughout is linear.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from regulations.far117 import evaluate_document

Document = dict[str, Any]
FIRST_DAY = datetime.fromisoformat("2026-01-05T00:00-05:00")  # a Monday


@dataclass(frozen=True)
class Case:
    """Documents that are judged one after another, and what the product promises for all of them."""

    name: str
    documents: list[Document]
    promised_ms: float


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def flight_duty_period(report: datetime, legs: int) -> Document:
    """Legs of 75 minutes between New York and Boston, with 45 between."""
    segments = []
    for leg in range(legs):
        out = report + timedelta(minutes=60 + 120 * leg)
        ends = ("JFK", "BOS") if leg % 2 == 0 else ("BOS", "JFK")
        segments.append({"from": ends[0], "to": ends[1], "out": text(out), "in": text(out + timedelta(minutes=75))})
    release = report + timedelta(minutes=60 + 120 * legs)
    return {"kind": "fdp", "report": text(report), "release": text(release), "segments": segments}


def month() -> Document:
    """20 FDPs and 45 segments: five days on, two off."""
    days = [day for day in range(28) if day % 7 < 5]
    items = [
        flight_duty_period(FIRST_DAY + timedelta(days=day, hours=6), 3 if number % 4 == 0 else 2)
        for number, day in enumerate(days)
    ]
    return {"home_base": "JFK", "items": items}


def trips() -> list[Document]:
    """1,634 bid lines of one trip each: four days, from different mornings."""
    return [
        {
            "home_base": "JFK",
            "items": [
                flight_duty_period(FIRST_DAY + timedelta(days=number % 28 + day, hours=5 + number % 7), 2 + number % 3)
                for day in range(4)
            ],
        }
        for number in range(1634)
    ]


def year(items: int) -> Document:
    """Six days a week: a morning FDP, then duties of an hour, 2,000 items in a year of 313 such days."""
    made: list[Document] = []
    for day in (day for day in range(366) if day % 7 < 6):
        report = FIRST_DAY + timedelta(days=day, hours=6)
        made.append(flight_duty_period(report, 2))
        for hour in range(5 + (day % 5 < 2)):
            start = report + timedelta(hours=6 + hour)
            made.append({"kind": "duty", "start": text(start), "end": text(start + timedelta(minutes=55))})
    return {"home_base": "JFK", "items": made[:items]}


def judge(documents: list[Document]) -> None:
    """What is measured."""
    for document in documents:
        evaluate_document(document)


def yardstick(documents: list[Document]) -> None:
    """Write and parse the documents, and every instant in them."""
    for value in _texts(json.loads(json.dumps(documents))):
        if value[4:5] == "-":
            datetime.fromisoformat(value).timestamp()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)


def best_in_turn(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The shortest time of each in milliseconds, all measured in turn."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for index, work in enumerate(works):
            started = time.perf_counter()
            work()
            best[index] = min(best[index], (time.perf_counter() - started) * 1000)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    whole_year = year(2000)
    cases = [
        Case("a month: 20 FDPs, 45 segments", [month()], 2),
        Case("1,634 documents of one trip", trips(), 1000),
        Case(f"a year: {len(whole_year['items']):,} items", [whole_year], 250),
    ]
    print(f"{'case':32}{'ms':>10}{'promised':>10}{'of yardstick':>14}  verdict")
    for case in cases:
        verdicts = {evaluate_document(document)["verdict"] for document in case.documents}
        judged, parsed = best_in_turn(rounds, partial(judge, case.documents), partial(yardstick, case.documents))
        print(f"{case.name:32}{judged:10.2f}{case.promised_ms:10.0f}{judged / parsed:14.2f}  {', '.join(verdicts)}")
    sizes = [125, 250, 500, 1000, 2000]
    times = best_in_turn(rounds, *(partial(judge, [year(size)]) for size in sizes))
    each = [spent / size for spent, size in zip(times, sizes, strict=True)]
    print("\ngrowth: items, microseconds an item, of the shortest")
    for size, cost in zip(sizes, each, strict=True):
        print(f"{size:8,}{cost * 1000:10.1f}{cost / each[0]:8.2f}")


if __name__ == "__main__":
    main()
