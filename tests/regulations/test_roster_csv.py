"""Rosters as CSV: what becomes of each cell, and what is said of one that makes no sense."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from regulations.far117 import evaluate_document
from regulations.far117.stations import station
from regulations.rosters import sheet as sheet_module
from regulations.rosters.columns import COLUMNS, USED_BY
from regulations.rosters.reading import WHOLE, RosterFault, RosterRefused, judge_text
from regulations.rosters.sheet import read_sheet

SAMPLE = Path(sheet_module.__file__).with_name("sample.csv").read_text()
LEG = "fdp,IAH,ORD,2026-02-02 07:00,2026-02-02 09:40,2026-02-02 06:10,2026-02-02 10:10"
HEADER = "kind,from,to,start,end,report,release"


def document(text: str, home_base: str = "IAH") -> dict[str, Any]:
    read = read_sheet(text, station(home_base))
    assert read.faults == []
    return read.document


def faults(text: str, home_base: str = "IAH") -> list[RosterFault]:
    with pytest.raises(RosterRefused) as refused:
        judge_text(text, {"home_base": home_base})
    return refused.value.faults


def said(text: str, home_base: str = "IAH") -> list[tuple[str, str]]:
    return [(fault.where, fault.text) for fault in faults(text, home_base)]


def test_a_leg_is_read_on_the_clocks_of_its_stations() -> None:
    assert document(f"{HEADER}\n{LEG}\n") == {
        "items": [
            {
                "kind": "fdp",
                "report": "2026-02-02T06:10:00-06:00",
                "release": "2026-02-02T10:10:00-06:00",
                "segments": [
                    {"from": "IAH", "to": "ORD", "out": "2026-02-02T07:00:00-06:00", "in": "2026-02-02T09:40:00-06:00"}
                ],
            }
        ]
    }


def test_a_second_line_without_a_report_or_with_the_same_is_the_next_leg() -> None:
    text = (
        f"{HEADER}\n"
        "fdp,IAH,DEN,2026-02-02 07:00,2026-02-02 08:40,2026-02-02 06:10,\n"
        "fdp,DEN,SFO,2026-02-02 09:30,2026-02-02 11:00,,\n"
        "fdp,SFO,LAX,2026-02-02 12:00,2026-02-02 13:20,2026-02-02 06:10,2026-02-02 13:50\n"
        "fdp,LAX,SFO,2026-02-03 12:00,2026-02-03 13:20,2026-02-03 11:00,2026-02-03 13:50\n"
    )

    items = document(text)["items"]

    assert [[leg["to"] for leg in item["segments"]] for item in items] == [["DEN", "SFO", "LAX"], ["SFO"]]
    assert items[0]["report"] == "2026-02-02T06:10:00-06:00"
    assert items[0]["release"] == "2026-02-02T13:50:00-08:00"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiters_line_ends_case_and_empty_lines_do_not_matter(delimiter: str, newline: str) -> None:
    text = f"\n{HEADER.upper()}\n{LEG.lower()}\n,,,\n"

    assert document(text.replace(",", delimiter).replace("\n", newline)) == document(f"{HEADER}\n{LEG}\n")


def test_every_column_has_its_member() -> None:
    text = (
        "kind;id;from;to;start;end;report;release;leg_deadhead;flight_number;pilots;rest_facility;rap_start;scheduled_end;"
        "landing_pilot_minutes;monitoring_pilot_minutes;extension;flight_time_exceedance;sleep_opportunity_minutes\n"
        "fdp;P1;JFK;LHR;2026-02-02 19:00;2026-02-03 07:00;2026-02-02 18:00;2026-02-03 09:30;no;VB 1;3;1;2026-02-02 12:00;"
        "2026-02-03 07:10;2:30;95;before_takeoff;yes;8:00\n"
        "fdp;;LHR;MAN;2026-02-03 08:00;2026-02-03 09:00;;;YES;;;;;;;;;;\n"
    )

    assert document(text)["items"] == [
        {
            "kind": "fdp",
            "id": "P1",
            "report": "2026-02-02T18:00:00-05:00",
            "release": "2026-02-03T09:30:00+00:00",
            "pilots": 3,
            "rest_facility": 1,
            "rap_start": "2026-02-02T12:00:00-06:00",
            "scheduled_end": "2026-02-03T07:10:00+00:00",
            "extension": "before_takeoff",
            "flight_time_exceedance": True,
            "sleep_opportunity_minutes": 480,
            "in_flight_rest": {"landing_pilot_minutes": 150, "monitoring_pilot_minutes": 95},
            "segments": [
                {
                    "from": "JFK",
                    "to": "LHR",
                    "out": "2026-02-02T19:00:00-05:00",
                    "in": "2026-02-03T07:00:00+00:00",
                    "deadhead": False,
                    "number": "VB 1",
                },
                {
                    "from": "LHR",
                    "to": "MAN",
                    "out": "2026-02-03T08:00:00+00:00",
                    "in": "2026-02-03T09:00:00+00:00",
                    "deadhead": True,
                },
            ],
        }
    ]


def test_split_rest_reserve_deadheads_duties_and_history() -> None:
    text = (
        "kind,from,to,start,end,report,release,rest_start,rest_end,scheduled_rest_minutes,suitable_accommodation,"
        "notified_at,airport_reserve,date,flight_minutes,fdp_minutes,sleep_opportunity_minutes\n"
        "history,,,,,,,,,,,,,2026-01-31,5:00,540,\n"
        "long_call,,,2026-02-01 06:00,2026-02-01 12:00,,,,,,,,,,,,\n"
        "fdp,ORD,BOS,2026-02-02 18:00,2026-02-02 21:00,2026-02-02 17:00,,2026-02-02 22:30,2026-02-03 03:30,5:00,yes,"
        "2026-02-01 12:00,,,,,\n"
        "fdp,BOS,ORD,2026-02-03 04:30,2026-02-03 06:10,,2026-02-03 06:30,,,,,,,,,,\n"
        "short_call,,,2026-02-05 04:00,2026-02-05 16:00,,,,,,,,,,,,9:00\n"
        "duty,DFW,,2026-02-07 08:00,2026-02-07 14:00,,,,,,,,,,,,\n"
        "deadhead,DFW,LAX,2026-02-08 08:00,2026-02-08 09:30,,,,,,,,,,,,\n"
        "fdp,,,,,2026-02-10 08:00,2026-02-10 12:00,,,,,,yes,,,,\n"
    )

    read = document(text, "ORD")

    assert read["history"] == [{"date": "2026-01-31", "flight_minutes": 300, "fdp_minutes": 540}]
    assert [item["kind"] for item in read["items"]] == ["long_call", "fdp", "short_call", "duty", "deadhead", "fdp"]
    assert read["items"][1]["notified_at"] == "2026-02-01T12:00:00-06:00"
    assert read["items"][1]["split_rest"] == {
        "start": "2026-02-02T22:30:00-05:00",
        "end": "2026-02-03T03:30:00-05:00",
        "suitable_accommodation": True,
        "scheduled_minutes": 300,
    }
    assert read["items"][2]["sleep_opportunity_minutes"] == 540
    assert read["items"][4]["end"] == "2026-02-08T09:30:00-08:00"
    assert read["items"][5] == {
        "kind": "fdp",
        "airport_reserve": True,
        "report": "2026-02-10T08:00:00-06:00",
        "release": "2026-02-10T12:00:00-06:00",
    }
    assert evaluate_document({"home_base": "ORD", **read})["verdict"] == "legal"


def test_the_sample_uses_only_what_is_described_and_shows_a_breach() -> None:
    roster, answer = judge_text(SAMPLE, {"home_base": "ORD"})

    assert set(SAMPLE.splitlines()[0].split(",")) <= set(COLUMNS)
    assert {line.split(",")[0] for line in SAMPLE.splitlines()[1:]} >= {"fdp", "short_call", "duty", "deadhead"}
    assert {finding["rule_id"] for finding in answer["findings"]} == {"FAR117_FDP_UNAUGMENTED", "FAR117_REST_10H"}
    assert len(roster.items) == 9


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-02-02T07:00-05:00", "2026-02-02T07:00-05:00"),
        ("2026-02-02 7:00 -0500", "2026-02-02T07:00-05:00"),
        ("2026-02-02T12:00Z", "2026-02-02T12:00Z"),
        ("2026-02-02 07:00:00", "2026-02-02T07:00:00-06:00"),
    ],
)
def test_times_may_bring_their_offset(written: str, expected: str) -> None:
    text = f"{HEADER}\n{LEG.replace('2026-02-02 07:00', written)}\n"

    assert document(text)["items"][0]["segments"][0]["out"] == expected


@pytest.mark.parametrize(
    ("local", "place", "expected"),
    [
        ("2026-03-08 02:30", "ORD", "That night the clock at ORD went forward over this time: it never showed it."),
        ("2026-11-01 01:30", "ORD", "the clock at ORD shows this time twice: add the offset, -05:00 or -06:00."),
        ("2026-10-25 02:30", "FRA", "the clock at FRA shows this time twice: add the offset, +02:00 or +01:00."),
        ("2026-04-05 01:45", "LDH", "the clock at LDH shows this time twice: add the offset, +11:00 or +10:30."),
        ("2026-10-04 02:15", "LDH", "went forward over this time"),
    ],
)
def test_a_local_time_that_is_shown_twice_or_never_is_refused(local: str, place: str, expected: str) -> None:
    day = local[:10]
    [(where, text)] = said(f"kind,from,start,end\nduty,{place},{local},{day} 12:00\n")

    assert where == "Line 2, column start"
    assert expected in text


@pytest.mark.parametrize("offset", ["-05:00", "-06:00"])
def test_either_of_two_times_can_be_meant(offset: str) -> None:
    text = f"kind,start,end\nduty,2026-11-01 01:30{offset},2026-11-01 05:00\n"

    assert document(text)["items"][0]["start"] == f"2026-11-01T01:30{offset}"


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("start", "2026-02-02 7.00", "Write the time as 2026-02-02 07:00"),
        ("start", "02/02/2026 07:00", "Write the time as 2026-02-02 07:00"),
        ("start", "2026-02-30 07:00", "There is no such date or time."),
        ("start", "2026-02-02 07:00:30", "Instants are whole minutes."),
        ("start", "2026-02-02 24:30", "There is no such date or time."),
        ("start", "0001-01-01 00:00", "Years from 1980 to 2199"),
        ("end", "2026-02-02 05:00", "`in` is not after `out`."),
        ("from", "XQZ", "No station has this code"),
        ("from", "", "This field is required."),
        ("pilots", "two", "Write a whole number."),
        ("pilots", "9", "One of 2, 3, 4 is expected."),
        ("pilots", "3", "the class of the rest facility counts"),
        ("leg_deadhead", "perhaps", "Write yes or no."),
        ("sleep_opportunity_minutes", "8h", "Write minutes, such as 510"),
        ("sleep_opportunity_minutes", "9" * 30, "Write minutes, such as 510"),
        ("extension", "later", "One of before_takeoff, after_takeoff is expected."),
        ("date", "2026-01-01", "A line of kind fdp has nothing in this column."),
    ],
)
def test_a_fault_names_line_and_column(column: str, cell: str, expected: str) -> None:
    names = [
        *HEADER.split(","),
        "pilots",
        "leg_deadhead",
        "sleep_opportunity_minutes",
        "extension",
        "date",
        "rest_facility",
    ]
    filled = dict(zip(names, LEG.split(","), strict=False)) | {column: cell}
    line = ",".join(filled.get(name, "") for name in names)

    found = faults(f"{','.join(names)}\n\n{line}\n")

    assert [fault.where.partition(",")[0] for fault in found] == ["Line 3"] * len(found)
    assert any(expected in fault.text for fault in found), found
    assert found[0].quoted == line[:120]
    assert found[0].line == 3


def test_a_fault_of_one_cell_causes_no_other() -> None:
    text = f"{HEADER}\n{LEG.replace('06:10', '6 o clock')}\n{LEG.replace('IAH', 'QQQ').replace('02-02', '02-05')}\n"

    assert said(text) == [
        ("Line 2, column report", faults(text)[0].text),
        (
            "Line 3, column from",
            "No station has this code: three letters (IATA) or four characters (ICAO), in capitals.",
        ),
    ]


def test_all_faults_come_at_once_in_the_order_of_the_lines() -> None:
    text = (
        f"{HEADER},pilots\n"
        f"{LEG},5\n"
        "holiday,,,,,,,\n"
        ",IAH,,,,,,\n"
        "duty,,,2026-02-04 10:00,2026-02-04 09:00,,,\n"
        "duty,,,2026-02-03 10:00,soon,,,\n"
        f"{LEG.replace('02-02', '02-01')},2,too,many\n"
    )

    assert [where for where, _ in said(text)] == [
        "Line 2, column pilots",
        "Line 3, column kind",
        "Line 4, column kind",
        "Line 5, column end",
        "Line 6, column end",
        "Line 7",
        "Line 7",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("Line 1", "There is nothing but empty lines.")]),
        (" \n,,\n", [("Line 1", "There is nothing but empty lines.")]),
        (HEADER, [("Line 1", "There is no line of duty beneath the first line.")]),
        (
            "from,to\nIAH,ORD",
            [("Line 1", "The column “kind” is missing from the first line, which names the columns.")],
        ),
        ("kind,form\n", [("Line 1", "There is no column “form”.")]),
        ("kind,from,from\n", [("Line 1", "The column “from” is there twice.")]),
        (
            "a,b,c,d,e\n1,2,3,4,5",
            [("Line 1", "The first line names the columns: kind, from, to, start, end and so on.")],
        ),
        ('kind,id\nduty,"open\n', [("Line 2", "The line is no CSV: unexpected end of data.")]),
    ],
)
def test_what_is_no_roster_is_told_so(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


def test_a_cell_under_no_name_is_told() -> None:
    assert ("Line 2", "“2026-02-01” stands in a column without a name.") in said("kind,,start\nduty,2026-02-01,\n")


def test_two_lines_of_an_fdp_that_differ_are_told() -> None:
    text = (
        f"{HEADER},pilots,rest_start,rest_end,suitable_accommodation\n"
        "fdp,IAH,DEN,2026-02-02 07:00,2026-02-02 08:40,2026-02-02 06:10,,2,2026-02-02 09:00,2026-02-02 09:10,no\n"
        "fdp,DEN,SFO,2026-02-02 09:30,2026-02-02 11:00,,2026-02-02 12:00,3,2026-02-02 11:10,2026-02-02 11:20,no\n"
    )

    assert said(text) == [
        ("Line 3, column pilots", "Line 2 of the same FDP says otherwise."),
        ("Line 3, column rest_start", "An FDP has one rest: that after line 2."),
    ]


def test_a_missing_leg_stands_at_the_line_of_its_fdp() -> None:
    text = f"{HEADER}\nfdp,,,,,2026-02-02 06:10,2026-02-02 10:00\n"

    assert said(text) == [("Line 2", "At least one segment is operated.")]


def test_what_the_form_says_is_judged_at_the_form() -> None:
    with pytest.raises(RosterRefused) as refused:
        judge_text(f"{HEADER}\n{LEG}\n", {"home_base": "QQQ", "acclimated_at": "ZZZ"})

    assert [fault.member for fault in refused.value.faults] == ["home_base", "acclimated_at"]


def test_without_a_home_base_only_that_is_missing() -> None:
    with pytest.raises(RosterRefused) as refused:
        judge_text("kind,start,end\nduty,2026-02-01 08:00,2026-02-01 10:00\n", {})

    assert [(fault.member, fault.where) for fault in refused.value.faults] == [("home_base", "")]


def test_the_call_and_the_reserve_are_on_the_clock_of_the_home_base() -> None:
    text = (
        f"{HEADER},notified_at\n"
        "long_call,,,2026-02-01 06:00,2026-02-02 18:00,,,\n"
        "fdp,JFK,BOS,2026-02-03 12:00,2026-02-03 13:00,2026-02-03 11:00,2026-02-03 13:30,2026-02-02 18:00\n"
    )

    roster, _ = judge_text(text, {"home_base": "LAX"})

    assert roster.items[0].end == roster.items[1].notified_at  # type: ignore[attr-defined] # an FDP


def test_a_rest_may_stand_on_a_line_of_its_own_beneath_its_leg() -> None:
    rows = [
        "kind,from,to,start,end,report,release,rest_start,rest_end,suitable_accommodation",
        "fdp,JFK,ORD,2026-02-02 18:00,2026-02-02 20:00,2026-02-02 17:00,,,,",
        "fdp,,,,,,,2026-02-02 22:30,2026-02-03 03:30,yes",
        "fdp,ORD,JFK,2026-02-03 05:00,2026-02-03 08:00,,2026-02-03 08:30,,,",
    ]

    assert document("\n".join(rows))["items"][0]["split_rest"]["start"] == "2026-02-02T22:30:00-06:00"
    rows[1], rows[2] = rows[2].replace("fdp,,,,,,", "fdp,,,,,2026-02-02 17:00-05:00,"), rows[1]
    assert said("\n".join(rows))[0] == (
        "Line 2, column rest_start",
        "A rest is after a leg: it stands on the leg's line, or on one beneath it.",
    )


def test_a_quotation_mark_that_is_left_open_swallows_no_line() -> None:
    text = (
        "kind,id,start,end\n"
        'duty,"A,2026-02-02 08:00,2026-02-02 09:00\n'
        "duty,B,2026-02-03 08:00,2026-02-03 09:00\n"
        'duty,C",2026-02-04 08:00,2026-02-04 09:00\n'
    )

    assert said(text) == [("Line 2", "A quotation mark opens on this line and is closed on another.")]


def test_more_items_than_can_be_judged_are_told_so() -> None:
    lines = [
        f"duty,{(datetime(2020, 1, 1) + timedelta(hours=hour)):%Y-%m-%d %H:00Z},"  # noqa: DTZ001 # the text has its zone
        f"{(datetime(2020, 1, 1) + timedelta(hours=hour)):%Y-%m-%d %H:30Z}"  # noqa: DTZ001
        for hour in range(2_001)
    ]

    assert said("kind,start,end\n" + "\n".join(lines)) == [("Line 1", "A schedule has 1 to 2,000 items.")]


def test_two_periods_with_one_local_report_across_the_date_line_are_two() -> None:
    text = (
        f"{HEADER}\n"
        "fdp,AKL,HNL,2026-02-02 09:00,2026-02-01 19:00,2026-02-02 08:00,2026-02-01 19:30\n"
        "fdp,HNL,OGG,2026-02-02 09:00,2026-02-02 09:40,2026-02-02 08:00,2026-02-02 10:00\n"
    )

    assert [item["report"] for item in document(text)["items"]] == [
        "2026-02-02T08:00:00+13:00",
        "2026-02-02T08:00:00-10:00",
    ]


def test_a_header_of_very_many_names_costs_little() -> None:
    names = ",".join(f"x{number}" for number in range(50_000))

    assert said(f"{names}\n") == [("Line 1", "The first line names the columns: kind, from, to, start, end and so on.")]


@pytest.mark.parametrize("mark", ["\u2028", "\x0b", "\x85"])
def test_the_line_quoted_is_the_line_meant(mark: str) -> None:
    text = f"kind,id,start,end\nduty,a{mark}b,2026-02-02 08:00,2026-02-02 09:00\nduty,c,soon,2026-02-03 09:00\n"

    assert [fault.quoted for fault in faults(text)] == ["duty,c,soon,2026-02-03 09:00"]


def test_a_mark_of_byte_order_is_no_text() -> None:
    roster, _ = judge_text("\ufeffkind,start,end\nduty,2026-02-02 08:00,2026-02-02 09:00\n", {"home_base": "IAH"})

    assert len(roster.items) == 1


def test_every_column_is_used_by_a_kind() -> None:
    assert set(COLUMNS) == set().union(*USED_BY.values())


def test_a_json_document_is_judged_as_it_is_and_its_own_beginning_comes_first() -> None:
    text = '{"home_base": "JFK", "items": [{"kind": "duty", "start": "2026-02-02T07:00Z", "end": "2026-02-02T09:00Z"}]}'

    roster, _ = judge_text(text, {"home_base": "ORD", "position": "LAX"})

    assert (roster.schedule.home_base.code, roster.schedule.position.code) == ("JFK", "LAX")


def test_faults_of_json_name_their_pointer_or_their_line() -> None:
    assert said('{"items": [{"kind": "x"}, {"kind": "duty", "start": "2026-02-02T07:00Z"}]}') == [
        ("/items/0/kind", "One of fdp, short_call, long_call, deadhead, duty is expected."),
        ("/items/1/end", "This field is required."),
    ]
    assert faults('{"items": [{"kind": "x"}]}')[0].quoted == '"x"'
    [broken] = faults('{"items": [\n  {"kind": }\n]}')
    assert broken.where.startswith("Line 2, character ")
    assert broken.quoted == '{"kind": }'
    assert said("[1]") == [("The whole document", "An object is expected.")]


@pytest.mark.parametrize(
    "text", ['{"items": [{"a/b~c": 1, "kind": "duty"}]}', '{"items": [3]}', '{"items": "' + "x" * 500 + '"}']
)
def test_odd_json_is_refused_with_pointers(text: str) -> None:
    assert all(fault.where.startswith("/items") for fault in faults(text))


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ('{"home_base": "ORD", "items": ' + "[" * 300 + "]" * 300 + "}", "/items/0", "An object is expected."),
        ("[" * 200_000, WHOLE, "This is no JSON that a schedule could be."),
        ('{"home_base": "ORD", "items": NaN}', WHOLE, "This is no JSON that a schedule could be."),
        ('{"items": 1' + "0" * 10_000 + "}", WHOLE, "This is no JSON that a schedule could be."),
        ('{"items": [], "items": []}', WHOLE, "An object has the member “items” twice."),
    ],
)
def test_json_that_is_no_schedule_is_refused(text: str, where: str, expected: str) -> None:
    assert (where, expected) in said(text)


@pytest.mark.parametrize("given", ["", "ORD"])
def test_a_home_base_that_the_document_has_is_its_own_fault(given: str) -> None:
    with pytest.raises(RosterRefused) as refused:
        judge_text('{"home_base": "QQQ", "items": []}', {"home_base": given})

    [fault, *_] = refused.value.faults
    assert (fault.member, fault.where, fault.quoted) == ("", "/home_base", '"QQQ"')
