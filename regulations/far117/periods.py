"""What follows from one FDP as reported: when it began and ended, its limits, what is taken off (legality.md, 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulations.far117.figures import Figures
from regulations.far117.limits import duty_period_limit, flight_time_limit
from regulations.far117.schedule import Deadhead, Duty, Extension, FlightDutyPeriod, Item, Segment
from regulations.far117.split_duty import SplitDuty, assess_split_rest
from regulations.far117.tables import MINIMUM_CREW
from regulations.far117.theater import Theater


@dataclass(frozen=True, slots=True)
class Period:
    """An FDP with what it makes of the items before it. Lengths are minutes.

    `first_index` is the first item that belongs to it; `start` and `end` are the FDP's, `planned_end` the end that the
    schedule said. `theater` is the state at `start`.
    """

    item: FlightDutyPeriod
    first_index: int
    start: int
    end: int
    planned_end: int
    theater: Theater
    operated: tuple[Segment, ...]
    flight_minutes: int
    flight_rule_id: str
    flight_limit: int
    fdp_rule_id: str
    fdp_limit: int
    split: SplitDuty | None
    infringes_wocl: bool

    @property
    def granted_split_minutes(self) -> int:
        """What is taken off for split duty."""
        return 0 if self.split is None else self.split.granted_minutes

    @property
    def elapsed(self) -> int:
        """The FDP's length, less the split rest where granted."""
        return self.end - self.start - self.granted_split_minutes

    @property
    def excess(self) -> int:
        """How far the FDP is beyond its limit; negative where it is within."""
        return self.elapsed - self.fdp_limit

    @property
    def augmented(self) -> bool:
        return self.item.pilots > MINIMUM_CREW

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """The FDP time: a granted split rest cut out where it lies."""
        if self.split is None or self.split.failed:
            return ((self.start, self.end),)
        return ((self.start, self.split.rest.start), (self.split.rest.end, self.end))

    def reserve_limit(self, law: Figures) -> int:
        """Most time from the start of the RAP to the FDP's end, without an extension (117.21(c)(3), (4))."""
        limit = self.fdp_limit + law.reserve_added_minutes
        return limit if self.augmented else min(limit, law.reserve_cap_minutes)

    def has_long_extension(self, law: Figures) -> bool:
        """Whether an extension was declared and is longer than 30 minutes."""
        return self.item.extension is not None and self.excess > law.long_extension_minutes

    @property
    def extended_before_takeoff(self) -> bool:
        return self.item.extension is Extension.BEFORE_TAKEOFF

    @property
    def extended_after_takeoff(self) -> bool:
        return self.item.extension is Extension.AFTER_TAKEOFF


def derive_period(
    item: FlightDutyPeriod, *, items: Sequence[Item], theaters: Sequence[Theater], law: Figures
) -> Period:
    """The period of an FDP among its items."""
    first = _first_index(item, items, law)
    start = item.report if first == item.index else items[first].start
    theater = theaters[first]
    operated = tuple(segment for segment in item.segments if not segment.deadhead)
    end = operated[-1].in_ if operated else item.end
    planned_end = end if item.scheduled_end is None else item.scheduled_end
    start_minute = theater.clock.minute(start)
    flight_rule, flight_limit = flight_time_limit(pilots=item.pilots, start_minute=start_minute)
    fdp_rule, fdp_limit = duty_period_limit(
        start_minute=start_minute,
        segments=max(len(operated), 1),
        pilots=item.pilots,
        rest_facility=item.rest_facility,
        acclimated=theater.acclimated,
    )
    return Period(
        item=item,
        first_index=first,
        start=start,
        end=end,
        planned_end=planned_end,
        theater=theater,
        operated=operated,
        flight_minutes=sum(segment.in_ - segment.out for segment in operated),
        flight_rule_id=flight_rule.rule_id,
        flight_limit=flight_limit,
        fdp_rule_id=fdp_rule.rule_id,
        fdp_limit=fdp_limit,
        split=assess_split_rest(item, fdp_start=start, fdp_end=end, arrived_at=theaters[item.index].station, law=law),
        infringes_wocl=theater.clock.daily_span_met(
            start, planned_end, from_minute=law.wocl_start_minute, to_minute=law.wocl_end_minute
        ),
    )


def _first_index(item: FlightDutyPeriod, items: Sequence[Item], law: Figures) -> int:
    """The first item that belongs to the FDP: duty and deadheads before it, without a rest between (117.3)."""
    first = item.index
    if item.rap_start is not None:
        return first
    while (
        first > 0
        and isinstance(items[first - 1], Duty | Deadhead)
        and items[first].start - items[first - 1].end < law.rest_minutes
    ):
        first -= 1
    return first
