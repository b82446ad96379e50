"""Single points where a reading turns: exactly at a limit, exactly at an edge, with nothing to go by."""

from typing import Any

import pytest

from tests.regulations.far117.made import Item, at, deadhead, fdp, found, judged, span

# Theater.


@pytest.mark.parametrize(("hours", "acclimated"), [(72, True), (72 - 1 / 60, False)])
def test_seventy_two_hours_in_a_theater_acclimate_from_the_first_arrival_in_it(hours: float, acclimated: bool) -> None:  # noqa: FBT001 # the expectation
    answer = judged(
        deadhead(0, 14, "JFK", "NRT"),
        fdp(34, ("NRT", "ICN")),
        span("duty", 60, 62),
        span("duty", 14 + hours, 14 + hours + 1),
    )

    assert answer["items"][3]["acclimated"] is acclimated
    assert answer["items"][3]["clock"] == ("Asia/Seoul" if acclimated else "America/New_York")


def test_leaving_the_theater_starts_its_time_anew() -> None:
    answer = judged(
        deadhead(0, 14, "JFK", "NRT"),
        deadhead(30, 40, "NRT", "LAX"),
        deadhead(50, 62, "LAX", "NRT"),
        span("duty", 86, 88),
        span("duty", 62 + 72, 62 + 73),
    )

    assert [row["acclimated"] for row in answer["items"]] == [True, False, True, False, True]


def test_a_pilot_seen_far_from_where_he_arrived_is_not_acclimated_there_for_time_spent_elsewhere() -> None:
    answer = judged(span("duty", 0, 8), span("duty", 90, 98), deadhead(120, 122, "NRT", "ICN"))

    assert answer["items"][2]["station"] == "NRT"
    assert answer["items"][2]["acclimated"] is False


def test_time_in_a_theater_counts_from_the_first_item_where_he_was_there_before() -> None:
    items = [span("duty", 0, 2), span("duty", 30, 32), span("duty", 60, 62), span("duty", 72, 73)]

    answer = judged(*items, position="NRT")

    assert [row["acclimated"] for row in answer["items"]] == [False, False, False, True]


@pytest.mark.parametrize(("rest", "acclimated"), [(36, True), (36 - 1 / 60, False)])
def test_thirty_six_hours_of_rest_acclimate(rest: float, acclimated: bool) -> None:  # noqa: FBT001 # the expectation
    answer = judged(deadhead(0, 14, "JFK", "NRT"), span("duty", 14 + rest, 16 + rest))

    assert answer["items"][1]["acclimated"] is acclimated


def test_a_long_call_is_no_rest_that_acclimates() -> None:
    answer = judged(deadhead(0, 14, "JFK", "NRT"), span("long_call", 14, 40), span("duty", 60, 62))

    assert answer["items"][2]["acclimated"] is False


# Deadheads.


@pytest.mark.parametrize(("gap", "required"), [(10 - 1 / 60, 1199), (10, None)])
def test_deadheads_join_with_less_than_ten_hours_between(gap: float, required: int | None) -> None:
    second = 5 + gap
    answer = judged(
        deadhead(0, 5, "JFK", "LAX"), deadhead(second, second + 5, "LAX", "JFK"), fdp(second + 18, ("JFK", "BOS"))
    )

    assert found(answer, "REST_DEADHEAD") == ([] if required is None else [(2, "violation", required, 780)])


def test_deadhead_segments_after_the_last_operated_one_are_transportation_on_the_clock_of_their_period() -> None:
    period = fdp(0, ("JFK", "BOS"))
    period["segments"].append(
        {"from": "BOS", "to": "HNL", "out": at(2), "in": at(16.5), "deadhead": True},
    )
    period["release"] = at(17)

    answer = judged(period, fdp(31, ("HNL", "OGG")))

    # From 09:00 in New York: 14 hours. 14:30 hours of deadhead need as much rest, and have 14.
    assert found(answer, "REST_DEADHEAD") == [(1, "violation", 870, 840)]


def test_a_short_deadhead_asks_for_no_rest_of_its_own() -> None:
    answer = judged(deadhead(0, 13, "JFK", "LAX"), span("duty", 13, 14), fdp(24, ("LAX", "SFO")))

    assert found(answer, "REST_DEADHEAD") == []


def test_a_deadhead_right_before_a_period_asks_for_no_rest_where_it_was_short() -> None:
    answer = judged(deadhead(0, 2, "JFK", "BOS"), fdp(2, ("BOS", "JFK")))

    assert found(answer, "REST_DEADHEAD") == []


def test_deadhead_segments_have_the_clock_and_state_of_their_period_at_its_start() -> None:
    # The FDP starts with the duty, 71.5 hours after the arrival in Tokyo: not acclimated, 22:00 in New York and later.
    # At the report he would have been. Ten hours of deadhead from 00:00 there are more than 9 hours less 30 minutes.
    nights = [span("short_call", 14 + 12 * number, 14 + 12 * number + 2) for number in range(1, 6)]
    period = fdp(87, ("NRT", "ICN"))
    period["segments"].append({"from": "ICN", "to": "HNL", "out": at(89), "in": at(99), "deadhead": True})
    period["release"] = at(99)

    answer = judged(deadhead(0, 14, "JFK", "NRT"), *nights, span("duty", 85.5, 86), period, fdp(108.5, ("HNL", "OGG")))

    assert [answer["items"][index]["acclimated"] for index in (6, 7)] == [False, False]
    assert found(answer, "REST_DEADHEAD") == [(8, "violation", 600, 570)]


# Rest.


def test_the_longest_rest_is_named_wherever_it_lies() -> None:
    reserve = [span("short_call", start, start + 10) for start in (0, 38, 60, 82, 104, 126, 148)]

    answer = judged(span("long_call", -20, -10), *reserve, fdp(169, ("JFK", "BOS")))

    assert found(answer, "REST_30_IN_168")[-1] == (8, "violation", 1800, 28 * 60)


def test_a_night_of_rest_before_a_run_does_not_end_it() -> None:
    day, nights = fdp(0, ("JFK", "BOS")), [fdp(24 * number + 43, ("JFK", "BOS")) for number in range(4)]

    answer = judged(day, *nights)

    assert found(answer, "CONSECUTIVE_NIGHTS") == [(4, "violation", 3, 4)]


@pytest.mark.parametrize(("date", "items"), [("2026-01-30", []), ("2026-02-01", [4, 5])])
def test_free_time_before_the_first_item_counts_where_no_day_of_duty_lies_in_it(date: str, items: list[int]) -> None:
    reserve = [span("short_call", 28 * number, 28 * number + 4) for number in range(5)]

    answer = judged(*reserve, fdp(130, ("JFK", "BOS")), history=[{"date": date, "flight_minutes": 0, "fdp_minutes": 1}])

    assert [finding[:2] for finding in found(answer, "REST_30_IN_168")] == [(item, "unknown") for item in items]


def test_a_week_without_any_rest_is_a_violation_that_says_so() -> None:
    answer = judged(
        *(span("long_call", 12 * number, 12 * number + 12) for number in range(15)), fdp(180, ("JFK", "BOS"))
    )

    assert found(answer, "REST_30_IN_168") == [(15, "violation", 1800, 0)]


@pytest.mark.parametrize(("ended", "expected"), [(21, []), (21 + 1 / 60, [(4, "violation", 3, 4)])])
def test_a_rest_of_ten_hours_that_holds_a_night_ends_a_run_of_nights(
    ended: float, expected: list[tuple[int, str, int, int]]
) -> None:
    def local(day: int, hour: float) -> float:
        """In New York, of that day of February."""
        return 24 * (day - 2) + hour - 7

    nights = [fdp(local(day, 2), ("JFK", "BOS")) for day in (3, 4, 5)]
    reserve = span("short_call", local(5, 12), local(5, ended))
    called_out = fdp(local(6, 21), ("JFK", "BOS"), hours=6, rap_start=at(local(6, 7)))

    answer = judged(*nights, reserve, called_out)

    assert found(answer, "CONSECUTIVE_NIGHTS") == expected


# Split duty.


def split(start: float, end: float, **more: Any) -> Item:
    return {"start": at(start), "end": at(end), "suitable_accommodation": True, "scheduled_minutes": 180, **more}


def late_period(rest: Item) -> Item:
    """Report 18:00 in New York; Boston by 21:45; away again at 05:10, to 06:30."""
    return {
        "kind": "fdp",
        "report": at(11),
        "release": at(24),
        "segments": [
            {"from": "JFK", "to": "BOS", "out": at(12), "in": at(14.75)},
            {"from": "BOS", "to": "JFK", "out": at(22.25), "in": at(23.5)},
        ],
        "split_rest": rest,
    }


@pytest.mark.parametrize(
    ("rest", "elapsed"),
    [
        (split(15, 22), 330),
        (split(15 - 1 / 60, 22), 750),
        (split(15, 22 + 1 / 60), 750),
        (split(17, 20), 570),
        (split(17, 20, scheduled_minutes=181), 750),
        (split(17, 20, scheduled_minutes=None), 750),
        (split(17, 20, suitable_accommodation=False), 750),
    ],
)
def test_a_split_rest_counts_up_to_its_edges(rest: Item, elapsed: int) -> None:
    answer = judged(late_period(rest))

    assert answer["items"][0]["elapsed_minutes"] == elapsed


def test_every_condition_that_fails_is_named() -> None:
    period = late_period(split(11, 11.5, suitable_accommodation=False, scheduled_minutes=60))
    period["release"], period["segments"][1]["in"] = at(26), at(25.5)
    period |= {"pilots": 3, "rest_facility": 1}

    finding = next(finding for finding in judged(period)["findings"] if finding["rule_id"] == "FAR117_SPLIT_DUTY")

    assert finding["explanation"] == (
        "The rest of 0 h 30 min counts as FDP, because this does not hold: the rest is in a suitable accommodation; "
        "the rest lies between 22:00 and 05:00 at its place; the rest is as long as scheduled; "
        "the first segment was flown before the rest; the crew has two pilots; the rest is at least 3 h 00 min; "
        "flight duty period and rest together are at most 14 h 00 min."
    )


def test_a_rest_at_the_minute_of_arrival_is_at_the_station_of_arrival() -> None:
    # 22:30 in New York is 19:30 in Los Angeles: only there is the rest by day.
    period = late_period(split(15.5, 20))
    period["segments"][0]["in"] = at(15.5)
    period["segments"][0]["to"] = period["segments"][1]["from"] = "LAX"

    assert judged(period)["items"][0]["elapsed_minutes"] == 750


def test_a_rest_after_the_last_segment_is_not_during_the_period() -> None:
    period = late_period(split(18, 21.5))
    del period["segments"][1]

    answer = judged(period)

    assert answer["items"][0]["elapsed_minutes"] == 225
    assert "during the flight duty period" in answer["findings"][0]["explanation"]


# Items.


def test_every_item_echoes_its_id() -> None:
    items = [
        fdp(0, ("JFK", "BOS"), id="a"),
        {**span("short_call", 20, 30), "id": 2},
        {**span("long_call", 50, 60), "id": "c"},
        {**deadhead(70, 72, "BOS", "JFK"), "id": "d"},
        {**span("duty", 80, 82), "id": "e"},
    ]

    assert [row["id"] for row in judged(*items)["items"]] == ["a", 2, "c", "d", "e"]


def test_what_is_assumed_is_said() -> None:
    plain = judged(span("duty", 0, 1))
    told = judged(
        fdp(0, ("JFK", "BOS"), sleep_opportunity_minutes=480, extension="before_takeoff"),
        acclimated_at="JFK",
        position="JFK",
        theater_clock="report_station",
        history=[{"date": "2026-02-01", "flight_minutes": 0, "fdp_minutes": 0}],
    )

    assert plain["assumptions"] == [
        "Before the first item the pilot is acclimated to the theater of JFK, his home base.",
        "The first item begins at JFK, his home base, as it names no station.",
        "While he is acclimated, the tables are entered by the clock of the station that he is acclimated to.",
        "Before the first item there was neither flight time nor FDP, and all of that time was free.",
        "Time without an item is rest, free of all duty; what the items say happened so.",
    ]
    assert told["assumptions"] == [
        "While he is acclimated, the tables are entered by the clock of the station of report.",
        "Before the first item there was only what the history says. A day of it counts whole in every window of hours "
        "that it touches; other days were free.",
        "Time without an item is rest, free of all duty; what the items say happened so.",
        "Two pilots are the minimum crew of the aircraft.",
        "Each extension is for unforeseen operational circumstances, and the pilot in command concurs "
        "(117.19(a)(1), (b)(1)).",
    ]
