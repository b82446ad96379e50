"""What lookups will answer by once the present transaction is published, as hashes.

The materialized views' own definitions are asked, so that what the feed says and what is published cannot part ways.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

import orjson
from django.db import connection

from regulations.models import RegulatoryTableRow

_CELLS = ("table_letter", "column_key", "column_position", "from_minute", "to_minute", "limit_minutes")


def contract_hashes(contract_ids: Iterable[UUID]) -> dict[UUID, str]:
    """SHA-256 over header and rules of those of the contracts that are published, by contract. One query each, and one.

    Asked one by one, because only then does the planner write out no other contract's rules.
    """
    definition = f"SELECT content_hash FROM ({_definition('published_contracts')}) AS now"  # noqa: S608 - the view's own
    hashes = {}
    with connection.cursor() as cursor:
        for contract_id in contract_ids:
            cursor.execute(f"{definition} WHERE contract_id = %s", [contract_id])
            row = cursor.fetchone()
            if row is not None:
                hashes[contract_id] = str(row[0])
    return hashes


def law_hash() -> str | None:
    """SHA-256 over the law's rules, as lookups answer them, and its tables; none while no law is loaded."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rule_count, content_hash FROM ({_definition('published_regulations')}) AS now",  # noqa: S608 - as above
            [],
        )
        rule_count, rules = cursor.fetchone() or (0, "")
    cells = [list(cell) for cell in RegulatoryTableRow.objects.order_by(*_CELLS).values_list(*_CELLS)]
    if not rule_count and not cells:
        return None
    return hashlib.sha256(orjson.dumps([rules, cells])).hexdigest()


def _definition(view: str) -> str:
    """The view's query, to be put in brackets and given parameters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [view])
        (definition,) = cursor.fetchone() or ("",)
    return str(definition).rstrip().removesuffix(";").replace("%", "%%")
