"""Ratings with votes and flags, improvements that are applied in revisions, usage by day."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards

_DOCUMENT_ONCE = """
DROP INDEX pilot_contracts_document_once;
CREATE UNIQUE INDEX pilot_contracts_document_once ON pilot_contracts (airline_id, document_sha256)
WHERE (NOT (status IN ('rejected', 'withdrawn')){of_uploads})
"""
DOCUMENT_ONCE = _DOCUMENT_ONCE.format(of_uploads=" AND revises_id IS NULL")
UPLOADED_ONCE = _DOCUMENT_ONCE.format(of_uploads="")
REVISED_ONCE = """
CREATE UNIQUE INDEX pilot_contracts_revised_once ON pilot_contracts (revises_id)
WHERE NOT (status IN ('rejected', 'withdrawn'))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_terms_of_reviews"),
        ("contracts", "0013_definitions_and_references"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractUsageDay",
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
                ("lookups", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("page_views", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("last_batch", models.UUIDField(blank=True, editable=False, null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage_days",
                        to="contracts.pilotcontract",
                    ),
                ),
            ],
            options={
                "verbose_name": "contract's use on one day",
                "verbose_name_plural": "contracts' use by day",
                "db_table": "contract_usage_daily",
                "ordering": ["-day", "contract"],
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "day"), name="contract_usage_daily_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewFlag",
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
                ("reason", models.TextField(max_length=1000)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "flagged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="contracts.contractreview"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "contract_review_flags",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["review"],
                        name="contract_review_flags_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "flagged_by"), name="contract_review_flags_one_each"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="contract_review_flags_reason_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="contract_review_flags_settled_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewVote",
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="contracts.contractreview"
                    ),
                ),
                (
                    "voter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "contract_review_votes",
                "ordering": ["-created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "voter"), name="contract_review_votes_one_each"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="contractimprovement",
            options={"ordering": ["-created_at", "id"], "verbose_name": "proposed improvement"},
        ),
        migrations.AlterModelOptions(
            name="contractreview",
            options={"ordering": ["-created_at", "id"], "verbose_name": "pilot's rating"},
        ),
        migrations.RemoveConstraint(
            model_name="contractimprovement",
            name="contract_improvements_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="contractimprovement",
            name="contract_improvements_rule_named",
        ),
        migrations.RemoveConstraint(
            model_name="contractimprovement",
            name="contract_improvements_decided_by_someone",
        ),
        migrations.AddField(
            model_name="contractimprovement",
            name="applied_in",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applied_improvements",
                to="contracts.pilotcontract",
            ),
        ),
        migrations.AddField(
            model_name="contractimprovement",
            name="before",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="contractimprovement",
            name="decision_reason",
            field=models.TextField(blank=True, db_default="", default="", max_length=4000),
        ),
        migrations.AddField(
            model_name="contractreview",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractreview",
            name="hidden_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractreview",
            name="hidden_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contractreview",
            name="hidden_reason",
            field=models.TextField(blank=True, db_default="", default="", max_length=4000),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="revises",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revised_by",
                to="contracts.pilotcontract",
            ),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="revision_number",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="rulecorrection",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="contractimprovement",
            name="proposal",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AlterField(
            model_name="contractimprovement",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("applied", "applied"),
                    ("declined", "declined"),
                    ("withdrawn", "withdrawn"),
                ],
                db_default="open",
                default="open",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="contractimprovement",
            index=models.Index(fields=["author", "-created_at"], name="contract_improvements_author"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractimprovement",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_improvement",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' AND (NEW.author_id, NEW.kind, NEW.proposal, NEW.before, NEW.comment)\n               IS DISTINCT FROM (OLD.author_id, OLD.kind, OLD.proposal, OLD.before, OLD.comment)\n            THEN RAISE EXCEPTION 'author, kind and proposal of an improvement do not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_author_kept'; END IF;\n            IF NEW.rule_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM contract_rules r WHERE r.id = NEW.rule_id AND r.contract_id = NEW.contract_id\n            ) THEN RAISE EXCEPTION 'the rule is another contract''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_rule_of_contract'; END IF;\n            IF NEW.status = 'applied' AND NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.applied_in_id AND c.revises_id = NEW.contract_id AND c.uploaded_by_id = NEW.decided_by_id\n            ) THEN RAISE EXCEPTION 'an improvement is applied in a revision of its contract by its uploader' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_applied_by_uploader'; END IF;\n            RETURN NEW;\n        ",
                    hash="54d3263a4ae31c72bdba90b201b5f74b38d3f1aa",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_improvement_7c316",
                    table="contract_improvements",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractreview",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_rating",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.author_id) IS DISTINCT FROM (OLD.contract_id, OLD.author_id)\n                THEN RAISE EXCEPTION 'contract and author of a rating do not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_reviews_author_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            IF EXISTS (\n                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.uploaded_by_id = NEW.author_id\n            ) THEN RAISE EXCEPTION 'nobody rates a contract that he uploaded' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_reviews_not_own'; END IF;\n            IF NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status IN ('active', 'retired', 'superseded')\n            ) THEN RAISE EXCEPTION 'only published contracts are rated' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_reviews_published'; END IF;\n            RETURN NEW;\n        ",
                    hash="e292d2839061ac1140bf7b2ab3a032376557e658",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_rating_a27ae",
                    table="contract_reviews",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pilotcontract",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_revision",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.revises_id, NEW.revision_number) IS DISTINCT FROM (OLD.revises_id, OLD.revision_number)\n                THEN RAISE EXCEPTION 'which contract a revision revises does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_revises_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            IF NEW.revises_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.revises_id AND c.status = 'active' AND c.revision_number = NEW.revision_number - 1\n                  AND (c.airline_id, c.contract_type, c.document_sha256, c.document_media_type, c.document_bytes, c.page_count)\n                    = (NEW.airline_id, NEW.contract_type, NEW.document_sha256, NEW.document_media_type,\n                       NEW.document_bytes, NEW.page_count)\n            ) THEN RAISE EXCEPTION 'a revision has the airline, type and document of an active contract' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_revises_same'; END IF;\n            RETURN NEW;\n        ",
                    hash="f39f76ca7b5bc08f39568f319e6e75249c4bfc37",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_revision_f662a",
                    table="pilot_contracts",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "applied", "declined", "withdrawn"])),
                name="contract_improvements_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["correct_rule", "remove_rule"]), ("rule__isnull", False)),
                    models.Q(
                        models.Q(("kind__in", ["correct_rule", "remove_rule"]), _negated=True), ("rule__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="contract_improvements_rule_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contract_improvements_decided_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "open"),
                    models.Q(("decided_by", models.F("author")), ("status", "withdrawn")),
                    models.Q(
                        models.Q(("status", "withdrawn"), _negated=True),
                        models.Q(("decided_by", models.F("author")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contract_improvements_not_decided_by_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("applied_in__isnull", False), ("status", "applied")),
                    models.Q(models.Q(("status", "applied"), _negated=True), ("applied_in__isnull", True)),
                    _connector="OR",
                ),
                name="contract_improvements_applied_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimprovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="contract_improvements_declined_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hidden_at__isnull", True), ("hidden_by__isnull", True), ("hidden_reason", "")),
                    models.Q(
                        ("hidden_at__isnull", False),
                        ("hidden_by__isnull", False),
                        models.Q(("hidden_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contract_reviews_hidden_with_reason",
            ),
        ),
        # Written out, as the linter refuses any uniqueness that an older release might break. The first is looser than it
        # was; the second is over a column that no older release writes.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(DOCUMENT_ONCE, UPLOADED_ONCE),
                migrations.RunSQL(REVISED_ONCE, "DROP INDEX pilot_contracts_revised_once"),
            ],
            state_operations=[
                migrations.RemoveConstraint(
                    model_name="pilotcontract",
                    name="pilot_contracts_document_once",
                ),
                migrations.AddConstraint(
                    model_name="pilotcontract",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("status__in", frozenset(["rejected", "withdrawn"])), _negated=True),
                            ("revises__isnull", True),
                        ),
                        fields=("airline", "document_sha256"),
                        name="pilot_contracts_document_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pilotcontract",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", frozenset(["rejected", "withdrawn"])), _negated=True),
                        fields=("revises",),
                        name="pilot_contracts_revised_once",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="pilotcontract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revises__isnull", True), ("revision_number", 1)),
                    models.Q(("revises__isnull", False), ("revision_number__gt", 1)),
                    _connector="OR",
                ),
                name="pilot_contracts_revision_numbered",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractusageday",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="e586cb9bd206d3da7be068b6c2225c8d8f015e2f",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_8fdf2",
                    table="contract_usage_daily",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewflag",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="dede5e83676e60532fc2062cbb210114dd75b7b0",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_0a1e9",
                    table="contract_review_flags",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewflag",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_own",
                sql=config.guards.GuardSql(
                    func="\n            IF EXISTS (SELECT 1 FROM contract_reviews r WHERE r.id = NEW.review_id AND r.author_id = NEW.flagged_by_id)\n            THEN RAISE EXCEPTION 'nobody marks his own rating' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_review_flags_not_own'; END IF;\n            RETURN NEW;\n        ",
                    hash="1a83f01eea0fe9e5210499576a7b5cc0659ca808",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_own_68c43",
                    table="contract_review_flags",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewvote",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="4684a088d8930327a871949d33abef41f811fd46",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_27820",
                    table="contract_review_votes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewvote",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_own",
                sql=config.guards.GuardSql(
                    func="\n            IF EXISTS (SELECT 1 FROM contract_reviews r WHERE r.id = NEW.review_id AND r.author_id = NEW.voter_id)\n            THEN RAISE EXCEPTION 'nobody marks his own rating' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_review_votes_not_own'; END IF;\n            RETURN NEW;\n        ",
                    hash="b22f3b5eeb76faee6ef21cba044fbc29b1073dbc",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_own_7762b",
                    table="contract_review_votes",
                    when="BEFORE",
                ),
            ),
        ),
    ]
