"""A judged roster drawn day by day, on the clock that the pilot's body keeps.

Each row is one local day, midnight to midnight; places across it are percent of that day's length, which is 23 or 25
hours where the clock is changed. Where the acclimated clock becomes another one, a new part with its own days begins.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulations.far117.clock import MINUTES_PER_DAY, MINUTES_PER_HOUR, LocalClock
from regulations.far117.figures import figures
from regulations.far117.roster import Roster
from regulations.far117.schedule import Deadhead, FlightDutyPeriod, Item, ItemKind
from regulations.rosters.notes import Note, notes_by_item
from regulations.rosters.rests import rest_before
from regulations.rosters.words import counted, day_text, instant_of, length_text, long_day_text, moment_text, zone_city

MARKED_HOURS = 3
WHOLE_PERCENT = 100
TURNED_AT_PERCENT = 60
LABELLED_LEG_MINUTES = 70
LABELLED_REST_MINUTES = 180
# What is drawn first lies under what comes after.
LAYERS = (
    *("rest", "rest-short", "long_call", "short_call", "duty", "fdp"),
    *("extended", "over", "pause", "deadhead", "carried", "flight"),
)
MOST_DAYS_OF_ITEM = 14
"""Of a longer item the first and the last day are drawn, and what lies between is said."""
REST_RULES = frozenset(
    {"FAR117_REST_10H", "FAR117_SHORT_CALL_REST", "FAR117_RESERVE_SHIFT", "FAR117_SLEEP_OPPORTUNITY"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is drawn of one thing within one day. `kind` is the drawing's class; `text` is written on it where it fits."""

    kind: str
    left: float
    width: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class LimitMark:
    """The latest end of an FDP, or the latest with an extension."""

    left: float
    extended: bool


@dataclass(frozen=True, slots=True)
class Badges:
    """Numbers of what was found on an item, where it begins. `turned`: they stand to the left of that place."""

    left: float
    turned: bool
    notes: tuple[Note, ...]

    @property
    def placed(self) -> list[tuple[int, Note]]:
        """Each note with its middle's distance from the place, in pixels."""
        step = -20 if self.turned else 20
        return [(step // 2 + step * number, note) for number, note in enumerate(self.notes)]


@dataclass(frozen=True, slots=True)
class Caption:
    """An item in words, beneath the day it begins on. Its time is on the part's clock."""

    anchor: str
    name: str
    time: str
    route: str
    limit: str
    notes: tuple[Note, ...]


@dataclass(slots=True)
class Day:
    """One row."""

    label: str
    long_label: str
    length_note: str
    hours: tuple[float, ...]
    wocl: tuple[Piece, ...]
    pieces: list[Piece] = field(default_factory=list)
    marks: list[LimitMark] = field(default_factory=list)
    badges: list[Badges] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """Days in a row that are not drawn: there is no item, or one that goes on through all of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Days on one clock."""

    city: str
    zone: str
    hours: tuple[tuple[float, str], ...]
    rows: tuple[Day | DaysBetween, ...]


def draw_timeline(roster: Roster, answer: dict[str, Any], items: Sequence[Item]) -> list[Part]:
    """The parts of the timeline of these items of a roster."""
    notes = notes_by_item(answer)
    rows = answer["items"]
    grouped = itertools.groupby(items, key=lambda item: item_clock(roster, item).zone)
    return [_PartDrawing(roster, rows, notes, list(part)).part() for _, part in grouped]


def item_clock(roster: Roster, item: Item) -> LocalClock:
    """The acclimated clock at an item's start, at the FDP's start where it is one."""
    period = roster.periods.get(item.index)
    return (roster.theaters[item.index] if period is None else period.theater).clock


class _PartDrawing:
    """Draws items in a row that have one clock."""

    def __init__(
        self, roster: Roster, rows: list[dict[str, Any]], notes: dict[int, tuple[Note, ...]], items: Sequence[Item]
    ) -> None:
        self._roster, self._rows, self._notes, self._items = roster, rows, notes, items
        self._clock = item_clock(roster, items[0])
        self._days: dict[int, Day] = {}
        self._going_on: dict[int, str] = {}
        # The first item that belongs to an FDP, if that is not itself, and the FDP.
        self._chains = {
            period.first_index: index for index, period in roster.periods.items() if period.first_index < index
        }

    def part(self) -> Part:
        for item in self._items:
            self._draw(item)
        for item in self._items:
            self._draw_rest(item)
            self._mark_limits(item)
        for day in self._days.values():
            day.pieces.sort(key=lambda piece: LAYERS.index(piece.kind))
        return Part(
            city=zone_city(self._clock.zone),
            zone=self._clock.zone,
            hours=tuple(
                (round(WHOLE_PERCENT * hour * MINUTES_PER_HOUR / MINUTES_PER_DAY, 2), f"{hour:02d}")
                for hour in range(0, 25, MARKED_HOURS)
            ),
            rows=tuple(self._rows_with_gaps()),
        )

    def _rows_with_gaps(self) -> Iterator[Day | DaysBetween]:
        days = sorted(self._days)
        for before, day in zip([None, *days], days, strict=False):
            if before is not None and day - before > 1:
                yield DaysBetween(_days_text(before + 1, day - 1, self._going_on.get(before + 1)))
            yield self._days[day]

    def _draw(self, item: Item) -> None:
        if isinstance(item, FlightDutyPeriod):
            self._draw_period(item)
        else:
            self._put(item.kind.value, item.start, item.end, item_name(item))
        first_day, last_day = self._day_of(item.start), self._day_of(item.end)
        if last_day - first_day >= MOST_DAYS_OF_ITEM:
            self._going_on[first_day + 1] = item_name(item)
        first = self._day(first_day)
        notes = self._notes.get(item.index, ())
        if notes:
            left = self._percent(first_day, item.start)
            first.badges.append(Badges(left, turned=left > TURNED_AT_PERCENT, notes=notes))
        first.captions.append(self._caption(item, notes))

    def _draw_period(self, item: FlightDutyPeriod) -> None:
        period, row = self._roster.periods[item.index], self._rows[item.index]
        latest = instant_of(row["latest_fdp_end"])
        if item.start < item.report:
            self._put(ItemKind.SHORT_CALL.value, item.start, item.report, "reserve")
        self._put(ItemKind.DUTY.value, item.report, item.end)
        self._put("fdp", period.start, period.end)
        for kind, start, end in self._beyond(item, latest):
            self._put(kind, start, end)
        if period.split is not None and not period.split.failed:
            self._put("pause", period.split.rest.start, period.split.rest.end, "rest")
        for segment in item.segments:
            text = f"{segment.origin.code}–{segment.destination.code}"
            labelled = segment.in_ - segment.out >= LABELLED_LEG_MINUTES
            self._put("carried" if segment.deadhead else "flight", segment.out, segment.in_, text if labelled else "")

    def _beyond(self, item: FlightDutyPeriod, latest: int) -> Iterator[tuple[str, int, int]]:
        """What of the FDP lies after its latest end: extended as far as an extension was declared and goes."""
        period, extended = self._roster.periods[item.index], latest
        if period.extended_after_takeoff:
            extended = period.end
        elif period.extended_before_takeoff:
            extended = instant_of(self._rows[item.index]["latest_fdp_end_extended"])
        for kind, start, end in (("extended", latest, extended), ("over", extended, period.end)):
            if max(start, period.start) < min(end, period.end):
                yield kind, max(start, period.start), min(end, period.end)

    def _mark_limits(self, item: Item) -> None:
        """The latest ends of an FDP, on days that are drawn; the caption has them all."""
        row = self._rows[item.index]
        if row["latest_fdp_end"] is None:
            return
        for name, is_extended in (("latest_fdp_end", False), ("latest_fdp_end_extended", True)):
            instant = instant_of(row[name])
            day = self._day_of(instant)
            if day in self._days:
                self._days[day].marks.append(LimitMark(self._percent(day, instant), extended=is_extended))

    def _draw_rest(self, item: Item) -> None:
        """The rest right before an item, on the days that are drawn."""
        period = self._roster.periods.get(item.index)
        if period is not None and period.first_index < item.index:
            return  # what lies before it belongs to it
        judged = self._roster.items[self._chains.get(item.index, item.index)]
        rest = rest_before(self._roster, judged)
        if rest is None:
            return
        notes = self._notes.get(judged.index, ())
        short = any(note.rule_id in REST_RULES and note.status == "violation" for note in notes)
        # Between the day on which it begins and that on which it ends nothing else is drawn.
        ends = sorted({self._day_of(rest[0]), self._day_of(rest[1] - 1)} & self._days.keys())
        cuts = [(day, *self._within(day, *rest)) for day in ends]
        widest = max(cuts, key=lambda cut: cut[2] - cut[1], default=None)
        for cut in cuts:
            labelled = cut == widest and cut[2] - cut[1] >= LABELLED_REST_MINUTES
            text = length_text(rest[1] - rest[0]) if labelled else ""
            self._days[cut[0]].pieces.append(self._piece("rest-short" if short else "rest", *cut, text))

    def _put(self, kind: str, start: int, end: int, text: str = "") -> None:
        cuts = self._cuts(start, end)
        widest = max(cuts, key=lambda cut: cut[2] - cut[1])
        for cut in cuts:
            self._day(cut[0]).pieces.append(self._piece(kind, *cut, text if cut == widest else ""))

    def _cuts(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(day, start, end) of each local day's share of a stretch; of very many days the first and the last."""
        first, last = self._day_of(start), self._day_of(end - 1)
        days = range(first, last + 1) if last - first < MOST_DAYS_OF_ITEM else (first, last)
        return [(day, *self._within(day, start, end)) for day in days]

    def _within(self, day: int, start: int, end: int) -> tuple[int, int]:
        return max(start, self._clock.instant(day, 0)), min(end, self._clock.instant(day + 1, 0))

    def _day_of(self, instant: int) -> int:
        """The row that an instant is in: rows begin when the clock first shows midnight, even if it shows it twice."""
        day = self._clock.day(instant)
        if instant < self._clock.instant(day, 0):
            return day - 1
        return day + 1 if instant >= self._clock.instant(day + 1, 0) else day

    def _piece(self, kind: str, day: int, start: int, end: int, text: str = "") -> Piece:
        left = self._percent(day, start)
        return Piece(kind, left, round(self._percent(day, end) - left, 2), text)

    def _percent(self, day: int, instant: int) -> float:
        start, end = self._clock.instant(day, 0), self._clock.instant(day + 1, 0)
        return round(WHOLE_PERCENT * (instant - start) / (end - start), 2)

    def _day(self, day: int) -> Day:
        if day not in self._days:
            self._days[day] = self._empty_day(day)
        return self._days[day]

    def _empty_day(self, day: int) -> Day:
        law, clock = figures(), self._clock
        length = clock.instant(day + 1, 0) - clock.instant(day, 0)
        wocl = clock.instant(day, law.wocl_start_minute), clock.instant(day, law.wocl_end_minute)
        return Day(
            label=day_text(day),
            long_label=long_day_text(day),
            length_note=""
            if length == MINUTES_PER_DAY
            else f"The clock is changed: this day has {length_text(length)}.",
            hours=tuple(
                self._percent(day, clock.instant(day, hour * MINUTES_PER_HOUR))
                for hour in range(MARKED_HOURS, 24, MARKED_HOURS)
            ),
            wocl=(self._piece("wocl", day, *wocl),),
        )

    def _caption(self, item: Item, notes: tuple[Note, ...]) -> Caption:
        start, end = item.start, item.end
        route, limit = "", ""
        if isinstance(item, FlightDutyPeriod):
            period, row = self._roster.periods[item.index], self._rows[item.index]
            start, end = period.start, period.end
            route = "–".join(itertools.chain(*_stops(item)))
            latest = self._time_after(start, instant_of(row["latest_fdp_end"]))
            extended = self._time_after(start, instant_of(row["latest_fdp_end_extended"]))
            limit = (
                f"{length_text(period.elapsed)} of {length_text(period.fdp_limit)}; "
                f"to end by {latest}, extended by {extended}"
            )
        elif isinstance(item, Deadhead):
            route = f"{item.origin.code}–{item.destination.code}"
        return Caption(
            anchor=f"item-{item.index + 1}",
            name=item_name(item),
            time=f"{self._clock.text(start)}–{self._time_after(start, end)}",
            route=route,
            limit=limit,
            notes=notes,
        )

    def _time_after(self, start: int, instant: int) -> str:
        """A time of day, with its day where that is another than the start's."""
        same_day = self._clock.day(start) == self._clock.day(instant)
        return self._clock.text(instant) if same_day else moment_text(instant, self._clock)


def _stops(item: FlightDutyPeriod) -> Iterator[list[str]]:
    """The stations of an FDP in order; where a leg does not begin where the one before ended, both are named."""
    at = ""
    for segment in item.segments:
        origin, at_before = segment.origin.code, at
        at = segment.destination.code
        yield [at] if origin == at_before else [origin, at]


NAMES = {
    ItemKind.FDP: "FDP",
    ItemKind.SHORT_CALL: "Short call",
    ItemKind.LONG_CALL: "Long call",
    ItemKind.DEADHEAD: "Deadhead",
    ItemKind.DUTY: "Duty",
}


def item_name(item: Item) -> str:
    """ "FDP C4017"."""
    return NAMES[item.kind] if item.id is None else f"{NAMES[item.kind]} {item.id}"


def _days_text(first: int, last: int, going_on: str | None) -> str:
    days = day_text(first) if first == last else f"{day_text(first)} to {day_text(last)}"
    count = counted(last - first + 1, "day")
    return f"{days}: {going_on} goes on for {count}" if going_on else f"{days}: {count} with nothing on the roster"
