"""Who guards the product is told: what is due, and when. `accounts.security.alerts` tells it."""

from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from audit.events import EventState, Severity
from audit.security.kinds import ALERTS_APART
from audit.security.models import SecurityAlert, SecurityEvent
from config import celery_app

# By name: audit stands below accounts.
ALERTS_TASK = "accounts.security_alerts"

# An alert that waits for the full hour goes at once when its event has become critical.
_DUE = """
    INSERT INTO security_alerts (id, event_id, fingerprint, severity, due_at)
    VALUES (gen_random_uuid(), %s, %s, %s, %s)
    ON CONFLICT (fingerprint) WHERE told_at IS NULL
    DO UPDATE SET event_id = EXCLUDED.event_id, severity = EXCLUDED.severity,
                  due_at = least(security_alerts.due_at, EXCLUDED.due_at)
    WHERE security_alerts.severity <> EXCLUDED.severity
    RETURNING id
"""

logger = structlog.get_logger(__name__)


def alert_when_due(event: SecurityEvent) -> None:
    """See that an event that nobody works yet is told of: critical at once, a warning at the full hour.

    The same is not told of again within ALERTS_APART. The caller holds the event's row, so that of one fingerprint one
    transaction at a time comes by.
    """
    if event.severity == Severity.INFORMATION or event.state != EventState.OPEN:
        return
    now = timezone.now()
    due = now if event.severity == Severity.CRITICAL else _full_hour(now)
    told = SecurityAlert.objects.filter(fingerprint=event.fingerprint, severity=event.severity, told_at__isnull=False)
    latest = told.order_by("-due_at").values_list("told_at", flat=True).first()
    if latest is not None:
        due = max(due, latest + ALERTS_APART)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [event.pk, event.fingerprint, event.severity, due])
        is_new = cursor.fetchone() is not None
    if is_new and due <= now:
        transaction.on_commit(alerts_queue)


def alerts_queue() -> None:
    """Have a worker look now. Where the broker does not answer, the sweep finds what is due."""
    try:
        celery_app.send_task(ALERTS_TASK)
    except BrokerUnavailable:
        logger.warning("alerts wait for the sweep: the broker does not answer")


def _full_hour(now: datetime) -> datetime:
    """The next one."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
