"""The shape of a check: it looks at the roster and says what it found, at most one finding an item."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from regulations.far117.findings import Finding
from regulations.far117.periods import Period
from regulations.far117.roster import Roster

RosterCheck = Callable[[Roster], Iterator[Finding]]
PeriodCheck = Callable[[Roster, Period], Finding | None]


@dataclass(frozen=True, slots=True)
class Check:
    """The calculation that stands for one rule of the catalogue; `place` is the module that holds it."""

    rule_id: str
    place: ModuleType
    find: RosterCheck


def each_period(check: PeriodCheck, roster: Roster) -> Iterator[Finding]:
    """A check that looks at one FDP at a time, on every FDP."""
    for period in roster.periods.values():
        finding = check(roster, period)
        if finding is not None:
            yield finding
