"""The answer to a schedule document: what was found, and the figures of every item (legality.md, 8)."""

from collections.abc import Iterator
from typing import Any

from regulations.far117.assumptions import assumptions
from regulations.far117.catalogue import Catalogue
from regulations.far117.checks.cumulative import CUMULATIVE_LIMITS
from regulations.far117.clock import instant_text
from regulations.far117.findings import Finding, FindingStatus
from regulations.far117.periods import Period
from regulations.far117.roster import Roster
from regulations.far117.schedule import Item

LEGAL, ILLEGAL, UNDETERMINED = "legal", "illegal", "undetermined"
_FDP_MEMBERS = (
    "fdp_start",
    "fdp_end",
    "elapsed_minutes",
    "fdp_limit_minutes",
    "fdp_margin_minutes",
    "flight_minutes",
    "flight_limit_minutes",
    "flight_margin_minutes",
    "segments",
    "infringes_wocl",
    "latest_fdp_end",
    "latest_fdp_end_extended",
    "binding_rule",
    "peaks",
    "remaining",
)


def build_answer(roster: Roster, findings: list[Finding], law: Catalogue) -> dict[str, Any]:
    """The whole answer, ready for JSON; `findings` are in order."""
    return {
        "verdict": _verdict(findings),
        "ruleset": law.ruleset.name,
        "assumptions": assumptions(roster.schedule),
        "findings": [_finding(finding, law) for finding in findings],
        "items": [_row(roster, item) for item in roster.items],
    }


def _verdict(findings: list[Finding]) -> str:
    statuses = {finding.status for finding in findings}
    if FindingStatus.VIOLATION in statuses:
        return ILLEGAL
    return UNDETERMINED if FindingStatus.UNKNOWN in statuses else LEGAL


def _finding(finding: Finding, law: Catalogue) -> dict[str, Any]:
    return {
        "rule_id": finding.rule_id,
        "citation": law.rule(finding.rule_id).citation,
        "status": finding.status.value,
        "item": finding.item,
        "pointer": f"/items/{finding.item}",
        "limit": finding.limit,
        "actual": finding.actual,
        "margin": finding.margin,
        "unit": finding.unit.value,
        "explanation": finding.explanation,
    }


def _row(roster: Roster, item: Item) -> dict[str, Any]:
    theater = roster.theaters[item.index]
    period = roster.periods.get(item.index)
    if period is not None:
        theater = period.theater
    gap = roster.gap_before(item.index)
    return {
        "item": item.index,
        "id": item.id,
        "kind": item.kind.value,
        "station": theater.station.code,
        "acclimated": theater.acclimated,
        "clock": theater.clock.zone,
        "rest_before_minutes": None if gap is None else gap[1] - gap[0],
        **(dict.fromkeys(_FDP_MEMBERS) if period is None else dict(_figures(roster, period))),
    }


def _figures(roster: Roster, period: Period) -> Iterator[tuple[str, Any]]:
    """The members of `_FDP_MEMBERS`."""
    peaks = {name: peak.minutes for name, peak in roster.peaks[period.item.index].items()}
    latest = roster.totals.latest_end(period)
    yield "fdp_start", instant_text(period.start)
    yield "fdp_end", instant_text(period.end)
    yield "elapsed_minutes", period.elapsed
    yield "fdp_limit_minutes", period.fdp_limit
    yield "fdp_margin_minutes", period.fdp_limit - period.elapsed
    yield "flight_minutes", period.flight_minutes
    yield "flight_limit_minutes", period.flight_limit
    yield "flight_margin_minutes", period.flight_limit - period.flight_minutes
    yield "segments", len(period.operated)
    yield "infringes_wocl", period.infringes_wocl
    yield "latest_fdp_end", instant_text(latest.instant)
    yield "latest_fdp_end_extended", instant_text(latest.extended_instant)
    yield "binding_rule", latest.rule_id
    yield "peaks", peaks
    yield (
        "remaining",
        {limit.rule_id: limit.limit_of(roster.law) - peaks[limit.rule_id] for limit in CUMULATIVE_LIMITS},
    )
