"""Instants that people state on a wall clock, and how they are said back to them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config.errors import RuleBroken


def instant_of(local: datetime, time_zone: str) -> datetime:
    """The instant at which a clock in that IANA zone shows `local`, which has no zone of its own.

    Raises:
        RuleBroken: when clocks are changed then, and show it never or twice.
    """
    zone = ZoneInfo(time_zone)
    earlier, later = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    instant = earlier.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise RuleBroken(f"Clocks are set forward then: there is no {local:%H:%M} that day in {time_zone}.")
    if earlier.utcoffset() != later.utcoffset():
        raise RuleBroken(
            f"Clocks are set back then: {local:%H:%M} comes twice that day in {time_zone}. Say it in UTC, or another time."
        )
    return instant


def instant_in_words(instant: datetime, time_zone: str) -> str:
    """With the zone that it is said in: "March 1, 2027, 00:00 (America/Los_Angeles)"."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return f"{local:%B} {local.day}, {local.year}, {local:%H:%M} ({time_zone})"
