"""Celery tasks: ids in, one service call each. A lost database or broker is tried again; a lost worker is swept up."""

from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from contracts.services import extraction, lifecycle, publication

LOST_SERVER = (OperationalError,)


@shared_task(name=extraction.RUN_TASK, autoretry_for=LOST_SERVER, retry_backoff=1, retry_backoff_max=10, max_retries=20)
def extraction_run_task(run_id: str) -> None:
    extraction.extraction_run(run_id=UUID(run_id))


@shared_task(name="contracts.extraction_sweep")
def extraction_sweep_task() -> None:
    extraction.extraction_sweep()


@shared_task(
    name=publication.REFRESH_TASK,
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def publication_refresh_task() -> None:
    publication.publication_refresh()


@shared_task(name="contracts.publication_sweep")
def publication_sweep_task() -> None:
    publication.publication_refresh()


@shared_task(name="contracts.lifecycle_sweep")
def lifecycle_sweep_task() -> None:
    lifecycle.expired_contracts_supersede()
