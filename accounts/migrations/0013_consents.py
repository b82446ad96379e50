"""The log of what people agreed to, and what a registration agrees to until it is an account."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_refused_second_factors"),
    ]

    operations = [
        migrations.AddField(
            model_name="accountletter",
            name="agreed_to",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "document",
                    models.CharField(choices=[("terms", "Terms of use"), ("privacy", "Privacy notice")], max_length=20),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("act", models.CharField(choices=[("given", "agreed"), ("withdrawn", "withdrawn")], max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent", models.CharField(blank=True, max_length=400)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "consents",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["person", "document", "-id"], name="consents_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document__in", ["terms", "privacy"])), name="consents_document_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["given", "withdrawn"])), name="consents_act_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="consents_version_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("text_sha256__regex", "^[0-9a-f]{64}$")), name="consents_hash_form"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'consents are kept as they are';",
                    hash="d9db184ecb67cca50d5a50713cccc7397cd8722d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_eb45e",
                    table="consents",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'consents are kept as they are';",
                    hash="9a00dfdab9a7ddc5bca8ec16d58c14a465d65353",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_2183c",
                    table="consents",
                    when="BEFORE",
                ),
            ),
        ),
    ]
