"""The Celery application. Importing `config` loads it, so that `shared_task` finds its broker in every process."""

import os
from typing import Any

from celery import Celery, Task, signals

from config import door

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")


class ProductTask(Task[Any, Any]):
    """A task is the product's own doing, in whichever process it runs."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the worker calls."""
        with door.as_product("tasks are the product's own doing"):
            return super().__call__(*args, **kwargs)


app = Celery("vectorbid", task_cls=ProductTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def _logging_is_set_up(**_: Any) -> None:
    """Django has: being told so, Celery brings no handlers of its own, which would write unmasked."""
