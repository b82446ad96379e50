"""What is judged: trips of duty periods, reserve, and what is known of the days around them. Instants are minutes since 1970."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from regulations.far117.clock import MINUTES_PER_DAY
from regulations.far117.stations import Station

LONGEST_LINE_DAYS = 800


@dataclass(frozen=True, slots=True)
class Leg:
    """One segment, block to block; None is what was not given."""

    pointer: str
    origin: Station | None
    destination: Station | None
    out: int | None
    in_: int | None
    is_deadhead: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty period; None is what was not given, also for its legs as a whole."""

    pointer: str
    report: int | None
    release: int | None
    legs: tuple[Leg, ...] | None

    @property
    def minutes(self) -> int | None:
        """Report to release."""
        return None if self.report is None or self.release is None else self.release - self.report

    @property
    def instants(self) -> list[int]:
        """Every instant that is given, in the order in which they should come."""
        of_legs = [instant for leg in self.legs or () for instant in (leg.out, leg.in_)]
        return [instant for instant in (self.report, *of_legs, self.release) if instant is not None]

    @property
    def operated(self) -> list[Leg] | None:
        """Its legs but for deadheads."""
        return None if self.legs is None else [leg for leg in self.legs if not leg.is_deadhead]


@dataclass(frozen=True, slots=True)
class Trip:
    """A pairing: duty periods in order of time, from one report at base to the release there."""

    pointer: str
    name: str | None
    duties: tuple[Duty, ...]

    @property
    def start(self) -> int | None:
        return self.duties[0].report

    @property
    def end(self) -> int | None:
        return self.duties[-1].release


@dataclass(frozen=True, slots=True)
class Reserve:
    """One reserve availability period."""

    pointer: str
    begin: int
    end: int


@dataclass(frozen=True)
class Line:
    """Trips, and reserve where it is known (None: not told). `days` are the first and last local day that they fill whole.

    Trips that overlap or are not in order are no line but a choice: each is judged by itself, and nothing across them.
    """

    trips: tuple[Trip, ...]
    reserve: tuple[Reserve, ...] | None
    base: Station | None
    days: tuple[int, int] | None = None
    pointer: str = ""

    @cached_property
    def duties(self) -> list[Duty]:
        """All duty periods, in order of time where this is a line."""
        return [duty for trip in self.trips for duty in trip.duties]

    @cached_property
    def is_line(self) -> bool:
        """Whether one pilot can do it all: as far as times are known, nothing overlaps; and it is no life's work."""
        known = [instant for duty in self.duties for instant in (duty.report, duty.release) if instant is not None]
        if known and known[-1] - known[0] > LONGEST_LINE_DAYS * MINUTES_PER_DAY:
            return False
        return all(before <= after for before, after in itertools.pairwise(known))

    @cached_property
    def is_timed(self) -> bool:
        """Whether every report and release is known."""
        return all(duty.minutes is not None for duty in self.duties)

    @cached_property
    def busy(self) -> list[tuple[int, int]]:
        """When the pilot is not free: duty, and reserve; in order, as far as it is known."""
        spans = [
            (duty.report, duty.release) for duty in self.duties if duty.report is not None and duty.release is not None
        ]
        return merged([*spans, *((period.begin, period.end) for period in self.reserve or ())])


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, those that touch joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
