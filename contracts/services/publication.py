"""Making what is in force fast to look up, and telling what changed: the materialized views, the gzip beside them, the copies
in Redis, the places in the feed.

Lookups never depend on the views for being right: they compare each row's `updated_at` with the base table's (ADR 0046).
A change gets its place in the feed only after the views hold it.
"""

from uuid import UUID

import structlog
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerUnavailable

from config import celery_app
from config.facts import FactsUnavailable, facts_change, facts_learn
from contracts.models import ASSIGNMENT_KINDS, Change
from contracts.publication.compression import array_gzip
from contracts.publication.facts import PUBLISHED, all_pilots, pilot_subject, pilots_read
from contracts.publication.texts_in_redis import texts_keep
from contracts.services.feed import changes_number, changes_waiting
from contracts.services.webhook_queue import deliveries_queue

# By name: tasks call services, services do not know tasks.
REFRESH_TASK = "contracts.publication_refresh"
CHANGES_TASK = "contracts.changes_publish"
# Arbitrary and ours alone: whoever holds it refreshes, and gives changes their places.
REFRESH_LOCK = 117_001

BEHIND = """
SELECT EXISTS (
    SELECT FROM (SELECT id, updated_at FROM pilot_contracts WHERE status IN ('active', 'superseded')) c
    FULL JOIN published_contracts p ON p.contract_id = c.id
    WHERE p.updated_at IS DISTINCT FROM c.updated_at OR p.gzip IS NULL
) OR EXISTS (
    SELECT FROM published_regulations p
    WHERE p.gzip IS NULL
       OR p.row_times IS DISTINCT FROM (SELECT array_agg(updated_at ORDER BY id) FROM regulatory_rules)
)
"""
NOT_COMPRESSED = """
SELECT DISTINCT content_hash, rules
FROM (
    SELECT content_hash, rules FROM written_contracts UNION ALL SELECT content_hash, rules FROM written_regulations
) written
WHERE NOT EXISTS (SELECT FROM published_compressions z WHERE z.content_hash = written.content_hash)
"""
COMPRESS = "INSERT INTO published_compressions (content_hash, gzip) VALUES (%s, %s) ON CONFLICT DO NOTHING"
NOT_USED = """
DELETE FROM published_compressions z
WHERE NOT EXISTS (SELECT FROM published_contracts p WHERE p.content_hash = z.content_hash)
  AND NOT EXISTS (SELECT FROM published_regulations p WHERE p.content_hash = z.content_hash)
"""

logger = structlog.get_logger(__name__)


def publication_request() -> None:
    """Say that the present transaction changes what is in force, at its end: lookups stop relying on what they remember.

    Once it has committed a refresh is asked for. Without a broker the scheduled refresh publishes.
    """
    facts_change(PUBLISHED)
    transaction.on_commit(lambda: _queue(REFRESH_TASK))


def changes_publish_request() -> None:
    """Ask, once the present transaction has committed, that what it wrote to the feed be told."""
    transaction.on_commit(lambda: _queue(CHANGES_TASK))


def _queue(task: str) -> None:
    try:
        celery_app.send_task(task)
    except BrokerUnavailable:
        logger.warning("publication waits for the scheduled refresh: the broker does not answer")


def publication_refresh() -> bool:
    """Refresh the views concurrently: readers go on reading the old rows until the new ones are whole. Returns whether it had to.

    One refresh at a time: a second one waits for the first, then sees what was committed before it began. Of many requests
    the first does the work and the others find nothing behind.
    """
    with transaction.atomic():
        _lock()
        # Asked before the refresh, which sees at least as much.
        waiting = changes_waiting()
        compressed = _refresh()
        _tell(waiting)
    texts_keep(compressed or [])
    return compressed is not None


def changes_publish() -> None:
    """Tell what waits to be told. The views are refreshed before, unless it is of assignments alone: those are no part of them."""
    with transaction.atomic():
        _lock()
        waiting = changes_waiting()
        is_of_assignments = not Change.objects.filter(pk__in=waiting).exclude(kind__in=ASSIGNMENT_KINDS).exists()
        compressed = None if is_of_assignments else _refresh()
        _tell(waiting)
    texts_keep(compressed or [])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESH_LOCK])


def _refresh() -> list[str] | None:
    """Bring the views up to date. Returns the hashes of the texts that are new, or None where nothing was behind."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND)
        (is_behind,) = cursor.fetchone() or (True,)
        if not is_behind:
            return None
        # First what is to be joined: what commits in between is published without gzip, and found behind the next time.
        cursor.execute(NOT_COMPRESSED)
        compressed = [(content_hash, array_gzip(rules)) for content_hash, rules in cursor.fetchall()]
        cursor.executemany(COMPRESS, compressed)
        cursor.execute("SELECT published_refresh()")
        cursor.execute(NOT_USED)
    return [content_hash for content_hash, _ in compressed]


def _tell(waiting: list[UUID]) -> None:
    span = changes_number(waiting) if waiting else None
    if span is not None:
        deliveries_queue(*span)


def lookups_warm() -> int:
    """Write down for each pilot what lookups need to know of him, where Redis does not have it. Returns how many pilots there are."""
    pilots = [pilot_subject(pilot_id).encode() for pilot_id in all_pilots()]
    try:
        facts_learn(pilots, pilots_read)
    except FactsUnavailable:
        logger.warning("lookups are not warmed: Redis does not answer")
    return len(pilots)
