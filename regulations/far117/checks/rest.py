"""117.25, and the rests that 117.21 asks for before reserve: free time before duty."""

from collections.abc import Iterator

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, FindingStatus, under
from regulations.far117.roster import Roster
from regulations.far117.schedule import FlightDutyPeriod, Item, LongCall, ShortCall
from regulations.far117.wording import span_text

REST_10H = "FAR117_REST_10H"
SHORT_CALL_REST = "FAR117_SHORT_CALL_REST"
RESERVE_SHIFT = "FAR117_RESERVE_SHIFT"
_BEFORE = {
    REST_10H: "an FDP",
    SHORT_CALL_REST: "a reserve availability period",
    RESERVE_SHIFT: "a shift from long-call to short-call reserve",
}


def rest_before(rule_id: str, roster: Roster) -> Iterator[Finding]:
    """117.25(e), 117.21(c)(2) or (e): ten hours right before an FDP, a RAP, or a RAP that follows a long call.

    The rest counts since the item before ended, or since the notice.
    """
    required = roster.law.rest_minutes
    for item in roster.items:
        if not isinstance(item, FlightDutyPeriod | ShortCall):
            continue
        period = roster.periods.get(item.index)
        first = item.index if period is None else period.first_index
        before = roster.items[first - 1] if first > 0 else None
        since = _rest_since(item, before)
        if since is None or _rest_rule(item, before) != rule_id:
            continue
        start = roster.items[first].start
        rest = max(0, start - since)
        if rest < required:
            yield under(
                rule_id,
                item.index,
                limit=required,
                actual=rest,
                explanation=(
                    f"Rest {span_text(start - rest, start, roster.theaters[item.index].station.clock)}; "
                    f"at least {duration_text(required)} are needed before {_BEFORE[rule_id]}."
                ),
            )


def _rest_since(item: FlightDutyPeriod | ShortCall, before: Item | None) -> int | None:
    """When the rest before an item began; None where nothing is known before it."""
    notified_at = item.notified_at if isinstance(item, FlightDutyPeriod) else None
    known = [instant for instant in (notified_at, None if before is None else before.end) if instant is not None]
    return max(known, default=None)


def _rest_rule(item: FlightDutyPeriod | ShortCall, before: Item | None) -> str:
    if isinstance(item, FlightDutyPeriod) and item.rap_start is None:
        return REST_10H
    return RESERVE_SHIFT if isinstance(before, LongCall) else SHORT_CALL_REST


def sleep_opportunity(roster: Roster) -> Iterator[Finding]:
    """117.25(e), (f): eight hours to sleep in, where known."""
    required = roster.law.sleep_minutes
    for item in roster.items:
        if not isinstance(item, FlightDutyPeriod | ShortCall) or item.sleep_opportunity_minutes is None:
            continue
        if item.sleep_opportunity_minutes < required:
            yield under(
                "FAR117_SLEEP_OPPORTUNITY",
                item.index,
                limit=required,
                actual=item.sleep_opportunity_minutes,
                explanation=(
                    f"The rest before it gave {duration_text(item.sleep_opportunity_minutes)} of uninterrupted sleep "
                    f"opportunity; {duration_text(required)} are needed."
                ),
            )


def weekly_rest(roster: Roster) -> Iterator[Finding]:
    """117.25(b): thirty hours in a row free in the 168 hours before an FDP or a RAP."""
    law = roster.law
    seen, hidden = _before_first_item(roster)
    for item in roster.items:
        gap = roster.gap_before(item.index)
        if gap is not None and gap[1] - gap[0] >= law.weekly_rest_minutes:
            seen = hidden = gap
        if not isinstance(item, FlightDutyPeriod | ShortCall):
            continue
        period = roster.periods.get(item.index)
        first = item.index if period is None else period.first_index
        opens = roster.items[first].start - law.weekly_rest_window_minutes
        if seen[1] - max(seen[0], opens) >= law.weekly_rest_minutes:
            continue
        status = FindingStatus.VIOLATION
        if hidden[1] - max(hidden[0], opens) >= law.weekly_rest_minutes:
            status = FindingStatus.UNKNOWN
        yield _weekly_finding(roster, item, opens=opens, first=first, status=status)


def _weekly_finding(roster: Roster, item: Item, *, opens: int, first: int, status: FindingStatus) -> Finding:
    required = roster.law.weekly_rest_minutes
    free = _free_stretches(roster, opens=opens, first=first)
    longest = max(free, key=lambda stretch: stretch[1] - stretch[0])
    clock = roster.theaters[item.index].station.clock
    sentence = (
        f"In the {duration_text(roster.law.weekly_rest_window_minutes)} before it the longest rest is "
        f"{span_text(*longest, clock)}; {duration_text(required)} in a row are needed."
    )
    if status is FindingStatus.UNKNOWN:
        sentence += " Days of the history with duty may hold a longer one: it depends on when the duty was."
    return under(
        "FAR117_REST_30_IN_168",
        item.index,
        limit=required,
        actual=longest[1] - longest[0],
        status=status,
        explanation=sentence,
    )


def _before_first_item(roster: Roster) -> tuple[tuple[int, int], tuple[int, int]]:
    """The last long enough free time before the items: with the history's days of duty in the way, and without."""
    law, start = roster.law, roster.items[0].start
    unbounded = start - 2 * law.weekly_rest_window_minutes
    seen, free_until = (unbounded, unbounded), start
    for day in reversed(roster.schedule.history):
        if not (day.flight_minutes or day.fdp_minutes):
            continue
        if free_until - day.end >= law.weekly_rest_minutes:
            return (day.end, free_until), (unbounded, start)
        free_until = day.start
    if free_until > unbounded:
        seen = (unbounded, free_until)
    return seen, (unbounded, start)


def _free_stretches(roster: Roster, *, opens: int, first: int) -> list[tuple[int, int]]:
    """Free time from `opens` to the start of item `first`, days of duty in the history being in the way; at least one."""
    found: list[tuple[int, int]] = []
    for index in range(first, 0, -1):
        start, end = roster.items[index - 1].end, roster.items[index].start
        if end < opens:
            return found
        found.append((max(start, opens), end))
    free_until = roster.items[0].start
    for day in reversed(roster.schedule.history):
        if day.flight_minutes or day.fdp_minutes:
            found.append((max(day.end, opens), free_until))
            free_until = day.start
    found.append((opens, free_until))
    return found
