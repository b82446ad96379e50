"""Tables A, B and C against a transcription of their own: each minute of the day in each column."""

from collections.abc import Iterator

import pytest

from regulations.far117.loading import catalogue
from regulations.far117.tables import Column, LimitTable, LimitTables, TableRow
from regulations.far117.vocabulary import TableLetter

# The appendix of the part as it is printed: local time, then hours.
PRINTED_A = """
0000-0459  8
0500-1959  9
2000-2359  8
"""
PRINTED_B = """
0000-0359   9   9   9   9   9     9   9
0400-0459  10  10  10  10   9     9   9
0500-0559  12  12  12  12  11.5  11  10.5
0600-0659  13  13  12  12  11.5  11  10.5
0700-1159  14  14  13  13  12.5  12  11.5
1200-1259  13  13  13  13  12.5  12  11.5
1300-1659  12  12  12  12  11.5  11  10.5
1700-2159  12  12  11  11  10     9   9
2200-2259  11  11  10  10   9     9   9
2300-2359  10  10  10   9   9     9   9
"""
PRINTED_C = """
0000-0559  15  17    14    15.5  13    13.5
0600-0659  16  18.5  15    16.5  14    14.5
0700-1259  17  19    16.5  18    15    15.5
1300-1659  16  18.5  15    16.5  14    14.5
1700-2359  15  17    14    15.5  13    13.5
"""
CLASS_AND_PILOTS = [(1, 3), (1, 4), (2, 3), (2, 4), (3, 3), (3, 4)]


def minutes_by_printed_line(printed: str) -> Iterator[tuple[int, list[int]]]:
    """Each minute of the day with the limits, in minutes, of all columns."""
    for line in printed.split("\n"):
        if line:
            span, *hours = line.split()
            first, last = (int(clock[:2]) * 60 + int(clock[2:]) for clock in span.split("-"))
            for minute in range(first, last + 1):
                yield minute, [round(float(hour) * 60) for hour in hours]


@pytest.fixture
def tables() -> LimitTables:
    return catalogue().tables


def test_table_a_holds_at_every_minute(tables: LimitTables) -> None:
    expected = list(minutes_by_printed_line(PRINTED_A))

    found = [(minute, [tables.flight_time(report_minute=minute)]) for minute in range(1440)]

    assert found == expected


def test_table_b_holds_at_every_minute_for_every_number_of_segments(tables: LimitTables) -> None:
    expected = list(minutes_by_printed_line(PRINTED_B))

    found = [
        (minute, [tables.unaugmented_duty_period(start_minute=minute, segments=count) for count in range(1, 8)])
        for minute in range(1440)
    ]

    assert found == expected


def test_table_c_holds_at_every_minute_for_every_class_and_crew(tables: LimitTables) -> None:
    expected = list(minutes_by_printed_line(PRINTED_C))

    found = [
        (
            minute,
            [
                tables.augmented_duty_period(start_minute=minute, rest_facility=facility, pilots=pilots)
                for facility, pilots in CLASS_AND_PILOTS
            ],
        )
        for minute in range(1440)
    ]

    assert found == expected


@pytest.mark.parametrize("segments", [8, 12, 100])
def test_more_than_seven_segments_are_in_the_last_column(tables: LimitTables, segments: int) -> None:
    seven = [tables.unaugmented_duty_period(start_minute=minute, segments=7) for minute in range(1440)]

    more = [tables.unaugmented_duty_period(start_minute=minute, segments=segments) for minute in range(1440)]

    assert more == seven


@pytest.mark.parametrize("minute", [-1, 1440, 100_000])
def test_a_minute_outside_the_day_is_refused(tables: LimitTables, minute: int) -> None:
    with pytest.raises(ValueError, match="no minute of a day"):
        tables.flight_time(report_minute=minute)
    with pytest.raises(ValueError, match="no minute of a day"):
        tables.unaugmented_duty_period(start_minute=minute, segments=1)
    with pytest.raises(ValueError, match="no minute of a day"):
        tables.augmented_duty_period(start_minute=minute, rest_facility=1, pilots=3)


@pytest.mark.parametrize("segments", [0, -1])
def test_fewer_segments_than_one_are_refused(tables: LimitTables, segments: int) -> None:
    with pytest.raises(ValueError, match=r"^Table B begins at one segment$"):
        tables.unaugmented_duty_period(start_minute=0, segments=segments)


@pytest.mark.parametrize(("facility", "pilots"), [(0, 3), (4, 3), (-1, 4), (1, 2), (1, 5)])
def test_a_class_or_crew_that_table_c_has_not_is_refused(tables: LimitTables, facility: int, pilots: int) -> None:
    with pytest.raises(
        ValueError, match=r"^a rest facility is of class 1, 2 or 3$|^an augmented crew has 3 or 4 pilots$"
    ):
        tables.augmented_duty_period(start_minute=0, rest_facility=facility, pilots=pilots)


@pytest.mark.parametrize("column", [-1, 1])
def test_a_column_that_the_table_has_not_is_refused(tables: LimitTables, column: int) -> None:
    with pytest.raises(ValueError, match="no column"):
        tables.a.limit_minutes(minute=0, column=column)


@pytest.mark.parametrize(
    "rows",
    [
        [TableRow(0, 1438, (480,))],
        [TableRow(1, 1439, (480,))],
        [TableRow(0, 700, (480,)), TableRow(702, 1439, (480,))],
        [TableRow(0, 700, (480,)), TableRow(700, 1439, (480,))],
        [TableRow(0, 1440, (480,))],
        [TableRow(0, 1439, (480, 540))],
        [],
    ],
)
def test_a_table_that_is_not_one_whole_day_is_refused(rows: list[TableRow]) -> None:
    with pytest.raises(ValueError, match="Table A"):
        LimitTable(
            TableLetter.A, "", "FAR117_X", (Column("minimum_crew", "Crew", "Minimum", "Minimum crew"),), tuple(rows)
        )


def test_a_row_may_be_one_minute_long() -> None:
    rows = (TableRow(0, 0, (480,)), TableRow(1, 1439, (540,)))

    table = LimitTable(TableLetter.A, "Flight time", "RULE", (Column("all", "", "all", "all"),), rows)

    assert [table.limit_minutes(minute=minute, column=0) for minute in (0, 1)] == [480, 540]
