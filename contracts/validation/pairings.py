"""Reading pairings. What is missing stays unknown; what contradicts itself is a fault."""

import itertools
from typing import Any

from contracts.validation.line import Duty, Leg, Trip
from regulations.far117.faults import FaultCode
from regulations.far117.members import (
    MemberFault,
    Members,
    array,
    boolean,
    instant,
    known_station,
    minutes,
    text_or_number,
)
from regulations.far117.stations import station

MOST_PAIRINGS = 20_000
MOST_DUTY_PERIODS = 60
MOST_SEGMENTS = 40
_PAIRING = frozenset({"id", "duty_periods", "credit_minutes"})
_DUTY = frozenset({"report", "release", "segments"})
_LEG = frozenset({"from", "to", "out", "in", "deadhead", "number"})
_QUICK_PAIRING = frozenset({"id", "duty_periods"})
_NEEDED_LEG = frozenset({"from", "to", "out", "in"})
_QUICK_LEG = _NEEDED_LEG | {"deadhead"}


def read_pairings(members: Members) -> tuple[Trip, ...]:
    """The member `pairings`, in its order."""
    listed = members.optional("pairings", array) or ()
    if len(listed) > MOST_PAIRINGS:
        members.fault("pairings", FaultCode.OUT_OF_RANGE, f"At most {MOST_PAIRINGS:,} pairings are judged at once.")
        return ()
    known: dict[str, int] = {}
    quick = [quick_trip(values, f"{members.pointer}/pairings/{index}", known) for index, values in enumerate(listed)]
    return tuple(
        trip or read_trip(element)
        for trip, element in zip(quick, members.objects("pairings", listed), strict=True)
        if element is not None
    )


def quick_trip(values: Any, pointer: str, known: dict[str, int]) -> Trip | None:
    """A pairing of which nothing is missing and nothing amiss, read without ceremony: most are so, and there are thousands.

    None leaves it to `read_trip`, which names faults. `known` keeps the instants of one document, many of which come twice.
    """
    try:
        if not values.keys() <= _QUICK_PAIRING or not 1 <= len(values["duty_periods"]) <= MOST_DUTY_PERIODS:
            return None
        name = values.get("id")
        duties = tuple(
            _quick_duty(duty, f"{pointer}/duty_periods/{index}", known)
            for index, duty in enumerate(values["duty_periods"])
        )
    except (_Amiss, AttributeError, KeyError, TypeError, MemberFault):
        return None
    instants = [instant for duty in duties for instant in duty.instants]
    is_named = name is None or isinstance(name, str)
    is_ordered = all(before <= after for before, after in itertools.pairwise(instants))
    return Trip(pointer, name, duties) if is_named and is_ordered else None


class _Amiss(Exception):
    """Not as the quick way needs it."""


def _quick_duty(values: Any, pointer: str, known: dict[str, int]) -> Duty:
    if values.keys() != _DUTY or not isinstance(values["segments"], list) or len(values["segments"]) > MOST_SEGMENTS:
        raise _Amiss
    report, release = _quick_instant(values["report"], known), _quick_instant(values["release"], known)
    if release <= report:
        raise _Amiss
    legs = tuple(_quick_leg(leg, f"{pointer}/segments/{index}", known) for index, leg in enumerate(values["segments"]))
    return Duty(pointer, report, release, legs)


def _quick_leg(values: Any, pointer: str, known: dict[str, int]) -> Leg:
    deadhead = values.get("deadhead", False)
    if not _NEEDED_LEG <= values.keys() <= _QUICK_LEG or not isinstance(deadhead, bool):
        raise _Amiss
    origin, destination = station(values["from"]), station(values["to"])
    out, in_ = _quick_instant(values["out"], known), _quick_instant(values["in"], known)
    if origin is None or destination is None or in_ <= out:
        raise _Amiss
    return Leg(pointer, origin, destination, out, in_, deadhead)


def _quick_instant(value: Any, known: dict[str, int]) -> int:
    found = known.get(value)
    if found is None:
        found = known[value] = instant(value)
    return found


def read_trip(members: Members) -> Trip:
    """A pairing, member by member; each fault is noted."""
    members.only(_PAIRING)
    name = members.optional("id", text_or_number)
    members.optional("credit_minutes", minutes)
    listed = members.required("duty_periods", array) or ()
    if "duty_periods" in members and not 1 <= len(listed) <= MOST_DUTY_PERIODS:
        members.fault("duty_periods", FaultCode.OUT_OF_RANGE, f"A pairing has 1 to {MOST_DUTY_PERIODS} duty periods.")
        listed = ()
    latest: int | None = None
    duties = []
    for element in members.objects("duty_periods", listed):
        if element is None:
            continue
        duty, latest = _duty(element, latest)
        duties.append(duty)
    return Trip(members.pointer, None if name is None else str(name), tuple(duties))


def _duty(members: Members, latest: int | None) -> tuple[Duty, int | None]:
    """A duty period, and the latest instant known after it: none may come before one that was given earlier."""
    members.only(_DUTY)
    report, release = members.optional("report", instant), members.optional("release", instant)
    latest = _in_order(members, "report", report, latest)
    legs = None
    if "segments" in members:
        listed = members.optional("segments", array) or ()
        if len(listed) > MOST_SEGMENTS:
            members.fault("segments", FaultCode.OUT_OF_RANGE, f"A duty period has at most {MOST_SEGMENTS} segments.")
            listed = ()
        read = []
        for element in members.objects("segments", listed):
            if element is not None:
                leg, latest = _leg(element, latest)
                read.append(leg)
        legs = tuple(read)
    latest = _in_order(members, "release", release, latest, strictly_after=report)
    return Duty(members.pointer, report, release, legs), latest


def _leg(members: Members, latest: int | None) -> tuple[Leg, int | None]:
    members.only(_LEG)
    origin, destination = members.optional("from", known_station), members.optional("to", known_station)
    out, in_ = members.optional("out", instant), members.optional("in", instant)
    deadhead = members.optional("deadhead", boolean) or False
    members.optional("number", text_or_number)
    latest = _in_order(members, "out", out, latest)
    latest = _in_order(members, "in", in_, latest, strictly_after=out)
    return Leg(members.pointer, origin, destination, out, in_, deadhead), latest


def _in_order(
    members: Members, name: str, moment: int | None, latest: int | None, *, strictly_after: int | None = None
) -> int | None:
    """The latest instant so far, once the order of `moment` was checked."""
    if moment is None:
        return latest
    if strictly_after is not None and moment <= strictly_after:
        members.fault(name, FaultCode.NOT_AFTER_START, f"`{name}` is not after what it ends.")
    elif latest is not None and moment < latest:
        members.fault(name, FaultCode.OUT_OF_ORDER, f"`{name}` is before something that comes earlier.")
    return moment if latest is None else max(latest, moment)
