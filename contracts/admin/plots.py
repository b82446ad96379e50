"""The extractor's measures as drawings. Coordinates are the SVGs' own units; y grows downwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from contracts.measures import Day, Tally, Tenth

# Bars are as wide as the page: their x is in percent, a label stands above each.
BAR_ROW = 38
BAR_LABEL = 14
BAR_TOP = 20

SQUARE = 320
SQUARE_LEFT, SQUARE_RIGHT, SQUARE_TOP, SQUARE_BOTTOM = 44, 16, 32, 30
SMALLEST_DOT, LARGEST_DOT = 2.5, 9.0
# Between a dot and its count above it.
LABEL_GAP = 4
# A tenth is as wide as three figures and a letter.
THOUSAND = 1000

LINE_WIDTH, LINE_HEIGHT = 360, 190
LINE_LEFT, LINE_RIGHT, LINE_TOP, LINE_BOTTOM = 44, 12, 12, 30
MOST_DAYS_DOTTED = 31
QUARTERS = (0, 25, 50, 75, 100)
HALVES = (0, 50, 100)


def percent(part: float | None) -> str:
    """A share in words; a dash where there is nothing to take a share of. Never rounded up to all."""
    if part is None:
        return "–"
    rounded = round(part * 100)
    return f"{99 if rounded == 100 and part < 1 else rounded}%"  # noqa: PLR2004 - percent


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One field: its label above, the bar under it. `share` is in percent of the width."""

    label: str
    text: str
    share: float
    label_y: int
    y: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class BarPlot:
    """Shares as bars, one under the other."""

    bars: tuple[Bar, ...]
    height: int


def bar_plot(tallies: Sequence[Tally]) -> BarPlot:
    """The share right of each field, the whole rule, which comes first, set off."""
    bars = tuple(
        Bar(
            label=tally.label,
            text=percent(tally.share_right),
            share=round((tally.share_right or 0) * 100, 1),
            label_y=index * BAR_ROW + BAR_LABEL,
            y=index * BAR_ROW + BAR_TOP,
            is_whole=index == 0,
        )
        for index, tally in enumerate(tallies)
    )
    return BarPlot(bars=bars, height=len(bars) * BAR_ROW)


@dataclass(frozen=True, slots=True)
class Dot:
    """The proposals of one tenth of confidence, or of one day; `text`, if any, stands above it at `text_y`."""

    x: float
    y: float
    radius: float
    title: str
    text: str = ""
    text_y: float = 0


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Confidence against the share that was right, with the diagonal on which both agree."""

    dots: tuple[Dot, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    size: int = SQUARE
    left: int = SQUARE_LEFT
    right: int = SQUARE - SQUARE_RIGHT
    top: int = SQUARE_TOP
    bottom: int = SQUARE - SQUARE_BOTTOM


def calibration_plot(tenths: Sequence[Tenth]) -> DotPlot:
    """A dot a tenth, its area by the number of proposals."""
    most = max((tenth.proposals for tenth in tenths), default=1)
    return DotPlot(
        dots=tuple(_calibration_dot(tenth, most) for tenth in tenths),
        across=tuple(Mark(_square_x(mark / 100), f"{mark}%") for mark in QUARTERS),
        up=tuple(Mark(_square_y(mark / 100), f"{mark}%") for mark in QUARTERS),
    )


def _calibration_dot(tenth: Tenth, most: int) -> Dot:
    x, y = _square_x(tenth.mean_confidence), _square_y(tenth.share_right)
    radius = round(max(SMALLEST_DOT, LARGEST_DOT * sqrt(tenth.proposals / most)), 1)
    return Dot(
        x=x,
        y=y,
        radius=radius,
        title=f"Confidence {percent(tenth.mean_confidence)}, right {percent(tenth.share_right)} of {tenth.proposals}",
        text=_short(tenth.proposals),
        text_y=round(y - radius - LABEL_GAP, 1),
    )


def _short(count: int) -> str:
    """As many figures as fit above a dot; the table has them all."""
    return str(count) if count < THOUSAND else f"{count // THOUSAND}k"


def _square_x(part: float) -> float:
    return round(SQUARE_LEFT + (SQUARE - SQUARE_LEFT - SQUARE_RIGHT) * part, 1)


def _square_y(part: float) -> float:
    return round(SQUARE - SQUARE_BOTTOM - (SQUARE - SQUARE_TOP - SQUARE_BOTTOM) * part, 1)


@dataclass(frozen=True, slots=True)
class LinePlot:
    """The share taken as proposed over the days on which anything was decided."""

    points: str
    dots: tuple[Dot, ...]
    days: tuple[Mark, ...]
    up: tuple[Mark, ...]
    width: int = LINE_WIDTH
    height: int = LINE_HEIGHT
    left: int = LINE_LEFT
    right: int = LINE_WIDTH - LINE_RIGHT
    top: int = LINE_TOP
    bottom: int = LINE_HEIGHT - LINE_BOTTOM


def line_plot(days: Sequence[Day]) -> LinePlot | None:
    """The line from the first such day to the last; None where nothing was decided on any."""
    decided = [(day, day.tally.share_as_proposed) for day in days]
    known = [(day, part) for day, part in decided if part is not None]
    if not known:
        return None
    first, last = known[0][0].day, known[-1][0].day
    span = (last - first).days
    at = [(_line_x((day.day - first).days / span if span else 0.5), _line_y(part), day, part) for day, part in known]
    return LinePlot(
        points=" ".join(f"{x},{y}" for x, y, _, _ in at),
        dots=tuple(
            Dot(x, y, SMALLEST_DOT, f"{day.day:%b %-d, %Y}: {percent(part)} of {day.tally.decided}")
            for x, y, day, part in (at if len(at) <= MOST_DAYS_DOTTED else [])
        ),
        days=(Mark(_line_x(0), f"{first:%b %-d}"), Mark(_line_x(1), f"{last:%b %-d}"))
        if span
        else (Mark(_line_x(0.5), f"{first:%b %-d}"),),
        up=tuple(Mark(_line_y(mark / 100), f"{mark}%") for mark in HALVES),
    )


def _line_x(part: float) -> float:
    return round(LINE_LEFT + (LINE_WIDTH - LINE_LEFT - LINE_RIGHT) * part, 1)


def _line_y(part: float) -> float:
    return round(LINE_HEIGHT - LINE_BOTTOM - (LINE_HEIGHT - LINE_TOP - LINE_BOTTOM) * part, 1)
