"""What attests that an entry is no longer as it was written: the redactions in the chain, held against the entry as it stands."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from audit.canonical import EVENT_COLUMNS, ROW_COLUMNS

# What stands where something was erased: nothing else may.
MARK = re.compile(r"erased-[0-9a-f]{8}|\[erased\]")
# Of an entry's columns, those that the canonical text calls otherwise.
_CALLED = {"remote_addr": "address", "remote_port": "port", "additional_data": "details"}
_PLACES = {
    kind: {name: place for place, name in enumerate(("kind", "batch", "position", *columns))}
    for kind, columns in (("event", EVENT_COLUMNS), ("row", ROW_COLUMNS))
}
ATTESTING = """
    SELECT r.entry_batch, r.entry_position, r.id, r.log, r.entry, r.fields, r.digest_before, r.digest_after, b.sealed_at
    FROM audit_redactions r LEFT JOIN audit_batches b ON b.id = r.entry_batch
    WHERE r.entry_batch >= %s ORDER BY r.entry_batch, r.entry_position, r.id
"""
# Redactions of people of whom the trail does not say that they were erased.
UNCALLED = """
    SELECT r.person, count(*) FROM audit_redactions r LEFT JOIN audit_batches b ON b.id = r.batch
    WHERE NOT EXISTS (SELECT FROM audit_log e WHERE e.event = %s AND e.object_pk = r.person::text)
      AND (%s::timestamptz IS NULL OR b.sealed_at IS NULL OR b.sealed_at >= %s) GROUP BY r.person
"""

Row = tuple[Any, ...]


class Attestations:
    """Redactions in the order of the entries that they are of, read alongside them."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, batch: int, position: int) -> tuple[list[Row], list[Row]]:
        """Those of the entry at that place, and those of places before it at which no entry was."""
        found: list[Row] = []
        lost: list[Row] = []
        while self._next is not None and tuple(self._next[:2]) <= (batch, position):
            (found if tuple(self._next[:2]) == (batch, position) else lost).append(self._next)
            self._next = next(self._rows, None)
        return found, lost

    def rest(self) -> list[Row]:
        """Those of places after all entries."""
        left = [] if self._next is None else [self._next, *self._rows]
        self._next = None
        return left


def lost_fault(redaction: Row, dropped_before: datetime | None) -> str:
    """What is wrong with a redaction of an entry that is not there: nothing where that was dropped by age."""
    sealed_at = redaction[8]
    if dropped_before is not None and sealed_at is not None and sealed_at < dropped_before:
        return ""
    return f"Redaction {redaction[2]} is of an entry that is not there."


def redaction_fault(entry: Row, written: bytes, worked_out: bytes, attested: Sequence[Row]) -> str:
    """Why the redactions do not lead from the entry as it was written to the entry as it is. Empty where they do."""
    reached = written
    for _, _, number, log, pk, fields, before, after, _ in attested:
        if (log, pk) != (entry[0], entry[3]):
            return f"redaction {number} at its place is of another entry"
        if bytes(before) != reached:
            return f"it was not as redaction {number} found it"
        if unmarked := [field for field in fields if not _is_marked(entry, field)]:
            return f"redaction {number} tells of {', '.join(unmarked)}, in which nothing is redacted"
        reached = bytes(after)
    return "" if reached == worked_out else f"it is not as redaction {attested[-1][2]} left it"


def _is_marked(entry: Row, field: str) -> bool:
    """Whether nothing, or a mark, stands in the field. Of a JSON column the field names a key."""
    column, _, key = field.partition(".")
    value = entry[_PLACES[entry[0]][_CALLED.get(column, column)]]
    if key and value is not None:
        value = json.dumps(json.loads(value).get(key), ensure_ascii=False)
    return value is None or MARK.search(str(value)) is not None
