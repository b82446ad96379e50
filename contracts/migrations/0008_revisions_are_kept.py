"""What a contract said when it was handed in or decided on is kept, named by its own hash."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards
import contracts.models.revisions


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0007_language_models"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractRevision",
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
                ("digest", models.CharField(max_length=64, unique=True)),
                ("content", models.TextField()),
                ("rule_count", models.PositiveIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="contracts.pilotcontract",
                    ),
                ),
            ],
            options={
                "db_table": "contract_revisions",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RevisionOccasion",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "as submitted"),
                            ("changes_requested", "as changes were requested"),
                            ("rejected", "as rejected"),
                            ("approved", "as approved"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occasions",
                        to="contracts.contractrevision",
                    ),
                ),
            ],
            options={
                "db_table": "contract_revision_occasions",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="contractrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest", contracts.models.revisions.Sha256OfText(models.F("content")))),
                name="contract_revisions_digest_true",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'revisions are kept as they are';",
                    hash="cbd2f5c59e6c369ab7c960c78e1f1bf3b9a40c06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_0039a",
                    table="contract_revisions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'revisions are kept as they are';",
                    hash="67e137c95ef709d3f8da84e16dffd2110dd45f93",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_c1811",
                    table="contract_revisions",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="revisionoccasion",
            index=models.Index(fields=["revision", "-created_at"], name="contract_revision_occasions_of"),
        ),
        migrations.AddConstraint(
            model_name="revisionoccasion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["submitted", "changes_requested", "rejected", "approved"])),
                name="contract_revision_occasions_kind_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revisionoccasion",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'occasions of revisions are kept as they are';",
                    hash="db1be5e38b20caf5e58ad0002e8210129f9fe5f8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_02d98",
                    table="contract_revision_occasions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revisionoccasion",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'occasions of revisions are kept as they are';",
                    hash="6b9c86a3104097635dc5013892a99f1178c45ed6",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_28e74",
                    table="contract_revision_occasions",
                    when="BEFORE",
                ),
            ),
        ),
    ]
