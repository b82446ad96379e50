"""Copies of people's data, and erasures of their accounts."""

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
        ("accounts", "0014_letters_that_invite"),
        ("audit", "0021_redactions"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataExport",
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
                    "state",
                    models.CharField(
                        choices=[("queued", "is being made"), ("ready", "is ready"), ("expired", "was deleted")],
                        db_default="queued",
                        default="queued",
                        max_length=20,
                    ),
                ),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, help_text="When it was last downloaded.", null=True)),
                ("sha256", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("bytes", models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "data_exports",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                ("reason", models.TextField(blank=True, db_default="", default="", max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "asked for"), ("called_off", "called off"), ("erased", "erased")],
                        db_default="requested",
                        default="requested",
                        max_length=20,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("held_up_by", models.TextField(blank=True, db_default="", default="")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("pseudonym", models.CharField(blank=True, db_default="", default="", max_length=40)),
            ],
            options={
                "db_table": "erasures",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="stays_erased",
                sql=config.guards.GuardSql(
                    func="\n            IF OLD.erased_at IS NOT NULL\n               AND to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN\n                RAISE EXCEPTION 'an erased account stays erased'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'users_stay_erased';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="c323c184607b6673c531ddd06eb2d91257e63f61",
                    operation="UPDATE",
                    pgid="pgtrigger_stays_erased_bda71",
                    table="users",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True),
                    models.Q(("is_active", False), ("is_superuser", False), ("role", "pilot")),
                    _connector="OR",
                ),
                name="users_erased_are_closed",
            ),
        ),
        migrations.AddField(
            model_name="dataexport",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="data_exports", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="dataexport",
            index=models.Index(fields=["user", "-created_at"], name="data_exports_user"),
        ),
        migrations.AddConstraint(
            model_name="dataexport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "ready", "expired"])), name="data_exports_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="dataexport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "queued")), fields=("user",), name="data_exports_one_queued"
            ),
        ),
        migrations.AddConstraint(
            model_name="dataexport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", True), ("ready_at__isnull", True), ("state", "queued")),
                    models.Q(
                        models.Q(("state", "queued"), _negated=True),
                        ("expires_at__isnull", False),
                        ("ready_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="data_exports_ready_until",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dataexport",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="6faf61e7419b7d95ff7f3db507fa0a31a0918afd",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_ca18c",
                    table="data_exports",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="erasure",
            index=models.Index(condition=models.Q(("state", "requested")), fields=["due_at"], name="erasures_due"),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["requested", "called_off", "erased"])), name="erasures_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "requested")), fields=("user",), name="erasures_one_requested"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "erased")), fields=("user",), name="erasures_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "requested")),
                    models.Q(models.Q(("state", "requested"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="erasures_ended_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pseudonym__regex", "^erased-[0-9a-f]{8}$"), ("state", "erased")),
                    models.Q(models.Q(("state", "erased"), _negated=True), ("pseudonym", "")),
                    _connector="OR",
                ),
                name="erasures_pseudonym_form",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="44ea10aa605e4e3f939f0fbcd19187122fac794c",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_96b33",
                    table="erasures",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="ends_once",
                sql=config.guards.GuardSql(
                    func="\n            IF OLD.state <> 'requested' AND NOT public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW))\n               AND to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN\n                RAISE EXCEPTION 'an erasure that is over stays as it is'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'erasures_end_once';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="64a6073d40991d79e5f588bb90171d969fd3b106",
                    operation="UPDATE",
                    pgid="pgtrigger_ends_once_57b58",
                    table="erasures",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'erasures are kept as they are';",
                    hash="dd48dd88eaf7d4a2eda998fc880d23839a88a051",
                    operation="DELETE",
                    pgid="pgtrigger_kept_33cb7",
                    table="erasures",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'erasures are kept as they are';",
                    hash="f9e7dcc3c29616617a9b6bf14004b2822156965f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_67813",
                    table="erasures",
                    when="BEFORE",
                ),
            ),
        ),
    ]
