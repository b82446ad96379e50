"""A trail to tamper with, and what tampering is: as the tables' owner, with the triggers off."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from audit.events import AuditEvent
from audit.roots import Root, audit_keys, roots_read
from audit.services import entry_record
from audit.verification import Report, audit_verify
from tests import factories
from tests.owner import owning

AUDIT_TABLES = ("audit_log", "row_changes", "audit_batches", "audit_chain", "audit_redactions")


def written(count: int = 3) -> None:
    """So many transactions, each with an airline's change and the event that tells of it."""
    from django.db import transaction

    for number in range(count):
        with transaction.atomic():
            airline = factories.AirlineFactory.create(name=f"Airline {number}")
            airline.name = f"{airline.name} renamed"
            airline.save()
            entry_record(event=AuditEvent.AIRLINE_UPDATED, actor=None, target=airline, reason=f"Reason {number}.")


def tampered(*statements: str, parameters: Any = None) -> None:
    """Run statements that rights and triggers would refuse: as whoever has become the owner."""
    with owning(), connection.cursor() as cursor:
        for table in AUDIT_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement, parameters)
        for table in AUDIT_TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def roots() -> list[Root]:
    """Those of the settings' folder."""
    return roots_read(Path(settings.AUDIT_ROOTS_DIR), audit_keys().jwk_set()["keys"])


def verified() -> Report:
    """The report, with the roots outside."""
    return audit_verify(roots=roots())
