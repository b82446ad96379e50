"""More single points: runs of nights, extensions, notice, trips, chains of duty, and where a latest end falls."""

from contextlib import nullcontext
from typing import Any

import pytest

from regulations.far117 import DocumentRefused, evaluate_document
from tests.regulations.far117.made import Item, at, deadhead, fdp, found, judged, span

MINUTE = 1 / 60


def history(*days: tuple[str, float]) -> list[dict[str, Any]]:
    """Hours of FDP by day of January or February 2026, such as "01-27"."""
    return [{"date": f"2026-{day}", "flight_minutes": 0, "fdp_minutes": round(hours * 60)} for day, hours in days]


WEEK = [("01-27", 9.0), ("01-28", 9.0), ("01-29", 9.0), ("01-30", 9.0), ("01-31", 9.0), ("02-01", 9.0)]
THERE_AND_BACK = (("JFK", "BOS"), ("BOS", "JFK"))


# 117.19.


@pytest.mark.parametrize(("hours", "expected"), [(14, []), (14 + MINUTE, [(0, "violation", 3600, 4081)])])
def test_an_extension_may_break_no_cumulative_limit_once_there_is_one(hours: float, expected: list[Any]) -> None:
    period = fdp(0, *THERE_AND_BACK, hours=hours, extension="before_takeoff")

    assert found(judged(period, history=history(*WEEK)), "EXTENSION_CUMULATIVE") == expected


def test_an_extension_that_may_break_a_cumulative_limit_is_not_known_to() -> None:
    partly = [("01-26", 10.0), *((day, 7.5) for day, _ in WEEK)]

    answer = judged(fdp(0, *THERE_AND_BACK, hours=14.5, extension="before_takeoff"), history=history(*partly))

    assert found(answer, "EXTENSION_CUMULATIVE") == [(0, "unknown", 3600, 69 * 60 + 30)]


def test_of_two_cumulative_limits_that_of_which_more_is_known_is_told() -> None:
    month = [(f"01-{day:02d}", 8.0) for day in range(6, 26)]
    partly = [*month, ("01-26", 10.0), *((day, 7.5) for day, _ in WEEK)]

    answer = judged(fdp(0, *THERE_AND_BACK, hours=14.5, extension="before_takeoff"), history=history(*partly))

    assert found(answer, "FDP_168H")[0][1] == "unknown"
    assert found(answer, "EXTENSION_CUMULATIVE") == [(0, "violation", 190 * 60, round((160 + 10 + 45 + 14.5) * 60))]


# 117.21.


@pytest.mark.parametrize(("report", "expected"), [(19, []), (19 - MINUTE, [(0, "violation", 720, 599)])])
def test_notice_counts_for_a_period_that_begins_before_the_circadian_low(report: float, expected: list[Any]) -> None:
    period = fdp(report, ("JFK", "BOS"), notified_at=at(9 if report == 19 else report - 599 * MINUTE))

    assert found(judged(period), "LONG_CALL_WOCL_NOTICE") == expected


# 117.23 and 117.15.


def night(report: float, /, **rest: Any) -> Item:
    """Report 22:00 in New York; a rest in Boston from midnight to 03:00; back by 05:00."""
    return {
        "kind": "fdp",
        "report": at(report),
        "release": at(report + 7.25),
        "segments": [
            {"from": "JFK", "to": "BOS", "out": at(report + 0.5), "in": at(report + 1.5)},
            {"from": "BOS", "to": "JFK", "out": at(report + 5.5), "in": at(report + 7)},
        ],
        "split_rest": {
            "start": at(report + 2),
            "end": at(report + 5),
            "suitable_accommodation": True,
            "scheduled_minutes": 180,
        }
        | rest,
    }


def test_a_granted_rest_moves_the_latest_end_by_a_cumulative_limit() -> None:
    worked = history(*((day, 9.25) for day, _ in WEEK))  # 55.5 h: 4.5 h are left, of which 2 h lie before the rest

    row = judged(night(15), history=worked)["items"][0]

    assert (row["binding_rule"], row["elapsed_minutes"]) == ("FAR117_FDP_168H", 240)
    assert row["latest_fdp_end"] == at(15 + 4.5 + 3).replace("+00:00", ":00Z")


def test_a_rest_that_begins_at_the_minute_of_arrival_is_after_the_first_segment() -> None:
    assert judged(night(15, start=at(16.5)))["items"][0]["elapsed_minutes"] == 420 - 210


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"scheduled_minutes": None}, "the rest was scheduled before the flight duty period began."),
        (
            {"start": at(15 + 7.05), "end": at(15 + 7.25), "scheduled_minutes": 12},
            "the rest lies between 22:00 and 05:00 at its place; the rest is during the flight duty period; "
            "the rest is at least 3 h 00 min.",
        ),
    ],
)
def test_what_fails_is_said(change: dict[str, Any], failed: str) -> None:
    [finding] = [each for each in judged(night(15, **change))["findings"] if each["rule_id"] == "FAR117_SPLIT_DUTY"]

    assert finding["explanation"].endswith(f"because this does not hold: {failed}")


def test_a_rest_up_to_the_release_of_airport_reserve_is_during_the_period() -> None:
    period = night(15, start=at(19), end=at(22.25))
    period |= {"airport_reserve": True, "segments": []}

    [finding] = [each for each in judged(period)["findings"] if each["rule_id"] == "FAR117_SPLIT_DUTY"]

    assert finding["explanation"].endswith(
        "the rest lies between 22:00 and 05:00 at its place; the first segment was flown before the rest."
    )


# 117.27.


def test_nights_with_a_rest_count_anew_after_a_day() -> None:
    answer = judged(fdp(0, ("JFK", "BOS")), *(night(15 + 24 * number) for number in range(1, 6)))

    assert [row["infringes_wocl"] for row in answer["items"]] == [False, True, True, True, True, True]
    assert found(answer, "CONSECUTIVE_NIGHTS") == []


# 117.25.


def test_the_first_gap_of_all_can_be_the_longest_rest() -> None:
    answer = judged(span("duty", 0, 10), span("duty", 40, 160), fdp(175, ("JFK", "BOS")))

    assert found(answer, "REST_30_IN_168") == []


def test_the_longest_rest_told_may_be_the_first_of_all() -> None:
    answer = judged(span("duty", 0, 10), span("duty", 39, 160), fdp(175, ("JFK", "BOS")))

    assert found(answer, "REST_30_IN_168") == [(2, "violation", 1800, 29 * 60)]


def test_who_began_away_from_home_has_not_left_it() -> None:
    answer = judged(
        deadhead(0, 2, "NRT", "ICN"), deadhead(180, 194, "ICN", "JFK"), fdp(210, ("JFK", "BOS")), position="NRT"
    )

    assert found(answer, "REST_56H") == []


def test_a_trip_may_begin_with_the_second_leg_of_a_period() -> None:
    out = fdp(0, ("BOS", "JFK"), ("JFK", "LHR"), hours=10)

    answer = judged(out, fdp(190, ("LHR", "JFK"), hours=9), fdp(220, ("JFK", "BOS")), position="BOS")

    assert [finding[:2] for finding in found(answer, "REST_56H")] == [(2, "violation")]


# 117.3.


def test_a_chain_of_duty_ends_at_a_rest() -> None:
    items = [fdp(0, ("JFK", "BOS")), span("duty", 20, 22), span("duty", 40, 42), fdp(45, ("BOS", "JFK"))]

    assert judged(*items)["items"][3]["elapsed_minutes"] == 7 * 60


def test_a_period_called_out_from_reserve_has_the_state_of_its_report() -> None:
    duties = [span("duty", start, start + 2) for start in (40, 70)]
    called_out = fdp(86, ("NRT", "ICN"), rap_start=at(84))

    answer = judged(deadhead(0, 14, "JFK", "NRT"), *duties, called_out)

    assert [row["acclimated"] for row in answer["items"]] == [True, False, False, True]


def test_being_seen_far_away_between_two_legs_starts_the_time_in_the_theater_anew() -> None:
    strange = fdp(0, ("JFK", "NRT"), ("LAX", "NRT"), hours=40)
    duties = [span("duty", start, start + 2) for start in (60, 72)]

    answer = judged(strange, *duties, span("duty", 100, 101))

    assert [row["acclimated"] for row in answer["items"]] == [True, False, False, False]


def test_no_station_is_named_as_assumed_where_the_first_item_names_one_or_the_document_does() -> None:
    named = "The first item begins at JFK, his home base, as it names no station."
    sleep = "A rest gives eight uninterrupted hours of sleep opportunity where nothing else is said."

    assert named not in judged(fdp(0, ("JFK", "BOS")))["assumptions"]
    assert named not in judged(span("duty", 0, 1), position="JFK")["assumptions"]
    assert {named, sleep} <= set(judged(span("short_call", 0, 1))["assumptions"])


@pytest.mark.parametrize(("year", "accepted"), [(1979, False), (1980, True), (2199, True), (2200, False)])
def test_history_has_the_years_of_the_items(year: int, accepted: bool) -> None:  # noqa: FBT001 # the expectation
    document = {
        "home_base": "JFK",
        "history": [{"date": f"{year}-06-01", "flight_minutes": 0, "fdp_minutes": 0}],
        "items": [{"kind": "duty", "start": "2199-12-01T00:00Z", "end": "2199-12-01T01:00Z"}],
    }

    expected = nullcontext() if accepted else pytest.raises(DocumentRefused, match="Years from 1980 to 2199")
    with expected:
        evaluate_document(document)


def test_the_instants_of_the_first_year_can_be_judged() -> None:
    first = {"kind": "duty", "start": "1980-01-01T00:00Z", "end": "1980-01-01T01:00Z"}

    assert evaluate_document({"home_base": "JFK", "items": [first]})["verdict"] == "legal"


# More of 117.25.


def test_no_rest_at_all_is_none() -> None:
    assert found(judged(span("duty", 0, 2), span("long_call", 2, 4), fdp(4, ("JFK", "BOS"))), "REST_10H") == [
        (2, "violation", 600, 0)
    ]


def test_of_two_deadheads_the_one_with_the_greater_lack_is_told() -> None:
    answer = judged(
        deadhead(0, 20, "JFK", "NRT"),
        deadhead(31, 47, "NRT", "LAX"),
        fdp(58, ("LAX", "SFO")),
    )

    assert found(answer, "REST_DEADHEAD") == [(2, "violation", 20 * 60, 11 * 60)]


@pytest.mark.parametrize(("start", "expected"), [(178, []), (178 + MINUTE, [(3, "violation", 1800, 1799)])])
def test_the_week_before_a_period_ends_where_all_that_belongs_to_it_begins(start: float, expected: list[Any]) -> None:
    """The rest of thirty hours begins 168 h before the duty that belongs to the FDP, 171 h before its report."""
    duties = [span("duty", 0, 10), span("duty", 40, 167), span("duty", start, start + 2)]

    assert found(judged(*duties, fdp(start + 3, ("JFK", "BOS"))), "REST_30_IN_168") == expected


@pytest.mark.parametrize(("hours", "items"), [(30, []), (30 - MINUTE, [0])])
def test_thirty_hours_between_a_day_of_the_history_and_the_first_item_are_enough(
    hours: float, items: list[int]
) -> None:
    """Days of history begin and end at midnight in New York, 19 hours after noon of a day in February."""
    days = [(f"01-{day:02d}", 5.0) for day in range(25, 32)]
    idle = [{"date": "2026-02-01", "flight_minutes": 0, "fdp_minutes": 0}]

    answer = judged(fdp(-31 + hours, ("JFK", "BOS")), history=[*history(*days), *(idle if hours > 31 else [])])

    assert [each[0] for each in found(answer, "REST_30_IN_168")] == items


@pytest.mark.parametrize(("report", "status"), [(138, "unknown"), (138 + MINUTE, "violation")])
def test_a_day_of_the_history_may_hide_thirty_hours_to_the_minute(report: float, status: str) -> None:
    answer = judged(span("duty", 0, 125), fdp(report, ("JFK", "BOS")), history=history(("02-01", 5.0)))

    assert [finding[:2] for finding in found(answer, "REST_30_IN_168")] == [(1, status)]


def test_an_idle_day_of_the_history_hides_no_day_before_it() -> None:
    days = [*((f"01-{day:02d}", 5.0) for day in range(25, 31)), ("01-31", 0.0), ("02-01", 5.0)]

    answer = judged(fdp(0, ("JFK", "BOS")), history=history(*days))

    assert [finding[:2] for finding in found(answer, "REST_30_IN_168")] == [(0, "unknown")]
