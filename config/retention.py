"""How long rows are kept, by table: read from the table in `docs/retention.md`, which is what people are told and what is carried out.

A line that cannot be read stops the product at its start rather than keep or delete what nobody meant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "retention.md"
_COLUMNS = ("table", "what", "kept for", "counted from", "then", "why")
_DURATION = re.compile(r"(\d{1,3}) (hour|day|month|year)s?")
_QUOTED = re.compile(r"`(\w+)`")
_WITH = re.compile(r"with `(\w+)`")
AT_ONCE = "no longer"


class Then(StrEnum):
    """What becomes of a row in the end."""

    DELETE = "delete"
    DROP_MONTH = "drop month"
    ANONYMISE = "anonymise"
    WITH = "with"
    STAY = "stay"


TIMED = frozenset({Then.DELETE, Then.DROP_MONTH})


class RetentionUnclear(Exception):
    """The document does not say clearly what is to be done. The message names the line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One table. `kept` and `counted_from`, a column, are there for what goes by time; `beside` is the table that a row goes with."""

    table: str
    then: Then
    kept: relativedelta | None = None
    counted_from: str = ""
    beside: str = ""


@cache
def lines() -> Mapping[str, Line]:
    """The lines of the document by table.

    Raises:
        RetentionUnclear: also for a table that is there twice.
    """
    return read(DOCUMENT.read_text(encoding="utf-8"))


def kept_for(table: str) -> relativedelta:
    """How long rows of a table are kept that go by time.

    Raises:
        RetentionUnclear: where the table is not there or does not go by time.
    """
    line = lines().get(table)
    if line is None or line.kept is None:
        raise RetentionUnclear(f"docs/retention.md does not say how long rows of {table} are kept.")
    return line.kept


def read(text: str) -> Mapping[str, Line]:
    """As `lines`, of a given text."""
    found: dict[str, Line] = {}
    for written in text.splitlines():
        cells = [cell.strip() for cell in written.strip().strip("|").split("|")]
        if not written.startswith("| `"):
            continue
        if len(cells) != len(_COLUMNS):
            raise RetentionUnclear(f"A line has {len(cells)} cells instead of {len(_COLUMNS)}: {written}")
        line = _line(written, dict(zip(_COLUMNS, cells, strict=True)))
        if line.table in found:
            raise RetentionUnclear(f"{line.table} is there twice.")
        found[line.table] = line
    return found


def _line(written: str, cells: Mapping[str, str]) -> Line:
    table, beside = _QUOTED.fullmatch(cells["table"]), _WITH.fullmatch(cells["then"])
    if table is None or not cells["what"] or not cells["why"]:
        raise RetentionUnclear(f"A line names no table, or not what is in it, or not why: {written}")
    if beside is not None:
        return Line(table.group(1), Then.WITH, beside=beside.group(1))
    if cells["then"] not in set(Then) - {Then.WITH}:
        raise RetentionUnclear(f"Nobody knows what to do then: {written}")
    then = Then(cells["then"])
    if then not in TIMED:
        return Line(table.group(1), then)
    column = _QUOTED.fullmatch(cells["counted from"])
    if column is None:
        raise RetentionUnclear(f"A line does not say from which column on it counts: {written}")
    return Line(table.group(1), then, kept=_duration(written, cells["kept for"]), counted_from=column.group(1))


def _duration(written: str, said: str) -> relativedelta:
    if said == AT_ONCE:
        return relativedelta()
    given = _DURATION.fullmatch(said)
    if given is None:
        raise RetentionUnclear(f"A line does not say how long: {written}")
    number, unit = int(given.group(1)), given.group(2)
    match unit:
        case "hour":
            return relativedelta(hours=number)
        case "day":
            return relativedelta(days=number)
        case "month":
            return relativedelta(months=number)
        case _:
            return relativedelta(years=number)
