"""The terms that a contract defines and the places that it refers to, written by each reading."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0012_guards_of_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractReference",
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
                ("position", models.PositiveIntegerField(help_text="Order in the document.")),
                ("citation", models.CharField(help_text="The item that it stands in.", max_length=200)),
                ("page", models.PositiveIntegerField()),
                ("box", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=4)),
                ("quote", models.TextField()),
                ("char_start", models.PositiveIntegerField()),
                ("char_end", models.PositiveIntegerField()),
                ("target", models.CharField(max_length=200)),
                (
                    "resolution",
                    models.CharField(
                        choices=[
                            ("found", "in this document"),
                            ("law", "14 CFR Part 117"),
                            ("outside", "outside this document"),
                            ("not_found", "not found in this document"),
                        ],
                        max_length=20,
                    ),
                ),
                ("target_page", models.PositiveIntegerField(blank=True, null=True)),
                ("law_section", models.CharField(blank=True, db_default="", default="", max_length=10)),
                ("sentence_start", models.PositiveIntegerField()),
                ("sentence_end", models.PositiveIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="contracts.pilotcontract",
                    ),
                ),
            ],
            options={
                "db_table": "contract_references",
                "ordering": ["contract", "position"],
            },
        ),
        migrations.CreateModel(
            name="ContractDefinition",
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
                ("position", models.PositiveIntegerField(help_text="Order in the document.")),
                ("citation", models.CharField(help_text="The item that it stands in.", max_length=200)),
                ("page", models.PositiveIntegerField()),
                ("box", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=4)),
                ("quote", models.TextField()),
                ("char_start", models.PositiveIntegerField()),
                ("char_end", models.PositiveIntegerField()),
                ("term", models.CharField(max_length=200)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, db_default=[], default=list, size=None
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("meaning", "meaning"), ("short_name", "short name")], max_length=20),
                ),
                ("wording", models.TextField()),
                ("scope_citation", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="definitions",
                        to="contracts.pilotcontract",
                    ),
                ),
            ],
            options={
                "db_table": "contract_definitions",
                "ordering": ["contract", "term", "position"],
                "indexes": [models.Index(fields=["contract", "term", "id"], name="contract_definitions_terms")],
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "position"), name="contract_definitions_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["meaning", "short_name"])),
                        name="contract_definitions_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("term", ""), _negated=True), models.Q(("wording", ""), _negated=True)
                        ),
                        name="contract_definitions_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("box__len", 4),
                            ("char_end__gt", models.F("char_start")),
                            ("page__gt", 0),
                            ("position__gt", 0),
                            models.Q(("quote", ""), _negated=True),
                        ),
                        name="contract_definitions_place_whole",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractdefinition",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="159d4cb2305c6184b053b00ddc3b25b12018d142",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_43106",
                    table="contract_definitions",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contractreference",
            index=models.Index(
                fields=["contract", "sentence_start", "sentence_end"], name="contract_references_sentence"
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.UniqueConstraint(fields=("contract", "position"), name="contract_references_once"),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("resolution__in", ["found", "law", "outside", "not_found"])),
                name="contract_references_resolution_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", "found"), ("target_page__gt", 0), ("target_page__isnull", False)),
                    models.Q(models.Q(("resolution", "found"), _negated=True), ("target_page__isnull", True)),
                    _connector="OR",
                ),
                name="contract_references_found_has_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("resolution", "law"), ("law_section", ""), _connector="OR"),
                name="contract_references_law_has_section",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("box__len", 4),
                    ("char_end__gt", models.F("char_start")),
                    ("page__gt", 0),
                    ("position__gt", 0),
                    models.Q(("quote", ""), _negated=True),
                    models.Q(("target", ""), _negated=True),
                ),
                name="contract_references_place_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sentence_end__gt", models.F("char_start")), ("sentence_start__lte", models.F("char_start"))
                ),
                name="contract_references_in_sentence",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractreference",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="a0c76f7a7208b141d18323d42f37eb37794d3c41",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_d1338",
                    table="contract_references",
                    when="BEFORE",
                ),
            ),
        ),
    ]
