"""The four cumulative limits over a roster: each total as a line beneath its ceiling.

Points are in the drawing's own units, 1,000 across and 100 down; the page stretches them to its width. Labels are HTML
or in pixels, so that they keep their size.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from regulations.far117.checks.cumulative import CUMULATIVE_LIMITS, CumulativeLimit
from regulations.far117.clock import LocalClock
from regulations.far117.cumulative import FLIGHT_TIME_365D
from regulations.far117.loading import catalogue
from regulations.far117.roster import Roster
from regulations.rosters.words import day_text, length_text, margin_text, moment_text

ACROSS, DOWN = 1_000, 100
ROOM_ABOVE = 1.12
LABELLED_DAYS = (1, 2, 7, 14, 28, 91, 182, 364)
MOST_LABELS = 5


@dataclass(frozen=True, slots=True)
class DayLabel:
    """Where a local day at home base begins. `left` is percent."""

    left: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One limit. `points` is the line, `area` what lies under it, `beyond` whether it passes its ceiling."""

    rule_id: str
    citation: str
    title: str
    points: str
    area: str
    ceiling: float
    ceiling_text: str
    beyond: bool
    sentence: str
    days: tuple[DayLabel, ...]


def draw_plots(roster: Roster, answer: dict[str, Any]) -> list[Plot]:
    """The plots, from the start of the first FDP to the midnight after the last item; none without an FDP.

    The law looks at windows that end within an FDP, so no total counts before there is one.
    """
    if not roster.periods:
        return []
    clock = roster.schedule.home_base.clock
    start = next(iter(roster.periods.values())).start
    span = (start, clock.instant(clock.day(roster.items[-1].end) + 1, 0))
    days = _day_labels(clock, span)
    curves = roster.totals.curves(*span)
    return [_plot(roster, answer, limit, curves[limit.rule_id], span, days) for limit in CUMULATIVE_LIMITS]


def _plot(
    roster: Roster,
    answer: dict[str, Any],
    limit: CumulativeLimit,
    curve: Sequence[tuple[int, int]],
    span: tuple[int, int],
    days: tuple[DayLabel, ...],
) -> Plot:
    most = limit.limit_of(roster.law)
    scale = max(most, *(minutes for _, minutes in curve)) * ROOM_ABOVE
    if limit.rule_id == FLIGHT_TIME_365D:
        curve = _steps(curve, span[1])
    line = [(_across(instant, span), _down(minutes, scale)) for instant, minutes in curve]
    item, peak = max(
        ((row["item"], row["peaks"][limit.rule_id]) for row in answer["items"] if row["peaks"]),
        key=lambda found: (found[1], -found[0]),
    )
    points = " ".join(f"{x:g},{y:g}" for x, y in line)
    return Plot(
        rule_id=limit.rule_id,
        citation=catalogue().rule(limit.rule_id).citation,
        title=f"{limit.what} in {limit.window}",
        points=points,
        area=f"{line[0][0]:g},{DOWN} {points} {line[-1][0]:g},{DOWN}",
        ceiling=_down(most, scale),
        ceiling_text=length_text(most),
        beyond=peak > most,
        sentence=_sentence(roster, item, peak, most),
        days=days,
    )


def _sentence(roster: Roster, item: int, peak: int, most: int) -> str:
    clock = roster.schedule.home_base.clock
    when = moment_text(roster.periods[item].start, clock)
    return f"At most {length_text(peak)} of {length_text(most)}, in the FDP from {when}: {margin_text(most - peak)}."


def _steps(curve: Sequence[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """A total of days holds for the whole of its day, and for all the days after it that have the same."""
    kept = [next(days) for _, days in itertools.groupby(curve, key=itemgetter(1))]
    nexts = [*(instant for instant, _ in kept[1:]), end]
    return [
        corner for (at, minutes), upto in zip(kept, nexts, strict=True) for corner in ((at, minutes), (upto, minutes))
    ]


def _across(instant: int, span: tuple[int, int]) -> float:
    """Of an instant before the span, its left edge."""
    return round(ACROSS * max(0, instant - span[0]) / (span[1] - span[0]), 2)


def _down(minutes: float, scale: float) -> float:
    return round(DOWN - DOWN * minutes / scale, 2)


def _day_labels(clock: LocalClock, span: tuple[int, int]) -> tuple[DayLabel, ...]:
    """Midnights at home base, and the start itself under the name of its day."""
    first, last = clock.day(span[0]), clock.day(span[1])
    count = last - first
    step = next((days for days in LABELLED_DAYS if count <= days * MOST_LABELS), count)
    return tuple(
        DayLabel(_across(max(clock.instant(day, 0), span[0]), span) * 100 / ACROSS, day_text(day))
        for day in range(first, last, step)
    )
