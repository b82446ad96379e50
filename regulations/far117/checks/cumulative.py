"""117.23: flight time and FDP time in windows that roll."""

from collections.abc import Callable
from dataclasses import dataclass

from regulations.far117.clock import duration_text
from regulations.far117.cumulative import FDP_168H, FDP_672H, FLIGHT_TIME_365D, FLIGHT_TIME_672H
from regulations.far117.figures import Figures
from regulations.far117.findings import Finding, FindingStatus, over
from regulations.far117.periods import Period
from regulations.far117.roster import Roster


@dataclass(frozen=True, slots=True)
class CumulativeLimit:
    """One of the four limits: `limit_of` and `excused` say how much, and when an excess is reported and no violation."""

    rule_id: str
    what: str
    window: str
    limit_of: Callable[[Figures], int]
    excused: Callable[[Period], bool]


@dataclass(frozen=True, slots=True)
class Excess:
    """A cumulative limit that is passed, certainly (violation) or only by a history day partly in the window (unknown)."""

    limit: int
    actual: int
    status: FindingStatus
    sentence: str


_FLIGHT_TIME_LIMITS = (
    CumulativeLimit(
        FLIGHT_TIME_672H,
        "Flight time",
        "672 consecutive hours",
        lambda law: law.flight_672h_minutes,
        lambda period: period.item.flight_time_exceedance,
    ),
    CumulativeLimit(
        FLIGHT_TIME_365D,
        "Flight time",
        "365 consecutive days",
        lambda law: law.flight_365d_minutes,
        lambda period: period.item.flight_time_exceedance,
    ),
)
FDP_LIMITS = (
    CumulativeLimit(
        FDP_168H,
        "FDP time",
        "168 consecutive hours",
        lambda law: law.fdp_168h_minutes,
        lambda period: period.extended_after_takeoff,
    ),
    CumulativeLimit(
        FDP_672H,
        "FDP time",
        "672 consecutive hours",
        lambda law: law.fdp_672h_minutes,
        lambda period: period.extended_after_takeoff,
    ),
)
CUMULATIVE_LIMITS = (*_FLIGHT_TIME_LIMITS, *FDP_LIMITS)


def excess_of(roster: Roster, period: Period, limit: CumulativeLimit) -> Excess | None:
    """Whether a limit is passed within an FDP, whatever may excuse it."""
    peak, allowed = roster.peaks[period.item.index][limit.rule_id], limit.limit_of(roster.law)
    if peak.minutes <= allowed:
        return None
    if peak.certain > allowed:
        return Excess(
            limit=allowed,
            actual=peak.minutes,
            status=FindingStatus.VIOLATION,
            sentence=f"{limit.what} in {limit.window} reaches {duration_text(peak.minutes)}; "
            f"at most {duration_text(allowed)} are allowed.",
        )
    return Excess(
        limit=allowed,
        actual=peak.minutes,
        status=FindingStatus.UNKNOWN,
        sentence=f"{limit.what} in {limit.window} may reach {duration_text(peak.minutes)}, more than the "
        f"{duration_text(allowed)} allowed: it depends on when, on a day of the history that lies partly in the window, "
        "the duty was.",
    )


def within(limit: CumulativeLimit, roster: Roster, period: Period) -> Finding | None:
    """One of the limits of 117.23(b), (c)."""
    excess = excess_of(roster, period, limit)
    if excess is None:
        return None
    status, sentence = excess.status, excess.sentence
    if status is FindingStatus.VIOLATION and limit.excused(period):
        status = FindingStatus.REPORT
        sentence += " After takeoff it may be passed to land safely, and is reported to the FAA."
    return over(
        limit.rule_id, period.item.index, limit=excess.limit, actual=excess.actual, status=status, explanation=sentence
    )
