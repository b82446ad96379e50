"""What belongs to a contract: its rows in all tables, the entries and row changes that tell of them, and their texts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Q

from audit.models import AuditEntry, AuditRedaction, RedactedLog, RowChange
from audit.watch import Watched, watched
from contracts.models import ContractRule, PilotContract

# Rows as `audit_watch` tells them.
_TOLD = """
    SELECT r ->> %(key)s, c.key, c.value = shown, shown #>> '{{}}', value #>> '{{}}', value
    FROM (SELECT to_jsonb(t) AS r FROM {table} t WHERE {column}::text = ANY(%(of)s)) AS rows,
    LATERAL jsonb_each(r) AS c, LATERAL audit_shown(value, c.key = ANY(%(secret)s)) AS shown
    WHERE value <> 'null' AND c.key <> ALL(%(silent)s)
"""
# Rows of a contract that were deleted: an index of their own finds them.
_GONE = "SELECT table_name, row_pk FROM row_changes WHERE operation = 'delete' AND changes #>> '{contract_id,0}' = %s"


@dataclass(slots=True)
class Gathered:
    """Rows by table and key, as the trail tells them: long values as hashes, whose texts are in `long`."""

    rows: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    long: dict[str, str] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    redactions: list[int] = field(default_factory=list)
    batches: set[int] = field(default_factory=set)


def gathered(contract: PilotContract) -> Gathered:
    """All of one contract, in the present transaction."""
    found = Gathered()
    for each, column, of in _places(contract):
        rows = _rows(each, column, of, found.long)
        if rows:
            found.rows.setdefault(each.table, {}).update(rows)
    _entries(contract, found)
    return found


def _places(contract: PilotContract) -> Iterator[tuple[Watched, str, list[str]]]:
    """Watched tables, the column in which they name the contract or one of its rules, and what stands there then."""
    by_table = {each.table: each for each in watched()}
    rules = [str(pk) for pk in contract.rules.values_list("pk", flat=True)]
    yield by_table["pilot_contracts"], "id", [str(contract.pk)]
    for model in apps.get_app_config("contracts").get_models(include_auto_created=True):
        each = by_table.get(model._meta.db_table)
        names = {key.name: key for key in model._meta.concrete_fields if isinstance(key, ForeignKey)}
        if each is None or not model._meta.managed:
            continue
        if "contract" in names and names["contract"].related_model is PilotContract:
            yield each, names["contract"].column, [str(contract.pk)]
        elif "rule" in names and names["rule"].related_model is ContractRule:
            yield each, names["rule"].column, rules


def _rows(each: Watched, column: str, of: list[str], long: dict[str, str]) -> dict[str, dict[str, object]]:
    """Rows as `audit_watch` tells them: what is null or silent is left out, secrets and what is long are hashes."""
    told = _TOLD.format(table=connection.ops.quote_name(each.table), column=connection.ops.quote_name(column))
    given: dict[str, Any] = {"key": each.key, "of": of, "secret": list(each.secret), "silent": list(each.silent)}
    rows: dict[str, dict[str, object]] = {}
    with connection.cursor() as cursor:
        cursor.execute(told, given)
        for key, name, is_whole, shown, text, value in cursor.fetchall():
            rows.setdefault(key, {})[name] = json.loads(value) if is_whole else shown
            if not is_whole:
                long[shown] = text
    return rows


def _entries(contract: PilotContract, found: Gathered) -> None:
    """The events about the contract and its parts, and every change of its rows, also of those that are gone."""
    own = [key for rows in found.rows.values() for key in rows]
    pairs = {(table, key) for table, rows in found.rows.items() for key in rows}
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [str(contract.pk)])
        pairs.update(cursor.fetchall())
    changes = RowChange.objects.filter(
        row_pk__in=[key for _, key in pairs], table_name__in={table for table, _ in pairs}
    )
    for pk, batch, table, key in changes.order_by("id").values_list("id", "batch", "table_name", "row_pk"):
        if (table, key) in pairs:
            found.changes.append(pk)
            found.batches.add(batch)
    events = AuditEntry.objects.filter(object_pk__in={*own, *(key for _, key in pairs)})
    for pk, batch in events.order_by("id").values_list("id", "batch"):
        found.events.append(pk)
        found.batches.add(batch)
    _redactions(found)


def _redactions(found: Gathered) -> None:
    """What attests that some of the entries are no longer as they were written."""
    of_them = Q(log=RedactedLog.EVENT, entry__in=found.events) | Q(log=RedactedLog.ROW, entry__in=found.changes)
    redactions = AuditRedaction.objects.filter(of_them, entry_batch__in=found.batches)
    for pk, batch in redactions.order_by("id").values_list("id", "batch"):
        found.redactions.append(pk)
        found.batches.add(batch)
