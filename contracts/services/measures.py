"""Measuring the extractor: the views of its accuracy, refreshed after decisions, and a row a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from config import celery_app

# By name: tasks call services, services do not know tasks.
REFRESH_TASK = "contracts.measures_refresh"
# Arbitrary and ours alone: whoever holds it refreshes the views, or writes days.
REFRESH_LOCK = 117_002
METRICS_LOCK = 117_003

# A reviewer decides several times a minute: one refresh follows all decisions of these seconds.
GATHERED_SECONDS = 10
ASKED_KEY = "contracts:measures-refresh-asked"
# A request whose message was lost keeps others from asking for no longer than this.
ASKED_SECONDS = 60

logger = structlog.get_logger(__name__)

# Made and decided on one day, half-open; a day's decisions count by how they stand when the row is written.
WRITE_DAY = """
WITH made AS (
    SELECT c.airline_id, r.extractor_version, count(*) AS proposed
    FROM contract_rules r
    JOIN pilot_contracts c ON c.id = r.contract_id
    WHERE r.origin = 'extractor' AND c.revises_id IS NULL AND r.created_at >= %(begins)s AND r.created_at < %(ends)s
    GROUP BY 1, 2
), decided AS (
    SELECT
        airline_id,
        extractor_version,
        count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
        count(*) FILTER (WHERE outcome = 'corrected') AS corrected,
        count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY greatest(extract(epoch FROM decided_at - proposed_at), 0)::double precision / 3600
        ) AS median_hours
    FROM extraction_outcomes
    WHERE decided_at >= %(begins)s AND decided_at < %(ends)s
    GROUP BY 1, 2
), changed AS (
    SELECT airline_id, extractor_version, jsonb_object_agg(field, rules) AS corrections_by_field
    FROM (
        SELECT c.airline_id, r.extractor_version, k.field, count(DISTINCT k.rule_id) AS rules
        FROM rule_corrections k
        JOIN contract_rules r ON r.id = k.rule_id
        JOIN pilot_contracts c ON c.id = r.contract_id
        WHERE r.origin = 'extractor' AND c.revises_id IS NULL
          AND k.created_at >= %(begins)s AND k.created_at < %(ends)s
        GROUP BY 1, 2, 3
    ) fields
    GROUP BY 1, 2
)
INSERT INTO extraction_metrics_daily (
    day, airline_id, extractor_version, proposed, accepted, corrected, rejected, median_hours, corrections_by_field
)
SELECT
    %(day)s,
    airline_id,
    extractor_version,
    coalesce(proposed, 0),
    coalesce(accepted, 0),
    coalesce(corrected, 0),
    coalesce(rejected, 0),
    round(median_hours::numeric, 2),
    coalesce(corrections_by_field, '{}')
FROM made
FULL JOIN decided USING (airline_id, extractor_version)
FULL JOIN changed USING (airline_id, extractor_version)
ON CONFLICT (day, airline_id, extractor_version) DO UPDATE SET
    proposed = excluded.proposed,
    accepted = excluded.accepted,
    corrected = excluded.corrected,
    rejected = excluded.rejected,
    median_hours = excluded.median_hours,
    corrections_by_field = excluded.corrections_by_field
RETURNING id
"""


def measures_request() -> None:
    """Ask for a refresh once the present transaction has committed. Without a broker the nightly refresh measures."""
    transaction.on_commit(_queue_refresh)


def _queue_refresh() -> None:
    """Queue one refresh for all who ask before it begins."""
    if not cache.add(ASKED_KEY, value=True, timeout=ASKED_SECONDS):
        return
    try:
        celery_app.send_task(REFRESH_TASK, countdown=GATHERED_SECONDS)
    except BrokerUnavailable:
        cache.delete(ASKED_KEY)
        logger.warning("measures wait for the nightly refresh: the broker does not answer")


def measures_refresh() -> None:
    """Refresh the views concurrently, one refresh at a time: readers go on reading the old state meanwhile.

    From its beginning on others may ask again, since it may not see what they decide.
    """
    cache.delete(ASKED_KEY)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESH_LOCK])
        cursor.execute("SELECT measures_refresh()")


def metrics_write(*, day: date) -> int:
    """Write the rows of one UTC day anew, and remove those of which nothing is left. Returns how many there are."""
    begins = datetime.combine(day, time.min, tzinfo=UTC)
    parameters = {"day": day, "begins": begins, "ends": begins + timedelta(days=1)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [METRICS_LOCK])
        cursor.execute(WRITE_DAY, parameters)
        written = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("DELETE FROM extraction_metrics_daily WHERE day = %s AND NOT id = ANY(%s)", [day, written])
    return len(written)


def metrics_write_yesterday() -> int:
    """Write the UTC day that ended last. Returns how many rows it has."""
    return metrics_write(day=timezone.now().astimezone(UTC).date() - timedelta(days=1))


def metrics_backfill(*, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Write each UTC day from `first` to `last`, both included, and tell how many rows each has."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        yield day, metrics_write(day=day)
