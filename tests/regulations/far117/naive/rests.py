"""Reserve and rest (legality.md 5 and 9)."""

from collections.abc import Iterator
from datetime import timedelta

from tests.regulations.far117.naive.clock import HOUR, instant_of_local, local_minute_of_day, whole_nights
from tests.regulations.far117.naive.periods import Period
from tests.regulations.far117.naive.roster import Leg, Roster
from tests.regulations.far117.naive.tables import table_b_minutes
from tests.regulations.far117.naive.theater import State, far_apart

Found = Iterator[tuple[int, str, str]]
Periods = dict[int, Period]


def rest_findings(roster: Roster, periods: Periods, states: list[State]) -> Found:
    for item in roster.items:
        if item.kind not in {"fdp", "short_call"}:
            continue
        yield from _rap_length(roster, item.index)
        yield from _rest_before(roster, periods, item.index)
        yield from _thirty_hours(roster, periods, item.index)
        if item.sleep_minutes is not None and item.sleep_minutes < 480:
            yield item.index, "FAR117_SLEEP_OPPORTUNITY", "violation"
    yield from _fifty_six_hours(roster)
    yield from _deadhead_rest(roster, states)


def _rap_length(roster: Roster, index: int) -> Found:
    """FAR117_SHORT_CALL_RAP."""
    item = roster.items[index]
    available_until = item.end if item.kind == "short_call" else item.start
    if available_until - item.busy_from > 14 * HOUR:
        yield index, "FAR117_SHORT_CALL_RAP", "violation"


def _rest_before(roster: Roster, periods: Periods, index: int) -> Found:
    """10 h since the item before ended, or since `notified_at`, whichever is later."""
    item = roster.items[index]
    first = periods[index].first if item.kind == "fdp" else index
    before = roster.items[first - 1] if first > 0 else None
    since = [moment for moment in (before.end if before else None, item.notified_at) if moment is not None]
    if not since or roster.items[first].busy_from - max(since) >= 10 * HOUR:
        return
    if item.kind == "short_call" or item.rap_start is not None:
        shifted = before is not None and before.kind == "long_call"
        yield index, "FAR117_RESERVE_SHIFT" if shifted else "FAR117_SHORT_CALL_REST", "violation"
    else:
        yield index, "FAR117_REST_10H", "violation"


def _longest_free(busy: bytearray) -> int:
    return max(len(run) for run in bytes(busy).split(b"\x01"))


def _thirty_hours(roster: Roster, periods: Periods, index: int) -> Found:
    """FAR117_REST_30_IN_168: a byte for each minute of the 168 h before."""
    item = roster.items[index]
    end = periods[index].busy_from if item.kind == "fdp" else item.start
    begin = end - 168 * HOUR
    busy = bytearray(end - begin)
    for other in roster.items[:index]:
        for minute in range(max(other.busy_from, begin), min(other.end, end)):
            busy[minute - begin] = 1
    if _longest_free(busy) < 30 * HOUR:
        yield index, "FAR117_REST_30_IN_168", "violation"
        return
    for day in roster.history:
        if day.flight_minutes or day.fdp_minutes:
            midnight = instant_of_local(day.day, 0, roster.home_zone)
            next_midnight = instant_of_local(day.day + timedelta(days=1), 0, roster.home_zone)
            for minute in range(max(midnight, begin), min(next_midnight, end)):
                busy[minute - begin] = 1
    if _longest_free(busy) < 30 * HOUR:
        yield index, "FAR117_REST_30_IN_168", "unknown"


def _long_returns(roster: Roster) -> set[int]:
    """The items that bring him home after more than 168 h away and more than 60 degrees from home."""
    returns = set()
    left_at = None
    was_far = False
    for item in roster.items:
        for leg in item.legs:
            if leg.origin == roster.home_base and left_at is None:
                left_at, was_far = leg.out, False
            was_far = was_far or far_apart(leg.destination, roster.home_base)
            if leg.destination == roster.home_base:
                if left_at is not None and leg.arrival - left_at > 168 * HOUR and was_far:
                    returns.add(item.index)
                left_at = None
    return returns


def _fifty_six_hours(roster: Roster) -> Found:
    """FAR117_REST_56H: the gap to the very next item; the finding on the next that is no long call."""
    for index in _long_returns(roster):
        later = [item for item in roster.items[index + 1 :] if item.kind != "long_call"]
        if not later:
            continue
        begin, end = roster.gaps(index, index + 1)[0]
        if end - begin < 56 * HOUR or whole_nights(begin, end, roster.home_zone) < 3:
            yield later[0].index, "FAR117_REST_56H", "violation"


def _transports(roster: Roster) -> list[tuple[int, int, int, int]]:
    """(first item, last item, start, end) of deadhead transportation, joined where less than 10 h lie between."""
    single = []
    for item in roster.items:
        if item.kind == "deadhead":
            single.append((item.index, item.start, item.end))
        elif item.operated and item.legs[-1].deadhead:
            last_in = item.operated[-1].arrival
            single.append((item.index, min(leg.out for leg in item.legs if leg.out >= last_in), item.legs[-1].arrival))
    joined: list[tuple[int, int, int, int]] = []
    for index, start, end in single:
        if joined and start - joined[-1][3] < 10 * HOUR and not _operated_between(roster, joined[-1][3], start):
            joined[-1] = (joined[-1][0], index, joined[-1][2], end)
        else:
            joined.append((index, index, start, end))
    return joined


def _operated_between(roster: Roster, begin: int, end: int) -> list[Leg]:
    return [leg for item in roster.items for leg in item.operated if begin <= leg.out and leg.arrival <= end]


def _deadhead_rest(roster: Roster, states: list[State]) -> Found:
    """FAR117_REST_DEADHEAD, on the next FDP."""
    found = set()
    for first, last, start, end in _transports(roster):
        state = states[first]
        limit = table_b_minutes(local_minute_of_day(start, state.clock), 1) - (0 if state.acclimated else 30)
        later = [item.index for item in roster.items[last + 1 :] if item.kind == "fdp"]
        if end - start <= limit or not later:
            continue
        needed = max(end - start, 10 * HOUR)
        if not any(rest_end - begin >= needed for begin, rest_end in roster.gaps(last, later[0])):
            found.add(later[0])
    for index in found:
        yield index, "FAR117_REST_DEADHEAD", "violation"
