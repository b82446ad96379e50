"""The figures that packs ask of a trip, worked out from its JSON by the vocabulary's definitions alone; and random trips."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
HOURS = frozenset(
    {
        "duty_period",
        "flight_duty_period",
        "flight_time_per_duty_period",
        "ground_time_between_segments",
        "rest_between_duty_periods",
        "layover_length",
        "time_away_from_base",
        "deadhead_length",
    }
)
MOSTLY_MINIMA = frozenset(
    {
        "report_before_departure",
        "release_after_arrival",
        "ground_time_between_segments",
        "rest_between_duty_periods",
        "layover_length",
    }
)
SINGLE = frozenset({"pairing_length", "time_away_from_base", "duty_periods_per_pairing"})
BASE = ZoneInfo("America/Los_Angeles")
STATIONS = ("SEA", "PDX", "DEN", "ORD", "JFK")


def minutes(start: str | None, end: str | None) -> int | None:
    if start is None or end is None:
        return None
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()) // 60


def figures_of(trip: Json) -> dict[str, Any]:
    """By name: the end that limits usually guard under the metric's own name, the other with `_least` or `_most`."""
    found: dict[str, Any] = {}
    for metric, values in _all(trip).items():
        for end in ("least", "most"):
            guarded = end == ("least" if metric in MOSTLY_MINIMA else "most")
            name = metric if guarded or metric in SINGLE else f"{metric}_{end}"
            found[name] = _end(values, end, metric)
    return found


def _end(values: list[int | None], end: str, metric: str) -> int | float | str | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if not known:
        return "none"
    value = (min if end == "least" else max)(known)
    return value / 60 if metric in HOURS else value


def _all(trip: Json) -> dict[str, list[int | None]]:
    duties = trip["duty_periods"]
    found: dict[str, list[int | None]] = {
        "duty_periods_per_pairing": [len(duties)],
        "time_away_from_base": [minutes(duties[0].get("report"), duties[-1].get("release"))],
        "pairing_length": [_days(duties[0].get("report"), duties[-1].get("release"))],
        "rest_between_duty_periods": [],
        "layover_length": [],
    }
    where: str | None = "SEA"
    for before, after in itertools.pairwise(duties):
        rest = minutes(before.get("release"), after.get("report"))
        found["rest_between_duty_periods"].append(rest)
        legs = before.get("segments")
        where = None if legs is None else legs[-1].get("to") if legs else where
        if where != "SEA":
            found["layover_length"].append(None if where is None else rest)
    for duty in duties:
        for metric, value in _of_duty(duty):
            found.setdefault(metric, [])
            if value != ():
                found[metric].append(value)  # type: ignore[arg-type] # not the empty one
    return found


def _days(start: str | None, end: str | None) -> int | None:
    if start is None or end is None:
        return None
    last = datetime.fromisoformat(end) - timedelta(minutes=1)
    return (last.astimezone(BASE).date() - datetime.fromisoformat(start).astimezone(BASE).date()).days + 1


def _of_duty(duty: Json) -> Iterator[tuple[str, int | tuple[()] | None]]:
    """Each metric's figures; () where it has none."""
    report, release, legs = duty.get("report"), duty.get("release"), duty.get("segments")
    yield "duty_period", minutes(report, release)
    of_legs = (
        "flight_duty_period",
        "flight_time_per_duty_period",
        "landings_per_duty_period",
        "segments_per_duty_period",
        "report_before_departure",
        "release_after_arrival",
        "ground_time_between_segments",
        "deadhead_length",
    )
    if legs is None:
        yield from ((metric, None) for metric in of_legs)
        return
    yield from ((metric, ()) for metric in of_legs)
    flown = [leg for leg in legs if not leg.get("deadhead")]
    blocks = [minutes(leg.get("out"), leg.get("in")) for leg in flown]
    yield "flight_time_per_duty_period", None if None in blocks else sum(block for block in blocks if block is not None)
    yield "landings_per_duty_period", len(flown)
    yield "segments_per_duty_period", len(flown)
    if flown:
        yield "flight_duty_period", minutes(report, flown[-1].get("in"))
    if legs:
        yield "report_before_departure", minutes(report, legs[0].get("out"))
        yield "release_after_arrival", minutes(legs[-1].get("in"), release)
    for before, after in itertools.pairwise(legs):
        yield "ground_time_between_segments", minutes(before.get("in"), after.get("out"))
    for leg in legs:
        if leg.get("deadhead"):
            yield "deadhead_length", minutes(leg.get("out"), leg.get("in"))


def random_trip(chance: random.Random, *, gaps: float) -> Json:
    """One to four duty periods, legal or not; of each member `gaps` are missing."""
    clock = datetime.fromisoformat("2026-03-01T00:00-08:00") + timedelta(minutes=chance.randrange(30 * 24 * 60))
    where, duties = "SEA", []
    for _ in range(chance.randint(1, 4)):
        report = clock
        legs = []
        clock += timedelta(minutes=chance.choice([15, 45, 60, 90]))
        for _ in range(chance.randint(0, 4)):
            to = chance.choice([station for station in STATIONS if station != where])
            out, clock = clock, clock + timedelta(minutes=chance.randint(40, 330))
            legs.append({"from": where, "to": to, "out": out, "in": clock, "deadhead": chance.random() < 0.2})
            where = to
            clock += timedelta(minutes=chance.randint(20, 240))
        duties.append({"report": report, "release": clock, "segments": legs})
        clock += timedelta(minutes=chance.randint(8 * 60, 30 * 60))
    return {"id": "T", "duty_periods": [_with_gaps(duty, chance, gaps) for duty in duties]}


def _with_gaps(part: Json, chance: random.Random, gaps: float) -> Json:
    kept: Json = {}
    for name, value in part.items():
        if chance.random() < gaps:
            if chance.random() < 0.5:
                kept[name] = None
        elif isinstance(value, list):
            kept[name] = [_with_gaps(one, chance, gaps) for one in value]
        else:
            kept[name] = value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
    return kept
