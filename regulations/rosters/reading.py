"""From what a person pasted, JSON or CSV, to a judged roster or to every fault of it with the place where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from regulations.far117 import DocumentFault, DocumentRefused
from regulations.far117.evaluation import judge_document
from regulations.far117.roster import Roster
from regulations.far117.stations import station
from regulations.rosters.sheet import Place, Sheet, read_sheet

MOST_BYTES = 1_000_000
MOST_QUOTED = 120


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
    given = {name: value for name, value in beginning.items() if value}
    return _judge_json(text, given) if text.lstrip().startswith(("{", "[")) else _judge_sheet(text, given)


def _judge_json(text: str, given: dict[str, str]) -> tuple[Roster, dict[str, Any]]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"Line {error.lineno}, character {error.colno}"
        fault = RosterFault(where, f"This is no JSON: {error.msg}.", _line_of(text, error.lineno), line=error.lineno)
        raise RosterRefused([fault]) from error
    taken = {}
    if isinstance(document, dict):
        taken = {name: value for name, value in given.items() if name not in document}
        document = document | taken
    try:
        return judge_document(document)
    except DocumentRefused as refused:
        raise RosterRefused([_json_fault(document, fault, taken) for fault in refused.faults]) from refused


def _json_fault(document: Any, fault: DocumentFault, taken: Mapping[str, str]) -> RosterFault:
    member = fault.pointer.removeprefix("/")
    if member in taken or fault.pointer == "/home_base":
        return RosterFault("", fault.detail, member=member)
    return RosterFault(fault.pointer or "The whole document", fault.detail, _quoted(document, fault.pointer))


def _quoted(document: Any, pointer: str) -> str:
    """The value that a pointer leads to; empty where there is none, or much of it."""
    value = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(name)]
        elif name in value:
            value = value[name]
        else:
            return ""
    text = orjson.dumps(value).decode()
    return text if len(text) <= MOST_QUOTED else ""


def _judge_sheet(text: str, given: dict[str, str]) -> tuple[Roster, dict[str, Any]]:
    sheet = read_sheet(text, station(given.get("home_base", "")))
    faults = list(sheet.faults)
    of_form: list[RosterFault] = []
    judged = None
    try:
        judged = judge_document(given | sheet.document)
    except DocumentRefused as refused:
        for fault in refused.faults:
            place = sheet.place_of(fault.pointer)
            if place is not None and place not in sheet.unread:
                faults.append((place, fault.detail))
            elif fault.pointer == "/items" and not faults:
                faults.append((Place(1), "There is no line of duty beneath the first line."))
            elif place is None and fault.pointer != "/items":
                of_form.append(RosterFault("", fault.detail, member=fault.pointer.removeprefix("/")))
    if judged is not None and not faults:
        return judged
    faults.sort(key=lambda fault: fault[0].line)
    raise RosterRefused([*of_form, *(_sheet_fault(sheet, place, text) for place, text in faults)])


def _sheet_fault(sheet: Sheet, place: Place, text: str) -> RosterFault:
    where = f"Line {place.line}" + (f", column {place.column}" if place.column else "")
    return RosterFault(where, text, sheet.texts.get(place.line, "")[:MOST_QUOTED], line=place.line)


def _line_of(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip()[:MOST_QUOTED] if number <= len(lines) else ""
