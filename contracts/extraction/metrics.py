"""Which metric of the vocabulary a limit is about. Where nothing is certain, a general one: a wrong guess is worse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from contracts.extraction.metric_patterns import DEADLINES, FALLBACKS, PATTERNS, MetricPattern
from contracts.vocabulary import METRICS, Category, Dimension, Metric, Unit, dimension_of

_DEADLINE = METRICS["deadline"]
_NOTICE = METRICS["notice_period"]
_OWN_BEFORE = {"report_before_departure"}
_CLOCKED = {Unit.HOURS, Unit.MINUTES}
_WITHIN_A_DUTY_PERIOD = {
    "duty_period",
    "flight_duty_period",
    "flight_time_per_duty_period",
    "report_before_departure",
    "release_after_arrival",
    "ground_time_between_segments",
    "reserve_availability_period",
}
_LONGEST_DUTY_PERIOD_HOURS = 30
# Straight behind the value: how long ahead of something, or how far away.
_AHEAD = re.compile(
    r"^['\u2019]?s? ?(?:(?:of|written|advance) )*(?:before|prior to|ahead\b|in advance|notice\b)", re.IGNORECASE
)
_AWAY = re.compile(r"^['\u2019]?s? ?(?:drive|driving|walk|ride|travel)", re.IGNORECASE)
_AWAY_BEFORE = re.compile(r"\b(?:drive|driving|walk|ride) of (?:[\w ]{0,20} )?$", re.IGNORECASE)
_CHANGE_BEFORE = re.compile(
    r"(?<!followed )(?<!preceded )\bby (?:(?:up to|at least|(?:no )?\w+ than) )?$", re.IGNORECASE
)
_OTHER_SUBJECT = re.compile(
    r"\b(?:sick|vacation|jury|injury|meals?|credit(?:ed)?|paid|together|walk|ground school)\b|\bdrive\b|\btime from\b",
    re.IGNORECASE,
)
_EXCEEDS = re.compile(r"\bexceed(?:s|ed|ing)?\W*$", re.IGNORECASE)
_SUBJECT = re.compile(r"^(?:\W|\b(?:a|an|the|each|any|no|and|or|scheduled|maximum)\b)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """A limit's own words, what is measured in them, and the words around.

    `own` is the part of the sentence that belongs to the value, with the value from `start` up to `end`; `clause` is the
    whole clause with the value at `start_in_clause`, `around` the sentence with its headings and lead-ins.
    """

    unit: Unit
    value: Decimal
    own: str
    start: int
    end: int
    clause: str
    start_in_clause: int
    around: str
    is_deadline: bool

    @property
    def dimension(self) -> Dimension:
        """What the value's unit measures."""
        return dimension_of(self.unit)

    @property
    def is_ahead(self) -> bool:
        """ "Eight hours before departure", "24 hours ahead"."""
        return self.dimension is Dimension.TIME and _AHEAD.match(self.own[self.end :].lstrip()) is not None


def metric_for(measured: Measured) -> tuple[Metric, bool]:
    """The metric of a limit and whether its own words name it (else headings do, or a general one is given).

    A metric that can be computed from a schedule is only given where the clause names it.
    """
    by_schedule = _may_be_scheduled(measured)
    for text, named in ((measured.own, True), (measured.clause, True), (measured.around, False)):
        if measured.is_ahead and not named:
            break
        fitting = (
            pattern
            for pattern in _fitting(measured, text)
            if not pattern.metric.from_schedule
            or (
                named
                and _is_plausible(pattern.metric, measured)
                and (by_schedule or pattern.metric.name in _OWN_BEFORE)
            )
        )
        first = next(fitting, None)
        if first is None:
            continue
        if first.metric.from_schedule:
            start = measured.start if text is measured.own else measured.start_in_clause
            first = _nearest([first, *fitting], text, start, start + measured.end - measured.start)
        return first.metric, named
    if measured.is_ahead:
        return _NOTICE, True
    return (_DEADLINE if _bounds_a_step(measured) else FALLBACKS[measured.dimension]), False


def _bounds_a_step(measured: Measured) -> bool:
    away = _AWAY_BEFORE.search(measured.own[: measured.start]) is not None
    return measured.is_deadline and measured.dimension is Dimension.TIME and not away


def _fitting(measured: Measured, text: str) -> Iterator[MetricPattern]:
    everything = f"{measured.clause} {measured.around}"
    is_deadline = _bounds_a_step(measured)
    for pattern in PATTERNS:
        if is_deadline and pattern.metric.name not in DEADLINES and not measured.is_ahead:
            continue
        if measured.dimension not in pattern.dimensions or pattern.own.search(text) is None:
            continue
        if pattern.context is None or pattern.context.search(everything) is not None:
            yield pattern


def _may_be_scheduled(measured: Measured) -> bool:
    """Whether the words leave room for a metric of duty, rest or flying."""
    if measured.dimension is not Dimension.TIME:
        return True
    before, behind = measured.own[: measured.start], measured.own[measured.end :].lstrip()
    other = _AWAY.match(behind) or _AWAY_BEFORE.search(before) or _CHANGE_BEFORE.search(before)
    return not (measured.is_ahead or other or _OTHER_SUBJECT.search(measured.own))


def _is_plausible(metric: Metric, measured: Measured) -> bool:
    if measured.dimension is not Dimension.TIME:
        return True
    if (measured.unit in _CLOCKED) != (metric.unit in _CLOCKED):
        return False
    is_long = measured.unit is Unit.HOURS and measured.value > _LONGEST_DUTY_PERIOD_HOURS
    return not (is_long and metric.name in _WITHIN_A_DUTY_PERIOD)


def _nearest(fitting: list[MetricPattern], text: str, start: int, end: int) -> MetricPattern:
    """The pattern whose words stand nearest to the value; the first of them where several are equally near."""
    known = [pattern for pattern in fitting if pattern.metric.category is not Category.GENERAL]
    return min(known, key=lambda pattern: _distance(pattern, text, start, end))


def _distance(pattern: MetricPattern, text: str, start: int, end: int) -> int:
    """Characters between the words and the value; none for the subject of what "shall not exceed" the value."""
    subject = _SUBJECT.match(text)
    opens = subject.end() if subject is not None and _EXCEEDS.search(text[:start]) else -1
    found = [match.span() for match in pattern.own.finditer(text)]
    if any(left == opens for left, _ in found):
        return 0
    return min(max(left - end, start - right, 0) for left, right in found)
