"""How long something took, as a person reads it, and as a program does."""

from datetime import timedelta

_HOUR = 3600
_DAY = 24 * _HOUR
# From so many of the larger unit on, the smaller one is left out.
_ROUND = 10


def duration_words(length: timedelta) -> str:
    """ "3 d 4 h", "41 d", "2 h 5 min", "under a minute"."""
    seconds = int(length.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "under a minute"
    if seconds < _HOUR:
        return f"{seconds // 60} min"
    if seconds < _DAY:
        return _two(seconds, _HOUR, "h", 60, "min")
    return _two(seconds, _DAY, "d", _HOUR, "h")


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(seconds, large)
    parts = rest // small
    return f"{whole} {large_name}" + (f" {parts} {small_name}" if parts and whole < _ROUND else "")


def hours(length: timedelta) -> str:
    """For a spreadsheet."""
    return f"{length.total_seconds() / _HOUR:.2f}"
