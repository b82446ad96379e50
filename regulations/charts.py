"""A table of the law as lines over the day. Coordinates are the SVG's own units; y grows downwards."""

from dataclasses import dataclass

from regulations.far117.clock import MINUTES_PER_DAY, MINUTES_PER_HOUR
from regulations.selectors import PrintedTable

WIDTH = 480
HEIGHT = 180
LEFT, RIGHT, TOP, BOTTOM = 28, 10, 8, 24
FAINTEST = 0.35
MOST_HOURS_MARKED = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the table. `dash` is SVG's stroke-dasharray."""

    label: str
    points: str
    opacity: float
    dash: str


@dataclass(frozen=True, slots=True)
class StepChart:
    """What the template draws; `legend` says in words which line is which."""

    lines: tuple[Line, ...]
    hours: tuple[Mark, ...]
    limits: tuple[Mark, ...]
    legend: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def step_chart(table: PrintedTable) -> StepChart:
    """Limits of each column from midnight to midnight, on a scale of whole hours."""
    limits = [limit for line in table.lines for limit in line.limits] or [MINUTES_PER_HOUR]
    low, high = min(limits) // MINUTES_PER_HOUR - 1, -(-max(limits) // MINUTES_PER_HOUR)
    step = 1 if high - low <= MOST_HOURS_MARKED else 2
    return StepChart(
        lines=tuple(_line(table, column, low, high) for column in range(len(table.columns))),
        hours=tuple(Mark(_x(hour * MINUTES_PER_HOUR), f"{hour:02d}") for hour in range(0, 25, 6)),
        limits=tuple(
            Mark(_y(hour * MINUTES_PER_HOUR, low, high), f"{hour}") for hour in range(low + 1, high + 1, step)
        ),
        legend=_legend(table),
    )


def _line(table: PrintedTable, column: int, low: int, high: int) -> Line:
    """Shades tell the groups of columns apart, dashes the columns of a group; with one group, shades the columns."""
    groups = [group for group, _ in table.groups]
    this = table.columns[column]
    shade, shades = (groups.index(this.group), len(groups)) if len(groups) > 1 else (column, len(table.columns))
    first_of_group = column == 0 or table.columns[column - 1].group != this.group
    return Line(
        label=this.label,
        points=_points(table, column, low, high),
        opacity=round(1 - (1 - FAINTEST) * shade / max(shades - 1, 1), 2),
        dash="6 3" if len(groups) > 1 and first_of_group else "none",
    )


def _legend(table: PrintedTable) -> str:
    first, last = table.columns[0], table.columns[-1]
    if len(table.columns) == 1:
        return f"{first.label}."
    if len(table.groups) == 1:
        return f"Darkest line: {first.label}. Faintest: {last.label}."
    return f"Dark: {first.group}. Faint: {last.group}. Dashed: {first.short}. Unbroken: {last.short}."


def _points(table: PrintedTable, column: int, low: int, high: int) -> str:
    ends = [*(line.from_minute for line in table.lines[1:]), MINUTES_PER_DAY]
    corners: list[str] = []
    for line, end in zip(table.lines, ends, strict=False):
        level = _y(line.limits[column], low, high)
        corners += [f"{_x(line.from_minute)},{level}", f"{_x(end)},{level}"]
    return " ".join(corners)


def _x(minute: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * minute / MINUTES_PER_DAY, 1)


def _y(limit: int, low: int, high: int) -> float:
    share = (limit - low * MINUTES_PER_HOUR) / ((high - low) * MINUTES_PER_HOUR)
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)
