"""Times of day as minutes since midnight, the clocks of time zones, and lengths of time as people read them.

An instant is a count of whole minutes since 1970-01-01T00:00Z; a day is a proleptic Gregorian ordinal (`date.toordinal`).
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
SECONDS_PER_MINUTE = 60
_EPOCH_DAY = date(1970, 1, 1).toordinal()
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z"


def minute_of_day(clock: str) -> int:
    """Minutes since midnight of "HH:MM", 00:00 to 23:59.

    Raises:
        ValueError: `clock` has another form.
    """
    if not re.match(CLOCK_PATTERN, clock):
        raise ValueError(f"{clock!r} is no time of day from 00:00 to 23:59")
    hours, minutes = clock.split(":")
    return int(hours) * MINUTES_PER_HOUR + int(minutes)


def clock_text(minute: int) -> str:
    """ "HH:MM" of a minute of the day."""
    return f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"


def hours_text(minutes: int) -> str:
    """A length of time in hours as the tables print it: "11.5", "9"."""
    return f"{minutes / MINUTES_PER_HOUR:g}"


def duration_text(minutes: int) -> str:
    """A length of time in a sentence: "13 h 20 min"."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    return f"{hours:,} h {rest:02d} min"


def instant_text(instant: int) -> str:
    """ISO 8601 in UTC with `Z`: "2026-02-02T12:00:00Z"."""
    day, minute = divmod(instant, MINUTES_PER_DAY)
    return f"{date.fromordinal(_EPOCH_DAY + day).isoformat()}T{clock_text(minute)}:00Z"


class LocalClock:
    """The clock on the wall in a time zone. Good for the years in which every zone keeps whole minutes, 1973 onwards."""

    __slots__ = ("_zone", "zone")

    def __init__(self, zone: str) -> None:
        """`zone` is an IANA name.

        Raises:
            ZoneInfoNotFoundError: there is no such zone.
        """
        self.zone = zone
        self._zone = ZoneInfo(zone)

    def day_and_minute(self, instant: int) -> tuple[int, int]:
        """The local day and the minute of it."""
        local = datetime.fromtimestamp(instant * SECONDS_PER_MINUTE, self._zone)
        return local.toordinal(), local.hour * MINUTES_PER_HOUR + local.minute

    def minute(self, instant: int) -> int:
        """The minute of the local day."""
        return self.day_and_minute(instant)[1]

    def day(self, instant: int) -> int:
        """The local day."""
        return self.day_and_minute(instant)[0]

    def instant(self, day: int, minute: int) -> int:
        """When the clock shows that minute of that day: the first time where it does so twice.

        A time that the clock skips is the instant of the skip.
        """
        return local_instant(self._zone, day, minute)

    def daily_span_met(self, start: int, end: int, *, from_minute: int, to_minute: int) -> bool:
        """Whether [start, end) meets any day's [from_minute, to_minute)."""
        return any(
            start < self.instant(day, to_minute) and self.instant(day, from_minute) < end
            for day in range(self.day(start), self.day(end) + 1)
        )

    def daily_spans_held(self, start: int, end: int, *, from_minute: int, to_minute: int, most: int) -> int:
        """How many days' whole [from_minute, to_minute) lie within [start, end]; no more than `most` are counted."""
        held = 0
        for day in range(self.day(start), self.day(end) + 1):
            if held < most and start <= self.instant(day, from_minute) and self.instant(day, to_minute) <= end:
                held += 1
        return held

    def date_text(self, instant: int) -> str:
        """The local date, YYYY-MM-DD."""
        return date.fromordinal(self.day(instant)).isoformat()

    def text(self, instant: int) -> str:
        """ "HH:MM" on this clock."""
        return clock_text(self.minute(instant))


@lru_cache(maxsize=16_384)
def local_instant(zone: ZoneInfo, day: int, minute: int) -> int:
    """When a zone's clock first shows that minute of that day, or skips it. Remembered: rosters ask often for few days."""
    shown = datetime.fromordinal(day) + timedelta(minutes=minute)
    naive = (day - _EPOCH_DAY) * MINUTES_PER_DAY + minute
    before, after = (_offset(shown.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if before >= after:
        return naive - before
    # Between these two the clock went forward, over the time asked for.
    earliest, latest = naive - after, naive - before
    while earliest < latest:
        middle = (earliest + latest) // 2
        if _offset(datetime.fromtimestamp(middle * SECONDS_PER_MINUTE, zone)) == after:
            latest = middle
        else:
            earliest = middle + 1
    return latest


def _offset(moment: datetime) -> int:
    """Minutes east of UTC."""
    offset = moment.utcoffset()
    assert offset is not None, "the moment carries a zone"  # noqa: S101 # for the type checker
    return offset // timedelta(minutes=1)
