"""What the database refuses, whoever asks, in plain SQL as the application's own role."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from contracts.lifecycle import Status, edges
from contracts.models import ContractDecision, DecisionKind, PilotContract, RuleCorrection
from contracts.review_selectors import review_progress
from contracts.selectors import revision_hash
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(sql: str, parameters: list[Any]) -> str:
    """The constraint that a statement meets."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(refusal.value)


def test_the_application_connects_as_an_ordinary_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        attributes = cursor.fetchone()

    assert attributes == (False, False)


def test_a_decision_by_the_uploader_is_refused() -> None:
    contract = ContractFactory.create(in_review=True, rules=1)

    message = refused(
        "INSERT INTO contract_decisions (contract_id, kind, decided_by_id, revision, reason) VALUES (%s, 'approved', %s, %s, '')",
        [contract.pk, contract.uploaded_by_id, revision_hash(contract)],
    )

    assert "nobody decides on a contract that he uploaded" in message
    assert not ContractDecision.objects.exists()


def test_approval_without_a_decision_behind_it_is_refused(approver: User) -> None:
    contract = ContractFactory.create(in_review=True, rules=1)

    message = refused(
        "UPDATE pilot_contracts SET status = 'approved', approved_by_id = %s, approved_at = now(), approved_revision = %s WHERE id = %s",
        [approver.pk, "0" * 64, contract.pk],
    )

    assert "an approval by somebody other" in message


def test_the_uploader_cannot_be_rewritten_to_make_room_for_an_approval(approver: User) -> None:
    contract = ContractFactory.create(in_review=True, uploaded_by=approver)

    message = refused(
        "UPDATE pilot_contracts SET uploaded_by_id = %s WHERE id = %s", [UserFactory.create().pk, contract.pk]
    )

    assert "does not change" in message


def test_a_contract_begins_as_a_draft() -> None:
    contract = ContractFactory.create()

    message = refused(
        """INSERT INTO pilot_contracts (airline_id, contract_type, contract_version, title, description, status, effective_date,
               document_sha256, document_name, document_media_type, document_bytes, page_count, uploaded_by_id, approved_revision)
           SELECT airline_id, contract_type, 'other', title, '', 'active', effective_date, repeat('a', 64), document_name,
               document_media_type, document_bytes, page_count, uploaded_by_id, '' FROM pilot_contracts WHERE id = %s""",
        [contract.pk],
    )

    assert "begins as a draft" in message


@pytest.mark.parametrize("source", [status for status in Status if status not in {Status.APPROVED, Status.ACTIVE}])
def test_only_the_tables_edges_lead_on(source: Status) -> None:
    contract = ContractFactory.create(state=source)
    forbidden = [target for target in Status.values if target != source and (source.value, target) not in edges()]

    for target in forbidden:
        message = refused("UPDATE pilot_contracts SET status = %s WHERE id = %s", [target, contract.pk])
        assert "no way leads" in message or "pilot_contracts_approved_by_someone" in message

    assert PilotContract.objects.get(pk=contract.pk).status == source


def test_an_undecided_rule_blocks_approval_in_sql_too(approver: User) -> None:
    contract = ContractFactory.create(in_review=True, rules=1, proposals=1)
    revision, step = revision_hash(contract), review_progress(contract)[0].step
    ContractDecision.objects.create(
        contract=contract, kind=DecisionKind.APPROVED, decided_by=approver, step=step, revision=revision
    )

    message = refused(
        "UPDATE pilot_contracts SET status = 'approved', approved_by_id = %s, approved_at = now(), approved_revision = %s WHERE id = %s",
        [approver.pk, revision, contract.pk],
    )

    assert "undecided" in message


@pytest.mark.parametrize("statement", ["UPDATE contract_rules SET value = 99", "DELETE FROM contract_rules"])
def test_rules_of_an_active_contract_stand(statement: str) -> None:
    contract = ContractFactory.create(active=True, rules=1)

    message = refused(f"{statement} WHERE contract_id = %s", [contract.pk])

    assert "closed" in message


def test_two_active_contracts_of_one_airline_and_type_never_overlap() -> None:
    first = ContractFactory.create(active=True, rules=1)
    second = ContractFactory.create(approved=True, rules=1, airline=first.airline)

    message = refused("UPDATE pilot_contracts SET status = 'active' WHERE id = %s", [second.pk])

    assert "pilot_contracts_one_active" in message


def test_the_audit_log_can_be_neither_changed_nor_emptied(approver: User) -> None:
    entry = entry_record(event=AuditEvent.USER_UPDATED, actor=approver, target=approver)

    for statement in ("UPDATE audit_log SET reason = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_a_pilot_has_one_open_assignment_and_only_to_his_airlines_active_contract() -> None:
    contract = ContractFactory.create(active=True, rules=1)
    draft = ContractFactory.create(airline=contract.airline, contract_version="draft")
    pilot = PilotFactory.create(airline=contract.airline)
    stranger = PilotFactory.create()
    insert = "INSERT INTO pilot_contract_assignments (pilot_id, contract_id) VALUES (%s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(insert, [pilot.pk, contract.pk])

    assert "one_active" in refused(insert, [pilot.pk, contract.pk])
    assert "another airline" in refused(insert, [stranger.pk, contract.pk])
    assert "not active" in refused(insert, [pilot.pk, draft.pk])


@pytest.mark.parametrize(
    ("table", "triggers", "statement"),
    [
        ("pilot_contracts", "guards_lifecycle", "UPDATE pilot_contracts SET status = 'active'"),
        ("contract_rules", "guards_rules", "UPDATE contract_rules SET value = 99"),
        ("audit_log", "append_only", "UPDATE audit_log SET reason = 'x'"),
        ("contract_decisions", "kept", "DELETE FROM contract_decisions"),
    ],
)
def test_no_session_can_switch_a_guard_off(table: str, triggers: str, statement: str, approver: User) -> None:
    ContractFactory.create(retired=True, rules=1)
    entry_record(event=AuditEvent.USER_UPDATED, actor=approver, target=approver)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])

    assert any(triggers in name for name in names)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_corrections_are_never_changed(approver: User) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(in_review=True))
    RuleCorrection.objects.create(rule=rule, field="value", before="1", after="2", corrected_by=approver)

    for statement in ("UPDATE rule_corrections SET after = '3'", "DELETE FROM rule_corrections"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_updated_at_follows_raw_sql() -> None:
    rule = RuleFactory.create()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE contract_rules SET title = 'other' WHERE id = %s", [rule.pk])

    with connection.cursor() as cursor:
        cursor.execute("SELECT updated_at > created_at FROM contract_rules WHERE id = %s", [rule.pk])
        assert cursor.fetchone() == (True,)
