"""Places beyond a rule's first, what rules were merged into, and what a person did at the desk, for undoing it."""

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
        ("contracts", "0015_revisions_are_not_measured_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleAction",
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
                            ("accepted", "accepted"),
                            ("corrected", "corrected"),
                            ("rejected", "rejected"),
                            ("reopened", "decision taken back"),
                            ("placed", "place moved"),
                            ("added", "added"),
                            ("split", "split in two"),
                            ("merged", "merged"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "citation",
                    models.CharField(help_text="Of the rule it was about, the first of several.", max_length=200),
                ),
                ("changes", models.JSONField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "rule_actions",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="contractrule",
            name="further_places",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="contractrule",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                help_text="The rule that says the same and was kept; the rejection of this one says so.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="contracts.contractrule",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("further_places", []), ("page__isnull", False), _connector="OR"),
                name="contract_rules_first_place_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("decision", "rejected"), _connector="OR"),
                name="contract_rules_merged_are_rejected",
            ),
        ),
        migrations.AddField(
            model_name="ruleaction",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ruleaction",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rule_actions", to="contracts.pilotcontract"
            ),
        ),
        migrations.AddIndex(
            model_name="ruleaction",
            index=models.Index(
                condition=models.Q(("undone_at__isnull", True)),
                fields=["contract", "actor", "-created_at"],
                name="rule_actions_to_undo",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["accepted", "corrected", "rejected", "reopened", "placed", "added", "split", "merged"],
                    )
                ),
                name="rule_actions_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("changes", []), _negated=True), name="rule_actions_change_something"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruleaction",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="7ee30840224d773be65337e5d7b0c63ddc0dae96",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_85b12",
                    table="rule_actions",
                    when="BEFORE",
                ),
            ),
        ),
    ]
