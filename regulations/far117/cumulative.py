"""The four cumulative limits of 117.23 over one roster."""

from collections.abc import Collection
from dataclasses import dataclass

from regulations.far117.figures import Figures
from regulations.far117.periods import Period
from regulations.far117.schedule import Schedule
from regulations.far117.windows import Peak, RollingDays, RollingHours

FLIGHT_TIME_672H = "FAR117_FLIGHT_TIME_672H"
FLIGHT_TIME_365D = "FAR117_FLIGHT_TIME_365D"
FDP_168H = "FAR117_FDP_168H"
FDP_672H = "FAR117_FDP_672H"


@dataclass(frozen=True, slots=True)
class LatestEnd:
    """When an FDP must end at the latest, and the rule that says so. The extended one is 117.19(a)(1)'s."""

    instant: int
    rule_id: str
    extended_instant: int


class CumulativeTotals:
    """Flight time and FDP time of history and items, in the windows of 117.23."""

    def __init__(self, schedule: Schedule, periods: Collection[Period], law: Figures) -> None:
        history = schedule.history
        flight_days, fdp_days = ([day.flight_minutes for day in history], [day.fdp_minutes for day in history])
        flights = [(segment.out, segment.in_) for period in periods for segment in period.operated]
        fdps = [stretch for period in periods for stretch in period.stretches]
        self._law = law
        self._flights = RollingHours(law.flight_672h_window_minutes, flights, history, flight_days)
        self._fdp_168h = RollingHours(law.fdp_168h_window_minutes, fdps, history, fdp_days)
        self._fdp_672h = RollingHours(law.fdp_672h_window_minutes, fdps, history, fdp_days)
        self._home_clock = schedule.home_base.clock
        self._flight_days = RollingDays(law.flight_365d_window_days, self._home_clock, history)

    def peaks(self, period: Period) -> dict[str, Peak]:
        """The peak of each limit within an FDP, by rule id. To be asked for FDP after FDP, once each."""
        for segment in period.operated:
            self._flight_days.add(segment.out, segment.in_)
        return {
            FLIGHT_TIME_672H: self._flights.peak(period.start, period.end),
            FDP_168H: self._fdp_168h.peak(period.start, period.end),
            FDP_672H: self._fdp_672h.peak(period.start, period.end),
            FLIGHT_TIME_365D: self._flight_days.peak(period.start, period.end),
        }

    def curves(self, start: int, end: int) -> dict[str, list[tuple[int, int]]]:
        """The total of each window that ends in [start, end], by rule id, as corners (instant, minutes) of a line.

        To be asked after every FDP's peaks. A total of days is that of the local day at home base that begins then.
        """
        clock = self._home_clock
        days = self._flight_days.curve(clock.day(start), clock.day(end))
        return {
            FDP_168H: self._fdp_168h.curve(start, end),
            FDP_672H: self._fdp_672h.curve(start, end),
            FLIGHT_TIME_672H: self._flights.curve(start, end),
            FLIGHT_TIME_365D: [(clock.instant(day, 0), minutes) for day, minutes in days],
        }

    def latest_end(self, period: Period) -> LatestEnd:
        """The earliest of the ends that Table B or C, 117.21(c) and 117.23(c) allow; on a tie the first of these."""
        instant, rule_id = self._bound(period, extension=0)
        extended, _ = self._bound(period, extension=self._law.extension_minutes)
        return LatestEnd(instant=instant, rule_id=rule_id, extended_instant=extended)

    def _bound(self, period: Period, *, extension: int) -> tuple[int, str]:
        law = self._law
        instant, rule_id = self._table_end(period, extension), period.fdp_rule_id
        if period.item.rap_start is not None:
            reserve_end = period.item.rap_start + period.reserve_limit(law) + extension
            if reserve_end < instant:
                instant = reserve_end
                rule_id = "FAR117_SHORT_CALL_AUGMENTED" if period.augmented else "FAR117_SHORT_CALL_UNAUGMENTED"
        rest = None if period.split is None or period.split.failed else (period.split.rest.start, period.split.rest.end)
        for window, limit, name in (
            (self._fdp_168h, law.fdp_168h_minutes, FDP_168H),
            (self._fdp_672h, law.fdp_672h_minutes, FDP_672H),
        ):
            end = window.latest_end(period.start, instant, limit, idle=rest)
            if end < instant:
                instant, rule_id = end, name
        return instant, rule_id

    def _table_end(self, period: Period, extension: int) -> int:
        """With a granted split rest its length later, but not past 14 h from the start, nor earlier than without it."""
        plain = period.start + period.fdp_limit + extension
        combined = period.start + self._law.split_combined_minutes
        return max(plain, min(plain + period.granted_split_minutes, combined))
