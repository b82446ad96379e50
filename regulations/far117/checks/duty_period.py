"""117.13, 117.15 and 117.17: the length of one FDP, split duty and augmented crews."""

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, FindingStatus, FindingUnit, over, under
from regulations.far117.periods import Period
from regulations.far117.roster import Roster
from regulations.far117.wording import count_text, limit_text


def unaugmented(roster: Roster, period: Period) -> Finding | None:
    """117.13, Table B. A declared extension is 117.19's matter."""
    return None if period.augmented else _length(period)


def augmented(roster: Roster, period: Period) -> Finding | None:
    """117.17(a), (b), Table C. A declared extension is 117.19's matter."""
    return _length(period) if period.augmented else None


def _length(period: Period) -> Finding | None:
    if period.item.extension is not None or period.excess <= 0:
        return None
    return over(
        period.fdp_rule_id,
        period.item.index,
        limit=period.fdp_limit,
        actual=period.elapsed,
        explanation=(
            f"FDP {duration_text(period.elapsed)} exceeds {duration_text(period.fdp_limit)} ({limit_text(period)})."
        ),
    )


def split_duty(roster: Roster, period: Period) -> Finding | None:
    """117.15: why a rest inside the FDP is not taken off."""
    if period.split is None or not period.split.failed:
        return None
    return Finding(
        "FAR117_SPLIT_DUTY",
        FindingStatus.INFO,
        period.item.index,
        f"The rest of {duration_text(period.split.rest.minutes)} counts as FDP, because this does not hold: "
        f"{'; '.join(period.split.failed)}.",
        actual=period.split.rest.minutes,
    )


def landing_rest(roster: Roster, period: Period) -> Finding | None:
    """117.17(c)(1)."""
    return _in_flight_rest(
        period,
        "FAR117_AUGMENTED_LANDING_REST",
        required=roster.law.landing_rest_minutes,
        given=period.item.landing_pilot_minutes,
        whose="the pilot flying the landing (in the second half of the FDP)",
    )


def monitoring_rest(roster: Roster, period: Period) -> Finding | None:
    """117.17(c)(2)."""
    return _in_flight_rest(
        period,
        "FAR117_AUGMENTED_MONITORING_REST",
        required=roster.law.monitoring_rest_minutes,
        given=period.item.monitoring_pilot_minutes,
        whose="the pilot monitoring the landing",
    )


def _in_flight_rest(period: Period, rule_id: str, *, required: int, given: int | None, whose: str) -> Finding | None:
    if not period.augmented or not period.operated or (given is not None and given >= required):
        return None
    if given is None:
        status, found = FindingStatus.UNKNOWN, "is not given"
    else:
        status, found = FindingStatus.VIOLATION, f"is {duration_text(given)}"
    return under(
        rule_id,
        period.item.index,
        limit=required,
        actual=given,
        status=status,
        explanation=f"In-flight rest of {whose} {found}; {duration_text(required)} in a row are needed.",
    )


def augmented_segments(roster: Roster, period: Period) -> Finding | None:
    """117.17(d)."""
    limit, flown = roster.law.augmented_segments, len(period.operated)
    if not period.augmented or flown <= limit:
        return None
    return over(
        "FAR117_AUGMENTED_SEGMENTS",
        period.item.index,
        limit=limit,
        actual=flown,
        unit=FindingUnit.COUNT,
        explanation=f"{count_text(flown, 'segment')} in an augmented FDP; at most {limit} are allowed.",
    )
