"""The checks on each FDP (legality.md 4 and 6), and consecutive nights (7)."""

from collections.abc import Iterator

from tests.regulations.far117.naive.clock import HOUR, instant_of_local, local_days, whole_nights
from tests.regulations.far117.naive.periods import Period, meets_the_shared_conditions
from tests.regulations.far117.naive.roster import Roster
from tests.regulations.far117.naive.windows import LIMIT_365D, Windows, peak_365_days

Found = Iterator[tuple[int, str, str]]
Periods = dict[int, Period]
ByRule = dict[tuple[int, str], Windows]
FLIGHT_TIME_RULES = {
    2: "FAR117_FLIGHT_TIME_UNAUGMENTED",
    3: "FAR117_FLIGHT_TIME_3_PILOT",
    4: "FAR117_FLIGHT_TIME_4_PILOT",
}


def fdp_rule(period: Period) -> str:
    return "FAR117_FDP_UNAUGMENTED" if period.item.pilots == 2 else "FAR117_FDP_AUGMENTED"


def reserve_rule(period: Period) -> str:
    return "FAR117_SHORT_CALL_UNAUGMENTED" if period.item.pilots == 2 else "FAR117_SHORT_CALL_AUGMENTED"


def reserve_limit(period: Period) -> int:
    """117.21(c)(3), (4): from the start of the RAP."""
    limit = period.fdp_limit + 4 * HOUR
    return min(limit, 16 * HOUR) if period.item.pilots == 2 else limit


def period_findings(roster: Roster, periods: Periods, windows: ByRule) -> Found:
    for period in periods.values():
        found = [
            *_flight_time(period),
            *_duty_period(period),
            *_augmented(period),
            *_reserve(period),
            *_extension(roster, periods, period),
            *_cumulative(roster, periods, windows, period),
        ]
        for rule_id, status in found:
            yield period.item.index, rule_id, status
    yield from _nights(roster, periods)


def _flight_time(period: Period) -> Iterator[tuple[str, str]]:
    if period.flight_minutes > period.flight_limit:
        if period.item.exceedance:
            yield "FAR117_FLIGHT_TIME_EXCEEDANCE", "report"
        else:
            yield FLIGHT_TIME_RULES[period.item.pilots], "violation"


def _duty_period(period: Period) -> Iterator[tuple[str, str]]:
    if period.item.extension is None and period.excess > 0:
        yield fdp_rule(period), "violation"
    if period.item.extension == "before_takeoff" and period.excess > 120:
        yield "FAR117_EXTENSION_BEFORE_TAKEOFF", "violation"
    if period.item.split_rest is not None and period.granted_rest is None:
        yield "FAR117_SPLIT_DUTY", "info"


def _augmented(period: Period) -> Iterator[tuple[str, str]]:
    item = period.item
    if item.pilots == 2:
        return
    if len(item.operated) > 3:
        yield "FAR117_AUGMENTED_SEGMENTS", "violation"
    for rule_id, given, needed in (
        ("FAR117_AUGMENTED_LANDING_REST", item.landing_rest, 120),
        ("FAR117_AUGMENTED_MONITORING_REST", item.monitoring_rest, 90),
    ):
        if item.operated and given is None:
            yield rule_id, "unknown"
        elif item.operated and given is not None and given < needed:
            yield rule_id, "violation"


def _reserve(period: Period) -> Iterator[tuple[str, str]]:
    item = period.item
    if item.rap_start is not None and item.extension != "after_takeoff":
        limit = reserve_limit(period) + (120 if item.extension == "before_takeoff" else 0)
        if period.end - item.rap_start > limit:
            yield reserve_rule(period), "violation"
    if item.notified_at is not None and item.start - item.notified_at < 12 * HOUR:
        zone = period.state.clock
        for day in local_days(period.start, period.looked_at_end, zone):
            if period.start < instant_of_local(day, 2, zone) < period.looked_at_end:
                yield "FAR117_LONG_CALL_WOCL_NOTICE", "violation"
                return


def _extension(roster: Roster, periods: Periods, period: Period) -> Iterator[tuple[str, str]]:
    """FAR117_EXTENSION_REPORT and _ONCE."""
    index = period.item.index
    if period.item.extension is None or period.excess <= 30:
        return
    yield "FAR117_EXTENSION_REPORT", "report"
    for earlier in periods.values():
        if earlier.item.index < index and earlier.item.extension is not None and earlier.excess > 30:
            rests = roster.gaps(earlier.item.index, index)
            if not any(end - begin >= 30 * HOUR for begin, end in rests):
                yield "FAR117_EXTENSION_ONCE", "violation"
                return


def _cumulative(roster: Roster, periods: Periods, windows: ByRule, period: Period) -> Iterator[tuple[str, str]]:
    index = period.item.index
    flight = windows[index, "FAR117_FLIGHT_TIME_672H"].outcome()
    if flight is not None:
        yield "FAR117_FLIGHT_TIME_672H", _softened(flight, excused=period.item.exceedance)
    if peak_365_days(roster, periods, index) > LIMIT_365D:
        yield "FAR117_FLIGHT_TIME_365D", _softened("violation", excused=period.item.exceedance)
    broken = []
    for rule_id in ("FAR117_FDP_168H", "FAR117_FDP_672H"):
        outcome = windows[index, rule_id].outcome()
        if outcome is not None:
            broken.append(outcome)
            yield rule_id, _softened(outcome, excused=period.item.extension == "after_takeoff")
    if broken and period.item.extension == "before_takeoff" and period.excess > 0:
        yield "FAR117_EXTENSION_CUMULATIVE", "violation" if "violation" in broken else "unknown"


def _softened(outcome: str, *, excused: bool) -> str:
    """A violation that the declared circumstances turn into a report (6); `unknown` stays."""
    return "report" if excused and outcome == "violation" else outcome


def _rested_in_the_night(period: Period) -> bool:
    rest = period.item.split_rest
    return rest is not None and rest.end - rest.start >= 120 and meets_the_shared_conditions(period.item)


def _nights(roster: Roster, periods: Periods) -> Found:
    """FAR117_CONSECUTIVE_NIGHTS (7)."""
    run: list[Period] = []
    for period in periods.values():
        if run and _a_night_of_rest(roster, run[-1].item.index, period):
            run = []
        if not period.infringes_wocl:
            run = []
            continue
        run.append(period)
        rested = all(_rested_in_the_night(each) for each in run)
        if len(run) > 5 or (len(run) > 3 and not rested):
            yield period.item.index, "FAR117_CONSECUTIVE_NIGHTS", "violation"


def _a_night_of_rest(roster: Roster, before: int, period: Period) -> bool:
    return any(
        end - begin >= 10 * HOUR and whole_nights(begin, end, period.state.clock) > 0
        for begin, end in roster.gaps(before, period.item.index)
    )
