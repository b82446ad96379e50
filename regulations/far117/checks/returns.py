"""117.25(d): the long rest after a long trip far from home base."""

from collections.abc import Iterator

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, FindingUnit, under
from regulations.far117.roster import Roster
from regulations.far117.schedule import Deadhead, FlightDutyPeriod, Item, LongCall
from regulations.far117.stations import Station, degrees_apart
from regulations.far117.wording import count_text


def return_rest(roster: Roster) -> Iterator[Finding]:
    """56 hours with three nights, after more than 168 hours away and more than 60 degrees from home base."""
    trip = _Trip(roster)
    gap: tuple[int, int] | None = None
    for item in roster.items:
        if gap is not None and not isinstance(item, LongCall):
            finding = _short_rest(roster, item, gap)
            if finding is not None:
                yield finding
            gap = None
        if trip.comes_home_by(item) and item.index + 1 < len(roster.items):
            gap = (item.end, roster.items[item.index + 1].start)


def _short_rest(roster: Roster, item: Item, gap: tuple[int, int]) -> Finding | None:
    law, clock = roster.law, roster.schedule.home_base.clock
    rest = gap[1] - gap[0]
    nights = clock.daily_spans_held(
        *gap, from_minute=law.night_start_minute, to_minute=law.night_end_minute, most=law.return_nights
    )
    required = f"{duration_text(law.return_rest_minutes)} with {law.return_nights} nights at home base are needed"
    why = (
        f"after more than {duration_text(law.return_away_minutes)} away and more than {law.return_degrees} degrees "
        "of longitude from home base"
    )
    if rest < law.return_rest_minutes:
        return under(
            "FAR117_REST_56H",
            item.index,
            limit=law.return_rest_minutes,
            actual=rest,
            explanation=f"Rest on return to home base {duration_text(rest)}; {required} {why}.",
        )
    if nights < law.return_nights:
        return under(
            "FAR117_REST_56H",
            item.index,
            limit=law.return_nights,
            actual=nights,
            unit=FindingUnit.COUNT,
            explanation=(
                f"Rest on return to home base {duration_text(rest)} holds {count_text(nights, 'whole night')}; "
                f"{required} {why}."
            ),
        )
    return None


class _Trip:
    """Follows the pilot from home base and back."""

    def __init__(self, roster: Roster) -> None:
        self._home = roster.schedule.home_base
        self._law = roster.law
        self._left: int | None = None
        self._far = False

    def comes_home_by(self, item: Item) -> bool:
        """Whether the item ends a trip that calls for the long rest."""
        long_trip = False
        for origin, destination, out, in_ in _legs(item):
            if self._left is None and origin.place == self._home.place:
                self._left, self._far = out, False
            if self._left is None:
                continue
            if destination.place == self._home.place:
                long_trip = long_trip or (self._far and in_ - self._left > self._law.return_away_minutes)
                self._left = None
            elif degrees_apart(destination, self._home) > self._law.return_degrees:
                self._far = True
        return long_trip


def _legs(item: Item) -> Iterator[tuple[Station, Station, int, int]]:
    if isinstance(item, Deadhead):
        yield item.origin, item.destination, item.start, item.end
    elif isinstance(item, FlightDutyPeriod):
        for segment in item.segments:
            yield segment.origin, segment.destination, segment.out, segment.in_
