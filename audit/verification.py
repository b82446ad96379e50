"""Is the trail as it was written? Digests, batches and links are worked out here anew, not by the database's own functions.

One snapshot is read through server-side cursors, so memory is bounded however long the trail is, and writers go on meanwhile.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, cast

from django.db import connection, transaction

from audit.attestations import ATTESTING, UNCALLED, Attestations, lost_fault, redaction_fault
from audit.canonical import (
    EVENT_COLUMNS,
    INSTANT,
    NOTHING,
    REDACTION_COLUMNS,
    ROW_COLUMNS,
    digest,
    link_hash,
    rolled,
    unsalted,
)
from audit.events import AuditEvent
from audit.retention import KEPT_DAYS
from audit.roots import Root
from audit.watch import unwatched
from config import door

CHUNK = 5000
REPORTED = 20

Entry = tuple[Any, ...]  # kind, batch, position, id, ..., digest


@dataclass(slots=True)
class Report:
    """What was found. `faults` are sentences, the first ones of each kind; `fault_count` counts all, `redacted` entries that were."""

    entries: int = 0
    batches: int = 0
    links: int = 0
    head: str = ""
    roots: int = 0
    redacted: int = 0
    dropped_before: str = ""
    fault_count: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """Note one."""
        self.fault_count += 1
        if len(self.faults) < REPORTED:
            self.faults.append(sentence)


def audit_verify(*, roots: Sequence[Root], since: datetime | None = None) -> Report:
    """Check the trail against itself and against the roots outside. With `since`, entries of older batches are left out; links are not."""
    report = Report(roots=len(roots))
    with (
        door.as_product("what is not seen would be taken for deleted, or not be looked at"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        dropped_before = _dropped_before(report)
        _check_batches(report, since, dropped_before)
        _check_erased(report, dropped_before)
        _check_links(report, roots)
        for table in unwatched():
            report.fault(
                f"Table {table} is not watched: a trigger is missing, off or told otherwise. Run: manage.py migrate"
            )
    return report


def _rows(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Entry]:
    """The rows of a query, a chunk at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _dropped_before(report: Report) -> datetime | None:
    """Before which day the oldest months were dropped, as the trail itself says; what was too young for that is a fault."""
    said = _rows(
        "SELECT additional_data ->> 'before', timestamp FROM audit_log WHERE event = %s ORDER BY timestamp",
        [AuditEvent.AUDIT_MONTHS_DROPPED],
    )
    latest: datetime | None = None
    for before, at in said:
        day = datetime.fromisoformat(before).replace(tzinfo=UTC)
        if day > at - timedelta(days=KEPT_DAYS):
            report.fault(f"Months before {before} were dropped on {at:%Y-%m-%d}, before they were seven years old.")
        latest = max(latest or day, day)
    report.dropped_before = latest.date().isoformat() if latest else ""
    return latest


def _entries(kind: str, table: str, columns: Iterable[str], first: int) -> Iterator[Entry]:
    return _rows(
        f"SELECT '{kind}', batch, position, {', '.join(columns)}, digest FROM {table} "  # noqa: S608 - our own columns
        "WHERE batch >= %s ORDER BY batch, position",
        [first],
    )


def _check_batches(report: Report, since: datetime | None, dropped_before: datetime | None) -> None:
    """Each batch holds the entries that it was sealed with, in their order, and no entry is outside a batch."""
    first = 0
    if since is not None:
        first_batch = "SELECT min(id) FROM audit_batches WHERE sealed_at >= %s"
        beyond_all = "SELECT max(id) + 1 FROM audit_batches"
        first = next(_rows(f"SELECT coalesce(({first_batch}), ({beyond_all}), 0)", [since]))[0]
    events = _entries("event", "audit_log", EVENT_COLUMNS.values(), first)
    rows = _entries("row", "row_changes", ROW_COLUMNS.values(), first)
    redactions = _entries("redaction", "audit_redactions", REDACTION_COLUMNS.values(), first)
    attestations = Attestations(_rows(ATTESTING, [first]))
    found = groupby(heapq.merge(events, rows, redactions, key=_place), key=_batch)
    sealed = _rows("SELECT id, entries, digest, sealed_at FROM audit_batches WHERE id >= %s ORDER BY id", [first])
    waiting = next(sealed, None)
    for batch, entries in found:
        while waiting is not None and waiting[0] < batch:
            _check_missing(report, waiting, dropped_before)
            waiting = next(sealed, None)
        if waiting is None or waiting[0] != batch:
            for entry in entries:
                report.entries += 1
                report.fault(f"{_named(entry)} was inserted: no batch {batch} was ever sealed.")
            continue
        _check_batch(report, waiting, entries, dropped_before, attestations)
        waiting = next(sealed, None)
    while waiting is not None:
        _check_missing(report, waiting, dropped_before)
        waiting = next(sealed, None)
    _check_lost(report, attestations.rest(), dropped_before)


def _place(entry: Entry) -> tuple[int, int]:
    return entry[1], entry[2]


def _batch(entry: Entry) -> int:
    return cast("int", entry[1])


def _named(entry: Entry) -> str:
    """An entry, for a sentence that begins with it."""
    named, what = {
        "event": ("Entry", f"{entry[5]}"),
        "row": ("Row change", f"{entry[7]} in {entry[5]}, row {entry[6]}"),
        "redaction": ("Redaction", f"{entry[5]} {entry[6]}"),
    }[entry[0]]
    return f"{named} {entry[3]} of {entry[4]} ({what})"


def _check_entry(
    report: Report, entry: Entry, attestations: Attestations, dropped_before: datetime | None
) -> tuple[bytes, bool]:
    """The digest that counts for its batch, and whether the entry is as it was written, or as the chain's redactions made it."""
    written = bytes(entry[-1])
    worked_out = digest(entry[:-1] if entry[0] == "redaction" else unsalted(entry[:-1]))
    attested, lost = attestations.of(entry[1], entry[2])
    _check_lost(report, lost, dropped_before)
    if not attested:
        if worked_out != written:
            report.fault(f"{_named(entry)} was edited: it is not what its digest says.")
        return worked_out, worked_out == written
    report.redacted += 1
    fault = redaction_fault(entry, written, worked_out, attested)
    if fault:
        report.fault(f"{_named(entry)} was redacted and edited besides: {fault}.")
    return written, not fault


def _check_lost(report: Report, lost: Iterable[Entry], dropped_before: datetime | None) -> None:
    for redaction in lost:
        if fault := lost_fault(redaction, dropped_before):
            report.fault(fault)


def _check_erased(report: Report, dropped_before: datetime | None) -> None:
    """Whoever was redacted was erased, and the trail says so."""
    for person, count in _rows(UNCALLED, [AuditEvent.USER_ERASED, dropped_before, dropped_before]):
        report.fault(f"{count} entries were redacted of {person}, whose account nobody erased.")


def _check_batch(
    report: Report,
    sealed: Entry,
    entries: Iterable[Entry],
    dropped_before: datetime | None,
    attestations: Attestations,
) -> None:
    report.batches += 1
    roll, expected, edited = NOTHING, 1, False
    for entry in entries:
        report.entries += 1
        counted, is_whole = _check_entry(report, entry, attestations, dropped_before)
        edited = edited or not is_whole
        if entry[2] != expected and not (dropped_before and sealed[3] < dropped_before):
            missing = entry[2] > expected
            report.fault(
                f"{_named(entry)} is at place {entry[2]} of batch {sealed[0]}, not {expected}: "
                + ("one before it was deleted." if missing else "it was inserted or moved.")
            )
            edited = True
        expected = entry[2] + 1
        roll = rolled(roll, counted)
    if edited or (dropped_before and sealed[3] < dropped_before):
        return
    if expected - 1 < sealed[1]:
        report.fault(
            f"Of batch {sealed[0]} of {sealed[3]:%Y-%m-%d %H:%M} the last {sealed[1] - expected + 1} were deleted."
        )
    elif expected - 1 > sealed[1]:
        report.fault(f"Into batch {sealed[0]} of {sealed[3]:%Y-%m-%d %H:%M} {expected - 1 - sealed[1]} were inserted.")
    elif roll != bytes(sealed[2]):
        report.fault(
            f"Batch {sealed[0]} of {sealed[3]:%Y-%m-%d %H:%M}, {sealed[1]} entries ending in {_named(entry)}, was edited "
            "or put in another order, digests and all."
        )


def _check_missing(report: Report, sealed: Entry, dropped_before: datetime | None) -> None:
    """A batch without any entry: dropped by age, else deleted."""
    report.batches += 1
    if not (dropped_before and sealed[3] < dropped_before):
        report.fault(f"All {sealed[1]} entries of batch {sealed[0]} of {sealed[3]:%Y-%m-%d %H:%M} were deleted.")


_LINKS = f"""
    SELECT sequence, batch, b.id, entries, digest, {INSTANT.format("sealed_at")}, {INSTANT.format("linked_at")}, hash
    FROM audit_chain c FULL JOIN audit_batches b ON b.id = c.batch ORDER BY sequence NULLS LAST
"""  # noqa: S608 - our own columns


def _check_links(report: Report, roots: Sequence[Root]) -> None:
    """Each link follows from the one before it and its batch, none is missing, and the chain goes through each root."""
    awaited = list(roots)
    before, expected = NOTHING, 1
    for sequence, batch, found, entries, batch_digest, sealed_at, linked_at, kept in _rows(_LINKS):
        if sequence is None:
            report.fault(f"Batch {found} of {sealed_at} is in no chain: its link was deleted, or it was inserted.")
            continue
        report.links += 1
        if sequence != expected:
            report.fault(f"Link {expected} is missing: link {sequence} comes where it should be.")
        if found is None:
            report.fault(f"Batch {batch} of link {sequence} was deleted.")
        elif bytes(kept) != link_hash(
            sequence=sequence,
            batch=batch,
            entries=entries,
            batch_digest=batch_digest,
            sealed_at=sealed_at,
            linked_at=linked_at,
            before=before,
        ):
            report.fault(f"Link {sequence} of {linked_at} does not follow from link {sequence - 1} and batch {batch}.")
        while awaited and awaited[0].sequence <= sequence:
            root = awaited.pop(0)
            if root.sequence == sequence and root.hash != bytes(kept).hex():
                report.fault(
                    f"Link {sequence} is not the one that was signed on {root.made_at} ({root.name}): "
                    "the chain was written anew, or an older copy was restored and went on."
                )
        before, expected = bytes(kept), sequence + 1
    report.head = f"{expected - 1} {before.hex()}"
    for root in awaited:
        report.fault(
            f"The chain ends at link {expected - 1}, but link {root.sequence} was signed on {root.made_at} ({root.name}): "
            "its tail was cut off, or an older copy was restored."
        )
