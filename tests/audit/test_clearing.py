"""What is over is deleted, what is just young enough stays, and the trail keeps nothing personal of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from accounts.factors.models import FactorFailure
from accounts.letters.models import AccountLetter, EmailChange, LetterPurpose
from accounts.models import IdempotencyKey, ServiceClient, User, UserSession
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.models import MailState, Notification
from accounts.privacy.models import DataExport, ExportState
from audit import clearing, tasks
from audit.clearing import clear, cleared, models_by_table
from audit.events import SecurityEventKind
from audit.models import RowChange, SecurityAlert, SecurityEvent
from audit.services import security_event_record
from config.retention import RetentionUnclear, Then, kept_for, lines
from config.settings.schedule import SCHEDULE
from contracts.models import ContractUsageDay, RuleAction, RuleActionKind, Webhook, WebhookDelivery, WebhookSecret
from tests.factories import ContractFactory, ServiceClientFactory, UserFactory

pytestmark = pytest.mark.django_db
HASH = "0" * 64
Maker = Callable[[User], models.Model]


def unique_hash() -> str:
    return (uuid4().hex * 2)[:64]


def session(user: User) -> UserSession:
    return UserSession.objects.create(
        user=user,
        token_id_hash=unique_hash(),
        address="192.0.2.75",
        user_agent="Browser/117",
        expires_at=timezone.now() + timedelta(hours=1),
    )


def email_change(user: User) -> EmailChange:
    return EmailChange.objects.create(
        user=user,
        new_email="new@people.test",
        expires_at=timezone.now() + timedelta(hours=1),
        ended_at=timezone.now(),
    )


def letter(user: User) -> AccountLetter:
    return AccountLetter.objects.create(
        purpose=LetterPurpose.EMAIL_NEW,
        email="new@people.test",
        full_name="Nora Body",
        token_hash=unique_hash(),
        expires_at=timezone.now() + timedelta(hours=1),
        email_change=email_change(user),
    )


def notification(user: User) -> Notification:
    return Notification.objects.create(
        recipient=user,
        kind=NotificationKind.CONTRACT_APPROVED,
        event_key=uuid4().hex,
        title="Nora Body approved it",
        body="Nora Body said so",
        path="/",
        subject_id="1",
        mail=MailState.UNWANTED,
    )


def answer(user: User) -> IdempotencyKey:
    end = timezone.now() + timedelta(days=1)
    return IdempotencyKey.objects.create(caller=user.pk, key=uuid4().hex, route="r", request_hash=HASH, expires_at=end)


def cookie(user: User) -> Session:
    return Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=timezone.now())


def attempt(user: User) -> AccessAttempt:
    given = {"user_agent": "", "username": uuid4().hex, "http_accept": "", "path_info": ""}
    made = AccessAttempt.objects.create(get_data="", post_data="", failures_since_start=1, **given)
    AccessAttemptExpiration.objects.create(access_attempt=made, expires_at=timezone.now())
    return made


def failure(user: User) -> AccessFailureLog:
    return AccessFailureLog.objects.create(user_agent="", username="x", http_accept="", path_info="")


def access(user: User) -> AccessLog:
    return AccessLog.objects.create(user_agent="", username="x", http_accept="", path_info="")


def refused_factor(user: User) -> FactorFailure:
    return FactorFailure.objects.create(user=user)


def event(user: User, kind: SecurityEventKind = SecurityEventKind.PASSWORD_CHANGED) -> SecurityEvent:
    """Of a person of its own: the same of one person is counted."""
    other = UserFactory.create()
    security_event_record(kind=kind, user=other, subject=other.email)
    return SecurityEvent.objects.get(user=other)


def alert(user: User) -> SecurityAlert:
    return SecurityAlert.objects.get(event=event(user, SecurityEventKind.TOKEN_REUSED))


def action(user: User) -> RuleAction:
    return RuleAction.objects.create(
        contract=ContractFactory.create(uploaded_by=user),
        actor=user,
        kind=RuleActionKind.ACCEPTED,
        citation="1.A",
        changes=[{"rule": str(uuid4()), "before": {}, "state": ""}],
    )


def webhook(user: User) -> Webhook:
    client: ServiceClient = ServiceClientFactory.create()
    return Webhook.objects.create(client=client, url=f"https://{uuid4().hex}.test/", kinds=[])


def delivery(user: User) -> WebhookDelivery:
    return WebhookDelivery.objects.create(webhook=webhook(user))


def webhook_secret(user: User) -> WebhookSecret:
    return WebhookSecret.objects.create(webhook=webhook(user), ciphertext=b"x", nonce=b"x", key_version="1")


def usage(user: User) -> ContractUsageDay:
    return ContractUsageDay.objects.create(contract=ContractFactory.create(uploaded_by=user), day=timezone.now().date())


def data_export(user: User) -> DataExport:
    now = timezone.now()
    return DataExport.objects.create(user=user, state=ExportState.READY, ready_at=now, expires_at=now)


MAKERS: dict[str, Maker] = {
    "account_letters": letter,
    "axes_accessattempt": attempt,
    "axes_accessfailurelog": failure,
    "axes_accesslog": access,
    "contract_usage_daily": usage,
    "data_exports": data_export,
    "django_session": cookie,
    "email_changes": email_change,
    "factor_failures": refused_factor,
    "idempotency_keys": answer,
    "notifications": notification,
    "rule_actions": action,
    "security_alerts": alert,
    "security_events": event,
    "user_sessions": session,
    "webhook_deliveries": delivery,
    "webhook_secrets": webhook_secret,
}


def aged(row: models.Model, table: str, counted: datetime) -> None:
    """Put the instant that its age is counted from there, and what has to lie before it further back."""
    values: dict[str, Any] = {lines()[table].counted_from: counted}
    names = {field.column for field in row._meta.concrete_fields}
    if values.keys() & {"expires_at", "ends_at", "settled_at"} and "created_at" in names:
        values["created_at"] = counted - timedelta(days=1)
    if table == "webhook_deliveries":
        values["state"] = "delivered"
    if table == "security_alerts":
        values["letter"] = uuid4()
    assignments = ", ".join(f"{name} = %s" for name in values)
    key = row._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {assignments} WHERE {key.column} = %s", [*values.values(), row.pk])


def test_each_table_that_goes_by_time_is_tried() -> None:
    assert set(MAKERS) == {name for name, line in lines().items() if line.then is Then.DELETE}


@pytest.mark.untold
@pytest.mark.parametrize("table", sorted(MAKERS))
def test_what_is_over_goes_and_what_is_just_young_enough_stays(table: str) -> None:
    user = UserFactory.create()
    now = timezone.now()
    over, young = MAKERS[table](user), MAKERS[table](user)
    margin = timedelta(days=1) if table == "contract_usage_daily" else timedelta(minutes=1)
    aged(over, table, now - kept_for(table) - margin)
    aged(young, table, now - kept_for(table) + margin)

    count = cleared(table, now=now)

    left = set(models_by_table()[table]._base_manager.values_list("pk", flat=True))
    assert count == 1
    assert left & {over.pk, young.pk} == {young.pk}


def test_what_belongs_to_a_row_goes_with_it(pilot_user: User) -> None:
    attempt(pilot_user)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(days=8))

    cleared("axes_accessattempt")

    assert not AccessAttemptExpiration.objects.exists()


def test_more_than_one_batch_is_cleared(pilot_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    for _ in range(5):
        refused_factor(pilot_user)

    assert cleared("factor_failures", now=timezone.now() + timedelta(days=2)) == 5
    assert not FactorFailure.objects.exists()


def test_all_are_cleared_hourly(pilot_user: User) -> None:
    session(pilot_user)
    cookie(pilot_user)
    in_a_month = timezone.now() + timedelta(days=40)

    counts = clear(now=in_a_month)
    tasks.clear_task()

    assert counts == {"user_sessions": 1, "django_session": 1}
    assert SCHEDULE["clear"]["task"] == tasks.clear_task.name


@pytest.mark.parametrize("table", ["users", "audit_log", "nonsense"])
def test_what_does_not_go_by_time_is_not_cleared(table: str) -> None:
    with pytest.raises(RetentionUnclear):
        cleared(table)


@pytest.mark.parametrize("make", [session, letter, email_change, notification], ids=lambda make: str(make.__name__))
def test_the_trail_keeps_nothing_personal_of_what_is_deleted(make: Maker) -> None:
    user = UserFactory.create()
    row = make(user)
    table = row._meta.db_table

    cleared(table, now=timezone.now() + timedelta(days=400))

    told = RowChange.objects.filter(table_name__in=[table, "email_changes"])
    assert {change.operation for change in told} >= {"insert", "delete"}
    said = str([change.changes for change in told])
    assert not [word for word in ("new@people.test", "Nora Body", "192.0.2.75", "Browser/117") if word in said]


def test_a_security_event_is_deleted_by_nobody_before_its_time(pilot_user: User) -> None:
    made = event(pilot_user)

    with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM security_events WHERE id = %s", [made.pk])

    assert SecurityEvent.objects.filter(pk=made.pk).exists()
