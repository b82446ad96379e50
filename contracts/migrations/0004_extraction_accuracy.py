"""Measures of the extractor: its decided proposals, two materialized views over them, and a table of days.

`contracts.services.measures` refreshes the views and writes the days. `extraction_outcomes` says once what became of a
proposal: what counts is the difference between the first value and the last, so that a field corrected back to what was
proposed was right, and a rule reopened after a correction and accepted then was not.
"""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

OUTCOMES = """
CREATE VIEW extraction_outcomes AS
WITH settled AS (
    SELECT
        rule_id,
        field,
        (array_agg(before ORDER BY created_at, id))[1] AS proposed,
        (array_agg(after ORDER BY created_at DESC, id DESC))[1] AS final
    FROM rule_corrections
    GROUP BY rule_id, field
), changed AS (
    SELECT
        rule_id,
        array_agg(field ORDER BY field) FILTER (WHERE proposed IS DISTINCT FROM final) AS fields,
        max(proposed #>> '{}') FILTER (WHERE field = 'category') AS category
    FROM settled
    GROUP BY rule_id
)
SELECT
    r.id AS rule_id,
    c.airline_id,
    coalesce(changed.category, r.category)::varchar(40) AS category,
    r.extractor_version,
    r.parsing_confidence,
    r.created_at AS proposed_at,
    r.decided_at,
    coalesce(changed.fields, '{}') AS changed_fields,
    CASE
        WHEN r.decision = 'rejected' THEN 'rejected'
        WHEN changed.rule_id IS NULL THEN r.decision
        WHEN changed.fields IS NULL THEN 'accepted'
        ELSE 'corrected'
    END::varchar(20) AS outcome
FROM contract_rules r
JOIN pilot_contracts c ON c.id = r.contract_id
LEFT JOIN changed ON changed.rule_id = r.id
WHERE r.origin = 'extractor' AND r.decision <> 'proposed'
"""

ACCURACY = """
CREATE MATERIALIZED VIEW extraction_accuracy AS
WITH counted AS (
    SELECT
        o.airline_id,
        o.category,
        o.extractor_version,
        part.field,
        count(*) AS decided,
        count(*) FILTER (WHERE o.outcome <> 'rejected' AND NOT part.is_changed) AS accepted,
        count(*) FILTER (WHERE o.outcome <> 'rejected' AND part.is_changed) AS corrected,
        count(*) FILTER (WHERE o.outcome = 'rejected') AS rejected
    FROM extraction_outcomes o
    CROSS JOIN LATERAL (
        SELECT 'rule'::varchar(40) AS field, o.outcome = 'corrected' AS is_changed
        UNION ALL
        SELECT name::varchar(40), name = ANY(o.changed_fields)
        FROM unnest(ARRAY[
            'title', 'category', 'citation', 'metric', 'operator', 'value', 'unit', 'period', 'is_hard_constraint',
            'applies_to'
        ]) name
    ) part
    GROUP BY 1, 2, 3, 4
)
SELECT
    counted.*,
    round((accepted + corrected)::numeric / decided, 4) AS precision,
    round(accepted::numeric / nullif(accepted + corrected, 0), 4) AS share_right
FROM counted
"""

CALIBRATION = """
CREATE MATERIALIZED VIEW extraction_calibration AS
WITH counted AS (
    SELECT
        airline_id,
        category,
        extractor_version,
        least(floor(parsing_confidence * 10), 9)::integer AS tenth,
        count(*) AS proposals,
        count(*) FILTER (
            WHERE outcome <> 'rejected' AND NOT changed_fields && ARRAY['value', 'operator', 'unit']::varchar[]
        ) AS "right",
        round(avg(parsing_confidence), 6) AS mean_confidence
    FROM extraction_outcomes
    WHERE parsing_confidence IS NOT NULL
    GROUP BY 1, 2, 3, 4
)
SELECT counted.*, round("right"::numeric / proposals, 4) AS share_right
FROM counted
"""

# REFRESH ... CONCURRENTLY needs a unique index on plain columns.
ACCURACY_ONCE = """
CREATE UNIQUE INDEX extraction_accuracy_once ON extraction_accuracy (airline_id, category, extractor_version, field)
"""
CALIBRATION_ONCE = """
CREATE UNIQUE INDEX extraction_calibration_once
ON extraction_calibration (airline_id, category, extractor_version, tenth)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_airlines_people_and_clients"),
        ("contracts", "0003_rules_know_their_extractor"),
    ]

    operations = [
        migrations.RunSQL(OUTCOMES, "DROP VIEW extraction_outcomes"),
        migrations.RunSQL(ACCURACY, "DROP MATERIALIZED VIEW extraction_accuracy"),
        migrations.RunSQL(ACCURACY_ONCE, migrations.RunSQL.noop),
        migrations.RunSQL(CALIBRATION, "DROP MATERIALIZED VIEW extraction_calibration"),
        migrations.RunSQL(CALIBRATION_ONCE, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ExtractionAccuracy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "airline_id",
                        "category",
                        "extractor_version",
                        "field",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "airline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="accounts.airline"
                    ),
                ),
                ("category", models.CharField(max_length=40)),
                ("extractor_version", models.CharField(max_length=64)),
                ("field", models.CharField(max_length=40)),
                ("decided", models.BigIntegerField()),
                ("accepted", models.BigIntegerField()),
                ("corrected", models.BigIntegerField()),
                ("rejected", models.BigIntegerField()),
                ("precision", models.DecimalField(decimal_places=4, max_digits=5)),
                ("share_right", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
            ],
            options={"db_table": "extraction_accuracy", "managed": False},
        ),
        migrations.CreateModel(
            name="ExtractionCalibration",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "airline_id",
                        "category",
                        "extractor_version",
                        "tenth",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "airline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="accounts.airline"
                    ),
                ),
                ("category", models.CharField(max_length=40)),
                ("extractor_version", models.CharField(max_length=64)),
                ("tenth", models.IntegerField()),
                ("proposals", models.BigIntegerField()),
                ("right", models.BigIntegerField()),
                ("mean_confidence", models.DecimalField(decimal_places=6, max_digits=7)),
                ("share_right", models.DecimalField(decimal_places=4, max_digits=5)),
            ],
            options={"db_table": "extraction_calibration", "managed": False},
        ),
        migrations.CreateModel(
            name="ExtractionMetricsDay",
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
                ("day", models.DateField()),
                ("extractor_version", models.CharField(blank=True, max_length=64)),
                ("proposed", models.PositiveIntegerField(db_default=0, default=0)),
                ("accepted", models.PositiveIntegerField(db_default=0, default=0)),
                ("corrected", models.PositiveIntegerField(db_default=0, default=0)),
                ("rejected", models.PositiveIntegerField(db_default=0, default=0)),
                ("median_hours", models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ("corrections_by_field", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "airline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.airline"
                    ),
                ),
            ],
            options={
                "verbose_name": "day of extraction",
                "verbose_name_plural": "extraction accuracy",
                "db_table": "extraction_metrics_daily",
                "ordering": ["-day", "airline", "extractor_version"],
            },
        ),
        migrations.AddConstraint(
            model_name="extractionmetricsday",
            constraint=models.UniqueConstraint(
                fields=("day", "airline", "extractor_version"), name="extraction_metrics_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="extractionmetricsday",
            constraint=models.CheckConstraint(
                condition=models.Q(("median_hours__isnull", True), ("median_hours__gte", 0), _connector="OR"),
                name="extraction_metrics_hours",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extractionmetricsday",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="06172dbdcaba9cb484e5064c1c1ec70c298d48f0",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_07079",
                    table="extraction_metrics_daily",
                    when="BEFORE",
                ),
            ),
        ),
    ]
