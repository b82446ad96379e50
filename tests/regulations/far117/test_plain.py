"""What is plainly legal: the checks say nothing of it, whatever the schedule; and most trips are so."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from regulations.far117.document import read_schedule
from regulations.far117.evaluation import judge_schedule
from regulations.far117.figures import figures
from regulations.far117.plain import is_plainly_legal

STATIONS = ("SEA", "PDX", "DEN", "JFK", "SEA", "PDX", "LHR")


def schedule(chance: random.Random) -> dict[str, Any]:
    """One to six duty periods near the limits, now and then with something special."""
    clock = datetime.fromisoformat("2026-03-01T00:00-08:00") + timedelta(minutes=chance.randrange(28 * 24 * 60))
    where, items = "SEA", []
    for _ in range(chance.randint(1, 6)):
        report, legs = clock, []
        clock += timedelta(minutes=45)
        for _ in range(chance.randint(1, 5)):
            to = chance.choice([station for station in STATIONS if station != where])
            out, clock = clock, clock + timedelta(minutes=chance.randint(40, 260))
            leg = {"from": where, "to": to, "out": out.isoformat(), "in": clock.isoformat()}
            legs.append({**leg, "deadhead": chance.random() < 0.1})
            where, clock = to, clock + timedelta(minutes=chance.randint(20, 90))
        item = {"kind": "fdp", "report": report.isoformat(), "release": clock.isoformat(), "segments": legs}
        if chance.random() < 0.1:
            item |= chance.choice(SPECIAL)
        if all(leg["deadhead"] for leg in legs):
            item = {"kind": "duty", "start": report.isoformat(), "end": clock.isoformat()}
        items.append(item)
        clock += timedelta(minutes=chance.randint(9 * 60 + 30, 30 * 60))
    more = {"theater_clock": "report_station"} if chance.random() < 0.05 else {}
    return {"home_base": "SEA", "items": items, **more}


SPECIAL: list[dict[str, Any]] = [
    {"pilots": 3, "rest_facility": 1},
    {"extension": "before_takeoff"},
    {"flight_time_exceedance": True},
    {"sleep_opportunity_minutes": 400},
]


@pytest.mark.parametrize("seed", range(4))
def test_of_what_is_plainly_legal_the_checks_say_nothing(seed: int) -> None:
    chance, plain, quiet = random.Random(seed), 0, 0  # noqa: S311 - invented rosters, not a secret

    for _ in range(500):
        read = read_schedule(schedule(chance))
        findings = judge_schedule(read)[1]
        quiet += not findings
        if is_plainly_legal(read, figures()):
            plain += 1
            assert findings == []

    assert 0 < plain <= quiet


def one(**more: Any) -> dict[str, Any]:
    """The plainest schedule there is, with more in its duty period."""
    leg = {"from": "SEA", "to": "PDX", "out": "2026-03-02T09:00-08:00", "in": "2026-03-02T10:00-08:00"}
    period = {"report": "2026-03-02T08:00-08:00", "release": "2026-03-02T11:00-08:00", "segments": [leg]}
    return {"kind": "fdp", **period, **more}


def plainly(*items: dict[str, Any], **more: Any) -> bool:
    return is_plainly_legal(read_schedule({"home_base": "SEA", "items": list(items), **more}), figures())


def test_an_ordinary_day_is_plainly_legal() -> None:
    assert plainly(one())


@pytest.mark.parametrize(
    "special",
    [
        {"pilots": 3, "rest_facility": 1},
        {"airport_reserve": True},
        {"rap_start": "2026-03-02T07:00-08:00"},
        {"notified_at": "2026-03-01T07:00-08:00"},
        {"scheduled_end": "2026-03-02T10:30-08:00"},
        {"extension": "after_takeoff"},
        {"flight_time_exceedance": True},
        {"sleep_opportunity_minutes": 480},
    ],
)
def test_anything_special_is_left_to_the_checks(special: dict[str, Any]) -> None:
    assert not plainly(one(**special))


def test_so_are_history_other_items_other_clocks_and_other_theaters() -> None:
    duty = {"kind": "duty", "start": "2026-03-01T07:00-08:00", "end": "2026-03-01T09:00-08:00"}

    assert not plainly(one(), history=[{"date": "2026-02-20", "flight_minutes": 0, "fdp_minutes": 0}])
    assert not plainly(duty, one())
    assert not plainly(one(), theater_clock="report_station")
    assert not plainly(one(), acclimated_at="LHR")
    assert not plainly(one(), position="LHR")
