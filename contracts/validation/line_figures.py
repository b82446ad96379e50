"""The figures of metrics that only a line of trips has: sums in windows, days off and on, reserve. As the vocabulary defines them.

Before the first and after the last that is given the pilot is free, as the law's engine has it.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from contracts.predicates.windows import MINUTES_PER_DAY, MONTH, Window
from contracts.validation.line import Line
from contracts.validation.trip_figures import Figure, flight_time, last_day
from regulations.far117.stations import Station

Span = tuple[int, int]
LineFigures = Callable[[Line, Window | None], Iterator[Figure]]
_NO_TIMES = "A report or release is not given."
_NO_BASE = "The base is not given: days are those of its clock."
_NO_MONTH = "No month is known whole: `month` says which one the trips fill."
_NO_RESERVE = "Pairings do not tell reserve; a schedule does."


def rest_between_trips(line: Line, window: Window | None) -> Iterator[Figure]:
    """The rests that no trip has by itself."""
    for before, after in itertools.pairwise(line.trips):
        known = before.end is not None and after.start is not None
        rest = after.start - before.end if before.end is not None and after.start is not None else None
        yield Figure(rest, after.duties[0].pointer, "" if known else _NO_TIMES)


def duty_in_window(line: Line, window: Window | None) -> Iterator[Figure]:
    spans = [
        (duty.report, duty.release) for duty in line.duties if duty.report is not None and duty.release is not None
    ]
    yield from _sums(line, window or MONTH, spans, is_whole=line.is_timed, why=_NO_TIMES)


def flight_time_in_window(line: Line, window: Window | None) -> Iterator[Figure]:
    legs = [leg for duty in line.duties for leg in duty.operated or ()]
    blocks = [(leg.out, leg.in_) for leg in legs if leg.out is not None and leg.in_ is not None]
    is_whole = all(flight_time(duty).value is not None and not flight_time(duty).is_floor for duty in line.duties)
    yield from _sums(line, window or MONTH, blocks, is_whole=is_whole, why="Not all block times are given.")


def _sums(line: Line, window: Window, spans: Sequence[Span], *, is_whole: bool, why: str) -> Iterator[Figure]:
    if window.minutes is not None:
        yield Figure(_most_in(spans, window.minutes), line.pointer, why, is_floor=not is_whole)
        return
    months = list(_months(line))
    if line.base is None or not months:
        yield Figure(None, line.pointer, _NO_BASE if line.base is None else _NO_MONTH)
        return
    for first, last in months:
        start, end = line.base.clock.instant(first, 0), line.base.clock.instant(last + 1, 0)
        total = sum(max(0, min(end, to) - max(start, begin)) for begin, to in spans)
        yield Figure(total, line.pointer, why, is_floor=not is_whole)


def _most_in(spans: Sequence[Span], width: int) -> int:
    """The greatest sum within any `width` minutes: it is met where the window opens on a start or closes on an end."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    sums = [0, *accumulate(end - start for start, end in spans)]

    def total(opens: int) -> int:
        closes = opens + width
        first, last = bisect_right(ends, opens), bisect_left(starts, closes)
        if first >= last:
            return 0
        return sums[last] - sums[first] - max(0, opens - starts[first]) - max(0, ends[last - 1] - closes)

    return max((total(opens) for opens in [*starts, *(end - width for end in ends)]), default=0)


def rest_in_window(line: Line, window: Window | None) -> Iterator[Figure]:
    """The longest rest in each window, the shortest of these."""
    width = window.minutes if window is not None else None
    if width is None or not line.is_timed:
        yield Figure(None, line.pointer, _NO_TIMES)
        return
    low, high = 0, width
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _rests_everywhere(line.busy, width, middle) else (low, middle - 1)
    yield Figure(low, line.pointer)


def _rests_everywhere(busy: Sequence[Span], width: int, rest: int) -> bool:
    """Whether every window holds that much unbroken rest: none fits between the last that holds it and the next.

    A window that opens `rest` before a free time ends still holds that rest, one that closes `rest` after one began too.
    """
    if not busy:
        return True
    worked_from = busy[0][0]
    for (_, end), (start, _) in itertools.pairwise(busy):
        if start - end >= rest:
            if end - worked_from + 2 * rest > width:
                return False
            worked_from = start
    return busy[-1][1] - worked_from + 2 * rest <= width


def _worked(line: Line, base: Station) -> set[int]:
    """Local days with any duty or reserve."""
    return {day for start, end in line.busy for day in range(base.clock.day(start), last_day(base, end) + 1)}


def _extent(line: Line) -> Span | None:
    """The local days that are known: those that the line fills, else from its first work to its last."""
    if line.days is not None or line.base is None or not line.busy:
        return line.days
    return line.base.clock.day(line.busy[0][0]), last_day(line.base, line.busy[-1][1])


def _months(line: Line) -> Iterator[Span]:
    """The first and last day of what is known whole: the month or bid period that was named, else calendar months."""
    if line.days is not None:
        yield line.days
        return
    extent = _extent(line)
    if extent is None:
        return
    day = date.fromordinal(extent[0])
    first = day.toordinal() if day.day == 1 else _next_month(day)
    while (after := _next_month(date.fromordinal(first))) - 1 <= extent[1]:
        yield first, after - 1
        first = after


def _next_month(day: date) -> int:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()


def _by_days(line: Line, counted: Callable[[set[int], Station], Iterator[Figure]]) -> Iterator[Figure]:
    """Figures of local days, which need base and times."""
    if line.base is None or not line.is_timed:
        yield Figure(None, line.pointer, _NO_BASE if line.base is None else _NO_TIMES)
    else:
        yield from counted(_worked(line, line.base), line.base)


def _by_months(line: Line, counted: Callable[[set[int], Span], int]) -> Iterator[Figure]:
    def each(worked: set[int], base: Station) -> Iterator[Figure]:
        months = list(_months(line))
        if not months:
            yield Figure(None, line.pointer, _NO_MONTH)
        for first, last in months:
            yield Figure(counted(worked, (first, last)), line.pointer)

    return _by_days(line, each)


def _days_free(worked: set[int], span: Span) -> int:
    return span[1] - span[0] + 1 - _days_worked(worked, span)


def _days_worked(worked: set[int], span: Span) -> int:
    return sum(span[0] <= day <= span[1] for day in worked)


def days_off_per_month(line: Line, window: Window | None) -> Iterator[Figure]:
    return _by_months(line, _days_free)


def workdays_per_month(line: Line, window: Window | None) -> Iterator[Figure]:
    return _by_months(line, _days_worked)


def days_off_in_window(line: Line, window: Window | None) -> Iterator[Figure]:
    if window is None or window.minutes is None:
        return days_off_per_month(line, window)
    width = window.minutes // MINUTES_PER_DAY

    def each(worked: set[int], base: Station) -> Iterator[Figure]:
        extent = _extent(line)
        if extent is None or extent[1] - extent[0] + 1 < width:
            yield Figure(None, line.pointer, f"Fewer than {width} days are known.")
            return
        free = [day not in worked for day in range(extent[0], extent[1] + 1)]
        sums = [0, *accumulate(free)]
        counts = [sums[first + width] - sums[first] for first in range(len(free) - width + 1)]
        yield Figure(min(counts), line.pointer)
        yield Figure(max(counts), line.pointer)

    return _by_days(line, each)


def consecutive_workdays(line: Line, window: Window | None) -> Iterator[Figure]:
    return _by_days(line, lambda worked, _: (Figure(run, line.pointer) for _, run in _runs(sorted(worked))))


def consecutive_days_off(line: Line, window: Window | None) -> Iterator[Figure]:
    """Runs between days of work; those that reach the edge of what is known may go on beyond it."""

    def each(worked: set[int], base: Station) -> Iterator[Figure]:
        extent = _extent(line)
        if extent is None:
            return
        for first, run in _runs([day for day in range(extent[0], extent[1] + 1) if day not in worked]):
            at_edge = first == extent[0] or first + run - 1 == extent[1]
            yield Figure(run, line.pointer, "What comes before or after is not given." if at_edge else "", at_edge)

    return _by_days(line, each)


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First day and length of each run of consecutive days."""
    for _, group in itertools.groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _, day in group]
        yield run[0], len(run)


def reserve_availability_period(line: Line, window: Window | None) -> Iterator[Figure]:
    if line.reserve is None:
        yield Figure(None, line.pointer, _NO_RESERVE)
    for period in line.reserve or ():
        yield Figure(period.end - period.begin, period.pointer)


def reserve_days_per_month(line: Line, window: Window | None) -> Iterator[Figure]:
    if line.reserve is None or line.base is None:
        yield Figure(None, line.pointer, _NO_RESERVE if line.reserve is None else _NO_BASE)
        return
    clock, base = line.base.clock, line.base
    days = {day for period in line.reserve for day in range(clock.day(period.begin), last_day(base, period.end) + 1)}
    months = list(_months(line))
    if not months:
        yield Figure(None, line.pointer, _NO_MONTH)
    for span in months:
        yield Figure(_days_worked(days, span), line.pointer)


OF_A_LINE: dict[str, LineFigures] = {
    "rest_between_duty_periods": rest_between_trips,
    "duty_in_window": duty_in_window,
    "flight_time_in_window": flight_time_in_window,
    "rest_in_window": rest_in_window,
    "days_off_per_month": days_off_per_month,
    "days_off_in_window": days_off_in_window,
    "consecutive_days_off": consecutive_days_off,
    "consecutive_workdays": consecutive_workdays,
    "workdays_per_month": workdays_per_month,
    "reserve_availability_period": reserve_availability_period,
    "reserve_days_per_month": reserve_days_per_month,
}
