"""The project: settings, servers, HTTP conventions. Apps import from here; nothing here knows an app but by its dotted path."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
