"""Refused second factors are counted by person, for the pause after too many."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_notices_of_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactorFailure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "factor_failures",
                "indexes": [models.Index(fields=["user", "created_at"], name="factor_failures_user")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="factorfailure",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="cc4e55ae9518a22a094991114c0f7d8e0e795b45",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_8ea81",
                    table="factor_failures",
                    when="BEFORE",
                ),
            ),
        ),
    ]
