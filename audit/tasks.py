"""Celery tasks: one service call each."""

from celery import shared_task
from django.db import OperationalError

from audit import checkup, clearing, retention, roots


@shared_task(name="audit.months_make", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=10)
def months_make_task() -> None:
    retention.months_make()
    retention.months_drop()


@shared_task(name="audit.clear", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=10)
def clear_task() -> None:
    clearing.clear()


@shared_task(name="audit.root_of_today", autoretry_for=(OperationalError, OSError), retry_backoff=5, max_retries=10)
def root_of_today_task() -> None:
    with checkup.signing_watched():
        root = roots.root_of_today()
    if root is not None:
        root_mail_task.delay(root.name)


@shared_task(name="audit.root_mail", autoretry_for=(OSError,), retry_backoff=30, max_retries=20)
def root_mail_task(name: str) -> None:
    roots.root_mail(name)


@shared_task(name="audit.verify_trail", autoretry_for=(OperationalError,), retry_backoff=60, max_retries=5)
def verify_trail_task() -> None:
    checkup.trail_check()
