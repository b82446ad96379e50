"""Tables of a few columns, read by row: a label, and the figure of the column that matters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.extraction.furniture import Span
from contracts.extraction.numbers import value_of_figure
from contracts.extraction.repair import View
from contracts.vocabulary import Unit

_CELL_GAP = re.compile(r" {2,}")
_FIGURE_CELL = re.compile(r"^\$?\s?(?:\d[\d,]*(?:\.\d+)?|\d{1,3}:\d{2})\s?[%$]?$")
_MODAL = re.compile(r"\b(?:shall|will|may|must|is|are)\b", re.IGNORECASE)
_PREFERRED = re.compile(r"annual|yearly|per year|total|maximum|limit", re.IGNORECASE)
_PERIODS = (
    ("year", re.compile(r"annual|yearly|per year", re.IGNORECASE)),
    ("month", re.compile(r"month", re.IGNORECASE)),
    ("day", re.compile(r"daily|per day", re.IGNORECASE)),
)
_UNITS = (
    (Unit.PAY_CREDIT_HOURS, re.compile(r"\bPCH\b")),
    (Unit.CREDIT_HOURS, re.compile(r"\bcredit hours?\b", re.IGNORECASE)),
    (Unit.DOLLARS, re.compile(r"\$|\bdollars?\b|\bUSD\b", re.IGNORECASE)),
    (Unit.PERCENT, re.compile(r"%|\bpercent", re.IGNORECASE)),
    (Unit.DAYS, re.compile(r"\bdays?\b", re.IGNORECASE)),
    (Unit.HOURS, re.compile(r"\b(?:hours?|hrs?)\b", re.IGNORECASE)),
    (Unit.MINUTES, re.compile(r"\b(?:minutes?|mins?)\b", re.IGNORECASE)),
    (Unit.WEEKS, re.compile(r"\bweeks?\b", re.IGNORECASE)),
    (Unit.MONTHS, re.compile(r"\bmonths?\b", re.IGNORECASE)),
)

LONGEST_ROW = 110
MOST_FIGURES = 3
FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row: positions in the view of the row and of its figure's cell, the header above it, the figure's unit."""

    start: int
    end: int
    cell: Span
    label: str
    header: str
    value: str
    unit: Unit
    period: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A run of rows from `start` up to `end` in the view. A wide table has no rows to propose."""

    start: int
    end: int
    rows: tuple[Row, ...]
    is_wide: bool


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    cells: tuple[Span, ...]
    figures: int


def find_tables(view: View, start: int, end: int) -> Iterator[Table]:
    """The tables within a stretch of the view, in order."""
    run: list[_Line] = []
    header = ""
    for line in [*_lines(view.text, start, end), _Line(end, "", (), 0)]:
        if line.figures and (not run or line.figures == run[0].figures):
            run.append(line)
            continue
        if len(run) >= FEWEST_ROWS and (run[0].figures > 1 or _splits(header)):
            yield _table(run, header)
        if line.figures:
            run = [line]
        elif line.text.strip():
            run, header = [], line.text
        elif run:
            run, header = [], ""


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    at = start
    for line in text[start:end].replace("\f", "\n").split("\n"):
        cells = tuple(_cells(line)) if len(line) <= LONGEST_ROW * 2 else ()
        figures = 0
        for left, right in reversed(cells):
            if not _FIGURE_CELL.match(line[left:right]):
                break
            figures += 1
        whole = len(cells) > figures > 0 and _MODAL.search(line) is None and not line.rstrip().endswith((".", ",", ";"))
        yield _Line(at, line, cells, figures if whole else 0)
        at += len(line) + 1


def _cells(line: str) -> Iterator[Span]:
    """Cells parted by wide gaps; in a text layer without them, the figures at the end of the line."""
    stripped = line.rstrip()
    at = len(line) - len(line.lstrip())
    gaps = [match.span() for match in _CELL_GAP.finditer(stripped, at)]
    if not gaps:
        figures = re.search(r"(?:(?<=\s)\$?\d[\d,.:]*[%$]?(?:\s|$)){2,}$", stripped)
        if figures is None:
            return
        gaps = [(figures.start() - 1, figures.start())]
        gaps += [
            match.span() for match in re.finditer(r"\s+", stripped[: figures.end()]) if match.start() > figures.start()
        ]
    for left, right in gaps:
        yield at, left
        at = right
    yield at, len(stripped)


def _splits(header: str) -> bool:
    return len(_CELL_GAP.split(header.strip())) > 1


def _table(run: list[_Line], header: str) -> Table:
    start, end = run[0].start, run[-1].start + len(run[-1].text)
    if run[0].figures > MOST_FIGURES or len(run[0].text) > LONGEST_ROW:
        return Table(start, end, (), is_wide=True)
    rows = [row for line in run if (row := _row(line, header)) is not None]
    return Table(start, end, tuple(rows), is_wide=False)


def _row(line: _Line, header: str) -> Row | None:
    heads = [part.strip() for part in _CELL_GAP.split(header.strip())]
    matched = len(heads) == len(line.cells)
    place = len(line.cells) - 1
    if matched:
        figures = range(len(line.cells) - line.figures, len(line.cells))
        place = next((place for place in figures if _PREFERRED.search(heads[place])), place)
    left, right = line.cells[place]
    figure = line.text[left:right]
    head = heads[place] if matched else header
    unit = _unit_of(figure) or _unit_of(head)
    value = value_of_figure(figure.strip("%$ "))
    if unit is None or value is None:
        return None
    label = " ".join(line.text[line.cells[0][0] : line.cells[0][1]].split())
    first = line.start + line.cells[0][0]
    period = next((name for name, pattern in _PERIODS if pattern.search(head)), None)
    return Row(
        first,
        line.start + right,
        (line.start + left, line.start + right),
        label,
        " ".join(header.split()),
        str(value),
        unit,
        period,
    )


def _unit_of(text: str) -> Unit | None:
    found = [(match.start(), unit) for unit, pattern in _UNITS for match in pattern.finditer(text)]
    # The last one stands nearest to the last column.
    return max(found, key=lambda pair: pair[0])[1] if found else None
