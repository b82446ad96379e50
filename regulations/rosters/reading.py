"""From what a person pasted, JSON or CSV, to a judged roster or to every fault of it with the place where it stands."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulations.far117 import DocumentFault, DocumentRefused
from regulations.far117.evaluation import judge_document
from regulations.far117.roster import Roster
from regulations.far117.stations import station
from regulations.rosters.sheet import LINE_END, Place, Sheet, read_sheet

MOST_BYTES = 1_000_000
MOST_QUOTED = 120
WHOLE = "The whole document"
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One fault. `where` is the line and column, or the JSON Pointer; `member` where the fault is in the form's field."""

    where: str
    text: str
    quoted: str = ""
    line: int | None = None
    member: str = ""


class RosterRefused(ValueError):
    """The roster cannot be judged: every fault of it."""

    def __init__(self, faults: list[RosterFault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.text}" for fault in faults))
        self.faults = faults


def judge_text(text: str, beginning: Mapping[str, str]) -> tuple[Roster, dict[str, Any]]:
    """The roster and its answer.

    Args:
        text: a schedule document as JSON, or a roster as CSV.
        beginning: `home_base` and the other members that say how a schedule begins; a JSON document's own come first.

    Raises:
        RosterRefused: with all its faults, those of the text in the order of its lines.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    given = {name: value for name, value in beginning.items() if value}
    return _judge_json(text, given) if text.lstrip().startswith(("{", "[")) else _judge_sheet(text, given)


def _judge_json(text: str, given: dict[str, str]) -> tuple[Roster, dict[str, Any]]:
    document = _parsed(text)
    # The members of the document itself come first; the form's are taken for those that it lacks.
    taken = {name: value for name, value in given.items() if isinstance(document, dict) and name not in document}
    asked_of_form = {*taken, "home_base"} if isinstance(document, dict) and "home_base" not in document else {*taken}
    if isinstance(document, dict):
        document = document | taken
    try:
        return judge_document(document)
    except DocumentRefused as refused:
        raise RosterRefused([_json_fault(document, fault, asked_of_form) for fault in refused.faults]) from refused


def _parsed(text: str) -> Any:
    """JSON in which no object has a member twice: of two, one would be lost without a word."""
    twice: list[str] = []

    def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in members)
        twice.extend(name for name, count in counts.items() if count > 1)
        return dict(members)

    try:
        document = json.loads(text, object_pairs_hook=once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"Line {error.lineno}, character {error.colno}"
        fault = RosterFault(where, f"This is no JSON: {error.msg}.", line_of(text, error.lineno), line=error.lineno)
        raise RosterRefused([fault]) from error
    except (RecursionError, ValueError) as error:  # nested without end, numbers of thousands of digits, NaN
        raise RosterRefused([RosterFault(WHOLE, "This is no JSON that a schedule could be.")]) from error
    if twice:
        raise RosterRefused([RosterFault(WHOLE, f"An object has the member “{name}” twice.") for name in twice])
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _json_fault(document: Any, fault: DocumentFault, asked_of_form: Collection[str]) -> RosterFault:
    member = fault.pointer.removeprefix("/")
    if member in asked_of_form:
        return RosterFault("", fault.detail, member=member)
    return RosterFault(fault.pointer or WHOLE, fault.detail, _quoted(document, fault.pointer))


def _quoted(document: Any, pointer: str) -> str:
    """The value that a pointer leads to; empty where there is none, or it is no single one."""
    value = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(name)]
        elif name in value:
            value = value[name]
        else:
            return ""
    return "" if isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False)[:MOST_QUOTED]


def _judge_sheet(text: str, given: dict[str, str]) -> tuple[Roster, dict[str, Any]]:
    sheet = read_sheet(text, station(given.get("home_base", "")))
    try:
        judged = judge_document(given | sheet.document)
    except DocumentRefused as refused:
        raise RosterRefused(_faults_of_sheet(sheet, refused.faults)) from refused
    if sheet.faults:
        raise RosterRefused(_faults_of_sheet(sheet, ()))
    return judged


def _faults_of_sheet(sheet: Sheet, refusals: Sequence[DocumentFault]) -> list[RosterFault]:
    """The form's first, then the sheet's in the order of its lines; without those that only follow from others."""
    placed, of_form = list(sheet.faults), []
    for fault in refusals:
        place = sheet.place_of(fault.pointer)
        if fault.pointer == "/items" and not sheet.document["items"]:
            if not sheet.faults:
                placed.append((Place(1), "There is no line of duty beneath the first line."))
        elif fault.pointer == "/items":
            placed.append((Place(1), fault.detail))
        elif place is None:
            of_form.append(RosterFault("", fault.detail, member=fault.pointer.removeprefix("/")))
        elif place not in sheet.unread:
            placed.append((place, fault.detail))
    placed.sort(key=lambda found: found[0].line)
    return [*of_form, *(_sheet_fault(sheet, place, text) for place, text in placed)]


def _sheet_fault(sheet: Sheet, place: Place, text: str) -> RosterFault:
    where = f"Line {place.line}" + (f", column {place.column}" if place.column else "")
    return RosterFault(where, text, sheet.texts.get(place.line, "")[:MOST_QUOTED], line=place.line)


def line_of(text: str, number: int) -> str:
    """A line of a text, from 1; as much of it as is shown beside a fault."""
    lines = LINE_END.split(text)
    return lines[number - 1].strip()[:MOST_QUOTED] if number <= len(lines) else ""
