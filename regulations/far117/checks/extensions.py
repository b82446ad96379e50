"""117.19: an FDP that is longer than its table, for unforeseen operational circumstances."""

from collections.abc import Iterator

from regulations.far117.checks.cumulative import FDP_LIMITS, excess_of
from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, FindingStatus, FindingUnit, over
from regulations.far117.periods import Period
from regulations.far117.roster import Roster
from regulations.far117.wording import limit_text


def before_takeoff(roster: Roster, period: Period) -> Finding | None:
    """117.19(a)(1): at most two hours."""
    limit = roster.law.extension_minutes
    if not period.extended_before_takeoff or period.excess <= limit:
        return None
    return over(
        "FAR117_EXTENSION_BEFORE_TAKEOFF",
        period.item.index,
        limit=limit,
        actual=period.excess,
        explanation=(
            f"FDP {duration_text(period.elapsed)} is {duration_text(period.excess)} beyond "
            f"{duration_text(period.fdp_limit)} ({limit_text(period)}); before takeoff it may be extended by "
            f"{duration_text(limit)}."
        ),
    )


def once(roster: Roster) -> Iterator[Finding]:
    """117.19(a)(2), (b)(2): one of more than 30 minutes until a rest of 30 hours; (a) and (b) count together."""
    law = roster.law
    extended = False
    for item in roster.items:
        gap = roster.gap_before(item.index)
        if gap is not None and gap[1] - gap[0] >= law.long_extension_rest_minutes:
            extended = False
        period = roster.periods.get(item.index)
        if period is None or not period.has_long_extension(law):
            continue
        if extended:
            yield over(
                "FAR117_EXTENSION_ONCE",
                item.index,
                limit=1,
                actual=2,
                unit=FindingUnit.COUNT,
                explanation=(
                    f"A second extension of more than {duration_text(law.long_extension_minutes)} "
                    f"({duration_text(period.excess)}) without a rest of "
                    f"{duration_text(law.long_extension_rest_minutes)} since the one before."
                ),
            )
        extended = True


def cumulative(roster: Roster, period: Period) -> Finding | None:
    """117.19(a)(3): an extension before takeoff stays within 117.23(c)."""
    if not period.extended_before_takeoff or period.excess <= 0:
        return None
    broken = [found for limit in FDP_LIMITS if (found := excess_of(roster, period, limit)) is not None]
    if not broken:
        return None
    worst = min(broken, key=lambda found: found.status is not FindingStatus.VIOLATION)
    return over(
        "FAR117_EXTENSION_CUMULATIVE",
        period.item.index,
        limit=worst.limit,
        actual=worst.actual,
        status=worst.status,
        explanation=f"An extension before takeoff may not break the cumulative limits of the FDP. {worst.sentence}",
    )


def report(roster: Roster, period: Period) -> Finding | None:
    """117.19(a)(4), (5), (b)(4): what the certificate holder owes the FAA."""
    law = roster.law
    if not period.has_long_extension(law):
        return None
    return over(
        "FAR117_EXTENSION_REPORT",
        period.item.index,
        limit=law.long_extension_minutes,
        actual=period.excess,
        status=FindingStatus.REPORT,
        explanation=(
            f"The FDP was extended by {duration_text(period.excess)}, more than "
            f"{duration_text(law.long_extension_minutes)}: to be reported to the FAA within "
            f"{law.extension_report_days} days."
        ),
    )
