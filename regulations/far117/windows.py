"""Totals over windows that roll (117.23).

Time is piecewise: a total over (t - width, t] grows while an activity goes on at t and shrinks while one leaves at
t - width, so its greatest value within a stretch of time is at one of few instants. History days are counted whole while
they touch the window, which makes the total fall by steps.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from regulations.far117.clock import LocalClock
from regulations.far117.schedule import HistoryDay


@dataclass(frozen=True, slots=True)
class Peak:
    """The greatest total over the windows that end within a period, in minutes.

    `certain` is the greatest without the history day that lies only partly in its window.
    """

    minutes: int
    certain: int


class RollingHours:
    """Activity in any `width` consecutive minutes. Stretches are in order and do not overlap."""

    def __init__(
        self, width: int, stretches: Sequence[tuple[int, int]], days: Sequence[HistoryDay], day_minutes: Sequence[int]
    ) -> None:
        self.width = width
        self._starts = [start for start, _ in stretches]
        self._ends = [end for _, end in stretches]
        self._sums = [0, *accumulate(end - start for start, end in stretches)]
        self._day_starts = [day.start for day in days]
        self._day_ends = [day.end for day in days]
        self._day_minutes = day_minutes
        self._from_day = [*accumulate(reversed(day_minutes), initial=0)][::-1]

    def peak(self, start: int, end: int) -> Peak:
        """The peak over the windows that end in [start, end]."""
        at_most = certain = 0
        for instant in self._candidates(start, end):
            opens = instant - self.width
            total = self._until(instant) - self._until(opens)
            partly = 0
            if self._day_ends and opens <= self._day_ends[-1]:
                day = bisect_left(self._day_ends, opens)
                total += self._from_day[day]
                partly = self._day_minutes[day] if self._day_starts[day] < opens else 0
            at_most = max(at_most, total)
            certain = max(certain, total - partly)
        return Peak(minutes=at_most, certain=certain)

    def _candidates(self, start: int, end: int) -> list[int]:
        """Instants of which one has the greatest total of the windows that end in [start, end]."""
        leaving = self._shifted(self._starts, start, end) + self._day_points(start, end)
        if not leaving and self._until(start - self.width) == self._until(end - self.width) and not self._day_ends:
            return [end]
        ending = self._ends[bisect_right(self._ends, start) : bisect_left(self._ends, end)]
        return [start, end, *ending, *leaving]

    def latest_end(self, start: int, horizon: int, limit: int, *, idle: tuple[int, int] | None) -> int:
        """How long a period that begins at `start` may go on, up to `horizon`, with every window within `limit`.

        `horizon` is at most a width after `start`: the period does not leave its own window.

        Earlier stretches count; those that begin at `start` or later do not: the period itself takes their place, but
        for its `idle` stretch. Where a window that ends at `start` is beyond the limit already, the answer is `start`.
        """
        if horizon <= start:
            return horizon
        before = self._until(start)
        begun = before - self._until(start - self.width) + self._history(start)
        if begun > limit:
            return start
        if begun + horizon - start <= limit:  # even if nothing left the window
            return horizon
        points = self._leaving_points(start, horizon)
        if idle is not None:
            points += [instant for instant in idle if start < instant < horizon]
        at = start
        for point in (*sorted(points), horizon):
            # Between two points the total is a straight line; history days that touch at `at` alone have left it.
            grown = before - self._until(point - self.width) + self._history(point) + _own(start, point, idle)
            if grown > limit:
                begun = before - self._until(at - self.width) + self._history(point) + _own(start, at, idle)
                return at + limit - begun
            at = point
        return horizon

    def curve(self, start: int, end: int) -> list[tuple[int, int]]:
        """The totals of the windows that end in [start, end] as corners (end of window, minutes) of a line, in order.

        Where a history day ceases to touch the window the line falls at once: two corners a minute apart.
        """
        inside = self._starts[bisect_left(self._starts, start) : bisect_right(self._starts, end)]
        inside += self._ends[bisect_left(self._ends, start) : bisect_right(self._ends, end)]
        dropped = [instant + 1 for instant in self._shifted(self._day_ends, start - 1, end)]
        corners = {start, end, *inside, *self._leaving_points(start, end), *dropped}
        return [(instant, self._total(instant)) for instant in sorted(corners)]

    def _total(self, instant: int) -> int:
        """Of the window that ends then."""
        return self._until(instant) - self._until(instant - self.width) + self._history(instant)

    def _until(self, instant: int) -> int:
        """Activity before an instant."""
        begun = bisect_left(self._starts, instant)
        if begun == 0:
            return 0
        return self._sums[begun] - max(0, self._ends[begun - 1] - instant)

    def _history(self, instant: int) -> int:
        """Minutes of the history days that touch the window that ends then."""
        return self._from_day[bisect_left(self._day_ends, instant - self.width)]

    def _leaving_points(self, start: int, end: int) -> list[int]:
        """Where earlier stretches begin or cease to leave the window, and where history days leave it."""
        return (
            self._shifted(self._starts, start, end)
            + self._shifted(self._ends, start, end)
            + self._day_points(start, end)
        )

    def _day_points(self, start: int, end: int) -> list[int]:
        if not self._day_ends or start - self.width > self._day_ends[-1]:
            return []
        return self._shifted(self._day_starts, start, end) + self._shifted(self._day_ends, start, end)

    def _shifted(self, instants: Sequence[int], start: int, end: int) -> list[int]:
        """Those instants that pass the window's opening edge strictly between the two, as the ends of those windows."""
        low, high = bisect_right(instants, start - self.width), bisect_left(instants, end - self.width)
        return [instant + self.width for instant in instants[low:high]]


def _own(start: int, instant: int, idle: tuple[int, int] | None) -> int:
    """Time of the period itself up to an instant."""
    rested = 0 if idle is None else max(0, min(instant, idle[1]) - idle[0])
    return instant - start - rested


class RollingDays:
    """Flight time in any `width` consecutive local days. Flights are added in the order of time."""

    def __init__(self, width: int, clock: LocalClock, history: Sequence[HistoryDay]) -> None:
        self._width = width
        self._clock = clock
        self._days = [day.day for day in history]
        self._sums = [*accumulate(day.flight_minutes for day in history)]

    def add(self, start: int, end: int) -> None:
        """A flight, divided at local midnights."""
        day = self._clock.day(start)
        while True:
            midnight = self._clock.instant(day + 1, 0)
            if midnight > start:
                self._add(day, min(end, midnight) - start)
                start = midnight
            if midnight >= end:
                return
            day += 1

    def _add(self, day: int, minutes: int) -> None:
        total = (self._sums[-1] if self._sums else 0) + minutes
        if self._days and self._days[-1] == day:
            self._sums[-1] = total
        else:
            self._days.append(day)
            self._sums.append(total)

    def peak(self, start: int, end: int) -> Peak:
        """The greatest total over the windows that end on a local day of [start, end], of what was added so far."""
        first, last = self._clock.day(start), self._clock.day(end)
        # A window that ends between two days with flights holds no more than one that ends on the earlier of them.
        ends = {first, *(day for day in self._days[bisect_left(self._days, first) :] if day <= last)}
        total = max(self._until(day) - self._until(day - self._width) for day in ends)
        return Peak(minutes=total, certain=total)

    def curve(self, first: int, last: int) -> list[tuple[int, int]]:
        """The total of the window that ends on each day of [first, last], as (day, minutes)."""
        return [(day, self._until(day) - self._until(day - self._width)) for day in range(first, last + 1)]

    def _until(self, day: int) -> int:
        """Flight time up to and with a day."""
        known = bisect_right(self._days, day)
        return self._sums[known - 1] if known else 0
