"""Rows written as they stand, by the owner, without the guards: what the policies alone make of them is tested.

`Writer.row` fills in every column that has to have something; what checks and keys want is said in `WANTED`.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import connection

from config.database.row_security import declared

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_PLAIN: dict[str, Any] = {
    "boolean": False,
    "smallint": 1,
    "integer": 1,
    "bigint": 1,
    "numeric": 1,
    "double precision": 1,
    "jsonb": "{}",
    "ARRAY": "{}",
    "date": date(2026, 3, 1),
    "timestamp with time zone": NOW,
    "tsvector": "",
    "inet": "192.0.2.1",
}
_numbers = count(1)


def _hash(number: int) -> str:
    return hashlib.sha256(f"row {number}".encode()).hexdigest()


# What a check wants of a column, by table; functions are given a number that nothing else was given.
WANTED: dict[str, dict[str, Any]] = {
    "audit_log": {"id": lambda n: 10**9 + n, "event": "contract.updated", "timestamp": NOW, "remote_addr": None},
    "row_changes": {"id": lambda n: 10**9 + n, "operation": "insert", "timestamp": NOW},
    "audit_batches": {"id": lambda n: 10**9 + n},
    "audit_chain": {"sequence": lambda n: 10**9 + n, "batch": lambda n: 10**9 + n},
    "security_events": {
        "kind": "locked_out",
        "severity": "warning",
        "state": "open",
        "outcome": "",
        "counted_by": "account",
    },
    "security_alerts": {"severity": "warning"},
    "audit_redactions": {"id": lambda n: 10**9 + n, "log": "event"},
    "consents": {"id": lambda n: 10**9 + n, "document": "terms", "act": "given", "text_sha256": _hash},
    "data_exports": {"state": "ready", "ready_at": NOW, "expires_at": NOW + timedelta(days=1)},
    "erasures": {"state": "requested", "ended_at": None, "pseudonym": ""},
    "airlines": {"code": lambda n: f"{chr(65 + n // 36 % 26)}{'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n % 36]}Q"},
    "users": {"role": "pilot", "is_active": True, "email": lambda n: f"person{n}@trust.test"},
    "user_sessions": {"kind": "web", "token_id_hash": _hash, "created_at": NOW, "expires_at": NOW + timedelta(days=1)},
    "recovery_codes": {"code_hash": _hash},
    "email_changes": {"created_at": NOW, "expires_at": NOW + timedelta(days=1)},
    "account_letters": {
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=1),
        "token_hash": _hash,
        "purpose": "password_reset",
    },
    "notifications": {"kind": "contract_submitted", "mail": "unwanted", "path": "/"},
    "notification_preferences": {"kind": "contract_submitted", "mail": "never"},
    "service_clients": {"is_active": True, "scopes": "{rules:read}", "previous_secret_hash": ""},
    "regulatory_rules": {"category": "rest", "section": "117.25", "rule_id": "FAR117_TRUST", "position": 1},
    "regulatory_table_rows": {
        "table_letter": "A",
        "column_key": "minimum_crew",
        "from_minute": 0,
        "to_minute": 60,
    },
    "pilots": {"base": "SEA", "seat": "captain"},
    "pilot_contracts": {
        "contract_type": "cba",
        "document_media_type": "application/pdf",
        "document_sha256": _hash,
        "document_bytes": 1000,
        "page_count": 1,
        "effective_date": date(2026, 1, 1),
        "revision_number": 1,
    },
    "contract_pages": {"text_source": "layer", "number": 1},
    "contract_rules": {
        "category": "duty",
        "decision": "rejected",
        "origin": "extractor",
        "extractor_version": "1",
        "parsing_confidence": 0.9,
        "further_places": "[]",
        "weight": 1,
        "box": None,
    },
    "contract_definitions": {"kind": "meaning", "box": "{1,2,3,4}", "char_start": 0, "char_end": 9},
    "contract_references": {
        "resolution": "outside",
        "law_section": "",
        "box": "{1,2,3,4}",
        "char_start": 1,
        "char_end": 9,
        "sentence_start": 0,
        "sentence_end": 20,
    },
    "extraction_runs": {"status": "succeeded"},
    "contract_revisions": {"content": "content", "digest": _hash},
    "contract_decisions": {"kind": "approved", "revision": _hash},
    "rule_actions": {"kind": "accepted", "changes": '[{"field": "title"}]'},
    "activation_plans": {
        "status": "open",
        "revision": _hash,
        "created_at": NOW,
        "due_at": NOW + timedelta(days=1),
    },
    "contract_activations": {"revision": _hash, "undo_reason": ""},
    "contract_revision_occasions": {"kind": "submitted"},
    "review_round_steps": {"position": 1, "approvals_needed": 1},
    "review_reminders": {"kind": "overdue", "status": "in_review"},
    "contract_improvements": {"kind": "add_rule", "status": "open", "rule_id": None},
    "contract_reviews": {"hidden_reason": "", "accuracy": 3, "completeness": 3},
    "changes": {"kind": "contract.activated"},
    "model_credentials": {"provider": "anthropic", "is_active": True},
    "model_runs": {"provider": "anthropic", "outcome": "running"},
    "webhooks": {"url": lambda n: f"https://receiver.test/{n}", "state": "pending"},
    "webhook_deliveries": {"state": "waiting"},
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str
    required: bool
    longest: int | None


@dataclass(slots=True)
class Table:
    """What the catalogue says of a table."""

    name: str
    key: str
    columns: list[Column]
    # Column: the table that it points to.
    points: dict[str, str] = field(default_factory=dict)


def tables() -> dict[str, Table]:
    """The protected tables, as they stand."""
    found = {}
    with connection.cursor() as cursor:
        for name in declared().protected:
            cursor.execute(
                """SELECT column_name, data_type, is_nullable = 'NO' AND is_generated = 'NEVER' AND is_identity = 'NO',
                          character_maximum_length
                   FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position""",
                [name],
            )
            columns = [Column(*row) for row in cursor.fetchall()]
            cursor.execute(
                """SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                   WHERE i.indrelid = %s::regclass AND i.indisprimary""",
                [name],
            )
            (key,) = cursor.fetchone() or ("",)
            cursor.execute(
                """SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c
                   JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                   WHERE c.contype = 'f' AND c.conrelid = %s::regclass""",
                [name],
            )
            found[name] = Table(name, key, columns, dict(cursor.fetchall()))
    return found


@dataclass(slots=True)
class Writer:
    """Writes rows as the owner."""

    tables: dict[str, Table]

    def row(self, table: str, refs: dict[str, Any], **given: Any) -> Any:
        """Write one row that points to `refs` (a key by table's name), and return its key."""
        number = next(_numbers)
        values: dict[str, Any] = {}
        about = self.tables[table]
        for column in about.columns:
            if column.name in given:
                values[column.name] = given[column.name]
            elif column.name in WANTED.get(table, {}):
                wanted = WANTED[table][column.name]
                values[column.name] = wanted(number) if callable(wanted) else wanted
            elif column.required:
                points_to = about.points.get(column.name)
                values[column.name] = refs[points_to] if points_to else _plain(column, number)
        return self._insert(about, values)

    def _insert(self, about: Table, values: dict[str, Any]) -> Any:
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{about.name}" ({names}) VALUES ({places}) RETURNING "{about.key}"', list(values.values())
            )
            (key,) = cursor.fetchone()
        return key


def _plain(column: Column, number: int) -> Any:
    if column.kind == "uuid":
        return uuid4()
    if column.kind in {"text", "character varying"}:
        return f"{column.name}-{number}"[-(column.longest or 200) :]
    if column.kind == "bytea":
        return number.to_bytes(8)
    return _PLAIN[column.kind]


def as_json(table: str, key_column: str, key: Any) -> dict[str, Any]:
    """A row as it stands, by column."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE "{key_column}" = %s', [key])
        (text,) = cursor.fetchone()
    row: dict[str, Any] = json.loads(text)
    return row
