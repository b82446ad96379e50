"""Local clocks: nights on which they are put forward or back, the date line, and zones off by half an hour."""

from datetime import date

import pytest

from regulations.far117.clock import (
    LocalClock,
    clock_text,
    duration_text,
    hours_text,
    instant_text,
    local_instant,
    minute_of_day,
)
from regulations.far117.stations import degrees_apart, station


@pytest.fixture(autouse=True)
def _instants_not_remembered() -> None:
    """Each test reckons anew."""
    local_instant.cache_clear()


def shown(zone: str, day: str, clock: str) -> str:
    """The instant at which a clock shows that."""
    return instant_text(LocalClock(zone).instant(date.fromisoformat(day).toordinal(), minute_of_day(clock)))


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("America/New_York", "2026-02-02", "00:00", "2026-02-02T05:00:00Z"),
        ("America/New_York", "2026-07-01", "23:59", "2026-07-02T03:59:00Z"),
        # Put forward at 02:00: what is skipped is the instant of the skip.
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59:00Z"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08", "02:59", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08", "03:01", "2026-03-08T07:01:00Z"),
        # Put back at 02:00: what comes twice is the first.
        ("America/New_York", "2026-11-01", "00:59", "2026-11-01T04:59:00Z"),
        ("America/New_York", "2026-11-01", "01:00", "2026-11-01T05:00:00Z"),
        ("America/New_York", "2026-11-01", "01:59", "2026-11-01T05:59:00Z"),
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00:00Z"),
        # Half an hour of daylight saving, and a zone three quarters off.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"),
        ("Asia/Kathmandu", "2026-02-02", "02:00", "2026-02-01T20:15:00Z"),
        # A midnight that is skipped, and a day that was.
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"),
        # 31 December and 29 February.
        ("Asia/Tokyo", "2027-01-01", "00:00", "2026-12-31T15:00:00Z"),
        ("Pacific/Honolulu", "2028-02-29", "23:00", "2028-03-01T09:00:00Z"),
    ],
)
def test_a_local_time_is_an_instant(zone: str, day: str, clock: str, expected: str) -> None:
    assert shown(zone, day, clock) == expected


def test_an_instant_is_a_day_and_a_minute_of_it() -> None:
    clock = LocalClock("Asia/Kolkata")
    instant = clock.instant(date(2028, 2, 29).toordinal(), 90)

    assert clock.day_and_minute(instant) == (date(2028, 2, 29).toordinal(), 90)
    assert (clock.day(instant), clock.minute(instant)) == clock.day_and_minute(instant)
    assert (clock.date_text(instant), clock.text(instant)) == ("2028-02-29", "01:30")


@pytest.mark.parametrize(
    ("start", "end", "met"),
    [
        (0, 120, False),
        (0, 121, True),
        (359, 400, True),
        (360, 1440, False),
        (360, 1440 + 120, False),
        (360, 1440 + 121, True),
        (1439, 1440 + 400, True),
        (-500, 2000, True),
    ],
)
def test_a_span_meets_a_daily_span(start: int, end: int, met: bool) -> None:  # noqa: FBT001 # the expectation
    midnight = LocalClock("America/Denver").instant(date(2026, 2, 2).toordinal(), 0)

    found = LocalClock("America/Denver").daily_span_met(
        midnight + start, midnight + end, from_minute=120, to_minute=360
    )

    assert found is met


@pytest.mark.parametrize(
    ("start", "end", "most", "held"),
    [
        (60, 420, 3, 1),
        (61, 420, 3, 0),
        (60, 419, 3, 0),
        (60, 1440 + 420, 3, 2),
        (0, 5 * 1440, 3, 3),
        (0, 5 * 1440, 9, 5),
        (0, 5 * 1440, 1, 1),
        (421, 1440 + 419, 3, 0),
    ],
)
def test_a_span_holds_daily_spans(start: int, end: int, most: int, held: int) -> None:
    clock = LocalClock("America/Denver")
    midnight = clock.instant(date(2026, 2, 2).toordinal(), 0)

    found = clock.daily_spans_held(midnight + start, midnight + end, from_minute=60, to_minute=420, most=most)

    assert found == held


def test_lengths_and_times_read_as_people_write_them() -> None:
    assert (duration_text(800), duration_text(30), duration_text(60_001)) == (
        "13 h 20 min",
        "0 h 30 min",
        "1,000 h 01 min",
    )
    assert (clock_text(0), clock_text(1439), hours_text(690), hours_text(540)) == ("00:00", "23:59", "11.5", "9")
    assert (instant_text(0), instant_text(-1)) == ("1970-01-01T00:00:00Z", "1969-12-31T23:59:00Z")


@pytest.mark.parametrize(
    "clock", ["24:00", "7:00", "07:60", "0700", "07:00 ", "", "07:00\n", "\u0660\u0665:\u0663\u0660"]
)
def test_what_is_no_time_of_day_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match="is no time of day from 00:00 to 23:59"):
        minute_of_day(clock)


def test_stations_are_known_by_both_codes() -> None:
    iata, icao = station("NRT"), station("RJAA")

    assert iata is not None
    assert icao is not None
    assert (iata.code, icao.code) == ("NRT", "RJAA")
    assert (iata.place, iata.zone, iata.longitude) == (icao.place, icao.zone, icao.longitude)
    assert iata.zone == "Asia/Tokyo"
    assert station("QQQ") is None


@pytest.mark.parametrize(
    ("one", "other", "degrees"), [("JFK", "JFK", 0), ("JFK", "LAX", 44.6), ("NRT", "LAX", 101.2), ("AKL", "HNL", 27.3)]
)
def test_degrees_are_counted_the_shorter_way_round(one: str, other: str, degrees: float) -> None:
    first, second = station(one), station(other)

    assert first is not None
    assert second is not None
    assert degrees_apart(first, second) == pytest.approx(degrees, abs=0.06)
    assert degrees_apart(second, first) == degrees_apart(first, second)


def test_a_clock_knows_its_zone() -> None:
    assert LocalClock("Asia/Tokyo").zone == "Asia/Tokyo"
