"""The texts that digests are made of, as the database's triggers make them (`audit_enter_event`, `audit_enter_row`, `audit_link`).

A canonical text is a JSON array in UTF-8 of a kind and its values in a fixed order: strings, whole numbers, null. An instant is
`2026-11-21T18:05:00.123456Z`; a JSON column is the text that PostgreSQL shows for it. Elements are parted by a comma and a space, and
only what JSON demands is escaped: what both `jsonb::text` and `json.dumps(..., ensure_ascii=False)` write.

An entry's last value is its salt, so that what was redacted cannot be guessed from the digest that stays. Entries from before there were
salts, and redacted ones, which have lost theirs, end without it.

No Django here: the verifier of an evidence bundle says the same in a file of its own, and a test compares the two.
"""

import hashlib
import json
from collections.abc import Sequence

NOTHING = bytes(32)

# Columns by kind, after kind, batch and position: the SQL that shows each as it goes into the text.
INSTANT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
EVENT_COLUMNS = {
    "id": "id",
    "timestamp": INSTANT.format("timestamp"),
    "event": "event",
    "action": "action",
    "actor": "actor_id::text",
    "actor_label": "actor_label",
    "actor_email": "actor_email",
    "content_type": "content_type_id",
    "object_pk": "object_pk",
    "object_id": "object_id",
    "object_repr": "object_repr",
    "changes": "changes::text",
    "changes_text": "changes_text",
    "details": "additional_data::text",
    "serialized_data": "serialized_data::text",
    "reason": "reason",
    "request_id": "cid",
    "address": "host(remote_addr)",
    "port": "remote_port",
    "user_agent": "user_agent",
    "salt": "salt::text",
}
ROW_COLUMNS = {
    "id": "id",
    "timestamp": INSTANT.format("timestamp"),
    "table": "table_name",
    "row": "row_pk",
    "operation": "operation",
    "changes": "changes::text",
    "actor": "actor_id::text",
    "actor_label": "actor_label",
    "on_behalf_of": "on_behalf_of",
    "request_id": "request_id",
    "address": "host(address)",
    "user_agent": "user_agent",
    "transaction": "transaction",
    "salt": "salt::text",
}
REDACTION_COLUMNS = {
    "id": "id",
    "redacted_at": INSTANT.format("redacted_at"),
    "log": "log",
    "entry": "entry",
    "entry_batch": "entry_batch",
    "entry_position": "entry_position",
    "person": "person::text",
    "pseudonym": "pseudonym",
    "fields": "array_to_string(fields, ',')",
    "reason": "reason",
    "digest_before": "encode(digest_before, 'hex')",
    "digest_after": "encode(digest_after, 'hex')",
}


def digest(values: Sequence[object]) -> bytes:
    """The SHA-256 of the canonical text of `values`."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).digest()


def unsalted(values: Sequence[object]) -> Sequence[object]:
    """An event's or row change's values as they go into its text: without the salt's place where there is none."""
    return values[:-1] if values[-1] is None else values


def rolled(roll: bytes, entry: bytes) -> bytes:
    """What a batch's digests roll up to, with one more."""
    return hashlib.sha256(roll + entry).digest()


def link_hash(
    *, sequence: int, batch: int, entries: int, batch_digest: bytes, sealed_at: str, linked_at: str, before: bytes
) -> bytes:
    """A link's hash. `before` is the hash of the link before it, for the first one `NOTHING`."""
    return digest(
        ["link", sequence, batch, entries, bytes(batch_digest).hex(), sealed_at, linked_at, bytes(before).hex()]
    )
