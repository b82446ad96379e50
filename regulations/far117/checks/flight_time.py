"""117.11: flight time in one FDP."""

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, FindingStatus, over
from regulations.far117.periods import Period
from regulations.far117.roster import Roster
from regulations.far117.wording import start_text


def unaugmented(roster: Roster, period: Period) -> Finding | None:
    """117.11(a)(1), Table A."""
    return _limit(period, "FAR117_FLIGHT_TIME_UNAUGMENTED")


def three_pilots(roster: Roster, period: Period) -> Finding | None:
    """117.11(a)(2)."""
    return _limit(period, "FAR117_FLIGHT_TIME_3_PILOT")


def four_pilots(roster: Roster, period: Period) -> Finding | None:
    """117.11(a)(3)."""
    return _limit(period, "FAR117_FLIGHT_TIME_4_PILOT")


def _limit(period: Period, rule_id: str) -> Finding | None:
    """One of the three limits, where it is the crew's and no exceedance was declared."""
    if period.flight_rule_id != rule_id or period.item.flight_time_exceedance:
        return None
    return _excess(period, rule_id, FindingStatus.VIOLATION, "")


def exceedance(roster: Roster, period: Period) -> Finding | None:
    """117.11(b), (c): circumstances after takeoff beyond the holder's control; the holder reports it."""
    if not period.item.flight_time_exceedance:
        return None
    reason = (
        "; allowed for circumstances after takeoff beyond the certificate holder's control, "
        f"to be reported to the FAA within {roster.law.flight_time_report_days} days"
    )
    return _excess(period, "FAR117_FLIGHT_TIME_EXCEEDANCE", FindingStatus.REPORT, reason)


def _excess(period: Period, rule_id: str, status: FindingStatus, reason: str) -> Finding | None:
    if period.flight_minutes <= period.flight_limit:
        return None
    source = f"{period.item.pilots} pilots" if period.augmented else f"Table A, {start_text(period)}"
    return over(
        rule_id,
        period.item.index,
        limit=period.flight_limit,
        actual=period.flight_minutes,
        status=status,
        explanation=(
            f"Flight time {duration_text(period.flight_minutes)} exceeds {duration_text(period.flight_limit)} "
            f"({source}){reason}."
        ),
    )
