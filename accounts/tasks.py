"""Celery tasks: one service call each."""

from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from accounts.letters.mailing import account_letters_mail
from accounts.letters.writing import LETTERS_TASK
from accounts.notifications import mailing
from accounts.notifications.services import MAIL_TASK
from accounts.privacy import erasing, exporting
from accounts.security import alerts
from accounts.security.services import events_lapse
from audit.security.alerting import ALERTS_TASK
from config.cursors import is_uuid


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


@shared_task(
    name=exporting.EXPORT_TASK,
    autoretry_for=(OperationalError, OSError),
    retry_backoff=5,
    retry_backoff_max=60,
    max_retries=10,
)
def data_export_make_task(export_id: str) -> None:
    """What is no id is left alone, as what is the id of nothing."""
    if is_uuid(export_id):
        exporting.export_make(UUID(export_id))


@shared_task(name="accounts.data_exports_sweep", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5)
def data_exports_sweep_task() -> None:
    exporting.exports_sweep()


@shared_task(name="accounts.erasures_sweep", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5)
def erasures_sweep_task() -> None:
    """Whatever a sweep misses is due at the next one."""
    erasing.erasures_sweep()
