"""Carries out what `docs/retention.md` says of tables whose rows go by time."""

from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from config.retention import RetentionUnclear, Then, kept_for, lines

# In one transaction: short enough that nobody waits for it, and that a link of the trail's chain stays small.
AT_ONCE = 1000


def clear(*, now: datetime | None = None) -> dict[str, int]:
    """Delete what is over, in all tables. Returns how many rows of each, where there were any."""
    counts = {table: cleared(table, now=now) for table, line in lines().items() if line.then == Then.DELETE}
    return {table: count for table, count in counts.items() if count}


def cleared(table: str, *, now: datetime | None = None) -> int:
    """Delete what is over in one table, and what belongs to it. Rows that somebody has locked are left for the next time.

    Raises:
        RetentionUnclear: for a table whose rows are not deleted by time.
    """
    if table not in lines() or lines()[table].then != Then.DELETE:
        raise RetentionUnclear(f"Rows of {table} are not deleted by time.")
    over = _over(table, now or timezone.now())
    count = 0
    while True:
        with transaction.atomic():
            keys = list(over.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
            if not keys:
                return count
            over.model._base_manager.filter(pk__in=keys).delete()
        count += len(keys)


def models_by_table() -> dict[str, type[models.Model]]:
    """The models whose tables the product makes."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in found if model._meta.managed and not model._meta.proxy}


def column_of(model: type[models.Model], name: str) -> "models.Field[object, object] | None":
    """The field that is kept in that column."""
    return next((field for field in model._meta.concrete_fields if field.column == name), None)


def _over(table: str, now: datetime) -> models.QuerySet[models.Model]:
    model = models_by_table()[table]
    field = column_of(model, lines()[table].counted_from)
    if field is None:
        raise RetentionUnclear(f"{table} has no column {lines()[table].counted_from}.")
    before = now - kept_for(table)
    is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    return model._base_manager.filter(**{f"{field.name}__lt": before.date() if is_day else before}).order_by(field.name)
