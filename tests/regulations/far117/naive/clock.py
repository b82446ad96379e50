"""Instants, local times and stations (legality.md 1)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import airportsdata

HOUR = 60
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BY_IATA = airportsdata.load("IATA")
BY_ICAO = airportsdata.load("ICAO")


def instant(text: str) -> int:
    """Minutes since the epoch of an ISO 8601 instant."""
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds()) // 60


def station(code: str) -> str:
    """The ICAO code of a station given by either code, so that one airport has one name."""
    return BY_IATA[code]["icao"] if len(code) == 3 else code


def zone_of(icao: str) -> str:
    """The IANA zone of a station."""
    return BY_ICAO[icao]["tz"]


def degrees_apart(one: str, other: str) -> float:
    """The shortest difference of two stations' longitudes (3)."""
    difference = abs(float(BY_ICAO[one]["lon"]) - float(BY_ICAO[other]["lon"]))
    return min(difference, 360 - difference)


def local(minute: int, zone: str) -> datetime:
    """What a clock of that zone shows, without the zone."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@lru_cache(maxsize=100_000)
def instant_of_local(day: date, hour: int, zone: str) -> int:
    """The first minute at which a clock of that zone shows that hour of that day, or has jumped over it (1)."""
    wanted = datetime.combine(day, time(hour))
    minute = instant(f"{wanted.isoformat()}+00:00") - 15 * HOUR
    while local(minute, zone) < wanted - timedelta(hours=4):
        minute += HOUR
    while local(minute, zone) < wanted:
        minute += 1
    return minute


def local_minute_of_day(minute: int, zone: str) -> int:
    """Minutes that a clock of that zone shows since midnight."""
    shown = local(minute, zone)
    return shown.hour * HOUR + shown.minute


def local_days(first: int, last: int, zone: str) -> Iterator[date]:
    """The local days around two instants, with one to spare at either end."""
    day = local(first, zone).date() - timedelta(days=1)
    while day <= local(last, zone).date() + timedelta(days=1):
        yield day
        day += timedelta(days=1)


def whole_nights(first: int, last: int, zone: str) -> int:
    """How many nights from 01:00 to 07:00 lie whole between two instants (5, 7)."""
    return sum(
        first <= instant_of_local(day, 1, zone) and instant_of_local(day, 7, zone) <= last
        for day in local_days(first, last, zone)
    )
