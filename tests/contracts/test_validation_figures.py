"""Each metric's figure as the vocabulary defines it, shown by limits that just pass and just fail."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.predicates.windows import Window
from contracts.validation.line import Duty, Line, Trip
from contracts.validation.line_figures import duty_in_window, rest_in_window
from tests.contracts.validated import Json, answer, at, broken, day_trip, duty, leg, open_rules, pairing, rule_body

TWO_DAYS = pairing(
    duty(2, "08:00", "18:30", leg(2, "09:00", "11:00", "SEA", "DEN"), leg(2, "13:00", "17:00", "DEN", "ORD")),
    duty(
        3,
        "06:00",
        "13:00",
        leg(3, "07:30", "08:30", "ORD", "DEN", deadhead=True),
        leg(3, "09:15", "12:30", "DEN", "SEA"),
    ),
)


def judged(metric: str, operator: str, value: float, unit: str, period: str | None, asked: Json) -> str:
    """How the rule alone stands: kept, broken or unknown."""
    answered = answer(asked, rule_body(metric, operator, value, unit, period=period))
    name = f"1-{metric}"
    if any(rule_id == name for rule_id, _ in broken(answered)):
        return "broken"
    return "unknown" if name in open_rules(answered) else "kept"


@pytest.mark.parametrize(
    ("metric", "unit", "least", "most"),
    [
        ("duty_period", "minutes", 420, 630),
        ("flight_duty_period", "minutes", 390, 540),
        ("flight_time_per_duty_period", "minutes", 195, 360),
        ("landings_per_duty_period", "landings", 1, 2),
        ("segments_per_duty_period", "segments", 1, 2),
        ("report_before_departure", "minutes", 60, 90),
        ("release_after_arrival", "minutes", 30, 90),
        ("ground_time_between_segments", "minutes", 45, 120),
        ("rest_between_duty_periods", "minutes", 690, 690),
        ("layover_length", "minutes", 690, 690),
        ("pairing_length", "days", 2, 2),
        ("time_away_from_base", "minutes", 1740, 1740),
        ("duty_periods_per_pairing", "duty periods", 2, 2),
        ("deadhead_length", "minutes", 60, 60),
    ],
)
def test_figures_of_a_trip(metric: str, unit: str, least: int, most: int) -> None:
    asked = {"pairings": [TWO_DAYS]}

    found = [
        judged(metric, operator, value, unit, None, asked)
        for operator, value in (("<=", most), ("<=", most - 1), (">=", least), (">=", least + 1))
    ]

    assert found == ["kept", "broken", "kept", "broken"]


# Work on 2-4, 6 and 9 February.
FEW_DAYS = {"pairings": [day_trip(day) for day in (2, 3, 4, 6, 9)], "month": "2026-02"}


@pytest.mark.parametrize(
    ("metric", "operator", "passes", "fails", "unit", "period"),
    [
        ("duty_in_window", "<=", 24 * 60, 24 * 60 - 1, "minutes", "7 consecutive days"),
        ("duty_in_window", "<=", 12 * 60, 12 * 60 - 1, "minutes", "30 hours"),
        ("duty_in_window", "<=", 30, 29, "hours", "month"),
        ("flight_time_in_window", "<=", 8, 7, "hours", "7 days"),
        ("flight_time_in_window", "<=", 10, 9, "hours", "bid period"),
        ("rest_in_window", ">=", 18, 19, "hours", "3 days"),
        ("rest_between_duty_periods", ">=", 18, 19, "hours", None),
        ("days_off_per_month", ">=", 23, 24, "days", None),
        ("workdays_per_month", "<=", 5, 4, "days", None),
        ("days_off_in_window", ">=", 3, 4, "days", "7 days"),
        ("days_off_in_window", ">=", 23, 24, "days", "month"),
        ("consecutive_workdays", "<=", 3, 2, "days", None),
        ("consecutive_days_off", ">=", 1, 3, "days", None),
    ],
)
def test_figures_of_a_line(metric: str, operator: str, passes: int, fails: int, unit: str, period: str | None) -> None:
    found = [judged(metric, operator, value, unit, period, FEW_DAYS) for value in (passes, fails)]

    assert found == ["kept", "broken"]


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 9)), min_size=1, max_size=6), st.integers(10, 40))
@settings(max_examples=150, deadline=None)
def test_rest_and_sums_in_windows_are_those_of_every_window(gaps: list[tuple[int, int]], width: int) -> None:
    spans, clock = [], 100
    for gap, length in gaps:
        spans.append((clock + gap, clock + gap + length))
        clock += gap + length
    duties = tuple(Duty("", start, end, ()) for start, end in spans)
    line = Line((Trip("", None, duties),), None, None)

    rests, sums = [], []
    for opens in range(50, clock + 50):
        busy = [any(start <= minute < end for start, end in spans) for minute in range(opens, opens + width)]
        rests.append(max((len(list(run)) for is_busy, run in itertools.groupby(busy) if not is_busy), default=0))
        sums.append(sum(busy))

    assert next(rest_in_window(line, Window(width))).value in {
        min(rests),
        min(rests) - 1,
    }  # between minutes it may be less
    assert next(duty_in_window(line, Window(width))).value == max(sums)


def test_months_are_known_only_where_they_are_named_or_covered() -> None:
    trips = [day_trip(day) for day in (2, 3, 30)]
    covering = [day_trip(day) for day in (-1, 2, 3, 30)]

    found = [
        judged("workdays_per_month", "<=", 2, "days", None, asked)
        for asked in ({"pairings": trips}, {"pairings": trips, "month": "2026-02"}, {"pairings": covering})
    ]

    assert found == ["unknown", "kept", "kept"]


def test_a_bid_period_counts_as_the_month() -> None:
    asked = {"pairings": [day_trip(2), day_trip(30)], "month": {"first_day": "2026-01-31", "last_day": "2026-03-01"}}

    assert judged("days_off_per_month", ">=", 29, "days", "bid period", asked) == "kept"
    assert judged("days_off_per_month", ">=", 30, "days", "bid period", asked) == "broken"


def test_days_off_at_the_edge_of_what_is_known_may_go_on() -> None:
    asked = {"pairings": [day_trip(2), day_trip(5)], "month": {"first_day": "2026-02-01", "last_day": "2026-02-05"}}

    assert judged("consecutive_days_off", ">=", 1, "days", None, asked) == "kept"
    assert judged("consecutive_days_off", ">=", 2, "days", None, asked) == "unknown"
    assert judged("consecutive_days_off", ">=", 3, "days", None, asked) == "broken"


def test_pairings_that_overlap_are_a_choice_of_which_no_line_is_judged() -> None:
    asked = {"pairings": [day_trip(3), day_trip(3), day_trip(2)]}

    assert judged("duty_in_window", "<=", 1000, "hours", "7 days", asked) == "unknown"
    assert judged("duty_period", "<=", 6, "hours", None, asked) == "kept"


def schedule(*items: Json) -> Json:
    return {"schedule": {"home_base": "SEA", "items": list(items)}}


def test_a_schedule_tells_reserve_and_pairings_do_not() -> None:
    short_call = {"kind": "short_call", "start": at(2, "06:00"), "end": at(2, "19:00")}
    asked = {**schedule(short_call), "month": "2026-02"}

    assert judged("reserve_availability_period", "<=", 13, "hours", None, asked) == "kept"
    assert judged("reserve_availability_period", "<=", 12, "hours", None, asked) == "broken"
    assert judged("reserve_days_per_month", "<=", 1, "days", None, asked) == "kept"
    assert judged("reserve_days_per_month", ">=", 2, "days", None, asked) == "broken"
    assert judged("reserve_availability_period", "<=", 13, "hours", None, FEW_DAYS) == "unknown"


def test_a_schedule_is_cut_into_trips_where_it_comes_home() -> None:
    def fdp(day: int, origin: str, destination: str) -> Json:
        flown = leg(day, "09:00", "12:00", origin, destination)
        return {"kind": "fdp", "report": at(day, "08:00"), "release": at(day, "13:00"), "segments": [flown]}

    asked = schedule(fdp(2, "SEA", "DEN"), fdp(3, "DEN", "SEA"), fdp(5, "SEA", "DEN"))

    assert judged("duty_periods_per_pairing", "<=", 2, "duty periods", None, asked) == "kept"
    assert judged("pairing_length", "<=", 1, "days", None, asked) == "broken"
    assert judged("layover_length", ">=", 19, "hours", None, asked) == "kept"


@pytest.mark.parametrize(
    ("metric", "taken", "still_known"),
    [
        ("duty_period", ("report",), False),
        ("flight_time_per_duty_period", ("segments",), False),
        ("flight_duty_period", ("report",), False),
        ("rest_between_duty_periods", ("release",), True),
        ("segments_per_duty_period", ("report", "release"), True),
    ],
)
def test_what_is_not_given_is_not_known(metric: str, taken: tuple[str, ...], still_known: bool) -> None:  # noqa: FBT001 - a column of the table
    trip: Any = day_trip(2)
    for name in taken:
        del trip["duty_periods"][0][name]
    units = {"segments_per_duty_period": "segments"}

    found = judged(metric, ">=", 0, units.get(metric, "minutes"), None, {"pairings": [trip]})

    assert found == ("kept" if still_known else "unknown")


def test_some_of_the_block_times_may_be_enough_to_break_a_limit() -> None:
    trip: Any = day_trip(2)
    trip["duty_periods"][0]["segments"][0]["in"] = None

    found = [
        judged("flight_time_per_duty_period", operator, value, "minutes", None, {"pairings": [trip]})
        for operator, value in (("<=", 59), ("<=", 60), (">=", 60), (">=", 61))
    ]

    assert found == ["broken", "unknown", "kept", "unknown"]
