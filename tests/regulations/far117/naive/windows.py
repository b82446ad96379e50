"""Cumulative limits of 117.23, minute by minute (legality.md 6 and 9)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tests.regulations.far117.naive.clock import DAY, HOUR, instant_of_local, local_days
from tests.regulations.far117.naive.periods import Period
from tests.regulations.far117.naive.roster import HistoryDay, Roster

Periods = dict[int, Period]
HOUR_WINDOWS = {  # rule id: window, limit
    "FAR117_FLIGHT_TIME_672H": (672 * HOUR, 100 * HOUR),
    "FAR117_FDP_168H": (168 * HOUR, 60 * HOUR),
    "FAR117_FDP_672H": (672 * HOUR, 190 * HOUR),
}
LIMIT_365D = 1000 * HOUR
LONGEST = 10 * DAY  # more than any FDP of a document, and than 190 h


class Marks:
    """One byte for each minute, from well before the first item on: 1 where the activity goes on."""

    def __init__(self, roster: Roster) -> None:
        self.origin = roster.items[0].busy_from - 700 * HOUR
        self.minutes = bytearray(roster.items[-1].end + LONGEST - self.origin)

    def set(self, start: int, end: int, value: int) -> None:
        self.minutes[start - self.origin : end - self.origin] = bytes([value]) * (end - start)

    def totals(self, first: int, last: int, window: int) -> Iterator[tuple[int, int]]:
        """(instant, minutes marked in the window that ends there) for each instant from first to last."""
        begin = first - window - self.origin
        total = self.minutes.count(1, begin, first - self.origin)
        yield first, total
        for end in range(first, last):
            total += self.minutes[end - self.origin] - self.minutes[end - window - self.origin]
            yield end + 1, total


def marks_for(roster: Roster, periods: Periods, index: int, rule_id: str) -> Marks:
    """The flight or FDP minutes of the items up to this one; this one's FDP goes on without end (6)."""
    marks = Marks(roster)
    for period in periods.values():
        if period.item.index > index:
            continue
        if rule_id == "FAR117_FLIGHT_TIME_672H":
            for leg in period.item.operated:
                marks.set(leg.out, leg.arrival, 1)
            continue
        own = period.item.index == index
        marks.set(period.start, period.end + (5 * DAY if own else 0), 1)
        if period.granted_rest:
            marks.set(period.granted_rest.start, period.granted_rest.end, 0)
    return marks


def history_minutes(day: HistoryDay, rule_id: str) -> int:
    return day.flight_minutes if rule_id == "FAR117_FLIGHT_TIME_672H" else day.fdp_minutes


class Windows:
    """The windows of one rule that end in one FDP."""

    def __init__(self, roster: Roster, periods: Periods, index: int, rule_id: str) -> None:
        self.period = periods[index]
        self.window, self.limit = HOUR_WINDOWS[rule_id]
        self.marks = marks_for(roster, periods, index, rule_id)
        days = [
            (
                instant_of_local(day.day, 0, roster.home_zone),
                instant_of_local(day.day + timedelta(days=1), 0, roster.home_zone),
                history_minutes(day, rule_id),
            )
            for day in roster.history
        ]
        self.days = [day for day in days if day[1] >= self.period.start - self.window]  # the others are too long ago
        self.in_the_period = list(self.totals(self.period.end))

    def totals(self, last: int) -> Iterator[tuple[int, int, int]]:
        """(instant, certain total, total with the days that lie partly in the window) from the FDP start to `last`."""
        for end, total in self.marks.totals(self.period.start, last, self.window):
            begin = end - self.window
            certain, partly = total, 0
            for first, past, minutes in self.days:
                if begin <= first:
                    certain += minutes
                elif begin <= past:
                    partly += minutes
            yield end, certain, certain + partly

    def peak(self) -> int:
        return max(total for _, _, total in self.in_the_period)

    def outcome(self) -> str | None:
        """`violation`, `unknown` where every window that passes does so only by days partly in it, or None (6, 9)."""
        passing = [certain for _, certain, total in self.in_the_period if total > self.limit]
        if not passing:
            return None
        return "violation" if any(certain > self.limit for certain in passing) else "unknown"

    def latest_end(self, no_later_than: int) -> int:
        """The last end that this rule allows, tried minute after minute; where it already fails, the FDP start (8, 9)."""
        allowed = self.period.start
        for end, _, total in self.totals(max(no_later_than, self.period.start)):
            if total > self.limit:
                return allowed
            allowed = end
        return allowed


def all_windows(roster: Roster, periods: Periods) -> dict[tuple[int, str], Windows]:
    """By item and rule."""
    return {(index, rule_id): Windows(roster, periods, index, rule_id) for index in periods for rule_id in HOUR_WINDOWS}


def minutes_by_day(begin: int, end: int, zone: str) -> Counter[date]:
    """How many minutes lie on which local day, of the days that the time from begin to end touches."""
    found: Counter[date] = Counter()
    for day in local_days(begin, end, zone):
        midnight = instant_of_local(day, 0, zone)
        next_midnight = instant_of_local(day + timedelta(days=1), 0, zone)
        if begin < next_midnight and midnight <= end:
            found[day] = max(0, min(end, next_midnight) - max(begin, midnight))
    return found


def peak_365_days(roster: Roster, periods: Periods, index: int) -> int:
    """The largest total of 365 home-base local days that end on a day the FDP touches, items up to this one (6)."""
    flown: Counter[date] = Counter()
    for day in roster.history:
        flown[day.day] += day.flight_minutes
    for item in roster.items[: index + 1]:
        for leg in item.operated:
            flown.update(minutes_by_day(leg.out, leg.arrival, roster.home_zone))
    period = periods[index]
    last_days = minutes_by_day(period.start, period.end, roster.home_zone)
    return max(sum(flown[last - timedelta(days=back)] for back in range(365)) for last in last_days)
