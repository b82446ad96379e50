"""From a schedule document to its answer."""

from typing import Any

from regulations.far117.answer import build_answer
from regulations.far117.checks import CHECKS
from regulations.far117.document import read_schedule
from regulations.far117.figures import figures
from regulations.far117.findings import Finding
from regulations.far117.loading import catalogue
from regulations.far117.roster import Roster, derive_roster
from regulations.far117.schedule import Schedule


def evaluate_document(document: object) -> dict[str, Any]:
    """Judge a schedule document against Part 117, as docs/far117/ describes both.

    Args:
        document: a JSON object: strings, whole numbers, true, false, null, lists and objects.

    Raises:
        DocumentRefused: the document has faults; every one is named.
    """
    return judge_document(document)[1]


def judge_document(document: object) -> tuple[Roster, dict[str, Any]]:
    """The answer of `evaluate_document`, and the roster that it was judged as, to draw it from.

    Raises:
        DocumentRefused: the document has faults; every one is named.
    """
    roster, findings = judge_schedule(read_schedule(document))
    return roster, build_answer(roster, findings, catalogue())


def judge_schedule(schedule: Schedule) -> tuple[Roster, list[Finding]]:
    """What is found of a schedule that was read, in order of item, then rule id; and the roster that it was judged as."""
    roster = derive_roster(schedule, figures())
    findings = [finding for check in CHECKS for finding in check.find(roster)]
    return roster, sorted(findings, key=lambda finding: (finding.item, finding.rule_id))
