"""Celery tasks: one service call each."""

from celery import shared_task
from django.db import OperationalError

from accounts.letters.mailing import account_letters_mail
from accounts.letters.writing import LETTERS_TASK
from accounts.notifications import mailing
from accounts.notifications.services import MAIL_TASK
from accounts.security import alerts
from accounts.security.services import events_lapse
from audit.security.alerting import ALERTS_TASK


@shared_task(
    name=LETTERS_TASK, autoretry_for=(OperationalError,), retry_backoff=1, retry_backoff_max=10, max_retries=20
)
def letters_mail_task() -> None:
    """As below: which letters are due stands in the rows."""
    account_letters_mail()


@shared_task(
    name=MAIL_TASK,
    autoretry_for=(OperationalError,),
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def notifications_mail_task() -> None:
    """A message only says "look now": which mails are due, and when a failed one is due again, stands in the rows."""
    mailing.letters_send()


@shared_task(
    name=ALERTS_TASK,
    autoretry_for=(OperationalError,),
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def security_alerts_task() -> None:
    """As above: what is due stands in the rows."""
    alerts.alerts_tell()
    alerts.alerts_mail()


@shared_task(name="accounts.security_events_lapse")
def security_events_lapse_task() -> None:
    events_lapse()
