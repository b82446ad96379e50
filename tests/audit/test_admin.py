"""The trail in the admin: administrators read it, nobody writes it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.events import AuditEvent, SecurityEventKind, Severity
from audit.models import AuditEntry, RowChange
from audit.services import entry_record, security_event_record

PAGES = ["audit_auditentry", "audit_rowchange", "audit_securityevent"]


@pytest.fixture
def rows(airline: Airline, administrator: User) -> dict[str, Any]:
    return {
        "audit_auditentry": entry_record(
            event=AuditEvent.AIRLINE_UPDATED,
            actor=administrator,
            target=airline,
            before={"name": "A"},
            after={"name": "B"},
        ),
        "audit_rowchange": RowChange.objects.filter(table_name="airlines")[0],
        "audit_securityevent": security_event_record(
            kind=SecurityEventKind.SIGN_IN_FAILED, severity=Severity.WARNING, subject="someone@people.test"
        ),
    }


@pytest.mark.parametrize("name", PAGES)
def test_an_administrator_reads_the_list_and_each_row(
    client: Client, administrator: User, rows: dict[str, Any], name: str
) -> None:
    client.force_login(administrator)

    listed = client.get(reverse(f"admin:{name}_changelist"))
    opened = client.get(reverse(f"admin:{name}_change", args=[rows[name].pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)
    assert 'name="_save"' not in opened.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_nobody_writes_the_trail(client: Client, administrator: User, rows: dict[str, Any], name: str) -> None:
    client.force_login(administrator)
    row = rows[name]

    answers = [
        client.post(reverse(f"admin:{name}_add"), {}),
        client.post(reverse(f"admin:{name}_change", args=[row.pk]), {"reason": "rewritten"}),
        client.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert not AuditEntry.objects.filter(reason="rewritten").exists()


@pytest.mark.parametrize("name", PAGES)
def test_an_approver_does_not_read_the_trail(client: Client, approver: User, rows: dict[str, Any], name: str) -> None:
    client.force_login(approver)

    listed = client.get(reverse(f"admin:{name}_changelist"))
    opened = client.get(reverse(f"admin:{name}_change", args=[rows[name].pk]))

    assert (listed.status_code, opened.status_code) == (403, 403)


@pytest.mark.parametrize("entries", [1, 5])
def test_the_trail_costs_the_same_queries_for_one_and_five_entries(
    client: Client, airline: Airline, administrator: User, entries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(entries):
        entry_record(event=AuditEvent.AIRLINE_UPDATED, actor=administrator, target=airline)
    client.force_login(administrator)

    with django_assert_num_queries(8):
        client.get(reverse("admin:audit_auditentry_changelist"))


@pytest.mark.parametrize("renamed", [1, 5])
def test_row_changes_cost_the_same_queries_for_one_and_five(
    client: Client, airline: Airline, administrator: User, renamed: int, django_assert_num_queries: Any
) -> None:
    for number in range(renamed):
        Airline.objects.filter(pk=airline.pk).update(name=f"Name {number}")
    client.force_login(administrator)

    with django_assert_num_queries(5):
        client.get(reverse("admin:audit_rowchange_changelist"))
