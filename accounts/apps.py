from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, pre_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models are there only now.
        from accounts.checks import (
            breached_passwords_can_be_asked,
            idle_limits_are_limits,
            keys_are_long_enough,
            mail_can_be_sent,
            texts_are_as_agreed,
        )
        from accounts.privacy.registry import register as share
        from accounts.privacy.share import SHARE
        from accounts.web_sessions import watch

        register(mail_can_be_sent)
        register(keys_are_long_enough)
        register(idle_limits_are_limits)
        register(breached_passwords_can_be_asked)
        register(texts_are_as_agreed)
        share("accounts", SHARE)
        watch()
        pre_migrate.connect(_unsecure, sender=self, dispatch_uid="accounts.row_security.off")
        post_migrate.connect(_secure, sender=self, dispatch_uid="accounts.row_security.on")


def _unsecure(plan: Any = None, **kwargs: Any) -> None:
    """Migrations that go back may take away what policies speak of."""
    from config.database.row_security import unsecure

    if any(goes_back for _, goes_back in plan or []):
        unsecure()


def _secure(plan: Any = None, **kwargs: Any) -> None:
    """After each `migrate` that ends where the code is. No domain work: policies are part of the schema."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from config.database.row_security import secure

    if plan is None:
        return  # the tables were emptied, no more
    loader = MigrationLoader(connection)
    if {*loader.graph.leaf_nodes()} <= {*(loader.applied_migrations or ())}:
        secure()
