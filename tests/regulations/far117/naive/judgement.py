"""The answer (legality.md 8)."""

from typing import Any

from tests.regulations.far117.naive.checks import ByRule, fdp_rule, period_findings, reserve_limit, reserve_rule
from tests.regulations.far117.naive.clock import HOUR
from tests.regulations.far117.naive.periods import Period, read_periods
from tests.regulations.far117.naive.rests import rest_findings
from tests.regulations.far117.naive.roster import Document, Item, Roster, read_roster
from tests.regulations.far117.naive.theater import State, states
from tests.regulations.far117.naive.windows import HOUR_WINDOWS, all_windows, peak_365_days

ROW_FIELDS = (
    "fdp_start",
    "fdp_end",
    "elapsed_minutes",
    "fdp_limit_minutes",
    "fdp_margin_minutes",
    "flight_minutes",
    "flight_limit_minutes",
    "segments",
    "infringes_wocl",
    "latest_fdp_end",
    "latest_fdp_end_extended",
    "binding_rule",
    "peaks",
)


def judge(document: Document) -> dict[str, Any]:
    """Verdict, the set of (item, rule id, status), and the row of each item."""
    roster = read_roster(document)
    periods = read_periods(roster)
    found = states(roster)
    windows = all_windows(roster, periods)
    findings = {*period_findings(roster, periods, windows), *rest_findings(roster, periods, found)}
    return {
        "verdict": _verdict({status for _, _, status in findings}),
        "findings": findings,
        "items": [_row(roster, periods, found, windows, item) for item in roster.items],
    }


def _verdict(statuses: set[str]) -> str:
    if "violation" in statuses:
        return "illegal"
    return "undetermined" if "unknown" in statuses else "legal"


def _row(roster: Roster, periods: dict[int, Period], found: list[State], windows: ByRule, item: Item) -> dict[str, Any]:
    state = periods[item.index].state if item.index in periods else found[item.index]
    row: dict[str, Any] = {
        "item": item.index,
        "id": item.id,
        "kind": item.kind,
        "acclimated": state.acclimated,
        "clock": state.clock,
    } | dict.fromkeys(ROW_FIELDS)
    if item.index not in periods:
        return row
    period = periods[item.index]
    latest, binding_rule = latest_end(windows, period, more=0)
    return row | {
        "fdp_start": period.start,
        "fdp_end": period.end,
        "elapsed_minutes": period.elapsed,
        "fdp_limit_minutes": period.fdp_limit,
        "fdp_margin_minutes": period.fdp_limit - period.elapsed,
        "flight_minutes": period.flight_minutes,
        "flight_limit_minutes": period.flight_limit,
        "segments": len(item.operated),
        "infringes_wocl": period.infringes_wocl,
        "latest_fdp_end": latest,
        "latest_fdp_end_extended": latest_end(windows, period, more=120)[0],
        "binding_rule": binding_rule,
        "peaks": {rule_id: windows[item.index, rule_id].peak() for rule_id in HOUR_WINDOWS}
        | {"FAR117_FLIGHT_TIME_365D": peak_365_days(roster, periods, item.index)},
    }


def _table_end(period: Period, more: int) -> int:
    """Table B or C; a granted split rest's length later, not past 14 h, nor earlier than without it (8, 9)."""
    end = period.start + period.fdp_limit + more
    if period.granted_rest is None:
        return end
    later = end + period.granted_rest.end - period.granted_rest.start
    return max(end, min(later, period.start + 14 * HOUR))


def latest_end(windows: ByRule, period: Period, *, more: int) -> tuple[int, str]:
    """The earliest of the allowed ends and its rule; the first named wins a tie (8, 9). `more` is the extension."""
    ends = [(_table_end(period, more), fdp_rule(period))]
    if period.item.rap_start is not None:
        ends.append((period.item.rap_start + reserve_limit(period) + more, reserve_rule(period)))
    bound = min(end for end, _ in ends)
    ends += [
        (windows[period.item.index, rule_id].latest_end(bound), rule_id)
        for rule_id in ("FAR117_FDP_168H", "FAR117_FDP_672H")
    ]
    return min(ends, key=lambda end: end[0])
