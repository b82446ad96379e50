"""What was written before there was a chain is chained when it arrives, and stays readable when it goes."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import AuditEntry, ChainLink
from tests.audit.trail import verified
from tests.owner import owning

BEFORE = "0007_events_of_webhooks"
WRITTEN = """
    INSERT INTO audit_log (object_pk, object_repr, action, changes_text, timestamp, event, actor_label, reason, user_agent,
                           content_type_id, changes, remote_addr)
    SELECT 'object ' || n, 'Object “' || n || '”', 1, '', now() - n * interval '1 day', 'airline.updated', 'Somebody', 'Reason', '',
           (SELECT min(id) FROM django_content_type), '{"name": ["A", 1.50]}', '10.0.0.1'
    FROM generate_series(1, 2500) AS n
"""


@pytest.mark.xdist_group("migrations")
def test_older_entries_are_chained_in_their_order(migrated_again: None, roots_dir: Path) -> None:
    call_command("migrate", "audit", BEFORE, verbosity=0)
    with owning(), connection.cursor() as cursor:
        cursor.execute(WRITTEN)

    call_command("migrate", verbosity=0)

    in_order = AuditEntry.objects.filter(actor_label="Somebody").order_by("timestamp", "id")
    assert list(in_order.values_list("pk")) == list(in_order.order_by("batch", "position").values_list("pk"))
    assert in_order.count() == 2500
    assert ChainLink.objects.count() == 3
    assert verified().faults == []
    call_command("migrate", "audit", BEFORE, verbosity=0)
    with owning(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_log")
        assert cursor.fetchone() == (2500,)
