"""The change feed, and webhooks with their secrets, deliveries and attempts."""

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
        ("accounts", "0005_notice_of_webhooks"),
        ("contracts", "0018_activations_and_plans"),
        ("pilots", "0001_pilots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
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
                            ("contract.activated", "contract activated"),
                            ("contract.superseded", "contract superseded"),
                            ("contract.retired", "contract retired"),
                            ("contract.activation_undone", "contract's activation undone"),
                            ("contract.updated", "published contract changed"),
                            ("assignment.started", "pilot assigned to a contract"),
                            ("assignment.ended", "pilot's assignment ended"),
                            ("regulations.updated", "catalogue of 14 CFR Part 117 changed"),
                        ],
                        max_length=40,
                    ),
                ),
                ("old_hash", models.CharField(max_length=64, null=True)),
                ("new_hash", models.CharField(max_length=64, null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField()),
                        editable=False,
                    ),
                ),
                ("place", models.PositiveIntegerField(db_default=0, default=0)),
                ("position", models.PositiveBigIntegerField(editable=False, null=True, unique=True)),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                (
                    "airline",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="accounts.airline",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contracts.pilotcontract",
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="pilots.pilot",
                    ),
                ),
            ],
            options={
                "db_table": "changes",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
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
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("contract.activated", "contract activated"),
                                ("contract.superseded", "contract superseded"),
                                ("contract.retired", "contract retired"),
                                ("contract.activation_undone", "contract's activation undone"),
                                ("contract.updated", "published contract changed"),
                                ("assignment.started", "pilot assigned to a contract"),
                                ("assignment.ended", "pilot's assignment ended"),
                                ("regulations.updated", "catalogue of 14 CFR Part 117 changed"),
                            ],
                            max_length=40,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for its answer to a ping"),
                            ("active", "active"),
                            ("disabled", "disabled"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=20,
                    ),
                ),
                ("challenge", models.CharField(max_length=64)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "disabled_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("failing", "no message was taken for days"),
                            ("gone", "the receiver answered 410 Gone"),
                        ],
                        max_length=20,
                    ),
                ),
                ("failures", models.PositiveIntegerField(db_default=0, default=0, verbose_name="failures in a row")),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("retry_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("served_at", models.DateTimeField(blank=True, null=True)),
                ("claim", models.UUIDField(blank=True, editable=False, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to="accounts.serviceclient",
                    ),
                ),
            ],
            options={
                "db_table": "webhooks",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("failed", "given up"),
                            ("withheld", "no longer the client's to know"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("queued_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(db_default=0, default=0)),
                ("attempts_made", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="contracts.change",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="contracts.webhook"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
                "db_table": "webhook_deliveries",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
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
                ("number", models.PositiveIntegerField()),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField()),
                        editable=False,
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("status_code", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("duration_ms", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("address_refused", "its name leads to an address that is not public"),
                            ("unreachable", "no connection came about"),
                            ("untrusted", "its certificate is not good"),
                            ("timed_out", "it did not answer in time"),
                            ("not_http", "it did not answer as HTTP has it"),
                            ("redirected", "it points elsewhere, and redirects are not followed"),
                            ("status", "it answered with another status than 2xx"),
                            ("challenge_missing", "its answer to the ping lacks the challenge"),
                            ("unsigned", "its secret cannot be opened: the product's keys have changed"),
                        ],
                        max_length=40,
                    ),
                ),
                ("response", models.CharField(blank=True, max_length=1000, verbose_name="beginning of the answer")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log", to="contracts.webhookdelivery"
                    ),
                ),
            ],
            options={
                "db_table": "webhook_attempts",
                "ordering": ["-started_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookSecret",
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
                ("ciphertext", models.BinaryField()),
                ("nonce", models.BinaryField(max_length=12)),
                ("key_version", models.CharField(max_length=40)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="secrets", to="contracts.webhook"
                    ),
                ),
            ],
            options={
                "db_table": "webhook_secrets",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["airline", "position"], name="changes_airline"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("pilot__isnull", False)), fields=["pilot", "position"], name="changes_pilot"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("position__isnull", True)),
                fields=["recorded_at", "place"],
                name="changes_unnumbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "contract.activated",
                            "contract.superseded",
                            "contract.retired",
                            "contract.activation_undone",
                            "contract.updated",
                            "assignment.started",
                            "assignment.ended",
                            "regulations.updated",
                        ],
                    )
                ),
                name="changes_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("position__isnull", True), ("published_at__isnull", True)),
                    models.Q(("position__gt", 0), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="changes_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("airline__isnull", False),
                        ("contract__isnull", False),
                        (
                            "kind__in",
                            (
                                "contract.activated",
                                "contract.superseded",
                                "contract.retired",
                                "contract.activation_undone",
                                "contract.updated",
                            ),
                        ),
                        ("pilot__isnull", True),
                    ),
                    models.Q(
                        ("airline__isnull", False),
                        ("contract__isnull", False),
                        ("kind__in", ("assignment.started", "assignment.ended")),
                        ("pilot__isnull", False),
                    ),
                    models.Q(
                        ("airline__isnull", True),
                        ("contract__isnull", True),
                        ("kind", "regulations.updated"),
                        ("pilot__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="changes_subject_of_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("old_hash__isnull", True), ("old_hash__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                    models.Q(("new_hash__isnull", True), ("new_hash__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                    models.Q(("kind", "contract.updated"), ("old_hash", models.F("new_hash")), _negated=True),
                ),
                name="changes_hash_form",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="numbered_once",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'INSERT' AND NEW.position IS NULL THEN RETURN NEW; END IF;\n            IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL\n               AND to_jsonb(OLD) - '{position,published_at,updated_at}'::text[] = to_jsonb(NEW) - '{position,published_at,updated_at}'::text[]\n            THEN NEW.updated_at = clock_timestamp(); RETURN NEW; END IF;\n            RAISE EXCEPTION 'changes are kept as they are';\n        ",
                    hash="038f63398daf1fb16a4ff60a35a48d63f3dbcef6",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_numbered_once_34f60",
                    table="changes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'changes are kept as they are';",
                    hash="a680fce26d060ca5fffee85f9373f3f67a55922b",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_e98d2",
                    table="changes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'changes are kept as they are';",
                    hash="1db3c8822cd8d58ff128fa6f24480eb1a2dce52d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_6014e",
                    table="changes",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="webhook",
            index=models.Index(fields=["retry_at"], name="webhooks_retry"),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(
                fields=("client", "url"),
                name="webhooks_once",
                violation_error_message="This client has a webhook at this address already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__regex", "^https?://[!-~]+$")), name="webhooks_url_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "active", "disabled"])), name="webhooks_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kinds__contained_by",
                        [
                            "contract.activated",
                            "contract.superseded",
                            "contract.retired",
                            "contract.activation_undone",
                            "contract.updated",
                            "assignment.started",
                            "assignment.ended",
                            "regulations.updated",
                        ],
                    )
                ),
                name="webhooks_kinds_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disabled_at__isnull", False), ("state", "disabled")),
                    models.Q(models.Q(("state", "disabled"), _negated=True), ("disabled_at__isnull", True)),
                    _connector="OR",
                ),
                name="webhooks_disabled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", True), ("claimed_until__isnull", True)),
                    models.Q(("claim__isnull", False), ("claimed_until__isnull", False)),
                    _connector="OR",
                ),
                name="webhooks_claim_whole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="ca532c9af47fd5e4ec72bc838e9ce6922721fede",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_bde7a",
                    table="webhooks",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["webhook", "-created_at", "id"], name="webhook_deliveries_log"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["webhook", "due_at"], name="webhook_deliveries_due"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["settled_at"], name="webhook_deliveries_settled"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("webhook", "change"), name="webhook_deliveries_once"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "delivered", "failed", "withheld"])),
                name="webhook_deliveries_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_deliveries_settled_whole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhookdelivery",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="e773b4107af10311d59b7e8a1e7c71ed18ef23d3",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_fda95",
                    table="webhook_deliveries",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookattempt",
            constraint=models.UniqueConstraint(fields=("delivery", "number"), name="webhook_attempts_once"),
        ),
        migrations.AddConstraint(
            model_name="webhookattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at__isnull", True), ("finished_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="webhook_attempts_end_later",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhookattempt",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="2677ada5f752671c87bf6db06930337691dc49e7",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_c2fd4",
                    table="webhook_attempts",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at__isnull", True)), fields=("webhook",), name="webhook_secrets_one_newest"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhooksecret",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="43f9c58f8a06525999c7c281fc30b470690384c7",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_18c2c",
                    table="webhook_secrets",
                    when="BEFORE",
                ),
            ),
        ),
    ]
