"""Adding up how contracts are used: from Valkey's counters to a row a contract and day."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django_redis import get_redis_connection
from redis.exceptions import ResponseError

from contracts.publication.counting import PENDING, Measure

# Being added: set aside from what is counted meanwhile, and kept until it is committed.
BATCH = f"{PENDING}:batch"
BATCH_ID = "batch"
# Arbitrary and ours alone: whoever holds it adds up.
USAGE_LOCK = 117_004

# Somebody else may have set the next one aside meanwhile: that one stays.
REMOVE = "return redis.call('hget', KEYS[1], ARGV[1]) == ARGV[2] and redis.call('del', KEYS[1]) or 0"

# A batch that was added before its hash could be removed is met again, and leaves the rows as they are.
ADD = """
INSERT INTO contract_usage_daily AS kept (contract_id, day, lookups, page_views, packs, validations, last_batch)
SELECT c.id, used.day, used.lookups, used.page_views, used.packs, used.validations, %(batch)s
FROM unnest(
        %(contracts)s::uuid[], %(days)s::date[], %(lookups)s::bigint[], %(page_views)s::bigint[],
        %(packs)s::bigint[], %(validations)s::bigint[]
    ) AS used (contract_id, day, lookups, page_views, packs, validations)
JOIN pilot_contracts c ON c.id = used.contract_id
ON CONFLICT (contract_id, day) DO UPDATE SET
    lookups = kept.lookups + excluded.lookups,
    page_views = kept.page_views + excluded.page_views,
    packs = kept.packs + excluded.packs,
    validations = kept.validations + excluded.validations,
    last_batch = excluded.last_batch
WHERE kept.last_batch IS DISTINCT FROM excluded.last_batch
"""


def usage_add_up() -> int:
    """Add what was handed over since the last time. Returns how many rows changed.

    No audit entries: nobody did anything. A process that dies between commit and removal costs nothing and doubles nothing.
    """
    redis, batch_key = get_redis_connection("default"), cache.make_key(BATCH)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [USAGE_LOCK])
        if not _batch_set_aside(redis, batch_key):
            return 0
        found = {key.decode(): value.decode() for key, value in redis.hgetall(batch_key).items()}
        batch = found.pop(BATCH_ID)
        changed = _added(UUID(batch), found)
    redis.eval(REMOVE, 1, batch_key, BATCH_ID, batch)
    return changed


def _batch_set_aside(redis: Any, batch_key: str) -> bool:
    """Whether there is a batch to add: one left over, else what is pending. `redis` is redis-py's client."""
    if not redis.exists(batch_key):
        try:
            redis.rename(cache.make_key(PENDING), batch_key)
        except ResponseError:  # there is no such key: nothing was used
            return False
    redis.hsetnx(batch_key, BATCH_ID, str(uuid4()))
    return True


def _added(batch: UUID, counts: dict[str, str]) -> int:
    rows: dict[tuple[UUID, date], dict[str, int]] = {}
    for use, count in counts.items():
        measure, contract, day = use.split(":")
        row = rows.setdefault((UUID(contract), date.fromisoformat(day)), dict.fromkeys(Measure, 0))
        row[measure] += int(count)
    ordered = sorted(rows)
    parameters: dict[str, Any] = {
        "batch": batch,
        "contracts": [contract for contract, _ in ordered],
        "days": [day for _, day in ordered],
        **{measure.value: [rows[key][measure] for key in ordered] for measure in Measure},
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, parameters)
        return int(cursor.rowcount)
