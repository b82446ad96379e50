from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit.checks import retention_is_told_of_every_table, roots_can_be_signed

        register(roots_can_be_signed)
        register(retention_is_told_of_every_table)
        post_migrate.connect(_watch, sender=self, dispatch_uid="audit.watch")


def _watch(**kwargs: Any) -> None:
    """After each `migrate`, once the function that watches is there. No domain work: triggers are part of the schema."""
    from django.db import connection

    from audit.watch import watch_tables

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('public.audit_watch')")
        (found,) = cursor.fetchone()
    if found is not None:
        watch_tables()
