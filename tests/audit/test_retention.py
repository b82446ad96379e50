"""Months are made ahead and dropped by age, and dropping too early shows."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit import retention, roots, tasks, verification
from audit.checks import roots_can_be_signed
from audit.events import AuditEvent
from audit.models import AuditEntry, ChainLink, RowChange
from audit.services import entry_record
from config import door
from tests.audit.trail import AUDIT_TABLES, tampered, verified, written
from tests.owner import owning

IN_EIGHT_YEARS = timezone.now().date().replace(day=1).replace(year=timezone.now().year + 8)


def parts(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
        return {name for (name,) in cursor.fetchall()}


def dropped_by_hand() -> list[str]:
    """Drop all months, as whoever has become the owner: the product's own function would refuse. Returns the parts that went."""
    gone = sorted(part for part in parts("audit_log") | parts("row_changes") if not part.endswith("_rest"))
    with owning(), connection.cursor() as cursor:
        for part in gone:
            cursor.execute(f"DROP TABLE {part}")
    return gone


@pytest.fixture
def months_again(transactional_db: None, roots_dir: Path) -> Iterator[None]:
    """The months of today, whatever the test did to them."""
    before = parts("audit_log") | parts("row_changes")
    yield
    tampered(*(f"DELETE FROM {table}" for table in AUDIT_TABLES))
    retention.months_make()
    with owning(), connection.cursor() as cursor:
        for made in (parts("audit_log") | parts("row_changes")) - before:
            cursor.execute(f"DROP TABLE {made}")


def test_months_are_made_ahead_once(db: None) -> None:
    made = retention.months_make(today=date(2031, 11, 30))
    again = retention.months_make(today=date(2031, 11, 30))

    assert made.made == 8
    assert again.made == 0
    assert {"row_changes_y2031m11", "row_changes_y2032m02"} <= parts("row_changes")


def test_a_new_month_takes_rows_and_shows_them_to_the_product_alone(db: None, administrator: User) -> None:
    retention.months_make(today=date(2031, 11, 30))
    with owning(), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '_y[0-9]+m[0-9]+$' AND NOT relforcerowsecurity")
        unbound = cursor.fetchall()

    seen = {}
    for identity in (door.AS_PRODUCT, door.identity_of(administrator), door.NOBODY):
        with door.seeing(identity), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) > 0 FROM row_changes_y{timezone.now():%Ym%m}")
            seen[identity.kind] = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM row_changes_y2031m11")
        empty = cursor.fetchone()
        cursor.execute(
            """INSERT INTO audit_log (object_pk, object_repr, action, changes_text, timestamp, event, actor_label, reason,
                                      user_agent, content_type_id)
               SELECT '1', '', 1, '', '2031-11-30T12:00:00Z', 'airline.updated', 'Somebody', '', '', min(id)
               FROM django_content_type"""
        )
        cursor.execute("SELECT count(*) FROM audit_log_y2031m11")
        written_into = cursor.fetchone()

    assert unbound == []
    assert seen == {"product": True, "person": False, "": False}
    assert (empty, written_into) == ((0,), (1,))


def test_old_months_are_dropped_and_entered(db: None) -> None:
    retention.months_make(today=date(2015, 6, 1))

    gone = retention.months_drop()

    entry = AuditEntry.objects.get(event=AuditEvent.AUDIT_MONTHS_DROPPED)
    assert len(gone) == 8
    assert gone[0] == "audit_log_y2015m06"
    assert entry.additional_data["parts"] == gone
    assert not parts("audit_log") & set(gone)
    assert retention.months_drop() == []


def test_months_that_are_not_seven_years_old_are_refused_by_the_database(db: None) -> None:
    before = parts("audit_log") | parts("row_changes")

    with pytest.raises(ProgrammingError, match="kept for seven years"), transaction.atomic():
        retention.months_drop(today=IN_EIGHT_YEARS)
    with (
        owning(),
        pytest.raises(ProgrammingError, match="kept for seven years"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT audit_months_drop((now() - interval '6 years 364 days')::date)")

    assert parts("audit_log") | parts("row_changes") == before


@pytest.mark.parametrize("statement", ["DROP TABLE {}", "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", "DELETE FROM {}"])
def test_the_role_that_serves_drops_alters_and_empties_no_month(db: None, statement: str) -> None:
    part = f"row_changes_y{timezone.now():%Ym%m}"

    with (
        pytest.raises(ProgrammingError, match=r"must be owner|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(part))


@pytest.mark.untold
def test_what_falls_outside_all_months_is_kept_and_said(months_again: None) -> None:
    dropped_by_hand()
    written(1)

    with structlog.testing.capture_logs() as logs:
        found = retention.months_make(today=date(2031, 1, 1))

    assert RowChange.objects.count() == 2
    assert found.outside > 0
    assert logs[0]["event"] == "audit entries lie outside all months"


@pytest.mark.untold
def test_nothing_is_dropped_before_its_time(months_again: None) -> None:
    written(1)

    assert retention.months_drop() == []
    assert verified().faults == []


@pytest.mark.untold
def test_dropped_months_are_told_and_believed_only_if_they_were_old(
    months_again: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(3)
    parts_gone = dropped_by_hand()
    entry_record(
        event=AuditEvent.AUDIT_MONTHS_DROPPED,
        actor=None,
        target=ChainLink(sequence=0),
        details={"before": f"{timezone.now().year + 1}-01-01", "parts": parts_gone},
    )

    too_young = verified()
    monkeypatch.setattr(verification, "KEPT_DAYS", -40 * 365)
    old_enough = verified()

    assert AuditEntry.objects.get().event == AuditEvent.AUDIT_MONTHS_DROPPED
    assert [fault for fault in too_young.faults if "before they were seven years old" in fault]
    assert old_enough.faults == []
    assert old_enough.dropped_before


@pytest.mark.untold
def test_a_day_has_one_root_that_is_never_written_over_and_mailed_once(
    months_again: None, roots_dir: Path, settings: Any
) -> None:
    settings.AUDIT_ROOTS_MAIL = "keeper@people.test"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    written(1)

    root = roots.root_of_today()
    written(1)
    again = roots.root_of_today()
    assert root is not None
    tasks.root_mail_task(root.name)

    (path,) = roots_dir.iterdir()
    assert again is None
    assert path.name == root.name
    assert json.loads(path.read_text())["sequence"] == 1
    assert path.stat().st_mode & 0o777 == 0o444
    assert [sent.to for sent in mail.outbox] == [["keeper@people.test"]]
    assert json.loads(path.read_text())["signature"] in mail.outbox[0].body


@pytest.mark.parametrize("keys", [[], ["short"]])
def test_keys_that_are_missing_or_malformed_are_named(settings: Any, keys: list[str]) -> None:
    settings.AUDIT_SIGNING_KEYS = keys

    (error,) = roots_can_be_signed(None)

    assert "AUDIT_SIGNING_KEYS" in str(error.msg)
