"""A judged roster as a table: the same figures as the drawings, for who does not see them or wants them exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulations.far117.checks.cumulative import CUMULATIVE_LIMITS
from regulations.far117.clock import LocalClock
from regulations.far117.loading import catalogue
from regulations.far117.roster import Roster
from regulations.far117.schedule import Item, ItemKind
from regulations.rosters.notes import Note, notes_by_item
from regulations.rosters.rests import rest_before
from regulations.rosters.timeline import item_clock, item_name
from regulations.rosters.words import instant_of, length_text, margin_text, moment_text, zone_city

NONE = "–"


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """What an FDP came to and may be. Lengths are texts."""

    span: str
    fdp: str
    fdp_limit: str
    fdp_margin: str
    flight: str
    flight_limit: str
    flight_margin: str
    segments: int
    latest_end: str
    extended_end: str
    binding_citation: str
    binding_rule_id: str
    meets_wocl: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item. `figures` is None but for an FDP."""

    number: int
    name: str
    span: str
    station: str
    clock: str
    acclimated: bool
    rest_before: str
    figures: PeriodFigures | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """The peak of each cumulative limit within an FDP: what it counts, the peak, what is left, whether it is passed."""

    number: int
    name: str
    when: str
    totals: tuple[tuple[str, str, str, bool], ...]


def item_rows(roster: Roster, answer: dict[str, Any], items: Sequence[Item]) -> list[ItemRow]:
    """These items of a roster, in order."""
    notes = notes_by_item(answer)
    found = []
    for item in items:
        row = answer["items"][item.index]
        clock = item_clock(roster, item)
        rest = rest_before(roster, item)
        found.append(
            ItemRow(
                number=item.index + 1,
                name=item_name(item),
                span=_span(item.start, item.end, clock),
                station=row["station"],
                clock=zone_city(row["clock"]),
                acclimated=row["acclimated"],
                rest_before=NONE if rest is None else length_text(rest[1] - rest[0]),
                figures=_figures(row, clock) if item.kind is ItemKind.FDP else None,
                notes=notes.get(item.index, ()),
            )
        )
    return found


def _figures(row: dict[str, Any], clock: LocalClock) -> PeriodFigures:
    binding = catalogue().rule(row["binding_rule"])
    return PeriodFigures(
        span=_span(instant_of(row["fdp_start"]), instant_of(row["fdp_end"]), clock),
        fdp=length_text(row["elapsed_minutes"]),
        fdp_limit=length_text(row["fdp_limit_minutes"]),
        fdp_margin=margin_text(row["fdp_margin_minutes"]),
        flight=length_text(row["flight_minutes"]),
        flight_limit=length_text(row["flight_limit_minutes"]),
        flight_margin=margin_text(row["flight_margin_minutes"]),
        segments=row["segments"],
        latest_end=moment_text(instant_of(row["latest_fdp_end"]), clock),
        extended_end=moment_text(instant_of(row["latest_fdp_end_extended"]), clock),
        binding_citation=binding.citation,
        binding_rule_id=binding.rule_id,
        meets_wocl=row["infringes_wocl"],
    )


def totals_rows(roster: Roster, answer: dict[str, Any], items: Sequence[Item]) -> list[TotalsRow]:
    """The FDPs of these items, in order; the limits as in `CUMULATIVE_LIMITS`."""
    clock = roster.schedule.home_base.clock
    return [
        TotalsRow(
            number=item.index + 1,
            name=item_name(item),
            when=moment_text(item.start, clock),
            totals=tuple(
                (
                    f"{limit.what} in {limit.window}",
                    length_text(answer["items"][item.index]["peaks"][limit.rule_id]),
                    margin_text(answer["items"][item.index]["remaining"][limit.rule_id]),
                    answer["items"][item.index]["remaining"][limit.rule_id] < 0,
                )
                for limit in CUMULATIVE_LIMITS
            ),
        )
        for item in items
        if item.kind is ItemKind.FDP
    ]


def _span(start: int, end: int, clock: LocalClock) -> str:
    """ "Mon 2 Feb 07:00 to 17:10", with the second day where it is another."""
    shown_end = clock.text(end) if clock.day(start) == clock.day(end) else moment_text(end, clock)
    return f"{moment_text(start, clock)} to {shown_end}"
