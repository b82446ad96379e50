"""Where the pilot is, and to which place he is acclimated, at each item's start (legality.md 3 and 9)."""

from dataclasses import dataclass

from tests.regulations.far117.naive.clock import HOUR, degrees_apart, zone_of
from tests.regulations.far117.naive.roster import Roster


@dataclass(frozen=True)
class State:
    acclimated: bool
    clock: str


def far_apart(one: str, other: str) -> bool:
    """More than 60 degrees (3)."""
    return degrees_apart(one, other) > 60


def station_at_start(roster: Roster, index: int) -> str:
    """The `from` of the item's first segment or deadhead, else where he last arrived, at first `position` (3)."""
    if roster.items[index].legs:
        return roster.items[index].legs[0].origin
    arrived = [leg.destination for item in roster.items[:index] for leg in item.legs]
    return arrived[-1] if arrived else roster.position


def in_theater_since(roster: Roster, index: int, here: str) -> int | None:
    """The arrival from which on he has always been within 60 degrees of where he is; else the first item's start (3, 9).

    None where he departs far from where he last was: nobody knows since when he is there.
    """
    since = None
    for item in reversed(roster.items[:index]):
        for leg in reversed(item.legs):
            if far_apart(leg.destination, here):
                return since
            since = leg.arrival
            if far_apart(leg.origin, here):
                return since
    return since if far_apart(station_at_start(roster, 0), here) else roster.items[0].busy_from


def _has_become_acclimated(roster: Roster, index: int, here: str) -> bool:
    """72 h in the theater, or a rest of 36 h begun in it (3)."""
    since = in_theater_since(roster, index, here)
    if since is None:
        return False
    if roster.items[index].start - since >= 72 * HOUR:
        return True
    return any(begin >= since and end - begin >= 36 * HOUR for begin, end in roster.gaps(0, index))


def states(roster: Roster) -> list[State]:
    """The state at each item's start, an FDP's at its report."""
    found = []
    anchor = roster.acclimated_at
    for item in roster.items:
        here = station_at_start(roster, item.index)
        acclimated = not far_apart(here, anchor)
        if not acclimated and _has_become_acclimated(roster, item.index, here):
            acclimated, anchor = True, here
        by_station = acclimated and roster.report_station_clock
        found.append(State(acclimated, zone_of(here if by_station else anchor)))
    return found
