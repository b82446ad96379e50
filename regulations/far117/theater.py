"""Where the pilot is, whether he is acclimated there, and which clock his body keeps (117.3)."""

from dataclasses import dataclass

from regulations.far117.clock import LocalClock
from regulations.far117.figures import Figures
from regulations.far117.schedule import Deadhead, FlightDutyPeriod, Item, Schedule, TheaterClock
from regulations.far117.stations import Station, degrees_apart


@dataclass(frozen=True, slots=True)
class Theater:
    """The pilot's state at the start of an item. `clock` enters the tables; the WOCL is on it too."""

    station: Station
    acclimated: bool
    clock: LocalClock


def theaters(schedule: Schedule, law: Figures) -> list[Theater]:
    """The state at the start of each item."""
    journey = _Journey(schedule, law)
    return [journey.arrive_at(item) for item in schedule.items]


def start_station(item: Item) -> Station | None:
    """Where an item begins; None where it does not say."""
    if isinstance(item, Deadhead):
        return item.origin
    if isinstance(item, FlightDutyPeriod) and item.segments:
        return item.segments[0].origin
    return None


class _Journey:
    """Follows the pilot through the items, in order, and moves his anchor."""

    def __init__(self, schedule: Schedule, law: Figures) -> None:
        self._law = law
        self._report_clock = schedule.theater_clock is TheaterClock.REPORT_STATION
        self._anchor = schedule.acclimated_at
        self._at = schedule.position
        self._first_start = schedule.items[0].start
        self._busy_until: int | None = None
        self._long_rest_start: int | None = None
        # Every station that he was seen at, in order, and when he arrived there; None where he did not by an item.
        self._seen: list[tuple[Station, int | None]] = []

    def arrive_at(self, item: Item) -> Theater:
        """The state at the item's start; then the item itself is lived through."""
        if self._busy_until is not None and item.start - self._busy_until >= self._law.acclimating_rest_minutes:
            self._long_rest_start = self._busy_until
        origin = start_station(item)
        if origin is not None and origin is not self._at:
            self._see(origin, None)
        elif not self._seen:
            self._see(self._at, None)
        state = self._state(item.report if isinstance(item, FlightDutyPeriod) else item.start)
        self._live_through(item)
        return state

    def _state(self, now: int) -> Theater:
        acclimated = self._near(self._anchor)
        if not acclimated:
            since = self._in_theater_since(now)
            rested = self._long_rest_start is not None and self._long_rest_start >= since
            if rested or now - since >= self._law.theater_minutes:
                self._anchor = self._at
                acclimated = True
        clock = self._at.clock if acclimated and self._report_clock else self._anchor.clock
        return Theater(station=self._at, acclimated=acclimated, clock=clock)

    def _in_theater_since(self, now: int) -> int:
        """The arrival from which on he was always near where he is now.

        Without one: the first item's start, where he was near from the first on; otherwise now, where he is seen
        without having arrived.
        """
        since = now
        for seen, arrived in reversed(self._seen):
            if not self._near(seen):
                return since
            if arrived is not None:
                since = arrived
                if now - since >= self._law.theater_minutes:
                    return since
        return self._first_start

    def _near(self, other: Station) -> bool:
        return degrees_apart(self._at, other) <= self._law.theater_degrees

    def _see(self, station: Station, arrived: int | None) -> None:
        self._at = station
        self._seen.append((station, arrived))

    def _live_through(self, item: Item) -> None:
        if isinstance(item, Deadhead):
            self._see(item.destination, item.end)
        elif isinstance(item, FlightDutyPeriod):
            for segment in item.segments:
                if segment.origin is not self._at:
                    self._see(segment.origin, None)
                self._see(segment.destination, segment.in_)
        self._busy_until = item.end
