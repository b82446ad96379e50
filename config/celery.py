"""The Celery application. Importing `config` loads it, so that `shared_task` finds its broker in every process."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("vectorbid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def _logging_is_set_up(**_: Any) -> None:
    """Django has: being told so, Celery brings no handlers of its own, which would write unmasked."""
