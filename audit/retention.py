"""The trail's months: made ahead, dropped after the years of `docs/retention.md`. Links, batches and roots stay: they name nobody.

Functions of the tables' owner do both, and refuse to drop what is younger than seven years: the role that serves owns nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog
from dateutil.relativedelta import relativedelta
from django.db import connection, models, transaction

from audit.events import AuditEvent
from audit.models import AuditEntry, ChainLink, RowChange
from audit.services import entry_record
from config.retention import kept_for

logger = structlog.get_logger(__name__)

MONTHS_AHEAD = 3
KEPT_YEARS = min(kept_for(log).years for log in ("audit_log", "row_changes"))
KEPT_DAYS = KEPT_YEARS * 365
LOGS: tuple[type[models.Model], ...] = (AuditEntry, RowChange)


@dataclass(frozen=True, slots=True)
class Months:
    """What `months_make` did: parts made, and rows that lie in the default parts since no month was there for them."""

    made: int
    outside: int


def months_make(*, today: date | None = None) -> Months:
    """Make the parts of this month and the next three, and say so where rows have fallen outside all months."""
    first = today or datetime.now(UTC).date()
    made = outside = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for log in LOGS:
            table = log._meta.db_table
            cursor.execute(
                "SELECT audit_months_make(%s, %s, %s)", [table, first, first + relativedelta(months=MONTHS_AHEAD)]
            )
            made += cursor.fetchone()[0]
            cursor.execute(f"SELECT count(*) FROM {table}_rest")  # noqa: S608 - our own tables
            outside += cursor.fetchone()[0]
    if outside:
        logger.warning("audit entries lie outside all months", rows=outside)
    return Months(made, outside)


def months_drop(*, today: date | None = None) -> list[str]:
    """Drop the months that ended more than seven years ago, and enter that they were. Returns the parts that went.

    Raises:
        ProgrammingError: they are not that old by the database's clock.
    """
    before = ((today or datetime.now(UTC).date()) - relativedelta(years=KEPT_YEARS) - timedelta(days=2)).replace(day=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_months_drop(%s)", [before])
        dropped: list[str] = sorted(cursor.fetchone()[0])
        if dropped:
            entry_record(
                event=AuditEvent.AUDIT_MONTHS_DROPPED,
                actor=None,
                target=ChainLink.objects.order_by("-sequence").first() or ChainLink(sequence=0),
                details={"before": before.isoformat(), "parts": dropped},
            )
    return dropped
