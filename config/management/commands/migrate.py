"""Django's `migrate`, as the role that owns the tables."""

from typing import Any

from django.core.management.commands import migrate
from typing_extensions import override

from config import door
from config.database.owner import as_owner


class Command(migrate.Command):
    """Migrations see all rows, and policies and rights are put right at their end: `config.database.row_security`."""

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(), door.as_product("migrations see all rows"):
            super().handle(*args, **options)
