"""Part 117 on pairings and schedules: the engine judges, what it finds is put at its place in the document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.validation.documents import Work
from contracts.validation.findings import Breach, Note, Source, Unknown
from contracts.validation.hints import amount
from contracts.validation.line import Duty, Leg, Line, Trip
from regulations.far117.assumptions import assumptions
from regulations.far117.evaluation import judge_schedule
from regulations.far117.figures import figures
from regulations.far117.findings import Finding, FindingStatus, FindingUnit
from regulations.far117.loading import catalogue
from regulations.far117.plain import is_plainly_legal
from regulations.far117.schedule import Deadhead as DeadheadItem
from regulations.far117.schedule import Duty as DutyItem
from regulations.far117.schedule import FlightDutyPeriod, Item, Schedule, Segment, TheaterClock
from regulations.far117.stations import Station
from regulations.far117.tables import MINIMUM_CREW

LAW = "FAR117"


@dataclass(frozen=True, slots=True)
class LawJudgement:
    """What Part 117 says of a work."""

    breaches: list[Breach] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)


def judge_law(work: Work) -> LawJudgement:
    """The law on the schedule, and on the pairings as one line where they are one, else on each by itself."""
    judgement = LawJudgement()
    if not work.lines:
        judgement.unknown.append(_unknown(LAW, "", "Neither pairings nor a schedule are given."))
    if work.pairings is not None:
        for trips in _together(work.pairings):
            _judge_trips(trips, work.pairings, judgement)
    if work.schedule is not None:
        pointers = [f"{work.pointer}/schedule/items/{item.index}" for item in work.schedule.items]
        _judge(work.schedule, pointers, judgement)
    return judgement


def _together(line: Line) -> Iterator[Sequence[Trip]]:
    """The trips that are judged as one schedule."""
    if line.is_line and all(_missing(duty) == "" for duty in line.duties) and line.trips:
        yield line.trips
    else:
        yield from ([trip] for trip in line.trips)


def _judge_trips(trips: Sequence[Trip], line: Line, judgement: LawJudgement) -> None:
    duties = [duty for trip in trips for duty in trip.duties]
    lacking = [(duty, why) for duty in duties if (why := _missing(duty))]
    base = line.base or _start_of(duties)
    if lacking or base is None:
        pointer, why = (
            (lacking[0][0].pointer, lacking[0][1]) if lacking else (trips[0].pointer, "The base is not given.")
        )
        judgement.unknown.append(_unknown(LAW, pointer, why))
        return
    items = tuple(_item(index, duty) for index, duty in enumerate(duties))
    schedule = Schedule(base, base, base, TheaterClock.ANCHOR, (), items, frozenset())
    _judge(schedule, [duty.pointer for duty in duties], judgement)


def _start_of(duties: Sequence[Duty]) -> Station | None:
    """A pairing begins at base."""
    return duties[0].legs[0].origin if duties[0].legs else None


def _missing(duty: Duty) -> str:
    """What the law needs of a duty period and is not given; "" where nothing is missing."""
    if duty.report is None or duty.release is None:
        return "Report or release is not given."
    if duty.legs is None:
        return "The segments are not given."
    for leg in duty.legs:
        if leg.out is None or leg.in_ is None:
            return "A block time is not given."
        if leg.origin is None or leg.destination is None:
            return "A station is not given."
    return ""


def _item(index: int, duty: Duty) -> Item:
    """A duty period of which nothing is missing, as an item of a schedule: flying, deadheading or another duty."""
    assert duty.report is not None  # noqa: S101 # for the type checker
    assert duty.release is not None  # noqa: S101 # for the type checker
    segments = tuple(_segment(leg) for leg in duty.legs or ())
    if not segments:
        return DutyItem(index, None, duty.report, duty.release)
    if not duty.operated:
        ends = (segments[0].origin, segments[-1].destination)
        return DeadheadItem(index, None, duty.report, duty.release, origin=ends[0], destination=ends[1])
    return FlightDutyPeriod(
        index,
        None,
        duty.report,
        duty.release,
        report=duty.report,
        segments=segments,
        pilots=MINIMUM_CREW,
        rest_facility=None,
        airport_reserve=False,
        rap_start=None,
        notified_at=None,
        scheduled_end=None,
        split_rest=None,
        landing_pilot_minutes=None,
        monitoring_pilot_minutes=None,
        extension=None,
        flight_time_exceedance=False,
        sleep_opportunity_minutes=None,
    )


def _segment(leg: Leg) -> Segment:
    assert leg.origin is not None  # noqa: S101 # for the type checker
    assert leg.destination is not None  # noqa: S101 # for the type checker
    assert leg.out is not None  # noqa: S101 # for the type checker
    assert leg.in_ is not None  # noqa: S101 # for the type checker
    return Segment(leg.origin, leg.destination, leg.out, leg.in_, leg.is_deadhead)


def _judge(schedule: Schedule, pointers: Sequence[str], judgement: LawJudgement) -> None:
    known = judgement.assumptions
    known.extend(sentence for sentence in assumptions(schedule) if sentence not in known)
    if is_plainly_legal(schedule, figures()):
        return
    for finding in judge_schedule(schedule)[1]:
        pointer, citation = pointers[finding.item], catalogue().rule(finding.rule_id).citation
        if finding.status is FindingStatus.VIOLATION:
            judgement.breaches.append(_breach(finding, pointer, citation))
        elif finding.status is FindingStatus.UNKNOWN:
            judgement.unknown.append(_unknown(finding.rule_id, pointer, finding.explanation))
        else:
            judgement.notes.append(Note(finding.rule_id, pointer, finding.explanation, citation))


def _unknown(rule_id: str, pointer: str, reason: str) -> Unknown:
    return Unknown(rule_id, Source.FAR117, is_hard=True, pointer=pointer, reason=reason)


def _breach(finding: Finding, pointer: str, citation: str) -> Breach:
    return Breach(
        rule_id=finding.rule_id,
        source=Source.FAR117,
        is_hard=True,
        pointer=pointer,
        message=finding.explanation,
        citation=citation,
        limit=finding.limit,
        actual=finding.actual,
        unit=finding.unit.value,
        fix_hint=_hint(finding),
    )


def _hint(finding: Finding) -> str:
    """The figure that would pass, and how far off the present one is."""
    if finding.limit is None or finding.actual is None or finding.actual == finding.limit:
        return "No single figure would mend it; the message says what is wrong."
    verb = "Shorten" if finding.actual > finding.limit else "Lengthen"
    if finding.unit is FindingUnit.COUNT:
        verb = "Lower" if finding.actual > finding.limit else "Raise"
        return f"{verb} it from {finding.actual} to {finding.limit}."
    off = abs(finding.actual - finding.limit)
    return f"{verb} it by {amount(off)}, to {amount(finding.limit)}."
