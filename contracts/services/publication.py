"""Making what is in force visible to lookups: refreshing the materialized views that they read."""

import structlog
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerUnavailable

from config import celery_app

# By name: tasks call services, services do not know tasks.
REFRESH_TASK = "contracts.publication_refresh"
VIEWS = ("published_contracts", "published_regulations")
# Arbitrary and ours alone: whoever holds it refreshes.
REFRESH_LOCK = 117_001

logger = structlog.get_logger(__name__)


def publication_request() -> None:
    """Ask for a refresh once the present transaction has committed. Without a broker the scheduled refresh publishes."""
    transaction.on_commit(_queue_refresh)


def _queue_refresh() -> None:
    try:
        celery_app.send_task(REFRESH_TASK)
    except BrokerUnavailable:
        logger.warning("publication waits for the scheduled refresh: the broker does not answer")


def publication_refresh() -> None:
    """Refresh the views concurrently: readers go on reading the old state until the new one is whole.

    One refresh at a time: a second one waits for the first, so that it sees what was committed before it began.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESH_LOCK])
        for view in VIEWS:
            cursor.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")
