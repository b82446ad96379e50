"""A schedule with all that follows from it: what the checks look at."""

from dataclasses import dataclass

from regulations.far117.cumulative import CumulativeTotals
from regulations.far117.figures import Figures
from regulations.far117.periods import Period, derive_period
from regulations.far117.schedule import FlightDutyPeriod, Item, Schedule
from regulations.far117.theater import Theater, theaters
from regulations.far117.windows import Peak


@dataclass(frozen=True, slots=True)
class Roster:
    """Items in order; the state at each one's start; the FDPs with their figures and cumulative peaks, by item index."""

    schedule: Schedule
    law: Figures
    items: tuple[Item, ...]
    theaters: list[Theater]
    periods: dict[int, Period]
    peaks: dict[int, dict[str, Peak]]
    totals: CumulativeTotals

    def gap_before(self, index: int) -> tuple[int, int] | None:
        """The time without any item right before an item; None before the first, where it has no beginning."""
        return None if index == 0 else (self.items[index - 1].end, self.items[index].start)


def derive_roster(schedule: Schedule, law: Figures) -> Roster:
    """Everything that the checks need, derived once."""
    states = theaters(schedule, law)
    periods = {
        item.index: derive_period(item, items=schedule.items, theaters=states, law=law)
        for item in schedule.items
        if isinstance(item, FlightDutyPeriod)
    }
    totals = CumulativeTotals(schedule, periods.values(), law)
    return Roster(
        schedule=schedule,
        law=law,
        items=schedule.items,
        theaters=states,
        periods=periods,
        peaks={index: totals.peaks(period) for index, period in periods.items()},
        totals=totals,
    )
