"""The rest that lies before an item, as the law counts it."""

from regulations.far117.roster import Roster
from regulations.far117.schedule import FlightDutyPeriod, Item


def rest_before(roster: Roster, item: Item) -> tuple[int, int] | None:
    """Since the item before ended, or since the pilot was told of this one; None where nothing is known or nothing left.

    What belongs to an FDP is no rest: of an FDP it is that before all that belongs to it.
    """
    period = roster.periods.get(item.index)
    gap = roster.gap_before(item.index if period is None else period.first_index)
    if gap is None:
        return None
    start, end = gap
    if isinstance(item, FlightDutyPeriod) and item.notified_at is not None:
        start = max(start, item.notified_at)
    return (start, end) if start < end else None
