"""How long a sign-in may lie unused before it is over (ADR 0070)."""

from datetime import timedelta
from typing import cast

from django.conf import settings

# What pages send when they ask by themselves, again and again: nobody need sit in front of them.
UNATTENDED = "X-Unattended"


def idle_limit(*, is_staff: bool, is_program: bool) -> timedelta:
    """Counted from when its use was last written down.

    A program's access token is good for some minutes without a word to us, on the quick way of lookups too: for as long as it
    may be used it counts as used.
    """
    minutes = settings.STAFF_SESSION_IDLE_MINUTES if is_staff else settings.SESSION_IDLE_MINUTES
    token = cast("timedelta", settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"])
    return timedelta(minutes=minutes) + (token if is_program else timedelta(0))


def shortest_idle_limit() -> timedelta:
    """Which no program's sign-in falls short of while one of its access tokens is good."""
    return timedelta(minutes=min(settings.STAFF_SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES))


def limit_words(limit: timedelta) -> str:
    """For people: `4 hours`, `90 minutes`."""
    minutes = round(limit.total_seconds() / 60)
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"
