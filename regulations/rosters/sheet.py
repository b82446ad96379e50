"""A roster as CSV, one line a leg or activity, read into a schedule document that remembers its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regulations.far117.stations import Station, station
from regulations.rosters import cells
from regulations.rosters.cells import YES, Cell, CellError, ClockUnknownError
from regulations.rosters.columns import COLUMNS, HISTORY, USED_BY

DELIMITERS = ",;\t"
LINE_END = re.compile(r"\r\n|\r|\n")
LEG_COLUMNS = ("from", "to", "start", "end", "leg_deadhead", "flight_number")
REST_COLUMNS = ("rest_start", "rest_end", "scheduled_rest_minutes", "suitable_accommodation")
_MANY = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something in it. `cells` holds the filled ones, by column."""

    number: int
    cells: dict[str, str]

    def fills(self, columns: Sequence[str]) -> bool:
        return any(column in self.cells for column in columns)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, or where one is missing; a whole line where `column` is None."""

    line: int
    column: str | None = None


@dataclass(slots=True)
class Sheet:
    """What was read. `places` says by JSON Pointer which cell a member of `document` comes from, or should."""

    document: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    faults: list[tuple[Place, str]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    # Cells that could not be read, whether they or a station that they need is at fault: nothing follows from their lack.
    unread: set[Place] = field(default_factory=set)

    def place_of(self, pointer: str) -> Place | None:
        """The cell of a member, or of the nearest member around it that has one."""
        while pointer and pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.places.get(pointer)


def read_sheet(text: str, home_base: Station | None) -> Sheet:
    """The schedule of a CSV text. Its faults are in the sheet; `home_base` has the clock of what names no station."""
    sheet = Sheet()
    reader = _SheetReader(sheet, home_base)
    for lines in _groups(_lines(text, sheet)):
        reader.read(lines)
    sheet.document["items"] = reader.items
    if reader.days:
        sheet.document["history"] = reader.days
    return sheet


def _lines(text: str, sheet: Sheet) -> Iterator[Line]:
    """The lines beneath the header, without empty ones."""
    written = LINE_END.split(text)
    first = next((line for line in written if line.strip(f"{DELIMITERS} ")), "")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True, skipinitialspace=True
    )
    header: list[str] | None = None
    number = 1
    try:
        for row in reader:
            if any("\n" in cell or "\r" in cell for cell in row):
                sheet.texts[number] = written[number - 1].strip()
                sheet.faults.append((Place(number), "A quotation mark opens on this line and is closed on another."))
                return
            filled = [cell.strip() for cell in row]
            if any(filled):
                sheet.texts[number] = written[number - 1].strip() if number <= len(written) else ""
                if header is None:
                    header = _header(filled, number, sheet)
                    if header is None:
                        return
                else:
                    yield _line(filled, number, header, sheet)
            number = reader.line_num + 1
    except csv.Error as error:
        sheet.faults.append((Place(number), f"The line is no CSV: {error}."))
    if header is None and not sheet.faults:
        sheet.faults.append((Place(1), "There is nothing but empty lines."))


def _header(names: list[str], number: int, sheet: Sheet) -> list[str] | None:
    """The columns; None where they are none of ours, so that the lines beneath make no sense."""
    columns = [name.lower().replace(" ", "_") for name in names]
    counts = Counter(name for name in columns if name)
    faults = [f"There is no column “{name}”." for name in counts if name not in COLUMNS]
    faults += [f"The column “{name}” is there twice." for name, count in counts.items() if count > 1]
    if "kind" not in columns:
        if len(faults) > _MANY:
            faults = ["The first line names the columns: kind, from, to, start, end and so on."]
        else:
            faults.append("The column “kind” is missing from the first line, which names the columns.")
    sheet.faults += [(Place(number), fault) for fault in faults]
    return None if faults else columns


def _line(filled: list[str], number: int, header: list[str], sheet: Sheet) -> Line:
    if any(filled[len(header) :]):
        sheet.faults.append((Place(number), "The line has more cells than the first line has columns."))
    named = {name: cell for name, cell in zip(header, filled, strict=False) if cell}
    if "" in named:
        sheet.faults.append((Place(number), f"“{named.pop('')}” stands in a column without a name."))
    return Line(number, named)


def _groups(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """One list an item or day of history: the lines of an FDP together."""
    group: list[Line] = []
    for line in lines:
        if group and not _continues(group, line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _continues(group: list[Line], line: Line) -> bool:
    """Whether a line is another leg of the FDP before it.

    A report that is repeated is that FDP's; unless it lies, on the clock of its own line, after the leg before: then
    the days are alike and the places are not, as across the date line.
    """
    if _kind(line) != "fdp" or _kind(group[0]) != "fdp":
        return False
    report = line.cells.get("report")
    if report is None:
        return True
    if report != group[0].cells.get("report"):
        return False
    own, before = _moment(line, "report", "from"), _moment(group[-1], "end", "to")
    return own is None or before is None or own < before


def _moment(line: Line, column: str, place: str) -> datetime | None:
    """The instant in a cell on the clock of a station of its line; None where either cannot be read."""
    try:
        text = cells.time_at(station(line.cells.get(place, "").upper()))(line.cells.get(column, ""))
        return datetime.fromisoformat(text)
    except (CellError, ClockUnknownError, ValueError):
        return None


def _kind(line: Line) -> str:
    return line.cells.get("kind", "").lower()


class _SheetReader:
    """Reads groups of lines into items and days of history."""

    def __init__(self, sheet: Sheet, home_base: Station | None) -> None:
        self.items: list[dict[str, Any]] = []
        self.days: list[dict[str, Any]] = []
        self._sheet = sheet
        self._home_base = home_base

    def read(self, lines: list[Line]) -> None:
        kind = _kind(lines[0])
        if kind not in USED_BY:
            said = "The kind is missing" if not kind else f"There is no kind “{kind}”"
            self._fault(lines[0], "kind", f"{said}: one of {', '.join(USED_BY)}.")
            return
        for line in lines:
            for column in line.cells:
                if column not in USED_BY[kind]:
                    self._fault(line, column, f"A line of kind {kind} has nothing in this column.")
        pointer = f"/history/{len(self.days)}" if kind == HISTORY else f"/items/{len(self.items)}"
        self._sheet.places[pointer] = Place(lines[0].number)
        if kind == HISTORY:
            self._day(lines[0], pointer)
        elif kind == "fdp":
            self._period(lines, pointer)
        else:
            self._activity(lines[0], kind, pointer)

    def _day(self, line: Line, pointer: str) -> None:
        row = _Row(self._sheet, pointer, {}, line)
        row.put("date", cells.as_written)
        row.put("flight_minutes", cells.minutes)
        row.put("fdp_minutes", cells.minutes)
        self.days.append(row.target)

    def _activity(self, line: Line, kind: str, pointer: str) -> None:
        row = _Row(self._sheet, pointer, {"kind": kind}, line)
        row.put("id", cells.as_written)
        if kind == "deadhead":
            row.put("from", cells.code)
            row.put("to", cells.code)
            row.put("start", cells.time_at(self._station(line, "from")))
            row.put("end", cells.time_at(self._station(line, "to")))
        else:
            there = self._station(line, "from") if "from" in line.cells else self._home_base
            if "from" in line.cells and there is None:
                self._fault(line, "from", "No station has this code.")
            row.put("start", cells.time_at(there))
            row.put("end", cells.time_at(there))
        if kind == "short_call":
            row.put("sleep_opportunity_minutes", cells.minutes)
        self.items.append(row.target)

    def _period(self, lines: list[Line], pointer: str) -> None:
        """An FDP of all its lines. What concerns the whole of it may stand on any of them."""
        legs = [line for line in lines if line.fills(LEG_COLUMNS)]
        operated = [line for line in legs if line.cells.get("leg_deadhead", "").lower() not in YES]
        origin = self._station(legs[0], "from") if legs else self._home_base
        destination = self._station(legs[-1], "to") if legs else self._home_base
        planned = self._station(operated[-1], "to") if operated else destination
        item: dict[str, Any] = {"kind": "fdp"}
        columns: dict[str, Cell] = {
            "id": cells.as_written,
            "report": cells.time_at(origin),
            "release": cells.time_at(destination),
            "pilots": cells.whole_number,
            "rest_facility": cells.whole_number,
            "rap_start": cells.time_at(self._home_base),
            "notified_at": cells.time_at(self._home_base),
            "airport_reserve": cells.yes_or_no,
            "scheduled_end": cells.time_at(planned),
            "extension": cells.word,
            "flight_time_exceedance": cells.yes_or_no,
            "sleep_opportunity_minutes": cells.minutes,
        }
        for column, read in columns.items():
            _Row(self._sheet, pointer, item, self._said_once(lines, column)).put(column, read)
        in_flight_rest: dict[str, Any] = {}
        for column in ("landing_pilot_minutes", "monitoring_pilot_minutes"):
            line = self._said_once(lines, column)
            _Row(self._sheet, f"{pointer}/in_flight_rest", in_flight_rest, line).put(column, cells.minutes)
        if in_flight_rest:
            item["in_flight_rest"] = in_flight_rest
        segments = [self._segment(line, f"{pointer}/segments/{number}") for number, line in enumerate(legs)]
        if segments:
            item["segments"] = segments
        self._split_rest(lines, pointer, item)
        self.items.append(item)

    def _said_once(self, lines: list[Line], column: str) -> Line:
        """The line that fills the column, the first line where none does. Two lines that differ are a fault."""
        saying = [line for line in lines if column in line.cells]
        for line in saying[1:]:
            if line.cells[column] != saying[0].cells[column]:
                self._fault(line, column, f"Line {saying[0].number} of the same FDP says otherwise.")
        return saying[0] if saying else lines[0]

    def _segment(self, line: Line, pointer: str) -> dict[str, Any]:
        row = _Row(self._sheet, pointer, {}, line)
        row.put("from", cells.code)
        row.put("to", cells.code)
        row.put("start", cells.time_at(self._station(line, "from")), "out")
        row.put("end", cells.time_at(self._station(line, "to")), "in")
        row.put("leg_deadhead", cells.yes_or_no, "deadhead")
        row.put("flight_number", cells.as_written, "number")
        return row.target

    def _split_rest(self, lines: list[Line], pointer: str, item: dict[str, Any]) -> None:
        resting = [line for line in lines if line.fills(REST_COLUMNS)]
        if not resting:
            return
        for line in resting[1:]:
            column = next(column for column in REST_COLUMNS if column in line.cells)
            self._fault(line, column, f"An FDP has one rest: that after line {resting[0].number}.")
        line = resting[0]
        arrivals = [leg for leg in lines[: lines.index(line) + 1] if "to" in leg.cells]
        if not arrivals:
            self._fault(line, "rest_start", "A rest is after a leg: it stands on the leg's line, or on one beneath it.")
            return
        there = cells.time_at(self._station(arrivals[-1], "to"))
        row = _Row(self._sheet, f"{pointer}/split_rest", {}, line)
        row.put("rest_start", there, "start")
        row.put("rest_end", there, "end")
        row.put("suitable_accommodation", cells.yes_or_no)
        row.put("scheduled_rest_minutes", cells.minutes, "scheduled_minutes")
        self._sheet.places[f"{pointer}/split_rest"] = Place(line.number, "rest_start")
        item["split_rest"] = row.target

    def _station(self, line: Line, column: str) -> Station | None:
        return station(line.cells.get(column, "").upper())

    def _fault(self, line: Line, column: str, text: str) -> None:
        self._sheet.faults.append((Place(line.number, column), text))


@dataclass(frozen=True, slots=True)
class _Row:
    """Puts the cells of one line into one object of the document."""

    sheet: Sheet
    pointer: str
    target: dict[str, Any]
    line: Line

    def put(self, column: str, read: Cell, member: str | None = None) -> None:
        """A filled cell becomes the member; an empty one is only remembered as where it would be."""
        name = member or column
        place = Place(self.line.number, column)
        self.sheet.places[f"{self.pointer}/{name}"] = place
        if column not in self.line.cells:
            return
        try:
            self.target[name] = read(self.line.cells[column])
        except CellError as error:
            self.sheet.faults.append((place, str(error)))
            self.sheet.unread.add(place)
        except ClockUnknownError:
            self.sheet.unread.add(place)
