"""What `manage.py check` says of an installation before the first root is due."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from audit.clearing import column_of, models_by_table
from audit.roots import audit_keys
from config.retention import Line, RetentionUnclear, Then, lines
from config.signing import NoSigningKeys

# Tables that migrations make by SQL; a test compares the document with those of the database.
WITHOUT_MODELS = frozenset({"django_migrations", "fact_fence", "published_compressions"})


def roots_can_be_signed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without a key the chain's head is not signed, and a tail that is cut off goes unnoticed."""
    try:
        audit_keys()
    except NoSigningKeys as fault:
        hint = "Make one with: openssl rand -base64 32"
        return [Error(f"No audit root can be signed: {fault}", hint=hint, id="audit.E001")]
    return []


def retention_is_told_of_every_table(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`docs/retention.md` is carried out as it stands: it must name each table once, and no other, and columns that are there."""
    try:
        told = lines()
    except (RetentionUnclear, OSError) as unclear:
        return [Error(f"docs/retention.md cannot be carried out: {unclear}", id="audit.E002")]
    there = {*models_by_table(), *WITHOUT_MODELS}
    faults = [f"{table} is missing" for table in sorted(there - set(told))]
    faults += [f"{table} is no table of ours" for table in sorted(set(told) - there)]
    faults += [fault for table in sorted(there & set(told)) if (fault := _fault_of(told[table]))]
    return [Error(f"docs/retention.md: {fault}.", id="audit.E003") for fault in faults]


def _fault_of(line: Line) -> str:
    model = models_by_table().get(line.table)
    if line.then == Then.WITH:
        others = (
            {field.related_model._meta.db_table for field in model._meta.fields if field.related_model}
            if model
            else set()
        )
        return "" if line.beside in others else f"{line.table} does not belong to {line.beside}"
    if line.counted_from and (model is None or column_of(model, line.counted_from) is None):
        return f"{line.table} has no column {line.counted_from}"
    return ""
