"""Times of day as minutes since midnight, and lengths of time as people read them."""

import re

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
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
