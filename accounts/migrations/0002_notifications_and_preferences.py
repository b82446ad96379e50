"""What people are told, and how they want to be told."""

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
        ("accounts", "0001_airlines_people_and_clients"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotificationPreference",
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
                            ("contract_submitted", "a contract waits for your review"),
                            ("claim_reassigned", "a review is handed to you"),
                            ("review_due_soon", "a review is due within a day, or within two hours"),
                            ("review_overdue", "a review is overdue"),
                            ("review_escalated", "an overdue review is passed on to you"),
                            ("contract_expiring", "a contract's last day is near"),
                            ("improvement_proposed", "a pilot proposes an improvement"),
                            ("review_flagged", "a rating is reported"),
                            ("comment_added", "somebody comments in a review that you take part in"),
                            ("reading_finished", "your document has been read"),
                            ("reading_failed", "your document could not be read"),
                            ("contract_changes_requested", "changes to your contract are requested"),
                            ("contract_rejected", "your contract is rejected"),
                            ("contract_approved", "your contract is approved"),
                            ("contract_reopened", "the review of your contract is reopened"),
                            ("contract_superseded", "your contract is superseded"),
                            ("contract_activated", "a contract that concerns you comes into force"),
                            ("contract_retired", "a contract that concerns you is retired"),
                            ("improvement_applied", "an improvement that you proposed is applied"),
                            ("improvement_declined", "an improvement that you proposed is declined"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "mail",
                    models.CharField(
                        choices=[("at_once", "at once"), ("daily", "once a day"), ("never", "never")], max_length=20
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notification_preferences",
                "ordering": ["person", "kind"],
            },
        ),
        migrations.CreateModel(
            name="Notification",
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
                            ("contract_submitted", "a contract waits for your review"),
                            ("claim_reassigned", "a review is handed to you"),
                            ("review_due_soon", "a review is due within a day, or within two hours"),
                            ("review_overdue", "a review is overdue"),
                            ("review_escalated", "an overdue review is passed on to you"),
                            ("contract_expiring", "a contract's last day is near"),
                            ("improvement_proposed", "a pilot proposes an improvement"),
                            ("review_flagged", "a rating is reported"),
                            ("comment_added", "somebody comments in a review that you take part in"),
                            ("reading_finished", "your document has been read"),
                            ("reading_failed", "your document could not be read"),
                            ("contract_changes_requested", "changes to your contract are requested"),
                            ("contract_rejected", "your contract is rejected"),
                            ("contract_approved", "your contract is approved"),
                            ("contract_reopened", "the review of your contract is reopened"),
                            ("contract_superseded", "your contract is superseded"),
                            ("contract_activated", "a contract that concerns you comes into force"),
                            ("contract_retired", "a contract that concerns you is retired"),
                            ("improvement_applied", "an improvement that you proposed is applied"),
                            ("improvement_declined", "an improvement that you proposed is declined"),
                        ],
                        max_length=40,
                    ),
                ),
                ("event_key", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=300)),
                ("body", models.TextField(blank=True)),
                ("path", models.CharField(max_length=400)),
                ("subject_id", models.CharField(max_length=64)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("unwanted", "not mailed"),
                            ("waiting", "waits to be mailed"),
                            ("digest", "waits for the daily mail"),
                            ("mailed", "mailed"),
                            ("given_up", "could not be mailed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                ("mail_attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("letter", models.UUIDField(blank=True, null=True)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notifications",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(fields=["recipient", "-created_at", "id"], name="notifications_recipient"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["recipient", "-created_at", "id"],
                        name="notifications_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail__in", ("waiting", "digest"))),
                        fields=["mail_due_at"],
                        name="notifications_due",
                    ),
                    models.Index(
                        condition=models.Q(("mail__in", ("waiting", "digest"))),
                        fields=["letter"],
                        name="notifications_letter",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "event_key"), name="notifications_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "contract_submitted",
                                    "claim_reassigned",
                                    "review_due_soon",
                                    "review_overdue",
                                    "review_escalated",
                                    "contract_expiring",
                                    "improvement_proposed",
                                    "review_flagged",
                                    "comment_added",
                                    "reading_finished",
                                    "reading_failed",
                                    "contract_changes_requested",
                                    "contract_rejected",
                                    "contract_approved",
                                    "contract_reopened",
                                    "contract_superseded",
                                    "contract_activated",
                                    "contract_retired",
                                    "improvement_applied",
                                    "improvement_declined",
                                ],
                            )
                        ),
                        name="notifications_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mail__in", ["unwanted", "waiting", "digest", "mailed", "given_up"])),
                        name="notifications_mail_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail__in", ("waiting", "digest")), _negated=True),
                            ("mail_due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="notifications_outstanding_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail", "mailed"), ("mailed_at__isnull", False)),
                            models.Q(models.Q(("mail", "mailed"), _negated=True), ("mailed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="notifications_mailed_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path__regex", "^/([^/\\\\]|$)")), name="notifications_path_on_this_site"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event_key", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="notifications_event_and_title_given",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notification",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="d8c260dc0a3df687324f8ac62303e1333bf31851",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_7ebec",
                    table="notifications",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="notification_preferences_once"),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "contract_submitted",
                            "claim_reassigned",
                            "review_due_soon",
                            "review_overdue",
                            "review_escalated",
                            "contract_expiring",
                            "improvement_proposed",
                            "review_flagged",
                            "comment_added",
                            "reading_finished",
                            "reading_failed",
                            "contract_changes_requested",
                            "contract_rejected",
                            "contract_approved",
                            "contract_reopened",
                            "contract_superseded",
                            "contract_activated",
                            "contract_retired",
                            "improvement_applied",
                            "improvement_declined",
                        ],
                    )
                ),
                name="notification_preferences_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail__in", ["at_once", "daily", "never"])),
                name="notification_preferences_mail_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notificationpreference",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="ffd4ac48c58efc91088552f4b6cfdc887322eaef",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_eb661",
                    table="notification_preferences",
                    when="BEFORE",
                ),
            ),
        ),
    ]
