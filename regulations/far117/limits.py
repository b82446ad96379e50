"""What Part 117 allows one flight duty period, known from its report alone."""

from dataclasses import dataclass

from regulations.far117.catalogue import Rule
from regulations.far117.clock import MINUTES_PER_HOUR
from regulations.far117.loading import catalogue
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, REST_FACILITY_CLASSES

_FLIGHT_TIME_RULES = {
    MINIMUM_CREW: "FAR117_FLIGHT_TIME_UNAUGMENTED",
    3: "FAR117_FLIGHT_TIME_3_PILOT",
    4: "FAR117_FLIGHT_TIME_4_PILOT",
}


class QuestionError(ValueError):
    """A question that Part 117 has no answer to; `member` is the argument at fault."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


@dataclass(frozen=True, slots=True)
class PeriodLimits:
    """Limits of one FDP. The ends are minutes after the midnight before the report, so past 1,439 on the next day.

    `segment_limit` binds augmented crews alone. The extended figures hold for unforeseen circumstances before takeoff,
    with the pilot in command's concurrence (117.19(a)(1)). Cumulative limits, reserve and split duty are not in them.
    """

    flight_limit_minutes: int
    fdp_limit_minutes: int
    fdp_limit_extended_minutes: int
    latest_fdp_end_minute: int
    latest_fdp_end_extended_minute: int
    segment_limit: int | None
    segments_allowed: bool
    rules: tuple[Rule, ...]


def period_limits(
    *,
    report_minute: int,
    segments: int,
    pilots: int = MINIMUM_CREW,
    rest_facility: int | None = None,
    acclimated: bool = True,
) -> PeriodLimits:
    """The limits of an FDP that starts at its report.

    Args:
        report_minute: minute of the day on the clock of the theater that the pilot is, or last was, acclimated to.
        segments: operated segments, at least 1.
        pilots: 2 (the minimum crew), 3 or 4.
        rest_facility: class 1, 2 or 3 with 3 or 4 pilots, None with 2.

    Raises:
        QuestionError: an argument out of these bounds.
    """
    _check_crew(segments=segments, pilots=pilots, rest_facility=rest_facility)
    law = catalogue()
    extension_rule = law.rule("FAR117_EXTENSION_BEFORE_TAKEOFF")
    segment_rule = law.rule("FAR117_AUGMENTED_SEGMENTS") if rest_facility is not None else None
    try:
        flight_rule, flight_limit = flight_time_limit(pilots=pilots, start_minute=report_minute)
        duty_rule, duty_limit = duty_period_limit(
            start_minute=report_minute,
            segments=segments,
            pilots=pilots,
            rest_facility=rest_facility,
            acclimated=acclimated,
        )
    except ValueError as error:
        raise QuestionError("report", str(error)) from error
    extended_limit = duty_limit + extension_rule.number("minutes")
    segment_limit = segment_rule.number("segments") if segment_rule else None
    return PeriodLimits(
        flight_limit_minutes=flight_limit,
        fdp_limit_minutes=duty_limit,
        fdp_limit_extended_minutes=extended_limit,
        latest_fdp_end_minute=report_minute + duty_limit,
        latest_fdp_end_extended_minute=report_minute + extended_limit,
        segment_limit=segment_limit,
        segments_allowed=segment_limit is None or segments <= segment_limit,
        rules=tuple(rule for rule in (flight_rule, duty_rule, segment_rule, extension_rule) if rule),
    )


def flight_time_limit(*, pilots: int, start_minute: int) -> tuple[Rule, int]:
    """The rule of 117.11(a) for a crew, and its limit in minutes. The FDP's start is on the acclimated clock.

    Raises:
        ValueError: there is no such minute of a day.
    """
    law = catalogue()
    rule = law.rule(_FLIGHT_TIME_RULES[pilots])
    if pilots == MINIMUM_CREW:
        return rule, law.tables.flight_time(report_minute=start_minute)
    return rule, rule.number("hours") * MINUTES_PER_HOUR


def duty_period_limit(
    *, start_minute: int, segments: int, pilots: int, rest_facility: int | None, acclimated: bool
) -> tuple[Rule, int]:
    """The rule of 117.13 or 117.17 for a crew, and its limit in minutes: Table B or C, less where not acclimated.

    Raises:
        ValueError: no minute of a day, or segments and crew out of the tables' bounds.
    """
    law = catalogue()
    if rest_facility is None:
        rule = law.rule(law.tables.b.rule_id)
        limit = law.tables.unaugmented_duty_period(start_minute=start_minute, segments=segments)
    else:
        rule = law.rule(law.tables.c.rule_id)
        limit = law.tables.augmented_duty_period(start_minute=start_minute, rest_facility=rest_facility, pilots=pilots)
    return rule, limit if acclimated else limit + rule.number("not_acclimated_minutes")


def _check_crew(*, segments: int, pilots: int, rest_facility: int | None) -> None:
    if segments < 1:
        raise QuestionError("segments", "At least one segment is operated.")
    if pilots not in _FLIGHT_TIME_RULES:
        raise QuestionError("pilots", "A crew has 2, 3 or 4 pilots.")
    if pilots in AUGMENTED_CREWS and rest_facility is None:
        raise QuestionError("rest_facility", "An augmented crew needs the class of its rest facility: 1, 2 or 3.")
    if pilots in AUGMENTED_CREWS and rest_facility not in REST_FACILITY_CLASSES:
        raise QuestionError("rest_facility", "A rest facility is of class 1, 2 or 3.")
    if pilots == MINIMUM_CREW and rest_facility is not None:
        raise QuestionError("rest_facility", "A rest facility counts only with 3 or 4 pilots.")
