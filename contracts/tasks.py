"""Celery tasks: ids in, one service call each. A lost database or broker is tried again; a lost worker is swept up."""

from uuid import UUID

from celery import Task, shared_task
from django.conf import settings
from django.db import OperationalError

from config.cursors import is_uuid
from contracts import storage
from contracts.services import (
    deadlines,
    extraction,
    lifecycle,
    measures,
    plans,
    publication,
    reminders,
    usage,
    webhook_queue,
    webhook_sending,
    words,
)

LOST_SERVER = (OperationalError,)
# Two thousand pages take about a minute.
READING_SECONDS = 300
# A language model, where one is asked, ends by itself before that.
WHOLE_READING_SECONDS = READING_SECONDS + settings.LANGUAGE_MODEL_SECONDS


@shared_task(
    bind=True,
    name=extraction.RUN_TASK,
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
    soft_time_limit=WHOLE_READING_SECONDS,
    time_limit=WHOLE_READING_SECONDS + 30,
)
def extraction_run_task(self: "Task[[str], None]", run_id: str) -> None:
    """What is no id is left alone, as what is the id of nothing."""
    if is_uuid(run_id):
        extraction.extraction_run(run_id=UUID(run_id), claimant=self.request.id or "")


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
    if publication.publication_refresh():
        publication.lookups_warm()


@shared_task(
    name=publication.CHANGES_TASK,
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def changes_publish_task() -> None:
    publication.changes_publish()


@shared_task(
    name=webhook_queue.DELIVER_TASK,
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def webhooks_deliver_task() -> None:
    """A message only says "look now": what is due, and when a failed one is due again, stands in the rows."""
    webhook_sending.deliveries_send()


@shared_task(name="contracts.uploads_sweep")
def uploads_sweep_task() -> None:
    storage.abandoned_uploads_remove()


@shared_task(name="contracts.publication_sweep")
def publication_sweep_task() -> None:
    publication.publication_refresh()


@shared_task(name="contracts.lookups_warm")
def lookups_warm_task() -> None:
    publication.lookups_warm()


@shared_task(
    name=measures.REFRESH_TASK,
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def measures_refresh_task() -> None:
    measures.measures_refresh()


@shared_task(name="contracts.measures_sweep")
def measures_sweep_task() -> None:
    measures.measures_refresh()


@shared_task(
    name="contracts.metrics_daily",
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=60,
    max_retries=20,
)
def metrics_daily_task() -> None:
    measures.metrics_write_yesterday()


@shared_task(name="contracts.lifecycle_sweep")
def lifecycle_sweep_task() -> None:
    lifecycle.expired_contracts_supersede()


@shared_task(name="contracts.activation_sweep")
def activation_sweep_task() -> None:
    plans.activation_plans_sweep()


@shared_task(name="contracts.reminders_sweep")
def reminders_sweep_task() -> None:
    reminders.expiring_contracts_remind()


@shared_task(name="contracts.deadlines_sweep")
def deadlines_sweep_task() -> None:
    deadlines.deadlines_sweep()


@shared_task(
    name="contracts.usage_add_up",
    autoretry_for=LOST_SERVER,
    retry_backoff=1,
    retry_backoff_max=10,
    max_retries=20,
)
def usage_add_up_task() -> None:
    usage.usage_add_up()


@shared_task(
    name="contracts.known_words_clear",
    autoretry_for=LOST_SERVER,
    retry_backoff=10,
    retry_backoff_max=600,
    max_retries=10,
)
def known_words_clear_task() -> None:
    """A lock that is not had in time counts as a lost server: it is tried again."""
    words.known_words_clear()
