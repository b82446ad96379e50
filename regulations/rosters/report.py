"""All that the page shows of a judged roster."""

from dataclasses import dataclass
from typing import Any

from regulations.far117.answer import ILLEGAL, LEGAL
from regulations.far117.checks.cumulative import CUMULATIVE_LIMITS
from regulations.far117.loading import catalogue
from regulations.far117.roster import Roster
from regulations.rosters.notes import Note, all_notes
from regulations.rosters.plots import Plot, draw_plots
from regulations.rosters.table import ItemRow, TotalsRow, item_rows, totals_rows
from regulations.rosters.timeline import Part, draw_timeline
from regulations.rosters.words import counted

MOST_SHOWN_ITEMS = 300
MOST_SHOWN_NOTES = 100
"""What a person can read. All items are judged; the API gives all that was found."""


@dataclass(frozen=True, slots=True)
class TotalsHead:
    """A column of the table of totals."""

    what: str
    window: str
    citation: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """Verdict, findings, drawings, tables and assumptions. `tone` is the verdict's colour.

    `left_out` says what of a very long roster is not shown.
    """

    tone: str
    verdict: str
    explanation: str
    notes: tuple[Note, ...]
    parts: tuple[Part, ...]
    plots: tuple[Plot, ...]
    items: tuple[ItemRow, ...]
    totals_heads: tuple[TotalsHead, ...]
    totals: tuple[TotalsRow, ...]
    assumptions: tuple[str, ...]
    ruleset: str
    left_out: str


def roster_report(roster: Roster, answer: dict[str, Any]) -> RosterReport:
    """The report of a roster and its answer."""
    notes, items = all_notes(answer), roster.items[:MOST_SHOWN_ITEMS]
    tone, verdict, explanation = _verdict(answer["verdict"], notes)
    return RosterReport(
        tone=tone,
        verdict=verdict,
        explanation=explanation,
        notes=tuple(notes[:MOST_SHOWN_NOTES]),
        parts=tuple(draw_timeline(roster, answer, items)),
        plots=tuple(draw_plots(roster, answer)),
        items=tuple(item_rows(roster, answer, items)),
        totals_heads=tuple(
            TotalsHead(limit.what, limit.window, catalogue().rule(limit.rule_id).citation, limit.rule_id)
            for limit in CUMULATIVE_LIMITS
        ),
        totals=tuple(totals_rows(roster, answer, items)),
        assumptions=tuple(answer["assumptions"]),
        ruleset=answer["ruleset"],
        left_out=_left_out(len(roster.items), len(notes)),
    )


def _verdict(verdict: str, notes: list[Note]) -> tuple[str, str, str]:
    """Tone, heading, sentence."""
    violations = sum(note.status == "violation" for note in notes)
    unknown = sum(note.status == "unknown" for note in notes)
    open_points = f"{counted(unknown, 'point')} cannot be judged from what the roster says." if unknown else ""
    if verdict == ILLEGAL:
        return "bad", f"Illegal: {counted(violations, 'violation')}", open_points
    if verdict == LEGAL:
        return "good", "Legal", "No limit of Part 117 that can be calculated is passed."
    return "warn", "Undetermined", open_points


def _left_out(items: int, notes: int) -> str:
    """What is not on the page of a very long roster; empty where all is."""
    said = []
    if notes > MOST_SHOWN_NOTES:
        said.append(f"the first {MOST_SHOWN_NOTES} findings of {notes:,} are listed")
    if items > MOST_SHOWN_ITEMS:
        said.append(f"the first {MOST_SHOWN_ITEMS} items of {items:,} are drawn")
    return f"All was judged; {' and '.join(said)}." if said else ""
