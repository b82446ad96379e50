"""Telling those who guard the product: as notifications, which each of them has mailed as he chose, and to SECURITY_ALERTS_MAIL.

What is due stands in `security_alerts`. Telling is one transaction with what it marks; a mail is claimed under an attempt number,
sent, and settled, so that two workers never send it at once, and one that dies costs a delay, or a copy with the same Message-ID.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.notifications.kinds import NotificationKind
from accounts.notifications.letters import absolute, message_id
from accounts.notifications.services import Notice, notifications_send
from accounts.security.policies import guards
from audit.events import EventState, SecurityEventKind, Severity
from audit.models import SecurityAlert
from audit.security.kinds import KINDS

AT_ONCE = 200
LEASE = timedelta(minutes=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=2)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told together: title and text name neither people nor addresses, which stand behind `path`."""

    key: UUID
    title: str
    body: str
    path: str
    kind: NotificationKind


def alerts_tell() -> int:
    """Tell the guards of all that is due. Returns how many letters that made."""
    with transaction.atomic():
        now = timezone.now()
        due = SecurityAlert.objects.filter(told_at=None, due_at__lte=now).select_related("event")
        rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id")[:AT_ONCE])
        standing = [row for row in rows if row.event.state != EventState.CLOSED]
        letters = [_alone(row) for row in standing if row.severity == Severity.CRITICAL]
        warnings = [row for row in standing if row.severity != Severity.CRITICAL]
        for row in rows:
            row.told_at, row.letter = now, row.pk
        if warnings:
            letters.append(_together(warnings))
            for row in warnings:
                row.letter = warnings[0].pk
        _mark(rows, standing, now)
        for letter in letters:
            _tell(letter)
    return len(letters)


def _mark(rows: Sequence[SecurityAlert], standing: Sequence[SecurityAlert], now: datetime) -> None:
    """What was closed before anybody was told of it is settled, and mailed to nobody."""
    for row in rows:
        is_mailed = bool(settings.SECURITY_ALERTS_MAIL) and row in standing
        row.mail_due_at = now if is_mailed else None
    SecurityAlert.objects.bulk_update(rows, ["told_at", "letter", "mail_due_at"])


def _tell(letter: Letter) -> None:
    notice = Notice(
        kind=letter.kind,
        event_key=f"security:{letter.key}",
        title=letter.title,
        body=letter.body,
        path=letter.path,
        subject_id=str(letter.key),
    )
    notifications_send(actor=None, recipients=guards(), notice=notice)


def _alone(alert: SecurityAlert) -> Letter:
    kind = KINDS[SecurityEventKind(alert.event.kind)]
    times = f" It happened {alert.event.count} times so far." if alert.event.count > 1 else ""
    return Letter(
        key=alert.pk,
        title=f"Critical security event: {alert.event.get_kind_display()}",
        body=f"{kind.means}{times} {kind.do}",
        path=reverse("security:detail", args=[alert.event_id]),
        kind=NotificationKind.SECURITY_ALERT,
    )


def _together(alerts: Sequence[SecurityAlert]) -> Letter:
    said = sorted({alert.event.get_kind_display() for alert in alerts})
    warnings = "a security warning" if len(alerts) == 1 else f"{len(alerts)} security warnings"
    return Letter(
        key=alerts[0].pk,
        title=f"The past hour: {warnings}",
        body=f"{'; '.join(said).capitalize()}.",
        path=reverse("security:list") if len(alerts) > 1 else reverse("security:detail", args=[alerts[0].event_id]),
        kind=NotificationKind.SECURITY_WARNINGS,
    )


def alerts_mail() -> int:
    """Send to SECURITY_ALERTS_MAIL what is due. Returns how many the mail server took; once it does not answer, the rest waits."""
    sent = 0
    while (claim := _claimed()) is not None:
        if not _sent(*claim):
            break
        sent += 1
    return sent


def _claimed() -> tuple[UUID, int] | None:
    """A letter whose mail is due, and the attempt that we are."""
    with transaction.atomic():
        now = timezone.now()
        due = SecurityAlert.objects.filter(mailed_at=None, mail_due_at__lte=now).order_by("mail_due_at", "id")
        first = due.select_for_update(skip_locked=True).first()
        if first is None or first.letter is None:
            return None
        of_letter = SecurityAlert.objects.filter(letter=first.letter, mailed_at=None, mail_due_at__isnull=False)
        of_letter.update(mail_attempts=first.mail_attempts + 1, mail_due_at=now + LEASE)
        return first.letter, first.mail_attempts + 1


def _sent(key: UUID, attempt: int) -> bool:
    """False where the mail server does not take it."""
    ours = SecurityAlert.objects.filter(letter=key, mail_attempts=attempt, mailed_at=None)
    rows = list(ours.select_related("event").order_by("due_at", "id"))
    if not rows:
        return True
    letter = _alone(rows[0]) if rows[0].severity == Severity.CRITICAL else _together(rows)
    try:
        _message(letter).send()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("an alert's mail waits: it was not taken", letter=str(key), error=type(error).__name__)
        _postpone(key, attempt, rows[0].told_at or rows[0].due_at)
        return False
    ours.update(mailed_at=timezone.now())
    return True


def _postpone(key: UUID, attempt: int, since: datetime) -> None:
    """Each wait is twice the one before; after two days it is given up, and stands in the notifications."""
    now = timezone.now()
    ours = SecurityAlert.objects.filter(letter=key, mail_attempts=attempt, mailed_at=None)
    if now - since > GIVEN_UP_AFTER:
        ours.update(mail_due_at=None)
        logger.error("an alert's mail is given up: it waited too long", letter=str(key))
        return
    ours.update(mail_due_at=now + min(FIRST_WAIT * (1 << min(attempt - 1, 10)), LONGEST_WAIT))


def _message(letter: Letter) -> EmailMessage:
    context = {"letter": letter, "address": absolute(letter.path)}
    return EmailMessage(
        subject=letter.title,
        body=render_to_string("mail/security_alert.txt", context),
        to=[settings.SECURITY_ALERTS_MAIL],
        headers={"Message-ID": message_id(letter.key), "Auto-Submitted": "auto-generated"},
    )
