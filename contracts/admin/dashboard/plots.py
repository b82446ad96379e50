"""The dashboard's drawings. Coordinates are the SVGs' own units, y grows downwards; each drawing says in words what it shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log10

from contracts.admin.plots import Mark, percent
from contracts.dashboard.coverage import SUBJECTS, Coverage
from contracts.dashboard.expiring import BANDS, Expiring
from contracts.dashboard.extraction import FieldOverTime, Outcomes
from contracts.dashboard.stays import StateTimes, Stays
from contracts.dashboard.waiting import AGES, WAITING, Queue, age_words
from contracts.durations import duration_words
from contracts.measures import Tally

WIDTH = 360
COLUMN_HEIGHT, COLUMN_TOP, COLUMN_BOTTOM = 200, 22, 30
COLUMN_GAP = 0.3

RANGE_ROW, RANGE_TOP, RANGE_LEFT, RANGE_RIGHT = 40, 8, 8, 12
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=1000)
RANGE_MARKS = (
    (timedelta(hours=1), "1 h"),
    (timedelta(days=1), "1 d"),
    (timedelta(days=7), "7 d"),
    (timedelta(days=30), "30 d"),
    (timedelta(days=365), "1 yr"),
)

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 150, 44, 5
BAR_ROW, BAR_LABEL, BAR_TOP = 38, 14, 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One rectangle. `tone` picks its colour and its hatching, so that colour is not all that tells it apart."""

    tone: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """A stack of pieces over a label; `text` stands above."""

    label: str
    text: str
    middle: float
    text_y: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ColumnPlot:
    slug: str
    title: str
    description: str
    columns: tuple[Column, ...]
    legend: tuple[tuple[str, str], ...] = ()
    width: int = WIDTH
    height: int = COLUMN_HEIGHT
    base: int = COLUMN_HEIGHT - COLUMN_BOTTOM


def ages_plot(queue: Queue) -> ColumnPlot:
    """How many wait, by time in their state, the states stacked."""
    rows = [
        (_short_age(*age), [(state.value, queue.counts.get(state, (0,) * len(AGES))[number]) for state in WAITING])
        for number, age in enumerate(AGES)
    ]
    told = ", ".join(
        f"{age_words(*age)}: {sum(count for _, count in parts)}" for age, (_, parts) in zip(AGES, rows, strict=True)
    )
    legend = tuple((state.value, state.label.capitalize()) for state in WAITING)
    return ColumnPlot("queue", "Waiting contracts by time in their state", f"{told}.", _columns(rows), legend)


def _short_age(begin: int, end: int | None) -> str:
    return f"{begin} d +" if end is None else f"{begin}–{end} d"


def expiring_plot(expiring: Expiring) -> ColumnPlot:
    """How many end within each band, those with a successor apart."""
    rows = []
    for band in BANDS:
        endings = expiring.in_band(*band)
        followed = sum(ending.is_followed for ending in endings)
        parts = [("unfollowed", len(endings) - followed), ("followed", followed)]
        rows.append((f"{band[0]}–{band[1]} d", parts))
    told = ", ".join(f"in {label}: {sum(count for _, count in parts)}" for label, parts in rows)
    legend = (("unfollowed", "No successor in sight"), ("followed", "A successor is on its way"))
    return ColumnPlot("expiring", "Active contracts by days to their last", f"{told}.", _columns(rows), legend)


def _columns(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> tuple[Column, ...]:
    most = max((sum(count for _, count in parts) for _, parts in rows), default=0) or 1
    step = WIDTH / len(rows)
    room = COLUMN_HEIGHT - COLUMN_TOP - COLUMN_BOTTOM
    columns = []
    for index, (label, parts) in enumerate(rows):
        y, pieces = float(COLUMN_HEIGHT - COLUMN_BOTTOM), []
        for tone, count in parts:
            height = round(room * count / most, 1)
            y = round(y - height, 1)
            if count:
                x = round(step * (index + COLUMN_GAP / 2), 1)
                pieces.append(Piece(tone, x, y, round(step * (1 - COLUMN_GAP), 1), height, f"{label}: {count}"))
        total = sum(count for _, count in parts)
        columns.append(Column(label, f"{total:,}", round(step * (index + 0.5), 1), round(y - 5, 1), tuple(pieces)))
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class Range:
    """From the median to the time within which nine of ten stays ended."""

    median: float
    ninth_decile: float
    y: int
    title: str


@dataclass(frozen=True, slots=True)
class RangeRow:
    label: str
    label_y: int
    now: Range | None
    previous: Range | None


@dataclass(frozen=True, slots=True)
class RangePlot:
    """Times on a scale on which each step to the right is so many times as long."""

    slug: str
    title: str
    description: str
    rows: tuple[RangeRow, ...]
    marks: tuple[Mark, ...]
    height: int
    base: int
    width: int = WIDTH


def states_plot(times: Sequence[StateTimes]) -> RangePlot | None:
    """Median and ninth decile by state, this period above the one before; None where no stay ended in either."""
    known = [row for row in times if row.now or row.previous]
    if not known:
        return None
    rows = tuple(
        RangeRow(
            row.state.label.capitalize(),
            RANGE_TOP + index * RANGE_ROW + 8,
            _range(row.now, RANGE_TOP + index * RANGE_ROW + 18),
            _range(row.previous, RANGE_TOP + index * RANGE_ROW + 28),
        )
        for index, row in enumerate(known)
    )
    base = RANGE_TOP + len(rows) * RANGE_ROW + 4
    told = ", ".join(f"{row.state.label} {duration_words(row.now.median) if row.now else 'none'}" for row in known)
    marks = tuple(Mark(_time_x(length), text) for length, text in RANGE_MARKS)
    return RangePlot("states", "Time in each state", f"Medians of this period: {told}.", rows, marks, base + 22, base)


def _range(stays: Stays | None, y: int) -> Range | None:
    if stays is None:
        return None
    title = f"Median {duration_words(stays.median)}, nine of ten within {duration_words(stays.ninth_decile)}"
    return Range(_time_x(stays.median), _time_x(stays.ninth_decile), y, title)


def _time_x(length: timedelta) -> float:
    held = min(max(length, SHORTEST), LONGEST)
    part = log10(held / SHORTEST) / log10(LONGEST / SHORTEST)
    return round(RANGE_LEFT + (WIDTH - RANGE_LEFT - RANGE_RIGHT) * part, 1)


@dataclass(frozen=True, slots=True)
class Spark:
    """One field's share right over the period: lines between neighbouring parts, dots where a part stands alone."""

    slug: str
    label: str
    text: str
    change: str
    description: str
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT
    top: int = SPARK_EDGE
    base: int = SPARK_HEIGHT - SPARK_EDGE


def field_sparks(outcomes: Outcomes) -> list[Spark]:
    """One small drawing a field, all on the scale from 0 to 100 %."""
    return [_spark(number, field) for number, field in enumerate(outcomes.fields)]


def _spark(number: int, field: FieldOverTime) -> Spark:
    now, previous = field.now.share_right, field.previous.share_right
    runs = list(_runs(field.parts))
    return Spark(
        slug=f"field-{number}",
        label=field.label,
        text=percent(now),
        change=_change(now, previous),
        description="; ".join(percent(part) for part in field.parts),
        lines=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[-1] for run in runs),
    )


def _change(now: float | None, previous: float | None) -> str:
    if now is None or previous is None:
        return ""
    points = round((now - previous) * 100)
    return f"{'+' if points > 0 else '−' if points < 0 else '±'}{abs(points)} points"


def _runs(parts: Sequence[float | None]) -> Iterable[list[tuple[float, float]]]:
    """Places of neighbouring parts of which something is known."""
    run: list[tuple[float, float]] = []
    for index, part in enumerate(parts):
        if part is None:
            if run:
                yield run
            run = []
            continue
        x = SPARK_EDGE + (SPARK_WIDTH - 2 * SPARK_EDGE) * index / max(len(parts) - 1, 1)
        y = SPARK_HEIGHT - SPARK_EDGE - (SPARK_HEIGHT - 2 * SPARK_EDGE) * part
        run.append((round(x, 1), round(y, 1)))
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class Bar:
    """A label, its figure, and pieces side by side under them; x and width in percent."""

    label: str
    text: str
    label_y: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class BarPlot:
    slug: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int
    legend: tuple[tuple[str, str], ...] = ()


_OUTCOMES = (("accepted", "As proposed"), ("corrected", "Corrected"), ("rejected", "Rejected"))


def corrections_plot(outcomes: Outcomes) -> BarPlot:
    """What became of proposals, this period above the one before."""
    bars = tuple(
        _outcome_bar(index, label, tally)
        for index, (label, tally) in enumerate((("Now", outcomes.now), ("Before", outcomes.previous)))
    )
    told = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return BarPlot("corrections", "What became of proposals", f"{told}.", bars, len(bars) * BAR_ROW, _OUTCOMES)


def _outcome_bar(index: int, label: str, tally: Tally) -> Bar:
    counts = {"accepted": tally.accepted, "corrected": tally.corrected, "rejected": tally.rejected}
    pieces, x = [], 0.0
    for tone, words in _OUTCOMES:
        width = 100 * counts[tone] / tally.decided if tally.decided else 0.0
        if width:
            title = f"{words}: {counts[tone]}"
            pieces.append(Piece(tone, round(x, 2), index * BAR_ROW + BAR_TOP, round(width, 2), 10, title))
        x += width
    share = percent(tally.corrected / tally.decided) if tally.decided else "–"
    return Bar(label, f"{share} corrected of {tally.decided:,}", index * BAR_ROW + BAR_LABEL, tuple(pieces))


def coverage_plot(coverage: Coverage) -> BarPlot:
    """For each airline the share of subjects of which it has rules in force today."""
    bars = tuple(
        Bar(
            label=row.airline.code,
            text=f"{row.rules.covered} of {len(SUBJECTS)}" + ("" if row.agreement else ", no agreement"),
            label_y=index * BAR_ROW + BAR_LABEL,
            pieces=(
                Piece("covered", 0, index * BAR_ROW + BAR_TOP, round(row.rules.share * 100, 1), 10, row.airline.name),
            ),
        )
        for index, row in enumerate(coverage.airlines)
    )
    told = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return BarPlot("coverage", "Subjects covered by rules in force", f"{told}.", bars, len(bars) * BAR_ROW)
