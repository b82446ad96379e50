"""Groups, steps and rounds of reviews, who stands in for whom, comments, reminders, claims; not yet held by the guards."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards
import contracts.models.reviews


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_terms_of_reviews"),
        ("contracts", "0009_model_runs_know_their_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewComment",
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
                ("body", models.TextField(max_length=4000)),
            ],
            options={
                "db_table": "review_comments",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewDelegation",
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
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="When it was ended before its last day.", null=True),
                ),
            ],
            options={
                "db_table": "review_delegations",
                "ordering": ["-starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewGroup",
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
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "db_table": "review_groups",
                "ordering": ["airline", "name"],
            },
        ),
        migrations.CreateModel(
            name="ReviewReminder",
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
                            ("due_in_a_day", "due within a day"),
                            ("due_in_two_hours", "due within two hours"),
                            ("overdue", "overdue"),
                            ("too_long_in_state", "too long in its state"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("changes_requested", "changes requested"),
                            ("approved", "approved"),
                            ("active", "active"),
                            ("superseded", "superseded"),
                            ("retired", "retired"),
                            ("rejected", "rejected"),
                            ("withdrawn", "withdrawn"),
                        ],
                        help_text="The contract's state then.",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "db_table": "review_reminders",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewRound",
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
                ("number", models.PositiveSmallIntegerField()),
                ("second_pair_of_eyes", models.BooleanField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("escalation_days", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "db_table": "review_rounds",
                "ordering": ["contract", "number"],
            },
        ),
        migrations.CreateModel(
            name="ReviewRoundStep",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        help_text="Steps follow one another by this number.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "approvals_needed",
                    models.PositiveSmallIntegerField(
                        db_default=1,
                        default=1,
                        help_text="By so many different people.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9),
                        ],
                    ),
                ),
            ],
            options={
                "db_table": "review_round_steps",
                "ordering": ["round", "position"],
            },
        ),
        migrations.CreateModel(
            name="ReviewStep",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        help_text="Steps follow one another by this number.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "approvals_needed",
                    models.PositiveSmallIntegerField(
                        db_default=1,
                        default=1,
                        help_text="By so many different people.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9),
                        ],
                    ),
                ),
            ],
            options={
                "db_table": "review_steps",
                "ordering": ["airline", "position"],
            },
        ),
        migrations.AddField(
            model_name="contractdecision",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contractrule",
            name="added_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The reviewer whose own rule this is.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="claim_expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="claimed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="The database sets it."
            ),
        ),
        migrations.AddField(
            model_name="reviewcomment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewcomment",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="contracts.pilotcontract"
            ),
        ),
        migrations.AddField(
            model_name="reviewcomment",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="comments",
                to="contracts.contractrule",
            ),
        ),
        migrations.AddField(
            model_name="reviewdelegation",
            name="delegate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delegations_held",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewdelegation",
            name="delegator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delegations_given",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewgroup",
            name="airline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="review_groups", to="accounts.airline"
            ),
        ),
        migrations.AddField(
            model_name="reviewgroup",
            name="members",
            field=models.ManyToManyField(
                blank=True, db_table="review_group_members", related_name="review_groups", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewround",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="review_rounds", to="contracts.pilotcontract"
            ),
        ),
        migrations.AddField(
            model_name="reviewreminder",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="contracts.reviewround"
            ),
        ),
        migrations.AddField(
            model_name="pilotcontract",
            name="review_round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contracts.reviewround",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotcontract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim_expires_at__isnull", True), ("claimed_by__isnull", True)),
                    models.Q(
                        ("claim_expires_at__isnull", False), ("claimed_by__isnull", False), ("status", "in_review")
                    ),
                    _connector="OR",
                ),
                name="pilot_contracts_claimed_in_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotcontract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("claimed_by__isnull", True),
                    models.Q(("claimed_by", models.F("uploaded_by")), _negated=True),
                    _connector="OR",
                ),
                name="pilot_contracts_not_claimed_by_uploader",
            ),
        ),
        migrations.AddField(
            model_name="reviewroundstep",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contracts.reviewgroup",
            ),
        ),
        migrations.AddField(
            model_name="reviewroundstep",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="contracts.reviewround"
            ),
        ),
        migrations.AddField(
            model_name="contractdecision",
            name="step",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="contracts.reviewroundstep",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of__isnull", True),
                    models.Q(("on_behalf_of", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="contract_decisions_on_behalf_of_another",
            ),
        ),
        migrations.AddField(
            model_name="reviewstep",
            name="airline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="review_steps", to="accounts.airline"
            ),
        ),
        migrations.AddField(
            model_name="reviewstep",
            name="group",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: any approver with a grant for the airline.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="contracts.reviewgroup",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewcomment",
            index=models.Index(fields=["contract", "created_at"], name="review_comments_contract"),
        ),
        migrations.AddConstraint(
            model_name="reviewcomment",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="review_comments_not_empty"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="6af131e47dd7133b016d52ab829bb9da8ddb0d1c",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_2d736",
                    table="review_comments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_comment",
                sql=config.guards.GuardSql(
                    func="\n            IF (NEW.contract_id, NEW.author_id, NEW.body) IS DISTINCT FROM (OLD.contract_id, OLD.author_id, OLD.body)\n               OR NEW.rule_id IS NOT NULL AND NEW.rule_id IS DISTINCT FROM OLD.rule_id\n            THEN RAISE EXCEPTION 'comments are kept as they are' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_comments_kept'; END IF;\n            RETURN NEW;\n        ",
                    hash="cb3b6f330d9d017e28125c9f2989471af6710310",
                    operation="UPDATE",
                    pgid="pgtrigger_guards_comment_056c9",
                    table="review_comments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'comments are kept as they are';",
                    hash="07b6602e6ab0e0c8e88b25ac84607250956f2710",
                    operation="DELETE",
                    pgid="pgtrigger_kept_5e085",
                    table="review_comments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'comments are kept as they are';",
                    hash="18fdf75c2e0fad2824a0600ce51e1b668a8b0396",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_d7b4c",
                    table="review_comments",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="reviewdelegation",
            index=models.Index(fields=["delegate", "ends_on"], name="review_delegations_delegate"),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegator", models.F("delegate")), _negated=True),
                name="review_delegations_to_another",
                violation_error_message="Nobody stands in for himself: choose somebody else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="review_delegations_days_in_order",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                expressions=[
                    ("delegator", "="),
                    (
                        contracts.models.reviews._Days(
                            "starts_on",
                            "ends_on",
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                        ),
                        "&&",
                    ),
                ],
                name="review_delegations_one_at_a_time",
                violation_error_message="Another delegation holds on some of these days. End it first.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewdelegation",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="b30959f81216fbb77206e7d6830faf733910145d",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_5a1ff",
                    table="review_delegations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewdelegation",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'delegations are kept as they are';",
                    hash="84728f738eb3efbed48fb57a2548ebf5b44d8bf8",
                    operation="DELETE",
                    pgid="pgtrigger_kept_21028",
                    table="review_delegations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewdelegation",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'delegations are kept as they are';",
                    hash="141e80cc5a3ff8f8e91abe5b0c3aae890089224a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_24941",
                    table="review_delegations",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewgroup",
            constraint=models.UniqueConstraint(fields=("airline", "name"), name="review_groups_name_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="6b60a05fbb943fc253c7514035462ad7113af378",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_86ff0",
                    table="review_groups",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="reviewround",
            index=models.Index(fields=["due_at"], name="review_rounds_due"),
        ),
        migrations.AddConstraint(
            model_name="reviewround",
            constraint=models.UniqueConstraint(fields=("contract", "number"), name="review_rounds_number_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewround",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'rounds of a review are kept as they are';",
                    hash="ccb93a5882d8bd9b5f12764bea92dc6b50689fbe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_89cdf",
                    table="review_rounds",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewround",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'rounds of a review are kept as they are';",
                    hash="a030576b10414e789f3e7b4fd4586194ceff5f1d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_8a5c1",
                    table="review_rounds",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["due_in_a_day", "due_in_two_hours", "overdue", "too_long_in_state"])),
                name="review_reminders_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "draft",
                            "in_review",
                            "changes_requested",
                            "approved",
                            "active",
                            "superseded",
                            "retired",
                            "rejected",
                            "withdrawn",
                        ],
                    )
                ),
                name="review_reminders_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewreminder",
            constraint=models.UniqueConstraint(fields=("round", "kind", "status"), name="review_reminders_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewreminder",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="8e69719818293048d8f5fefe0aff9e126bdc1b3d",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_dc4ce",
                    table="review_reminders",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewroundstep",
            constraint=models.UniqueConstraint(fields=("round", "position"), name="review_round_steps_position_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewroundstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("approvals_needed__range", (1, 9)), ("position__gte", 1)),
                name="review_round_steps_range",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewroundstep",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'steps of a review are kept as they are';",
                    hash="c22c36311f0051574e74f1672d69ddfc3adb6c78",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_2ab1c",
                    table="review_round_steps",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewroundstep",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'steps of a review are kept as they are';",
                    hash="48e3a70a7e42f68bc28d8652d1a624ea06fea9a9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_b5eb7",
                    table="review_round_steps",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.UniqueConstraint(fields=("airline", "position"), name="review_steps_position_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("approvals_needed__range", (1, 9)), ("position__gte", 1)), name="review_steps_range"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewstep",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="b6d70f0f4311e7ed04cce10ad6ffee42fc130692",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_5fa3e",
                    table="review_steps",
                    when="BEFORE",
                ),
            ),
        ),
    ]
