"""The Celery application. Importing `config` loads it, so that `shared_task` finds its broker in every process."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("vectorbid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
