"""What shows that entries are in the chain: their batches, and the links from each to the next signed root."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.db import connection

from audit.canonical import EVENT_COLUMNS, INSTANT, REDACTION_COLUMNS, ROW_COLUMNS, unsalted
from audit.models import ChainLink
from audit.roots import Root

# All kinds of entries of some batches, in order, each as the values of its canonical text.
_PARTS = f"""
    SELECT batch, position, encode(digest, 'hex'), 'event', id,
           jsonb_build_array('event', batch, position, {", ".join(EVENT_COLUMNS.values())})::text
    FROM audit_log WHERE batch = ANY(%(batches)s)
    UNION ALL
    SELECT batch, position, encode(digest, 'hex'), 'row', id,
           jsonb_build_array('row', batch, position, {", ".join(ROW_COLUMNS.values())})::text
    FROM row_changes WHERE batch = ANY(%(batches)s)
    UNION ALL
    SELECT batch, position, encode(digest, 'hex'), 'redaction', id,
           jsonb_build_array('redaction', batch, position, {", ".join(REDACTION_COLUMNS.values())})::text
    FROM audit_redactions WHERE batch = ANY(%(batches)s)
    ORDER BY batch, position
"""  # noqa: S608 - our own columns
_LINKS = f"""
    SELECT c.sequence, c.batch, b.entries, encode(b.digest, 'hex'), {INSTANT.format("b.sealed_at")},
           {INSTANT.format("c.linked_at")}, encode(c.hash, 'hex')
    FROM audit_chain c JOIN audit_batches b ON b.id = c.batch
    WHERE c.sequence BETWEEN %s AND %s ORDER BY c.sequence
"""  # noqa: S608 - our own columns
_LINK_NAMES = ("sequence", "batch", "entries", "digest", "sealed_at", "linked_at", "hash")


def batches_told(
    events: Iterable[int], rows: Iterable[int], redactions: Iterable[int], batches: Iterable[int]
) -> list[dict[str, Any]]:
    """The batches: entries with one of these ids in full, of the others the digest alone."""
    wanted = {("event", pk) for pk in events} | {("row", pk) for pk in rows} | {("redaction", pk) for pk in redactions}
    told = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, encode(digest, 'hex') FROM audit_batches WHERE id = ANY(%s)", [list(batches)])
        digests = dict(cursor.fetchall())
        cursor.execute(_PARTS, {"batches": list(digests)})
        for batch, parts in groupby(cursor.fetchall(), key=lambda part: part[0]):
            shown = [
                {"digest": digest, **({"values": _values(kind, text)} if (kind, pk) in wanted else {})}
                for _, _, digest, kind, pk, text in parts
            ]
            told.append({"batch": batch, "entries": len(shown), "digest": digests[batch], "parts": shown})
    return told


def _values(kind: str, text: str) -> list[Any]:
    values = json.loads(text)
    return values if kind == "redaction" else list(unsalted(values))


def segments_told(batches: Iterable[int], roots: Sequence[Root]) -> list[dict[str, Any]]:
    """The links from each batch to the first root at or after it, stretches that touch made one.

    `roots` are in order, and the last is not older than the batches.
    """
    sequences = sorted(ChainLink.objects.filter(batch__in=list(batches)).values_list("sequence", flat=True))
    first_by_root: dict[int, int] = {}
    for sequence in sequences:
        place = next(place for place, root in enumerate(roots) if root.sequence >= sequence)
        first_by_root.setdefault(place, sequence)
    return [_segment(first, roots[place]) for place, first in sorted(first_by_root.items())]


def _segment(first: int, root: Root) -> dict[str, Any]:
    before = ChainLink.objects.filter(sequence=first - 1).values_list("hash", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [first, root.sequence])
        links = [dict(zip(_LINK_NAMES, row, strict=True)) for row in cursor.fetchall()]
    return {"before": bytes(before or bytes(32)).hex(), "links": links, "root": asdict(root)}
