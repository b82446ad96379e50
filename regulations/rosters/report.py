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


@dataclass(frozen=True, slots=True)
class TotalsHead:
    """A column of the table of totals."""

    what: str
    window: str
    citation: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """Verdict, findings, drawings, tables and assumptions. `tone` is the verdict's colour."""

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


def roster_report(roster: Roster, answer: dict[str, Any]) -> RosterReport:
    """The report of a roster and its answer."""
    notes = all_notes(answer)
    tone, verdict, explanation = _verdict(answer["verdict"], notes)
    return RosterReport(
        tone=tone,
        verdict=verdict,
        explanation=explanation,
        notes=tuple(notes),
        parts=tuple(draw_timeline(roster, answer)),
        plots=tuple(draw_plots(roster, answer)),
        items=tuple(item_rows(roster, answer)),
        totals_heads=tuple(
            TotalsHead(limit.what, limit.window, catalogue().rule(limit.rule_id).citation, limit.rule_id)
            for limit in CUMULATIVE_LIMITS
        ),
        totals=tuple(totals_rows(roster, answer)),
        assumptions=tuple(answer["assumptions"]),
        ruleset=answer["ruleset"],
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
