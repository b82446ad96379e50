"""Derived quantities of each flight duty period (legality.md 2), and its split rest (4)."""

from dataclasses import dataclass
from itertools import pairwise

from tests.regulations.far117.naive.clock import HOUR, instant_of_local, local_days, local_minute_of_day, zone_of
from tests.regulations.far117.naive.roster import Item, Roster, SplitRest
from tests.regulations.far117.naive.tables import table_a_minutes, table_b_minutes, table_c_minutes
from tests.regulations.far117.naive.theater import State, states


@dataclass(frozen=True)
class Period:
    """An FDP. `first` is the index of the first item it absorbed, else its own; `busy_from` what a rest ends at."""

    item: Item
    first: int
    state: State
    start: int
    end: int
    busy_from: int
    granted_rest: SplitRest | None
    fdp_limit: int
    flight_limit: int

    @property
    def elapsed(self) -> int:
        rest = self.granted_rest
        return self.end - self.start - (rest.end - rest.start if rest else 0)

    @property
    def excess(self) -> int:
        return self.elapsed - self.fdp_limit

    @property
    def flight_minutes(self) -> int:
        return sum(leg.arrival - leg.out for leg in self.item.operated)

    @property
    def looked_at_end(self) -> int:
        """The end that binds the schedule: 117.21(d) and 117.27 (2)."""
        return self.end if self.item.scheduled_end is None else self.item.scheduled_end

    @property
    def infringes_wocl(self) -> bool:
        """Whether a minute of the period lies in 02:00-06:00 on its clock (3, 7)."""
        return any(
            2 * HOUR <= local_minute_of_day(minute, self.state.clock) < 6 * HOUR
            for minute in range(self.start, self.looked_at_end)
        )


def first_absorbed(roster: Roster, index: int) -> int:
    """The item where the FDP starts: its own, or the first duty or deadhead that belongs to it (2)."""
    if roster.items[index].rap_start is not None:
        return index
    first = index
    while first > 0:
        before = roster.items[first - 1]
        if before.kind not in {"duty", "deadhead"} or roster.items[first].start - before.end >= 10 * HOUR:
            break
        first -= 1
    return first


def period_end(item: Item) -> int:
    """`in` of the last operated segment; with none, release (2)."""
    return item.operated[-1].arrival if item.operated else item.end


def lies_in_one_night(item: Item, rest: SplitRest) -> bool:
    """117.15(a): both ends within one 22:00-05:00 at the station last arrived at (4)."""
    arrived = [leg.destination for leg in item.legs if leg.arrival <= rest.start]
    if not arrived:
        return False  # no segment is over: (e) fails with it
    zone = zone_of(arrived[-1])
    days = local_days(rest.start, rest.end, zone)
    return any(
        instant_of_local(evening, 22, zone) <= rest.start and rest.end <= instant_of_local(morning, 5, zone)
        for evening, morning in pairwise(days)
    )


def meets_the_shared_conditions(item: Item) -> bool:
    """117.15(a), (c), (d), (e), in a suitable accommodation, during the FDP: what 117.15 and 117.27 share (4, 7, 9)."""
    rest = item.split_rest
    return (
        rest is not None
        and rest.suitable
        and lies_in_one_night(item, rest)
        and rest.scheduled_minutes is not None
        and rest.end - rest.start >= rest.scheduled_minutes
        and bool(item.operated)
        and rest.start >= item.operated[0].arrival
        and rest.end <= period_end(item)
    )


def granted_split_rest(item: Item, fdp_start: int) -> SplitRest | None:
    """The split rest where all conditions hold (4)."""
    rest = item.split_rest
    granted = (
        rest is not None
        and item.pilots == 2
        and meets_the_shared_conditions(item)
        and rest.end - rest.start >= 180
        and period_end(item) - fdp_start <= 14 * HOUR
    )
    return rest if granted else None


def fdp_limit(item: Item, start: int, state: State) -> int:
    """Table B or C, 30 minutes less where not acclimated (4)."""
    entered = local_minute_of_day(start, state.clock)
    if item.pilots == 2:
        limit = table_b_minutes(entered, len(item.operated))
    else:
        assert item.facility is not None
        limit = table_c_minutes(entered, item.facility, item.pilots)
    return limit if state.acclimated else limit - 30


def flight_limit(item: Item, start: int, state: State) -> int:
    """Table A, 13 h or 17 h (4)."""
    if item.pilots == 2:
        return table_a_minutes(local_minute_of_day(start, state.clock))
    return {3: 13, 4: 17}[item.pilots] * HOUR


def read_periods(roster: Roster) -> dict[int, Period]:
    """Each FDP by its item's index."""
    found = states(roster)
    periods = {}
    for item in roster.items:
        if item.kind != "fdp":
            continue
        first = first_absorbed(roster, item.index)
        state = found[first]
        start = roster.items[first].start
        periods[item.index] = Period(
            item=item,
            first=first,
            state=state,
            start=start,
            end=period_end(item),
            busy_from=roster.items[first].busy_from,
            granted_rest=granted_split_rest(item, start),
            fdp_limit=fdp_limit(item, start, state),
            flight_limit=flight_limit(item, start, state),
        )
    return periods
