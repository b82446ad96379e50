"""Giving changes their place in the feed, after the transactions that wrote them have committed: ADR 0044."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.utils import timezone

from contracts.models import Change

# Only who holds the lock of publication runs this: the next place is read and taken in one step, and whoever comes next
# sees it committed. So places appear in their order, and a reader who has seen one never misses a lower one.
_NUMBER = """
    WITH numbered AS (
        SELECT id, (SELECT coalesce(max(position), 0) FROM changes)
                   + row_number() OVER (ORDER BY recorded_at, place, id) AS position
        FROM changes
        WHERE id = ANY(%(waiting)s) AND position IS NULL
    )
    UPDATE changes SET position = numbered.position, published_at = %(now)s
    FROM numbered WHERE changes.id = numbered.id
    RETURNING changes.position
"""


def changes_waiting() -> list[UUID]:
    """Those that are committed and have no place yet."""
    return list(Change.objects.filter(position__isnull=True).order_by().values_list("pk", flat=True))


def changes_number(waiting: Iterable[UUID]) -> tuple[int, int] | None:
    """Give those of the changes that have none their place, in the order in which they were written.

    Returns the first and the last place that were given, between which are no others; None where none was.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, {"waiting": list(waiting), "now": timezone.now()})
        places = [int(row[0]) for row in cursor.fetchall()]
    return (min(places), max(places)) if places else None
