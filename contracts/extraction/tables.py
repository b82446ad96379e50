"""Tables of a few columns, read by row: a label, and the figures that its columns give for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from contracts.extraction.furniture import Span
from contracts.extraction.numbers import value_of_figure
from contracts.extraction.repair import View
from contracts.vocabulary import Dimension, Unit, dimension_of

_CELL_GAP = re.compile(r" {2,}")
_FIGURE = r"\d{1,3}:\d{2}|(?:\d+ )?\d/\d|\d[\d,]*(?:\.\d+)?"
_UNIT_WORD = (
    r"PCH|CH|TFP|(?:credit )?hours?|hrs?\.?|minutes?|mins?\.?|(?:calendar )?days?|weeks?|months?|percent|credits?"
)
_FIGURE_CELL = re.compile(
    rf"^\$?\s?(?P<figure>{_FIGURE})\s?(?P<unit>[%$]|(?:{_UNIT_WORD})\b)?(?: (?:per|a|an|each|/) ?\w+| off)?$",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:shall|will|may|must|is|are)\b", re.IGNORECASE)
_PREFERRED = re.compile(r"annual|yearly|per year|total|maximum|limit", re.IGNORECASE)
_PERIODS = (
    ("year", re.compile(r"annual|yearly|per year", re.IGNORECASE)),
    ("month", re.compile(r"month", re.IGNORECASE)),
    ("day", re.compile(r"daily|per day", re.IGNORECASE)),
    ("hour", re.compile(r"hourly|per hour|an hour", re.IGNORECASE)),
)
_UNITS = (
    (Unit.PAY_CREDIT_HOURS, re.compile(r"\bPCH\b")),
    (Unit.CREDIT_HOURS, re.compile(r"\bcredit hours?\b|\bCH\b|\bTFP\b|\bcredits\b", re.IGNORECASE)),
    (Unit.DOLLARS, re.compile(r"\$|\bdollars?\b|\bUSD\b", re.IGNORECASE)),
    (Unit.PERCENT, re.compile(r"%|\bpercent", re.IGNORECASE)),
    (Unit.DAYS, re.compile(r"\bdays?\b", re.IGNORECASE)),
    (Unit.HOURS, re.compile(r"\b(?:hours?|hrs?)\b", re.IGNORECASE)),
    (Unit.MINUTES, re.compile(r"\b(?:minutes?|mins?)\b", re.IGNORECASE)),
    (Unit.WEEKS, re.compile(r"\bweeks?\b", re.IGNORECASE)),
    (Unit.MONTHS, re.compile(r"\bmonths?\b", re.IGNORECASE)),
)
# What is measured in hours without anybody saying so.
_IN_HOURS = re.compile(
    r"\b(?:flight duty period|duty period|FDP|duty (?:time|day|limit)|flight time|block time|rest)s?\b", re.IGNORECASE
)
MOST_HOURS = 24

LONGEST_ROW = 110
MOST_FIGURES = 7
MOST_AMOUNTS = 3
"""Figures in a row: more of them, or more amounts of money, make a table wide. Scales of pay are, and are left to people."""
FEWEST_ROWS = 2
LONGEST_INTRODUCTION = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a row: positions in the view of the row and of the figure, whose row and column it is, its unit.

    `label` is the head of the row, with that of the column where the row has several figures; `head` the words above the
    figure, without those above the labels.
    """

    start: int
    end: int
    cell: Span
    label: str
    head: str
    header: str
    value: Decimal
    unit: Unit
    period: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A run of rows with the line of heads above it, from `start` up to `end` in the view, and the words that introduce it.

    A wide one has no rows to propose.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    is_wide: bool
    introduction: str


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    cells: tuple[Span, ...]
    figures: int

    def cell(self, place: int) -> str:
        left, right = self.cells[place]
        return self.text[left:right]


def find_tables(view: View, start: int, end: int, introduction: str = "") -> Iterator[Table]:
    """The tables within a stretch of the view, in order. `introduction` is what stands before it, for a unit that only it names."""
    run: list[_Line] = []
    header, opens = "", True
    header_start = start
    words = introduction
    for line in [*_lines(view.text, start, end), _Line(end, "", (), 0)]:
        if line.figures and (not run or line.figures == run[0].figures):
            run.append(line)
            continue
        if _is_table(run, header, opens=opens):
            yield _table(run, header, words, header_start if _splits(header) else run[0].start)
            words = introduction
        if line.figures:
            run = [line]
        elif line.text.strip():
            words = f"{words} {header.strip()}"[-LONGEST_INTRODUCTION:]
            run, header, opens = [], line.text, False
            header_start = line.start
        elif run:
            run, header = [], ""


def _is_table(run: Sequence[_Line], header: str, *, opens: bool) -> bool:
    """Two rows or more under heads or with units of their own; or one, with its unit, that is all its item says."""
    have_units = all(_unit_of(line.cell(-1)) is not None for line in run)
    if len(run) < FEWEST_ROWS:
        return bool(run) and opens and have_units
    return run[0].figures > 1 or _splits(header) or have_units


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    at = start
    for line in text[start:end].replace("\f", "\n").split("\n"):
        cells = tuple(_cells(line)) if len(line) <= LONGEST_ROW * 2 else ()
        figures = 0
        for left, right in reversed(cells[1:]):
            if not _FIGURE_CELL.match(line[left:right]):
                break
            figures += 1
        whole = figures > 0 and _MODAL.search(line) is None and not line.rstrip().endswith((".", ",", ";"))
        yield _Line(at, line, cells, figures if whole else 0)
        at += len(line) + 1


def _cells(line: str) -> Iterator[Span]:
    """Cells parted by wide gaps; in a text layer without them, the figures at the end of the line."""
    stripped = line.rstrip()
    at = len(line) - len(line.lstrip())
    gaps = [match.span() for match in _CELL_GAP.finditer(stripped, at) if line[match.start() - 1] != "$"]
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


def _table(run: list[_Line], header: str, introduction: str, start: int) -> Table:
    end = run[-1].start + len(run[-1].text)
    if _is_wide(run):
        return Table(start, end, (), is_wide=True, introduction=introduction)
    rows = [row for line in run for row in _rows(line, header, introduction)]
    return Table(start, end, tuple(rows), is_wide=False, introduction=introduction)


def _is_wide(run: Sequence[_Line]) -> bool:
    amounts = sum("$" in run[0].cell(place) for place in range(len(run[0].cells)))
    return run[0].figures > MOST_FIGURES or amounts > MOST_AMOUNTS or len(run[0].text) > LONGEST_ROW


def _rows(line: _Line, header: str, introduction: str) -> Iterator[Row]:
    """A figure each; of several that say one thing for several periods only the widest."""
    heads = [part.strip() for part in _CELL_GAP.split(header.strip())]
    matched = len(heads) == len(line.cells)
    places = list(range(len(line.cells) - line.figures, len(line.cells)))
    preferred = [place for place in places if matched and _PREFERRED.search(heads[place])]
    chosen = preferred[:1] or (places if matched or line.figures == 1 else places[-1:])
    for place in chosen:
        row = _row(line, place, heads[place] if matched else "", header, introduction)
        if row is not None and len(chosen) > 1:
            row = replace(row, label=f"{row.label}, {row.head}")
        if row is not None:
            yield row


def _row(line: _Line, place: int, head: str, header: str, introduction: str) -> Row | None:
    left, right = line.cells[place]
    cell = _FIGURE_CELL.match(line.text[left:right])
    value = value_of_figure(cell["figure"]) if cell is not None else None
    if cell is None or value is None:
        return None
    own = Unit.DOLLARS if "$" in cell[0] else _unit_of(cell["unit"] or "")
    unit = own or _unit_of(head or header) or _unit_of_words(cell["figure"], value, f"{introduction} {header}")
    if unit is None:
        return None
    first = line.start + line.cells[0][0]
    label = " ".join(line.cell(0).split())
    said = f"{cell[0]} {head}" if head else f"{cell[0]} {header}"
    return Row(
        first,
        line.start + len(line.text.rstrip()),
        (line.start + left, line.start + right),
        label,
        head or " ".join(_CELL_GAP.split(header.strip())[1:]),
        " ".join(header.split()),
        value,
        unit,
        next((name for name, pattern in _PERIODS if pattern.search(said)), None),
    )


def _unit_of_words(figure: str, value: Decimal, words: str) -> Unit | None:
    """The unit of a figure that neither it nor its column names: the last one in the words before the table, or hours."""
    if ":" in figure:
        return Unit.HOURS
    named = _unit_of(words)
    if named is not None and dimension_of(named) is not Dimension.MONEY:
        return named
    return Unit.HOURS if value <= MOST_HOURS and _IN_HOURS.search(words) else None


def _unit_of(text: str) -> Unit | None:
    found = [(match.start(), unit) for unit, pattern in _UNITS for match in pattern.finditer(text)]
    # The last one stands nearest to the last column.
    return max(found, key=lambda pair: pair[0])[1] if found else None
