"""Celery tasks: one service call each."""

from celery import shared_task

from accounts import services


@shared_task(name="accounts.sessions_sweep")
def sessions_sweep_task() -> None:
    services.sessions_sweep()
