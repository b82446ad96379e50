"""117.21: reserve."""

from collections.abc import Iterator

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, over, under
from regulations.far117.periods import Period
from regulations.far117.roster import Roster
from regulations.far117.schedule import FlightDutyPeriod, Item, ShortCall


def availability_period(roster: Roster) -> Iterator[Finding]:
    """117.21(c)(1): a RAP without a call, or from its start to the report."""
    limit = roster.law.rap_minutes
    for item in roster.items:
        length = _availability(item)
        if length is not None and length > limit:
            yield over(
                "FAR117_SHORT_CALL_RAP",
                item.index,
                limit=limit,
                actual=length,
                explanation=f"Reserve availability period {duration_text(length)} exceeds {duration_text(limit)}.",
            )


def _availability(item: Item) -> int | None:
    if isinstance(item, ShortCall):
        return item.end - item.start
    if isinstance(item, FlightDutyPeriod) and item.rap_start is not None:
        return item.report - item.rap_start
    return None


def short_call_unaugmented(roster: Roster, period: Period) -> Finding | None:
    """117.21(c)(3)."""
    return None if period.augmented else _short_call(roster, period, "FAR117_SHORT_CALL_UNAUGMENTED")


def short_call_augmented(roster: Roster, period: Period) -> Finding | None:
    """117.21(c)(4)."""
    return _short_call(roster, period, "FAR117_SHORT_CALL_AUGMENTED") if period.augmented else None


def _short_call(roster: Roster, period: Period, rule_id: str) -> Finding | None:
    """From the start of the RAP to the FDP's end; no split rest is taken off, and after takeoff there is no bound."""
    rap_start = period.item.rap_start
    if rap_start is None or period.extended_after_takeoff:
        return None
    limit = period.reserve_limit(roster.law)
    if period.extended_before_takeoff:
        limit += roster.law.extension_minutes
    length = period.end - rap_start
    if length <= limit:
        return None
    return over(
        rule_id,
        period.item.index,
        limit=limit,
        actual=length,
        explanation=(
            f"From the start of the reserve availability period to the end of the FDP it is {duration_text(length)}; "
            f"at most {duration_text(limit)} are allowed (FDP limit {duration_text(period.fdp_limit)} plus "
            f"{duration_text(roster.law.reserve_added_minutes)}"
            + (")." if period.augmented else f", at most {duration_text(roster.law.reserve_cap_minutes)}).")
        ),
    )


def long_call_notice(roster: Roster, period: Period) -> Finding | None:
    """117.21(d): an FDP that begins before and goes on into one WOCL."""
    notified_at, required = period.item.notified_at, roster.law.notice_minutes
    if notified_at is None or period.item.report - notified_at >= required:
        return None
    clock, wocl_start = period.theater.clock, roster.law.wocl_start_minute
    days = range(clock.day(period.start), clock.day(period.planned_end) + 1)
    if not any(period.start < clock.instant(day, wocl_start) < period.planned_end for day in days):
        return None
    notice = period.item.report - notified_at
    return under(
        "FAR117_LONG_CALL_WOCL_NOTICE",
        period.item.index,
        limit=required,
        actual=notice,
        explanation=(
            f"Notice {duration_text(notice)} before the report; an FDP that begins before and operates into the window "
            f"of circadian low needs {duration_text(required)}."
        ),
    )
