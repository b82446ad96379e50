"""What every business table has: a UUID key, and two instants that the database sets, whoever writes the row."""

import uuid

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from config.guards import Guard


def sets_updated_at() -> Guard:
    """A trigger for a model's Meta: `updated_at` follows each UPDATE, raw SQL and bulk ones too."""
    return Guard(
        name="sets_updated_at",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
    )


class Row(models.Model):
    """Abstract. Subclasses name their table and list `sets_updated_at()` among their triggers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
