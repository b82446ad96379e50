"""A schedule document that was read and found sound. Instants are whole minutes since 1970-01-01T00:00Z."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from regulations.far117.stations import Station


class ItemKind(StrEnum):
    """What an item is, in the document's words."""

    FDP = "fdp"
    SHORT_CALL = "short_call"
    LONG_CALL = "long_call"
    DEADHEAD = "deadhead"
    DUTY = "duty"


class Extension(StrEnum):
    """When the unforeseen circumstances of a declared extension arose (117.19)."""

    BEFORE_TAKEOFF = "before_takeoff"
    AFTER_TAKEOFF = "after_takeoff"


class TheaterClock(StrEnum):
    """Which local clock enters the tables while the pilot is acclimated."""

    ANCHOR = "anchor"
    REPORT_STATION = "report_station"


@dataclass(frozen=True, slots=True)
class Segment:
    """One leg, block to block. A deadhead leg is transportation, never a flight segment."""

    origin: Station
    destination: Station
    out: int
    in_: int
    deadhead: bool


@dataclass(frozen=True, slots=True)
class SplitRest:
    """A rest inside an FDP, from arrival at the accommodation. `scheduled_minutes` None: not scheduled beforehand."""

    start: int
    end: int
    suitable_accommodation: bool
    scheduled_minutes: int | None

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Item:
    """What takes the pilot's time from `start` to `end`; what lies between items is rest."""

    kind: ClassVar[ItemKind]

    index: int
    id: str | int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FlightDutyPeriod(Item):
    """An FDP as reported. It takes his time from `rap_start`, where he was called out, else from `report`."""

    kind = ItemKind.FDP

    report: int
    segments: tuple[Segment, ...]
    pilots: int
    rest_facility: int | None
    airport_reserve: bool
    rap_start: int | None
    notified_at: int | None
    scheduled_end: int | None
    split_rest: SplitRest | None
    landing_pilot_minutes: int | None
    monitoring_pilot_minutes: int | None
    extension: Extension | None
    flight_time_exceedance: bool
    sleep_opportunity_minutes: int | None


@dataclass(frozen=True, slots=True)
class ShortCall(Item):
    """A reserve availability period without a call."""

    kind = ItemKind.SHORT_CALL

    sleep_opportunity_minutes: int | None


@dataclass(frozen=True, slots=True)
class LongCall(Item):
    """Long-call reserve: neither duty nor rest."""

    kind = ItemKind.LONG_CALL


@dataclass(frozen=True, slots=True)
class Deadhead(Item):
    """Deadhead transportation on its own."""

    kind = ItemKind.DEADHEAD

    origin: Station
    destination: Station


@dataclass(frozen=True, slots=True)
class Duty(Item):
    """Any other duty: training, simulator, administrative."""

    kind = ItemKind.DUTY


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """Totals of one home-base day before the first item, as the instants between which that day lies."""

    day: int
    start: int
    end: int
    flight_minutes: int
    fdp_minutes: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that was said. Items are in order and do not overlap; so are history days, all before the items.

    `given` names the optional members of the document that were there, for the list of what was assumed.
    """

    home_base: Station
    acclimated_at: Station
    position: Station
    theater_clock: TheaterClock
    history: tuple[HistoryDay, ...]
    items: tuple[Item, ...]
    given: frozenset[str]
