"""Reading a schedule document. Every fault is found and named at once; nothing is guessed."""

import itertools
from collections.abc import Mapping, Sequence
from functools import partial

from regulations.far117.faults import DocumentFault, DocumentRefused, FaultCode
from regulations.far117.items import item_kind, read_end, read_item, read_start
from regulations.far117.members import Faults, Members, array, day, instant, known_station, minutes, word_of
from regulations.far117.schedule import HistoryDay, Item, ItemKind, Schedule, TheaterClock
from regulations.far117.stations import Station

MOST_ITEMS = 2_000
_DOCUMENT = frozenset({"home_base", "acclimated_at", "position", "theater_clock", "history", "items"})
_HISTORY_DAY = frozenset({"date", "flight_minutes", "fdp_minutes"})
_theater_clock = partial(word_of, TheaterClock)


def read_schedule(document: object) -> Schedule:
    """The schedule that a JSON document describes.

    Raises:
        DocumentRefused: with every fault of the document.
    """
    if not isinstance(document, Mapping):
        raise DocumentRefused([DocumentFault("", FaultCode.WRONG_TYPE, "An object is expected.")])
    faults = Faults()
    members = Members(document, pointer="", faults=faults)
    members.only(_DOCUMENT)
    home_base = members.required("home_base", known_station)
    acclimated_at = members.optional("acclimated_at", known_station)
    position = members.optional("position", known_station)
    theater_clock = members.optional("theater_clock", _theater_clock)
    items, first_start = _items(members)
    history = _history(members, home_base=home_base, first_start=first_start)
    if faults or home_base is None:
        raise DocumentRefused(faults.all())
    return Schedule(
        home_base=home_base,
        acclimated_at=acclimated_at or home_base,
        position=position or home_base,
        theater_clock=theater_clock or TheaterClock.ANCHOR,
        history=history,
        items=items,
        given=frozenset(name for name in _DOCUMENT if name in members),
    )


def _items(members: Members) -> tuple[tuple[Item, ...], int | None]:
    """The sound items, and when the first begins, where that can be read."""
    listed = members.required("items", array)
    if listed is None:
        return (), None
    if not 1 <= len(listed) <= MOST_ITEMS:
        members.fault("items", FaultCode.OUT_OF_RANGE, f"A schedule has 1 to {MOST_ITEMS:,} items.")
        return (), None
    elements = list(members.objects("items", listed))
    found = [None if element is None else read_item(element, index) for index, element in enumerate(elements)]
    spans = [_span(item, element) for item, element in zip(found, elements, strict=True)]
    _check_order(elements, spans)
    _check_notice(elements, spans)
    return tuple(item for item in found if item is not None), spans[0][0]


def _span(item: Item | None, element: Members | None) -> tuple[int | None, int | None]:
    """When an item, sound or faulty, takes time; None where that cannot be read."""
    if item is not None:
        return item.start, item.end
    return (None, None) if element is None else (read_start(element), read_end(element))


def _check_order(elements: Sequence[Members | None], spans: Sequence[tuple[int | None, int | None]]) -> None:
    """Items are in order of time and do not overlap; those whose times cannot be read are left out of it."""
    latest: int | None = None
    for element, (start, end) in zip(elements, spans, strict=True):
        if element is None or start is None or end is None:
            continue
        if latest is not None and start < latest:
            element.fault("", FaultCode.OUT_OF_ORDER, "The item begins before one before it ended.")
        latest = end if latest is None else max(latest, end)


def _check_notice(elements: Sequence[Members | None], spans: Sequence[tuple[int | None, int | None]]) -> None:
    """A long call ends with the notice of the FDP right after it."""
    for index, (before, after) in enumerate(itertools.pairwise(elements)):
        if before is None or after is None or "notified_at" not in after:
            continue
        if before.optional("kind", item_kind) is ItemKind.LONG_CALL:
            notified_at, ended = after.optional("notified_at", instant), spans[index][1]
            if notified_at is not None and ended is not None and notified_at != ended:
                after.fault("notified_at", FaultCode.CONFLICT, "The long call right before ends at another time.")


def _history(members: Members, *, home_base: Station | None, first_start: int | None) -> tuple[HistoryDay, ...]:
    """The days before the items, in order. What depends on the home base or the first item is left where they are faulty."""
    found: dict[int, HistoryDay] = {}
    first_day = None if home_base is None or first_start is None else home_base.clock.day(first_start)
    for element in members.objects("history", members.optional("history", array) or ()):
        if element is None:
            continue
        element.only(_HISTORY_DAY)
        date = element.required("date", day)
        flight, fdp = element.required("flight_minutes", minutes), element.required("fdp_minutes", minutes)
        if date is None:
            continue
        if date in found:
            element.fault("date", FaultCode.TWICE, "This date was given before.")
        elif first_day is not None and date >= first_day:
            element.fault("date", FaultCode.OUT_OF_ORDER, "History ends before the day of the first item.")
        clock = None if home_base is None else home_base.clock
        found[date] = HistoryDay(
            day=date,
            start=0 if clock is None else clock.instant(date, 0),
            end=0 if clock is None else clock.instant(date + 1, 0),
            flight_minutes=flight or 0,
            fdp_minutes=fdp or 0,
        )
    return tuple(found[date] for date in sorted(found))
