"""117.27: consecutive FDPs that infringe on the window of circadian low."""

from collections.abc import Iterator

from regulations.far117.clock import LocalClock, duration_text
from regulations.far117.findings import Finding, FindingUnit, over
from regulations.far117.roster import Roster


def consecutive_nights(roster: Roster) -> Iterator[Finding]:
    """Three in a row; five where each has a qualifying rest. A night's rest, or an FDP outside the WOCL, ends the run."""
    law = roster.law
    night, all_rested, after = 0, True, 0
    for index, period in roster.periods.items():
        if not period.infringes_wocl or _night_off(roster, after=after, until=index, clock=period.theater.clock):
            night, all_rested = 0, True
        after = index
        if not period.infringes_wocl:
            continue
        night += 1
        all_rested = all_rested and period.split is not None and period.split.counts_at_night
        limit = law.nights_with_rest if all_rested else law.nights_without_rest
        if night > limit:
            yield over(
                "FAR117_CONSECUTIVE_NIGHTS",
                index,
                limit=limit,
                actual=night,
                unit=FindingUnit.COUNT,
                explanation=(
                    f"FDP {night} in a row that infringes on the window of circadian low; at most {limit} are allowed "
                    f"{'with' if all_rested else 'without'} a qualifying rest of {duration_text(law.night_rest_minutes)} "
                    "in each."
                ),
            )


def _night_off(roster: Roster, *, after: int, until: int, clock: LocalClock) -> bool:
    """Whether a rest between two items is long enough and holds a whole night on the clock of the second."""
    law = roster.law
    for index in range(after + 1, until + 1):
        start, end = roster.items[index - 1].end, roster.items[index].start
        if end - start >= law.rest_minutes and clock.daily_spans_held(
            start, end, from_minute=law.night_start_minute, to_minute=law.night_end_minute, most=1
        ):
            return True
    return False
