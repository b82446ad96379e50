"""117.25(g): the rest after deadhead transportation that was longer than Table B allows an FDP."""

from collections.abc import Iterator
from dataclasses import dataclass

from regulations.far117.clock import duration_text
from regulations.far117.findings import Finding, under
from regulations.far117.limits import duty_period_limit
from regulations.far117.roster import Roster
from regulations.far117.schedule import Deadhead, FlightDutyPeriod, Item
from regulations.far117.tables import MINIMUM_CREW


@dataclass(slots=True)
class _Transportation:
    """Deadheads that count as one. `rest` is the longest since."""

    start: int
    end: int
    limit: int
    rest: int = 0

    @property
    def length(self) -> int:
        return self.end - self.start

    def required(self, rest_minutes: int) -> int:
        """The rest that is needed before the next FDP: none where the deadhead was no longer than Table B allows."""
        return max(self.length, rest_minutes) if self.length > self.limit else 0


def deadhead_rest(roster: Roster) -> Iterator[Finding]:
    """Some rest before the next FDP is as long as the deadhead, and at least ten hours."""
    least = roster.law.rest_minutes
    pending: list[_Transportation] = []
    for item in roster.items:
        gap = roster.gap_before(item.index)
        if gap is not None:
            for transportation in pending:
                transportation.rest = max(transportation.rest, gap[1] - gap[0])
        if isinstance(item, FlightDutyPeriod):
            worst = min(pending, key=lambda one: one.rest - one.required(least), default=None)
            if worst is not None and worst.rest < worst.required(least):
                yield under(
                    "FAR117_REST_DEADHEAD",
                    item.index,
                    limit=worst.required(least),
                    actual=worst.rest,
                    explanation=(
                        f"Deadhead transportation of {duration_text(worst.length)}, longer than the "
                        f"{duration_text(worst.limit)} of Table B, needs a rest of "
                        f"{duration_text(worst.required(least))} before the next FDP; the longest is "
                        f"{duration_text(worst.rest)}."
                    ),
                )
            pending = []
        span = _transportation_of(item)
        if span is not None:
            _add(pending, span, roster, item)


def _transportation_of(item: Item) -> tuple[int, int] | None:
    """A deadhead, or the deadhead segments after an FDP's last operated one."""
    if isinstance(item, Deadhead):
        return item.start, item.end
    if isinstance(item, FlightDutyPeriod):
        operated = [position for position, segment in enumerate(item.segments) if not segment.deadhead]
        if operated and operated[-1] + 1 < len(item.segments):
            return item.segments[operated[-1] + 1].out, item.segments[-1].in_
    return None


def _add(pending: list[_Transportation], span: tuple[int, int], roster: Roster, item: Item) -> None:
    """Joins the transportation before where less than ten hours lie between."""
    start, end = span
    if pending and start - pending[-1].end < roster.law.rest_minutes:
        pending[-1].end = end
        return
    period = roster.periods.get(item.index)
    theater = roster.theaters[item.index] if period is None else period.theater
    _, limit = duty_period_limit(
        start_minute=theater.clock.minute(start),
        segments=1,
        pilots=MINIMUM_CREW,
        rest_facility=None,
        acclimated=theater.acclimated,
    )
    pending.append(_Transportation(start=start, end=end, limit=limit))
