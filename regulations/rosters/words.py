"""Numbers and moments as people read them on the pages."""

from datetime import date

from regulations.far117.clock import MINUTES_PER_DAY, MINUTES_PER_HOUR, LocalClock, clock_text

_EPOCH_DAY = date(1970, 1, 1).toordinal()


def length_text(minutes: int) -> str:
    """ "9 h", "8 h 30 min", "45 min"; a minus sign where it is negative."""
    sign, minutes = ("−", -minutes) if minutes < 0 else ("", minutes)
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours:,} h" + (f" {rest:02d} min" if rest else "")


def margin_text(minutes: int) -> str:
    """ "5 h 15 min left", "45 min too much"."""
    return f"{length_text(minutes)} left" if minutes >= 0 else f"{length_text(-minutes)} too much"


def time_after_midnight(minute: int) -> str:
    """ "21:00", "01:00 the next day": a minute counted from the midnight before the report."""
    days, minute = divmod(minute, MINUTES_PER_DAY)
    later = {0: "", 1: " the next day"}.get(days, f" {days} days later")
    return clock_text(minute) + later


def day_text(day: int) -> str:
    """ "Mon 2 Feb", of a day's ordinal."""
    shown = date.fromordinal(day)
    return f"{shown:%a} {shown.day} {shown:%b}"


def long_day_text(day: int) -> str:
    """ "Monday 2 February 2026"."""
    shown = date.fromordinal(day)
    return f"{shown:%A} {shown.day} {shown:%B %Y}"


def moment_text(instant: int, clock: LocalClock) -> str:
    """ "Mon 2 Feb 07:00" on that clock."""
    return f"{day_text(clock.day(instant))} {clock.text(instant)}"


def zone_city(zone: str) -> str:
    """ "New York" of "America/New_York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def counted(count: int, noun: str) -> str:
    """ "1 segment", "2 segments"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def instant_of(text: str) -> int:
    """Minutes since 1970-01-01T00:00Z of an answer's instant, such as "2026-02-02T12:00:00Z"."""
    hours, minutes = int(text[11:13]), int(text[14:16])
    day = date.fromisoformat(text[:10]).toordinal() - _EPOCH_DAY
    return day * MINUTES_PER_DAY + hours * MINUTES_PER_HOUR + minutes
