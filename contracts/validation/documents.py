"""A validation document: what is to be judged, read as a whole, with every fault named."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.validation.line import Line, Trip
from contracts.validation.pairings import read_pairings
from contracts.validation.preferences import Preferences, read_preferences
from contracts.validation.schedules import read_line
from regulations.far117 import DocumentRefused
from regulations.far117.document import read_schedule
from regulations.far117.faults import DocumentFault, FaultCode
from regulations.far117.members import (
    FIRST_YEAR,
    LAST_YEAR,
    Faults,
    MemberFault,
    Members,
    array,
    day,
    mapping,
    text_or_number,
)
from regulations.far117.schedule import Schedule
from regulations.far117.stations import Station

MOST_CANDIDATES = 200
_JUDGED = frozenset({"preferences", "pairings", "schedule", "month"})
_DOCUMENT = _JUDGED | {"candidates"}
_CANDIDATE = frozenset({"id", "pairings", "schedule"})
_BID_PERIOD = frozenset({"first_day", "last_day"})
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")
_LONGEST_BID_PERIOD = 62


@dataclass(frozen=True, slots=True)
class Work:
    """What one answer is about: pairings, a schedule, both or neither. `pairings` and `schedule` are None where not given."""

    name: str | None = None
    pairings: Line | None = None
    schedule: Schedule | None = None
    line: Line | None = None
    pointer: str = ""

    @property
    def lines(self) -> list[Line]:
        """What contract rules are judged on."""
        return [line for line in (self.pairings, self.line) if line is not None]


@dataclass(frozen=True, slots=True)
class Question:
    """A document that was read. Several `candidates` are ranked; else there is one work."""

    preferences: Preferences
    work: Work
    candidates: tuple[Work, ...] | None


def read_question(document: object, *, base: Station | None) -> Question:
    """The question of a JSON document; `base` is the pilot's own, where the document names none.

    Raises:
        DocumentRefused: with every fault.
    """
    if not isinstance(document, Mapping):
        raise DocumentRefused([DocumentFault("", FaultCode.WRONG_TYPE, "An object is expected.")])
    faults = Faults()
    members = Members(document, pointer="", faults=faults)
    members.only(_DOCUMENT)
    if not any(name in members for name in _DOCUMENT - {"month"}):
        members.fault("", FaultCode.REQUIRED, "One of `preferences`, `pairings`, `schedule` or `candidates` is needed.")
    given = members.object("preferences")
    preferences = Preferences() if given is None else read_preferences(given)
    days = members.optional("month", _days)
    base = preferences.base or base
    work = _work(members, base=base, days=days)
    candidates = _candidates(members, base=base, days=days)
    if candidates is not None and work.lines:
        members.fault("candidates", FaultCode.CONFLICT, "Candidates bring pairings and schedules of their own.")
    if faults:
        raise DocumentRefused(faults.all())
    return Question(preferences, work, candidates)


def _candidates(members: Members, *, base: Station | None, days: tuple[int, int] | None) -> tuple[Work, ...] | None:
    if "candidates" not in members:
        return None
    listed = members.optional("candidates", array) or ()
    if not 1 <= len(listed) <= MOST_CANDIDATES:
        members.fault("candidates", FaultCode.OUT_OF_RANGE, f"1 to {MOST_CANDIDATES} candidates are ranked at once.")
        return ()
    found: list[Work] = []
    names: set[str] = set()
    for element in members.objects("candidates", listed):
        if element is None:
            continue
        element.only(_CANDIDATE)
        work = _work(element, base=base, days=days)
        if not work.lines and "pairings" not in element and "schedule" not in element:
            element.fault("", FaultCode.REQUIRED, "A candidate has `pairings` or a `schedule`.")
        name = element.required("id", text_or_number)
        if name is not None and str(name) in names:
            element.fault("id", FaultCode.TWICE, "This id was given before.")
        names.add(str(name))
        found.append(work)
    return tuple(found)


def _work(members: Members, *, base: Station | None, days: tuple[int, int] | None) -> Work:
    name = members.optional("id", text_or_number) if "id" in members else None
    trips = read_pairings(members)
    pairings = None
    if "pairings" in members:
        pairings = Line(trips, None, base or _base_of(trips), days, f"{members.pointer}/pairings")
    document = members.optional("schedule", mapping)
    schedule = None if document is None else _schedule(members, document)
    return Work(
        name=None if name is None else str(name),
        pairings=pairings,
        schedule=schedule,
        line=None if schedule is None else read_line(schedule, days=days, pointer=f"{members.pointer}/schedule"),
        pointer=members.pointer,
    )


def _base_of(trips: Sequence[Trip]) -> Station | None:
    """Where every pairing begins, if that is one station: pairings begin at base."""
    starts = {_origin(trip) for trip in trips}
    return starts.pop() if len(starts) == 1 else None


def _origin(trip: Trip) -> Station | None:
    return trip.duties[0].legs[0].origin if trip.duties and trip.duties[0].legs else None


def _schedule(members: Members, document: Mapping[str, Any]) -> Schedule | None:
    try:
        return read_schedule(document)
    except DocumentRefused as refused:
        for fault in refused.faults:
            members.faults.add(f"{members.pointer}/schedule{fault.pointer}", fault.code, fault.detail)
        return None


def _days(value: Any) -> tuple[int, int]:
    """A calendar month, "2026-03", or the first and last day of a bid period."""
    if isinstance(value, Mapping):
        return _bid_period(value)
    match = _MONTH.match(value) if isinstance(value, str) else None
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise MemberFault(FaultCode.INVALID, "A month, such as 2026-03, or an object of `first_day` and `last_day`.")
    year, month = int(match[1]), int(match[2])
    first = date(year, month, 1).toordinal()
    return first, first + calendar.monthrange(year, month)[1] - 1


def _bid_period(value: Mapping[str, Any]) -> tuple[int, int]:
    if set(value) != _BID_PERIOD:
        raise MemberFault(FaultCode.INVALID, "A bid period has `first_day` and `last_day`.")
    first, last = day(value["first_day"]), day(value["last_day"])
    if not 0 <= last - first < _LONGEST_BID_PERIOD:
        raise MemberFault(FaultCode.OUT_OF_RANGE, f"A bid period has 1 to {_LONGEST_BID_PERIOD} days.")
    return first, last
