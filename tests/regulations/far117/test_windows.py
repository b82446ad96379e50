"""Rolling windows and latest ends by themselves, against counting minute by minute."""

from itertools import pairwise
from random import Random

import pytest

from regulations.far117.clock import LocalClock
from regulations.far117.schedule import HistoryDay
from regulations.far117.windows import RollingDays, RollingHours

DAY = 24 * 60
Stretches = list[tuple[int, int]]


def disjoint(chance: Random, count: int, start: int) -> Stretches:
    """Stretches in order, some of them touching."""
    found = []
    for _ in range(count):
        start += chance.choice([0, 1, 7, 30, 90])
        end = start + chance.choice([1, 5, 20, 60])
        found.append((start, end))
        start = end
    return found


def history(chance: Random, before: int) -> list[HistoryDay]:
    """Days of 50 minutes' length, some left out, that end `before` or earlier."""
    numbers = sorted(chance.sample(range(8), chance.randrange(6)), reverse=True)
    return [
        HistoryDay(
            day=-number,
            start=before - 50 * (number + 1),
            end=before - 50 * number,
            flight_minutes=0,
            fdp_minutes=chance.randrange(40),
        )
        for number in numbers
    ]


def total(stretches: Stretches, days: list[HistoryDay], width: int, end: int, *, partly: bool = True) -> int:
    """Minutes in (end - width, end], counted one by one; days that touch the window count whole."""
    opens = end - width
    counted = sum(1 for minute in range(opens, end) if any(start <= minute < stop for start, stop in stretches))
    for day in days:
        if day.end >= opens and (partly or day.start >= opens):
            counted += day.fdp_minutes
    return counted


@pytest.mark.parametrize("seed", range(300))
def test_peaks_are_those_of_every_minute(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 # repeatable, not secret
    stretches = disjoint(chance, chance.randrange(1, 9), 500)
    days = history(chance, chance.choice([500, 480]))
    width = chance.choice([60, 200, 400])
    rolling = RollingHours(width, stretches, days, [day.fdp_minutes for day in days])
    start, end = stretches[-1] if chance.random() < 0.7 else (600, 700)

    peak = rolling.peak(start, end)

    assert peak.minutes == max(total(stretches, days, width, minute) for minute in range(start, end + 1))
    assert peak.certain == max(total(stretches, days, width, minute, partly=False) for minute in range(start, end + 1))


@pytest.mark.parametrize("seed", range(300))
def test_a_latest_end_is_the_last_minute_within_the_limit(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 # repeatable, not secret
    stretches = disjoint(chance, chance.randrange(1, 9), 500)
    days = history(chance, 500)
    width, limit = chance.choice([60, 200, 400]), chance.choice([10, 40, 90, 150])
    start = stretches[-1][1] + chance.choice([0, 10, 40])
    horizon = start + min(width, chance.choice([0, 5, 50, 100]))
    idle = (start + 5, start + chance.choice([6, 25, 60])) if chance.random() < 0.5 else None
    rolling = RollingHours(width, stretches, days, [day.fdp_minutes for day in days])

    found = rolling.latest_end(start, horizon, limit, idle=idle)

    def within(end: int) -> bool:
        own = [(start, end)] if idle is None else [(start, min(end, idle[0])), (min(end, idle[1]), end)]
        return total([*stretches, *own], days, width, end) <= limit

    expected = start
    while expected < horizon and within(expected) and within(expected + 1):
        expected += 1
    assert found == expected


def test_a_horizon_before_the_start_is_the_answer() -> None:
    assert RollingHours(60, [(0, 10)], [], []).latest_end(100, 90, 5, idle=None) == 90


@pytest.mark.parametrize("zone", ["America/New_York", "America/Santiago", "Asia/Kolkata"])
def test_days_are_local_and_flights_are_divided_at_midnight(zone: str) -> None:
    clock = LocalClock(zone)
    chance = Random(zone)  # noqa: S311 # repeatable, not secret
    flights = disjoint(chance, 200, clock.instant(739900, 1300))
    flights = [(start * 40 - 39 * flights[0][0], end * 40 - 39 * flights[0][0]) for start, end in flights]
    past = [
        HistoryDay(day=739900 - number, start=0, end=0, flight_minutes=number, fdp_minutes=0)
        for number in range(9, 0, -1)
    ]
    rolling = RollingDays(5, clock, past)
    by_day = {day.day: day.flight_minutes for day in past}

    for start, end in flights:
        rolling.add(start, end)
        for minute in range(start, end):
            by_day[clock.day(minute)] = by_day.get(clock.day(minute), 0) + 1
        touched = range(clock.day(start), clock.day(end) + 1)
        expected = max(sum(by_day.get(day - back, 0) for back in range(5)) for day in touched)
        assert rolling.peak(start, end).minutes == rolling.peak(start, end).certain == expected


@pytest.mark.parametrize("seed", range(120))
def test_a_curve_has_the_total_of_every_minute(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 # repeatable, not secret
    stretches = disjoint(chance, chance.randrange(1, 9), 500)
    days = history(chance, chance.choice([500, 480]))
    width = chance.choice([60, 150])
    start, end = chance.choice([(500, 650), (480, 620), (700, 760), (450, 451), (700, 700)])
    rolling = RollingHours(width, stretches, days, [day.fdp_minutes for day in days])

    corners = rolling.curve(start, end)

    assert [instant for instant, _ in corners] == sorted({instant for instant, _ in corners})
    assert (corners[0][0], corners[-1][0]) == (start, end)
    for (before, low), (after, high) in pairwise(corners):
        for minute in range(before, after + 1):
            on_line = low + (high - low) * (minute - before) / (after - before)
            assert on_line == total(stretches, days, width, minute), minute


def test_a_curve_of_days_has_the_total_of_every_day() -> None:
    clock = LocalClock("America/New_York")
    rolling = RollingDays(3, clock, [HistoryDay(day=739_900, start=0, end=0, flight_minutes=50, fdp_minutes=0)])
    rolling.add(clock.instant(739_901, 1_430), clock.instant(739_902, 20))

    assert rolling.curve(739_899, 739_905) == [
        (739_899, 0),
        (739_900, 50),
        (739_901, 60),
        (739_902, 80),
        (739_903, 30),
        (739_904, 20),
        (739_905, 0),
    ]
