"""The drawings of a judged roster: everything in its place on the right clock, and nothing lost."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from regulations.far117.clock import LocalClock
from regulations.far117.evaluation import judge_document
from regulations.rosters.notes import all_notes
from regulations.rosters.plots import draw_plots
from regulations.rosters.report import roster_report
from regulations.rosters.timeline import Caption, Day, DaysBetween, Part, draw_timeline
from tests.regulations.far117.generated import make_document


def drawn(*items: dict[str, Any], **beginning: Any) -> list[Part]:
    roster, answer = judge_document({"home_base": "JFK", **beginning, "items": list(items)})
    return draw_timeline(roster, answer, roster.items)


def duty(start: str, end: str) -> dict[str, Any]:
    return {"kind": "duty", "start": start, "end": end}


def flight(report: str, release: str, *legs: tuple[str, str, str, str], **members: Any) -> dict[str, Any]:
    segments = [dict(zip(("from", "to", "out", "in"), leg, strict=True)) for leg in legs]
    return {"kind": "fdp", "report": report, "release": release, "segments": segments, **members}


def days(part: Part) -> list[Day]:
    return [row for row in part.rows if isinstance(row, Day)]


def pieces(day: Day, kind: str) -> list[tuple[float, float]]:
    return [(piece.left, piece.width) for piece in day.pieces if piece.kind == kind]


def captions(part: Part) -> list[Caption]:
    return [caption for day in days(part) for caption in day.captions]


def test_a_duty_stands_where_the_clock_says() -> None:
    [part] = drawn(duty("2026-02-02T06:00-05:00", "2026-02-02T12:00-05:00"))

    [day] = days(part)
    assert (part.city, part.zone) == ("New York", "America/New_York")
    assert (day.label, day.long_label, day.length_note) == ("Mon 2 Feb", "Monday 2 February 2026", "")
    assert pieces(day, "duty") == [(25.0, 25.0)]
    assert [(band.left, band.width) for band in day.wocl] == [(8.33, 16.67)]
    assert day.captions[0].time == "06:00–12:00"


def test_what_crosses_midnight_goes_on_in_the_next_row() -> None:
    [part] = drawn(duty("2026-02-02T18:00-05:00", "2026-02-03T06:00-05:00"))

    assert [pieces(day, "duty") for day in days(part)] == [[(75.0, 25.0)], [(0.0, 25.0)]]
    assert captions(part)[0].time == "18:00–Tue 3 Feb 06:00"


def test_what_ends_at_midnight_has_no_empty_row_after_it() -> None:
    [part] = drawn(duty("2026-02-02T18:00-05:00", "2026-02-03T00:00-05:00"))

    assert [day.label for day in days(part)] == ["Mon 2 Feb"]


def test_days_without_anything_are_one_line() -> None:
    [part] = drawn(
        duty("2026-02-02T08:00-05:00", "2026-02-02T12:00-05:00"),
        duty("2026-02-04T08:00-05:00", "2026-02-04T12:00-05:00"),
        duty("2026-02-08T08:00-05:00", "2026-02-08T12:00-05:00"),
    )

    assert [row.text for row in part.rows if isinstance(row, DaysBetween)] == [
        "Tue 3 Feb: 1 day with nothing on the roster",
        "Thu 5 Feb to Sat 7 Feb: 3 days with nothing on the roster",
    ]


@pytest.mark.parametrize(
    ("date", "offset", "hours", "wocl"),
    [("2026-03-08", "-04:00", "23 h", (8.7, 13.04)), ("2026-11-01", "-05:00", "25 h", (12.0, 16.0))],
)
def test_days_on_which_the_clock_is_changed_have_their_own_length(
    date: str, offset: str, hours: str, wocl: tuple[float, float]
) -> None:
    [part] = drawn(duty(f"{date}T12:00{offset}", f"{date}T18:00{offset}"))

    [day] = days(part)
    length = int(hours[:2])
    assert day.length_note == f"The clock is changed: this day has {hours}."
    assert [(band.left, band.width) for band in day.wocl] == [wocl]
    [(left, width)] = pieces(day, "duty")
    assert left == pytest.approx(100 * (length - 12) / length, abs=0.01)
    assert width == pytest.approx(100 * 6 / length, abs=0.02)


def test_an_fdp_beyond_its_limit_shows_the_excess_and_both_limits() -> None:
    [part] = drawn(
        flight(
            "2026-02-02T06:00-05:00",
            "2026-02-02T21:30-05:00",
            ("JFK", "ORD", "2026-02-02T07:00-05:00", "2026-02-02T10:00-05:00"),
            ("ORD", "JFK", "2026-02-02T18:00-05:00", "2026-02-02T21:00-05:00"),
        )
    )

    [day] = days(part)
    assert pieces(day, "fdp") == [(25.0, 62.5)]
    assert pieces(day, "over") == [(79.17, 8.33)]
    assert pieces(day, "flight") == [(29.17, 12.5), (75.0, 12.5)]
    assert [(mark.left, mark.extended) for mark in day.marks] == [(79.17, False), (87.5, True)]
    assert [(badges.left, badges.turned, len(badges.notes)) for badges in day.badges] == [(25.0, False, 1)]
    [caption] = day.captions
    assert (caption.anchor, caption.name, caption.route) == ("item-1", "FDP", "JFK–ORD–JFK")
    assert caption.limit == "15 h of 13 h; to end by 19:00, extended by 21:00"


def test_reserve_deadhead_legs_and_duty_around_an_fdp_have_their_own_look() -> None:
    [part] = drawn(
        flight(
            "2026-02-02T09:00-05:00",
            "2026-02-02T18:00-05:00",
            ("JFK", "ORD", "2026-02-02T10:00-05:00", "2026-02-02T12:00-05:00"),
            rap_start="2026-02-02T06:00-05:00",
        )
        | {
            "segments": [
                {"from": "JFK", "to": "ORD", "out": "2026-02-02T10:00-05:00", "in": "2026-02-02T12:00-05:00"},
                {
                    "from": "ORD",
                    "to": "DEN",
                    "out": "2026-02-02T13:00-05:00",
                    "in": "2026-02-02T15:00-05:00",
                    "deadhead": True,
                },
            ],
            "id": "R7",
        }
    )

    [day] = days(part)
    assert pieces(day, "short_call") == [(25.0, 12.5)]
    assert pieces(day, "duty") == [(37.5, 37.5)]
    assert pieces(day, "fdp") == [(37.5, 12.5)]
    assert pieces(day, "carried") == [(54.17, 8.33)]
    assert [piece.text for piece in day.pieces if piece.text] == ["reserve", "ORD–DEN", "JFK–ORD"]
    assert day.captions[0].name == "FDP R7"


def test_a_granted_split_rest_is_a_pause() -> None:
    [part] = drawn(
        flight(
            "2026-02-02T18:00-05:00",
            "2026-02-03T06:30-05:00",
            ("JFK", "BOS", "2026-02-02T19:00-05:00", "2026-02-02T21:30-05:00"),
            ("BOS", "JFK", "2026-02-03T04:00-05:00", "2026-02-03T05:30-05:00"),
            split_rest={
                "start": "2026-02-02T22:00-05:00",
                "end": "2026-02-03T03:00-05:00",
                "suitable_accommodation": True,
                "scheduled_minutes": 300,
            },
        )
    )

    assert [pieces(day, "pause") for day in days(part)] == [[(91.67, 8.33)], [(0.0, 12.5)]]


def test_rest_is_a_line_and_a_short_one_says_so() -> None:
    legs = ("JFK", "ORD", "2026-02-02T10:00-05:00", "2026-02-02T12:00-05:00")
    next_legs = ("ORD", "JFK", "2026-02-02T23:00-05:00", "2026-02-03T01:00-05:00")
    [part] = drawn(
        flight("2026-02-02T09:00-05:00", "2026-02-02T12:30-05:00", legs),
        flight("2026-02-02T22:00-05:00", "2026-02-03T01:30-05:00", next_legs),
        duty("2026-02-03T20:00-05:00", "2026-02-03T21:00-05:00"),
    )

    first, second = days(part)
    assert pieces(first, "rest-short") == [(52.08, 39.59)]
    assert pieces(second, "rest") == [(6.25, 77.08)]
    assert [piece.text for day in (first, second) for piece in day.pieces if piece.kind.startswith("rest")] == [
        "9 h 30 min",
        "18 h 30 min",
    ]
    assert first.badges[-1].turned


def test_a_deadhead_that_belongs_to_an_fdp_is_followed_by_no_rest() -> None:
    [part] = drawn(
        {
            "kind": "deadhead",
            "from": "JFK",
            "to": "ORD",
            "start": "2026-02-02T06:00-05:00",
            "end": "2026-02-02T09:00-05:00",
        },
        flight(
            "2026-02-02T12:00-05:00",
            "2026-02-02T16:00-05:00",
            ("ORD", "JFK", "2026-02-02T13:00-05:00", "2026-02-02T15:00-05:00"),
        ),
    )

    [day] = days(part)
    assert pieces(day, "fdp") == [(25.0, 37.5)]
    assert pieces(day, "rest") == []
    assert [piece.kind for piece in day.pieces].index("deadhead") > [piece.kind for piece in day.pieces].index("fdp")


def test_another_clock_begins_another_part() -> None:
    over = flight(
        "2026-02-02T18:00-05:00",
        "2026-02-03T03:00-05:00",
        ("JFK", "LHR", "2026-02-02T19:00-05:00", "2026-02-03T02:00-05:00"),
    )
    back = flight(
        "2026-02-06T12:00Z",
        "2026-02-06T22:00Z",
        ("LHR", "JFK", "2026-02-06T13:00Z", "2026-02-06T21:00Z"),
    )

    one, other = drawn(over, back)

    assert (one.city, other.city) == ("New York", "London")
    assert [day.label for day in days(one)] == ["Mon 2 Feb", "Tue 3 Feb"]
    assert [day.label for day in days(other)] == ["Fri 6 Feb"]
    assert pieces(days(other)[0], "fdp") == [(50.0, 37.5)]


def minutes_drawn(parts: Sequence[Part], kinds: set[str]) -> int:
    """The minutes of what is drawn of these kinds, from the shares of their days, to the nearest."""
    drawn_minutes = 0.0
    for part in parts:
        clock = LocalClock(part.zone)
        for day in days(part):
            number = datetime.strptime(day.long_label, "%A %d %B %Y").toordinal()  # noqa: DTZ007 # a date
            length = clock.instant(number + 1, 0) - clock.instant(number, 0)
            drawn_minutes += sum(piece.width * length / 100 for piece in day.pieces if piece.kind in kinds)
    return round(drawn_minutes)


@pytest.mark.parametrize("seed", range(150))
def test_nothing_is_lost_or_drawn_outside_its_day(seed: int) -> None:
    """Any roster: all minutes of its items and legs are drawn, every finding has one number, all lies within its row."""
    roster, answer = judge_document(make_document(Random(seed)))  # noqa: S311 # repeatable, not secret

    report = roster_report(roster, answer)

    rows = [day for part in report.parts for day in days(part)]
    legs = [leg for period in roster.periods.values() for leg in period.item.segments]
    for kinds, expected in (
        ({"flight", "carried"}, sum(leg.in_ - leg.out for leg in legs)),
        ({"fdp"}, sum(period.end - period.start for period in roster.periods.values())),
        (
            {"duty", "deadhead", "long_call", "short_call"},
            sum(item.end - item.start for item in roster.items),
        ),
    ):
        assert minutes_drawn(report.parts, kinds) == pytest.approx(expected, abs=len(roster.items) + len(legs) + 2)
    assert sorted(note.number for day in rows for badges in day.badges for note in badges.notes) == [
        note.number for note in all_notes(answer)
    ]
    assert [caption.anchor for day in rows for caption in day.captions] == [
        f"item-{item.index + 1}" for item in roster.items
    ]
    assert len(report.items) == len(roster.items)
    for day in rows:
        for piece in (*day.pieces, *day.wocl):
            assert 0 <= piece.left <= 100
            assert 0 < piece.width <= 100.01 - piece.left
        for mark in day.marks:
            assert 0 <= mark.left <= 100
    for part in report.parts:
        for before, after in pairwise(part.rows):
            assert not (isinstance(before, DaysBetween) and isinstance(after, DaysBetween))
    for plot in report.plots:
        corners = [tuple(map(float, point.split(","))) for point in plot.points.split()]
        assert corners[0][0] == 0
        assert corners[-1][0] == 1000
        assert all(0 <= x <= 1000 and 0 <= y <= 100 for x, y in corners)
        assert [x for x, _ in corners] == sorted(x for x, _ in corners)
        assert plot.beyond == (min(y for _, y in corners) < plot.ceiling)


def test_a_total_beyond_its_ceiling_is_told_in_words() -> None:
    history = [{"date": f"2026-01-{day:02d}", "flight_minutes": 0, "fdp_minutes": 590} for day in range(26, 32)]
    roster, answer = judge_document(
        {
            "home_base": "JFK",
            "history": history,
            "items": [
                flight(
                    "2026-02-01T09:00-05:00",
                    "2026-02-01T13:00-05:00",
                    ("JFK", "ORD", "2026-02-01T10:00-05:00", "2026-02-01T12:00-05:00"),
                )
            ],
        }
    )

    plots = {plot.rule_id: plot for plot in draw_plots(roster, answer)}

    week = plots["FAR117_FDP_168H"]
    assert week.title == "FDP time in 168 consecutive hours"
    assert week.beyond
    assert week.sentence == "At most 62 h of 60 h, in the FDP from Sun 1 Feb 09:00: 2 h too much."
    assert plots["FAR117_FLIGHT_TIME_672H"].sentence.endswith("98 h left.")
    assert [day.text for day in week.days] == ["Sun 1 Feb"]


def test_a_roster_without_an_fdp_has_no_plots() -> None:
    roster, answer = judge_document(
        {"home_base": "JFK", "items": [duty("2026-02-02T06:00-05:00", "2026-02-02T12:00-05:00")]}
    )

    assert draw_plots(roster, answer) == []


def test_an_item_of_years_is_drawn_at_its_ends() -> None:
    [part] = drawn(duty("1980-02-02T08:00-05:00", "2199-02-02T12:00-05:00"))

    first, between, last = part.rows
    assert isinstance(between, DaysBetween)
    assert "Duty goes on for 79,988 days" in between.text
    assert [pieces(day, "duty") for day in (first, last) if isinstance(day, Day)] == [[(33.33, 66.67)], [(0.0, 50.0)]]


def test_a_day_that_begins_twice_loses_nothing() -> None:
    """At St. John's the clock went back at 00:01 in 2010: that night midnight came twice."""
    [part] = drawn(duty("2010-11-07T02:20Z", "2010-11-07T03:20Z"), home_base="YYT")

    before, night = days(part)
    assert [sum(width for _, width in pieces(day, "duty")) for day in (before, night)] == [
        pytest.approx(100 * 10 / 1440, abs=0.01),
        pytest.approx(100 * 50 / 1500, abs=0.01),
    ]


@pytest.mark.parametrize(
    ("extension", "kinds"),
    [(None, ["over"]), ("before_takeoff", ["extended", "over"]), ("after_takeoff", ["extended"])],
)
def test_what_an_extension_allows_is_not_drawn_as_beyond_the_limit(extension: str | None, kinds: list[str]) -> None:
    [part] = drawn(
        flight(
            "2026-02-02T06:00-05:00",
            "2026-02-02T22:00-05:00",
            ("JFK", "ORD", "2026-02-02T07:00-05:00", "2026-02-02T10:00-05:00"),
            ("ORD", "JFK", "2026-02-02T18:00-05:00", "2026-02-02T21:30-05:00"),
            extension=extension,
        )
    )

    assert [piece.kind for piece in days(part)[0].pieces if piece.kind in {"over", "extended"}] == kinds


def test_the_rest_of_one_who_was_called_begins_when_he_was_told() -> None:
    [part] = drawn(
        duty("2026-02-02T02:00-05:00", "2026-02-02T06:00-05:00"),
        flight(
            "2026-02-02T21:00-05:00",
            "2026-02-02T23:50-05:00",
            ("JFK", "BOS", "2026-02-02T22:00-05:00", "2026-02-02T23:00-05:00"),
            notified_at="2026-02-02T14:00-05:00",
        ),
    )

    [day] = days(part)
    assert [(piece.kind, piece.text) for piece in day.pieces if piece.kind.startswith("rest")] == [
        ("rest-short", "7 h")
    ]


def test_totals_before_the_first_fdp_are_not_drawn() -> None:
    history = [{"date": f"2026-01-{day:02d}", "flight_minutes": 600, "fdp_minutes": 600} for day in range(5, 27)]
    roster, answer = judge_document(
        {
            "home_base": "JFK",
            "history": history,
            "items": [
                duty("2026-01-28T06:00-05:00", "2026-01-28T12:00-05:00"),
                flight(
                    "2026-02-28T09:00-05:00",
                    "2026-02-28T13:00-05:00",
                    ("JFK", "ORD", "2026-02-28T10:00-05:00", "2026-02-28T12:00-05:00"),
                ),
            ],
        }
    )

    for plot in draw_plots(roster, answer):
        lowest = min(float(point.split(",")[1]) for point in plot.points.split())
        assert plot.beyond == (lowest < plot.ceiling)


def test_of_a_very_long_roster_the_first_items_are_shown() -> None:
    items = [
        duty(f"20{year:02d}-{month:02d}-01T08:00Z", f"20{year:02d}-{month:02d}-01T09:00Z")
        for year in range(20, 60)
        for month in range(1, 13)
    ]
    report = roster_report(*judge_document({"home_base": "JFK", "items": items}))

    assert report.left_out == "All was judged; the first 300 items of 480 are drawn."
    assert len(report.items) == 300
    assert sum(len(days(part)) for part in report.parts) == 300
