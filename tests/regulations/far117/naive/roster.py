"""The schedule document as plain data (legality.md 1)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.regulations.far117.naive.clock import instant, station, zone_of

Document = dict[str, Any]


@dataclass(frozen=True)
class Leg:
    """A segment, or a deadhead item's journey."""

    origin: str
    destination: str
    out: int
    arrival: int
    deadhead: bool


@dataclass(frozen=True)
class SplitRest:
    start: int
    end: int
    suitable: bool
    scheduled_minutes: int | None


@dataclass(frozen=True)
class Item:
    """One item; `start` is the report of an FDP, `busy_from` its `rap_start` where it has one."""

    index: int
    id: Any
    kind: str
    start: int
    end: int
    busy_from: int
    legs: tuple[Leg, ...]
    pilots: int
    facility: int | None
    rap_start: int | None
    notified_at: int | None
    scheduled_end: int | None
    split_rest: SplitRest | None
    landing_rest: int | None
    monitoring_rest: int | None
    extension: str | None
    exceedance: bool
    sleep_minutes: int | None

    @property
    def operated(self) -> list[Leg]:
        return [leg for leg in self.legs if not leg.deadhead]


@dataclass(frozen=True)
class HistoryDay:
    day: date
    flight_minutes: int
    fdp_minutes: int


@dataclass(frozen=True)
class Roster:
    home_base: str
    acclimated_at: str
    position: str
    report_station_clock: bool
    history: tuple[HistoryDay, ...]
    items: tuple[Item, ...]

    @property
    def home_zone(self) -> str:
        return zone_of(self.home_base)

    def gaps(self, first: int, last: int) -> list[tuple[int, int]]:
        """The rests from the end of item `first` to item `last`: (begin, end) of each time without an item (5)."""
        return [(self.items[k].end, self.items[k + 1].busy_from) for k in range(first, last)]


def read_roster(document: Document) -> Roster:
    home_base = document["home_base"]
    history = tuple(
        HistoryDay(date.fromisoformat(day["date"]), day["flight_minutes"], day["fdp_minutes"])
        for day in document.get("history") or []
    )
    return Roster(
        home_base=station(home_base),
        acclimated_at=station(document.get("acclimated_at") or home_base),
        position=station(document.get("position") or home_base),
        report_station_clock=document.get("theater_clock") == "report_station",
        history=history,
        items=tuple(_read_item(index, item) for index, item in enumerate(document["items"])),
    )


def _optional_instant(value: str | None) -> int | None:
    return None if value is None else instant(value)


def _read_legs(item: Document) -> tuple[Leg, ...]:
    if item["kind"] == "deadhead":
        return (
            Leg(
                station(item["from"]), station(item["to"]), instant(item["start"]), instant(item["end"]), deadhead=True
            ),
        )
    return tuple(
        Leg(
            station(leg["from"]),
            station(leg["to"]),
            instant(leg["out"]),
            instant(leg["in"]),
            deadhead=bool(leg.get("deadhead")),
        )
        for leg in item.get("segments") or []
    )


def _read_split_rest(rest: Document | None) -> SplitRest | None:
    if rest is None:
        return None
    return SplitRest(
        instant(rest["start"]), instant(rest["end"]), rest["suitable_accommodation"], rest.get("scheduled_minutes")
    )


def _read_item(index: int, item: Document) -> Item:
    is_fdp = item["kind"] == "fdp"
    start = instant(item["report" if is_fdp else "start"])
    rap_start = _optional_instant(item.get("rap_start"))
    in_flight_rest = item.get("in_flight_rest") or {}
    return Item(
        index=index,
        id=item.get("id"),
        kind=item["kind"],
        start=start,
        end=instant(item["release" if is_fdp else "end"]),
        busy_from=start if rap_start is None else rap_start,
        legs=_read_legs(item),
        pilots=item.get("pilots") or 2,
        facility=item.get("rest_facility"),
        rap_start=rap_start,
        notified_at=_optional_instant(item.get("notified_at")),
        scheduled_end=_optional_instant(item.get("scheduled_end")),
        split_rest=_read_split_rest(item.get("split_rest")),
        landing_rest=in_flight_rest.get("landing_pilot_minutes"),
        monitoring_rest=in_flight_rest.get("monitoring_pilot_minutes"),
        extension=item.get("extension"),
        exceedance=bool(item.get("flight_time_exceedance")),
        sleep_minutes=item.get("sleep_opportunity_minutes"),
    )
