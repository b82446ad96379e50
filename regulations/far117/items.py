"""Reading the items of a schedule document, one reader a kind."""

from collections.abc import Callable
from functools import partial
from typing import Any

from regulations.far117.faults import FaultCode
from regulations.far117.members import (
    Members,
    array,
    boolean,
    instant,
    known_station,
    minutes,
    one_of,
    text_or_number,
    word_of,
)
from regulations.far117.schedule import (
    Deadhead,
    Duty,
    Extension,
    FlightDutyPeriod,
    Item,
    ItemKind,
    LongCall,
    Segment,
    ShortCall,
    SplitRest,
)
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, REST_FACILITY_CLASSES

_ITEM = frozenset({"kind", "id"})
_SPAN = _ITEM | {"start", "end"}
_FDP = _ITEM | {
    "report",
    "release",
    "pilots",
    "rest_facility",
    "segments",
    "airport_reserve",
    "rap_start",
    "notified_at",
    "scheduled_end",
    "split_rest",
    "in_flight_rest",
    "extension",
    "flight_time_exceedance",
    "sleep_opportunity_minutes",
}
_SEGMENT = frozenset({"from", "to", "out", "in", "deadhead", "number"})
_SPLIT_REST = frozenset({"start", "end", "suitable_accommodation", "scheduled_minutes"})
_IN_FLIGHT_REST = frozenset({"landing_pilot_minutes", "monitoring_pilot_minutes"})

item_kind = partial(word_of, ItemKind)
_extension = partial(word_of, Extension)
_pilots = partial(one_of, (MINIMUM_CREW, *AUGMENTED_CREWS))
_rest_facility = partial(one_of, REST_FACILITY_CLASSES)


def read_item(members: Members, index: int) -> Item | None:
    """The item; None where it has faults, which are noted."""
    before = len(members.faults)
    kind = members.required("kind", item_kind)
    if kind is None:
        return None
    item = _READERS[kind](members, index)
    return item if len(members.faults) == before else None


def read_start(members: Members) -> int | None:
    """When an item, faulty or not, begins to take time; None where that cannot be read."""
    for name in ("rap_start", "report", "start"):
        if name in members:
            return members.optional(name, instant)
    return None


def read_end(members: Members) -> int | None:
    """When an item, faulty or not, ends; None where that cannot be read."""
    return members.optional("release" if "release" in members else "end", instant)


def _span(members: Members, start: str, end: str) -> tuple[int, int] | None:
    """Two instants, the second after the first."""
    first, last = members.required(start, instant), members.required(end, instant)
    if first is None or last is None:
        return None
    if last <= first:
        members.fault(end, FaultCode.NOT_AFTER_START, f"`{end}` is not after `{start}`.")
        return None
    return first, last


def _short_call(members: Members, index: int) -> ShortCall | None:
    members.only(_SPAN | {"sleep_opportunity_minutes"})
    span, name = _span(members, "start", "end"), members.optional("id", text_or_number)
    sleep = members.optional("sleep_opportunity_minutes", minutes)
    return span and ShortCall(index, name, *span, sleep_opportunity_minutes=sleep)


def _long_call(members: Members, index: int) -> LongCall | None:
    members.only(_SPAN)
    span, name = _span(members, "start", "end"), members.optional("id", text_or_number)
    return span and LongCall(index, name, *span)


def _duty(members: Members, index: int) -> Duty | None:
    members.only(_SPAN)
    span, name = _span(members, "start", "end"), members.optional("id", text_or_number)
    return span and Duty(index, name, *span)


def _deadhead(members: Members, index: int) -> Deadhead | None:
    members.only(_SPAN | {"from", "to"})
    span, name = _span(members, "start", "end"), members.optional("id", text_or_number)
    origin, destination = members.required("from", known_station), members.required("to", known_station)
    if span is None or origin is None or destination is None:
        return None
    return Deadhead(index, name, *span, origin=origin, destination=destination)


def _flight_duty_period(members: Members, index: int) -> FlightDutyPeriod | None:
    members.only(_FDP)
    name = members.optional("id", text_or_number)
    span = _span(members, "report", "release")
    airport_reserve = members.optional("airport_reserve", boolean) or False
    pilots, rest_facility = _crew(members)
    segments = _segments(members, span, airport_reserve=airport_reserve)
    rap_start, notified_at = _assignment(members, span, airport_reserve=airport_reserve)
    scheduled_end = members.optional("scheduled_end", instant)
    if span is not None and scheduled_end is not None and scheduled_end <= span[0]:
        members.fault("scheduled_end", FaultCode.NOT_AFTER_START, "`scheduled_end` is not after `report`.")
    split_rest = _split_rest(members, span, segments)
    landing_pilot, monitoring_pilot = _in_flight_rest(members)
    extension = members.optional("extension", _extension)
    exceedance = members.optional("flight_time_exceedance", boolean) or False
    sleep = members.optional("sleep_opportunity_minutes", minutes)
    if span is None:
        return None
    return FlightDutyPeriod(
        index,
        name,
        start=span[0] if rap_start is None else rap_start,
        end=span[1],
        report=span[0],
        segments=segments,
        pilots=pilots,
        rest_facility=rest_facility,
        airport_reserve=airport_reserve,
        rap_start=rap_start,
        notified_at=notified_at,
        scheduled_end=scheduled_end,
        split_rest=split_rest,
        landing_pilot_minutes=landing_pilot,
        monitoring_pilot_minutes=monitoring_pilot,
        extension=extension,
        flight_time_exceedance=exceedance,
        sleep_opportunity_minutes=sleep,
    )


def _crew(members: Members) -> tuple[int, int | None]:
    """Pilots, the minimum crew where not said, and the class of the rest facility."""
    pilots = members.optional("pilots", _pilots)
    rest_facility = members.optional("rest_facility", _rest_facility)
    if pilots in AUGMENTED_CREWS and "rest_facility" not in members:
        members.fault("rest_facility", FaultCode.REQUIRED, "With 3 or 4 pilots the class of the rest facility counts.")
    elif "rest_facility" in members and (pilots == MINIMUM_CREW or "pilots" not in members):
        members.fault("rest_facility", FaultCode.CONFLICT, "A rest facility counts only with 3 or 4 pilots.")
    return MINIMUM_CREW if pilots is None else pilots, rest_facility


def _segments(members: Members, span: tuple[int, int] | None, *, airport_reserve: bool) -> tuple[Segment, ...]:
    """The legs that could be read. An FDP operates at least one, unless it began as airport/standby reserve."""
    if "segments" not in members:
        if not airport_reserve:
            members.fault("segments", FaultCode.REQUIRED, "At least one segment is operated.")
        return ()
    listed = members.optional("segments", array)
    if listed is None:
        return ()
    found: list[Segment] = []
    whole = True
    latest: int | None = None
    for element in members.objects("segments", listed):
        segment = None if element is None else _segment(element)
        if element is None or segment is None:
            whole = False
            continue
        if span is not None and (segment.out < span[0] or segment.in_ > span[1]):
            element.fault("", FaultCode.OUTSIDE_PERIOD, "The segment is not between `report` and `release`.")
        elif latest is not None and segment.out < latest:
            element.fault("", FaultCode.OUT_OF_ORDER, "The segment begins before the one before it ended.")
        latest = segment.in_ if latest is None else max(latest, segment.in_)
        found.append(segment)
    if whole and not airport_reserve and all(segment.deadhead for segment in found):
        members.fault("segments", FaultCode.REQUIRED, "At least one segment is operated.")
    return tuple(found)


def _segment(members: Members) -> Segment | None:
    members.only(_SEGMENT)
    origin, destination = members.required("from", known_station), members.required("to", known_station)
    span = _span(members, "out", "in")
    deadhead = members.optional("deadhead", boolean) or False
    members.optional("number", text_or_number)
    if origin is None or destination is None or span is None:
        return None
    return Segment(origin=origin, destination=destination, out=span[0], in_=span[1], deadhead=deadhead)


def _assignment(
    members: Members, span: tuple[int, int] | None, *, airport_reserve: bool
) -> tuple[int | None, int | None]:
    """`rap_start` and `notified_at`: how the period was assigned, where it was from reserve."""
    rap_start, notified_at = members.optional("rap_start", instant), members.optional("notified_at", instant)
    if "rap_start" in members and (airport_reserve or "notified_at" in members):
        members.fault(
            "rap_start", FaultCode.CONFLICT, "Short call excludes `airport_reserve` and `notified_at` (long call)."
        )
    if span is not None and rap_start is not None and rap_start > span[0]:
        members.fault("rap_start", FaultCode.OUT_OF_ORDER, "`rap_start` is after `report`.")
    if span is not None and notified_at is not None and notified_at > span[0]:
        members.fault("notified_at", FaultCode.OUT_OF_ORDER, "`notified_at` is after `report`.")
    return rap_start, notified_at


def _split_rest(members: Members, span: tuple[int, int] | None, segments: tuple[Segment, ...]) -> SplitRest | None:
    rest = members.object("split_rest")
    if rest is None:
        return None
    rest.only(_SPLIT_REST)
    hours = _span(rest, "start", "end")
    suitable = rest.required("suitable_accommodation", boolean)
    scheduled = rest.optional("scheduled_minutes", minutes)
    if hours is None or suitable is None:
        return None
    start, end = hours
    if span is not None and (start < span[0] or end > span[1]):
        rest.fault("", FaultCode.OUTSIDE_PERIOD, "The rest is not between `report` and `release`.")
    elif any(start < segment.in_ and end > segment.out for segment in segments):
        rest.fault("", FaultCode.CONFLICT, "The rest lies over a segment.")
    return SplitRest(start=start, end=end, suitable_accommodation=suitable, scheduled_minutes=scheduled)


def _in_flight_rest(members: Members) -> tuple[int | None, int | None]:
    rest = members.object("in_flight_rest")
    if rest is None:
        return None, None
    rest.only(_IN_FLIGHT_REST)
    return rest.optional("landing_pilot_minutes", minutes), rest.optional("monitoring_pilot_minutes", minutes)


_READERS: dict[ItemKind, Callable[[Members, int], Any]] = {
    ItemKind.FDP: _flight_duty_period,
    ItemKind.SHORT_CALL: _short_call,
    ItemKind.LONG_CALL: _long_call,
    ItemKind.DEADHEAD: _deadhead,
    ItemKind.DUTY: _duty,
}
