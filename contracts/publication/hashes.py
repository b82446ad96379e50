"""What lookups will answer by once the present transaction is published, as hashes.

The plain views are asked that the materialized ones are filled from, so that what the feed says and what is published cannot
part ways.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

import orjson
from django.db import connection

from regulations.models import RegulatoryTableRow

_CELLS = ("table_letter", "column_key", "column_position", "from_minute", "to_minute", "limit_minutes")


def contract_hashes(contract_ids: Iterable[UUID]) -> dict[UUID, str]:
    """SHA-256 over header and rules of those of the contracts that are published, by contract. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_id, content_hash FROM written_contracts WHERE contract_id = ANY(%s)", [list(contract_ids)]
        )
        return dict(cursor.fetchall())


def law_hash() -> str | None:
    """SHA-256 over the law's rules, as lookups answer them, and its tables; none while no law is loaded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule_count, content_hash FROM written_regulations")
        rule_count, rules = cursor.fetchone() or (0, "")
    cells = [list(cell) for cell in RegulatoryTableRow.objects.order_by(*_CELLS).values_list(*_CELLS)]
    if not rule_count and not cells:
        return None
    return hashlib.sha256(orjson.dumps([rules, cells])).hexdigest()
