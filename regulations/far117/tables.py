"""Tables A, B and C: from a minute of the acclimated clock and a column to a limit in minutes."""

from dataclasses import dataclass

from regulations.far117.clock import MINUTES_PER_DAY
from regulations.far117.vocabulary import TableLetter

MOST_SEGMENTS_COLUMN = 7  # the last column of Table B is "7 or more"
MINIMUM_CREW = 2
AUGMENTED_CREWS = (3, 4)
REST_FACILITY_CLASSES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is stable, for programs. `label` is the whole heading; `short` says the same under a heading `group`."""

    key: str
    group: str
    short: str
    label: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """Limits in minutes, one for each column, while `from_minute` <= minute of the day <= `to_minute`."""

    from_minute: int
    to_minute: int
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LimitTable:
    """One table of the law. Its rows cover the whole day without gap or overlap; `rule_id` is the rule that it serves.

    Raises:
        ValueError: on construction, where a row lacks a limit or the rows do not make up a day.
    """

    letter: TableLetter
    title: str
    rule_id: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]

    def __post_init__(self) -> None:
        expected = 0
        for row in self.rows:
            if row.from_minute != expected or row.to_minute < row.from_minute:
                raise ValueError(f"Table {self.letter}: a row begins at minute {row.from_minute}, not {expected}")
            if len(row.limits) != len(self.columns):
                raise ValueError(f"Table {self.letter}: {len(row.limits)} limits for {len(self.columns)} columns")
            expected = row.to_minute + 1
        if expected != MINUTES_PER_DAY:
            raise ValueError(f"Table {self.letter} ends at minute {expected}, not {MINUTES_PER_DAY}")

    def limit_minutes(self, *, minute: int, column: int) -> int:
        """The limit at a minute of the day (0 to 1,439) in a column, counted from 0.

        Raises:
            ValueError: there is no such minute or column.
        """
        if not 0 <= column < len(self.columns):
            raise ValueError(f"Table {self.letter} has no column {column}")
        for row in self.rows:
            if row.from_minute <= minute <= row.to_minute:
                return row.limits[column]
        raise ValueError(f"{minute} is no minute of a day")


@dataclass(frozen=True, slots=True)
class LimitTables:
    """The three tables, entered the way the law enters them. Minutes of the day are on the acclimated clock."""

    a: LimitTable
    b: LimitTable
    c: LimitTable

    def all(self) -> tuple[LimitTable, LimitTable, LimitTable]:
        """In the order of their letters."""
        return (self.a, self.b, self.c)

    def flight_time(self, *, report_minute: int) -> int:
        """Table A: most flight time of the minimum crew, by time of report."""
        return self.a.limit_minutes(minute=report_minute, column=0)

    def unaugmented_duty_period(self, *, start_minute: int, segments: int) -> int:
        """Table B: longest FDP of an acclimated, unaugmented crew, by its start and the segments flown, at least one.

        Raises:
            ValueError: fewer segments than one, or no minute of a day.
        """
        if segments < 1:
            raise ValueError("Table B begins at one segment")
        return self.b.limit_minutes(minute=start_minute, column=min(segments, MOST_SEGMENTS_COLUMN) - 1)

    def augmented_duty_period(self, *, start_minute: int, rest_facility: int, pilots: int) -> int:
        """Table C: longest FDP of an acclimated, augmented crew, by its start, class of rest facility and pilots.

        Raises:
            ValueError: a class other than 1, 2, 3, a crew other than 3 or 4, or no minute of a day.
        """
        if rest_facility not in REST_FACILITY_CLASSES:
            raise ValueError("a rest facility is of class 1, 2 or 3")
        if pilots not in AUGMENTED_CREWS:
            raise ValueError("an augmented crew has 3 or 4 pilots")
        column = REST_FACILITY_CLASSES.index(rest_facility) * len(AUGMENTED_CREWS) + AUGMENTED_CREWS.index(pilots)
        return self.c.limit_minutes(minute=start_minute, column=column)
