"""Keys to language models and what each reading by one used; rules that a model alone proposed say so."""

import uuid
from decimal import Decimal

import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_airlines_people_and_clients"),
        ("contracts", "0006_pages_know_where_their_text_is_from"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelCredential",
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
                    "provider",
                    models.CharField(
                        choices=[
                            ("openai_compatible", "OpenAI, or a server that speaks its protocol"),
                            ("anthropic", "Anthropic"),
                            ("bedrock", "AWS Bedrock"),
                        ],
                        max_length=40,
                    ),
                ),
                ("base_url", models.CharField(max_length=300, verbose_name="address")),
                ("model_name", models.CharField(max_length=200, verbose_name="model")),
                ("ciphertext", models.BinaryField()),
                ("nonce", models.BinaryField(max_length=12)),
                ("key_version", models.CharField(max_length=40)),
                ("key_ending", models.CharField(blank=True, max_length=4, verbose_name="key ends in")),
                (
                    "input_price",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=4,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="price of input",
                    ),
                ),
                (
                    "output_price",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=4,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="price of output",
                    ),
                ),
                (
                    "run_budget",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="budget of a reading",
                    ),
                ),
                (
                    "monthly_budget",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="budget of a month",
                    ),
                ),
                ("is_active", models.BooleanField(db_default=True, default=True)),
            ],
            options={
                "verbose_name": "language model",
                "db_table": "model_credentials",
                "ordering": ["-is_active", "-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ModelRun",
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
                    "provider",
                    models.CharField(
                        choices=[
                            ("openai_compatible", "OpenAI, or a server that speaks its protocol"),
                            ("anthropic", "Anthropic"),
                            ("bedrock", "AWS Bedrock"),
                        ],
                        max_length=40,
                    ),
                ),
                ("model_name", models.CharField(max_length=200)),
                ("model_version", models.CharField(blank=True, help_text="As the provider named it.", max_length=200)),
                ("input_tokens", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("output_tokens", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("cost", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=14)),
                ("reserved", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=14)),
                ("duration_ms", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("requests", models.PositiveIntegerField(db_default=0, default=0)),
                ("retries", models.PositiveIntegerField(db_default=0, default=0)),
                ("proposals_kept", models.PositiveIntegerField(db_default=0, default=0)),
                ("quotes_dropped", models.PositiveIntegerField(db_default=0, default=0)),
                ("vocabulary_dropped", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "dropped",
                    models.JSONField(db_default={}, default=dict, help_text="What was dropped, counted by reason."),
                ),
                ("agreed", models.PositiveIntegerField(db_default=0, default=0)),
                ("differing", models.PositiveIntegerField(db_default=0, default=0)),
                ("added", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("running", "reading"),
                            ("complete", "read everything"),
                            ("incomplete", "some answers were of no use"),
                            ("over_budget", "the budget was used up"),
                            ("out_of_time", "the time was up"),
                            ("unavailable", "the provider did not answer"),
                            ("refused", "the provider refused"),
                            ("failed", "failed"),
                        ],
                        db_default="running",
                        default="running",
                        max_length=20,
                    ),
                ),
                ("fault_code", models.CharField(blank=True, max_length=40)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "reading by a language model",
                "verbose_name_plural": "readings by language models",
                "db_table": "model_runs",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="contractrule",
            name="contract_rules_origin_known",
        ),
        migrations.AlterField(
            model_name="contractrule",
            name="origin",
            field=models.CharField(
                choices=[("extractor", "extractor"), ("reviewer", "reviewer"), ("language_model", "language model")],
                default="extractor",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="contractrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["extractor", "reviewer", "language_model"])),
                name="contract_rules_origin_known",
            ),
        ),
        migrations.AddField(
            model_name="modelcredential",
            name="airline",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="model_credentials",
                to="accounts.airline",
            ),
        ),
        migrations.AddField(
            model_name="modelcredential",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="model_credentials",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="modelrun",
            name="credential",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="contracts.modelcredential"
            ),
        ),
        migrations.AddField(
            model_name="modelrun",
            name="extraction_run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="model_runs", to="contracts.extractionrun"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("airline__isnull", True), ("user__isnull", False)),
                    models.Q(("airline__isnull", False), ("user__isnull", True)),
                    _connector="OR",
                ),
                name="model_credentials_one_owner",
                violation_error_message="Choose a person or an airline, not both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["openai_compatible", "anthropic", "bedrock"])),
                name="model_credentials_provider_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ciphertext", b""), ("is_active", False), ("key_version", "")),
                    models.Q(
                        models.Q(("ciphertext", b""), _negated=True), models.Q(("key_version", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="model_credentials_active_has_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(("input_price__gte", 0), ("output_price__gte", 0)),
                name="model_credentials_prices_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("run_budget__isnull", True), ("run_budget__gte", 0), _connector="OR"),
                    models.Q(("monthly_budget__isnull", True), ("monthly_budget__gte", 0), _connector="OR"),
                ),
                name="model_credentials_budgets_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("user",),
                name="model_credentials_one_for_a_user",
                violation_error_message="This person has an active key already: replace or revoke that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcredential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("airline",),
                name="model_credentials_one_for_an_airline",
                violation_error_message="This airline has an active key already: replace or revoke that one.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="modelcredential",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="0c8046a4592e070e8370f4c4d776e596c27c1a26",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_dc82a",
                    table="model_credentials",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="modelrun",
            index=models.Index(fields=["credential", "created_at"], name="model_runs_month"),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["openai_compatible", "anthropic", "bedrock"])),
                name="model_runs_provider_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "running",
                            "complete",
                            "incomplete",
                            "over_budget",
                            "out_of_time",
                            "unavailable",
                            "refused",
                            "failed",
                        ],
                    )
                ),
                name="model_runs_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost__gte", 0), ("reserved__gte", 0)), name="model_runs_cost_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("outcome", "running")),
                    models.Q(models.Q(("outcome", "running"), _negated=True), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="model_runs_end_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("requests__gte", models.F("retries"))), name="model_runs_retries_are_requests"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="modelrun",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="9a90787c288436194e8783299eacb881799b89b3",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_9d136",
                    table="model_runs",
                    when="BEFORE",
                ),
            ),
        ),
    ]
