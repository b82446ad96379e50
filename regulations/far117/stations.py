"""Stations by IATA or ICAO code: their longitude and the clock on their wall. Source: airportsdata."""

from dataclasses import dataclass
from functools import cache

import airportsdata

from regulations.far117.clock import LocalClock

FULL_CIRCLE_DEGREES = 360.0


@dataclass(frozen=True, slots=True)
class Station:
    """`code` as it was asked for; `place` is one for all codes of an airport; `longitude` in degrees, east positive."""

    code: str
    place: str
    longitude: float
    clock: LocalClock

    @property
    def zone(self) -> str:
        """The IANA name of its time zone."""
        return self.clock.zone


def station(code: str) -> Station | None:
    """The station with that code in capitals, three letters (IATA) or four characters (ICAO); None where there is none."""
    return _stations().get(code)


def degrees_apart(one: Station, other: Station) -> float:
    """The shorter way round between two longitudes, 0 to 180 degrees."""
    apart = abs(one.longitude - other.longitude)
    return min(apart, FULL_CIRCLE_DEGREES - apart)


@cache
def _stations() -> dict[str, Station]:
    """All of them under both codes; read once a process."""
    clocks: dict[str, LocalClock] = {}
    found: dict[str, Station] = {}
    for icao, airport in airportsdata.load("ICAO").items():
        clock = clocks.setdefault(airport["tz"], LocalClock(airport["tz"]))
        for code in (icao, airport["iata"]):
            if code:
                found[code] = Station(code=code, place=icao, longitude=airport["lon"], clock=clock)
    return found
