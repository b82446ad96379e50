"""Making what is in force visible: refreshing the materialized views that lookups read, then telling what changed.

A change gets its place in the feed only after the views hold it: whoever is told of it and asks, is answered by it.
"""

from uuid import UUID

import structlog
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerUnavailable

from config import celery_app
from contracts.models import ASSIGNMENT_KINDS, Change
from contracts.services.feed import changes_number, changes_waiting
from contracts.services.webhook_queue import deliveries_queue

# By name: tasks call services, services do not know tasks.
REFRESH_TASK = "contracts.publication_refresh"
CHANGES_TASK = "contracts.changes_publish"
VIEWS = ("published_contracts", "published_regulations")
# Arbitrary and ours alone: whoever holds it refreshes, and gives changes their places.
REFRESH_LOCK = 117_001

logger = structlog.get_logger(__name__)


def publication_request() -> None:
    """Ask for a refresh once the present transaction has committed. Without a broker the scheduled refresh publishes."""
    transaction.on_commit(lambda: _queue(REFRESH_TASK))


def changes_publish_request() -> None:
    """Ask, once the present transaction has committed, that what it wrote to the feed be told."""
    transaction.on_commit(lambda: _queue(CHANGES_TASK))


def _queue(task: str) -> None:
    try:
        celery_app.send_task(task)
    except BrokerUnavailable:
        logger.warning("publication waits for the scheduled refresh: the broker does not answer")


def publication_refresh() -> None:
    """Refresh the views concurrently: readers go on reading the old state until the new one is whole.

    One refresh at a time: a second one waits for the first, so that it sees what was committed before it began.
    """
    with transaction.atomic():
        _lock()
        # Asked before the refresh, which sees at least as much.
        _refresh_and_tell(changes_waiting())


def changes_publish() -> None:
    """Tell what waits to be told. The views are refreshed before, unless it is of assignments alone: those are no part of them."""
    with transaction.atomic():
        _lock()
        waiting = changes_waiting()
        if not waiting:
            return
        if Change.objects.filter(pk__in=waiting).exclude(kind__in=ASSIGNMENT_KINDS).exists():
            _refresh_and_tell(waiting)
        else:
            _tell(waiting)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESH_LOCK])


def _refresh_and_tell(waiting: list[UUID]) -> None:
    with connection.cursor() as cursor:
        for view in VIEWS:
            cursor.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")
    _tell(waiting)


def _tell(waiting: list[UUID]) -> None:
    span = changes_number(waiting) if waiting else None
    if span is not None:
        deliveries_queue(*span)
