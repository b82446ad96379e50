"""Mails about accounts: registrations, lost passwords, other addresses, and the hashes of their links."""

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
        ("accounts", "0007_browsers_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailChange",
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
                ("new_email", models.EmailField(max_length=254)),
                ("expires_at", models.DateTimeField()),
                ("old_confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("new_confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="email_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "email_changes",
            },
        ),
        migrations.CreateModel(
            name="AccountLetter",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("registration", "registration"),
                            ("password_reset", "lost password"),
                            ("email_old", "new address, asked of the old one"),
                            ("email_new", "new address, asked of the new one"),
                            ("password_changed", "password changed"),
                            ("email_changed", "address changed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("full_name", models.CharField(blank=True, max_length=200)),
                ("password_hash", models.CharField(blank=True, max_length=128)),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                ("mail_attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "email_change",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.emailchange",
                    ),
                ),
            ],
            options={
                "db_table": "account_letters",
            },
        ),
        migrations.AddConstraint(
            model_name="emailchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("user",), name="email_changes_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="emailchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="email_changes_expire_later"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchange",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="e1529bba2872cb53f19f9b646da0ccfee05e4048",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_87a6d",
                    table="email_changes",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="accountletter",
            index=models.Index(
                condition=models.Q(("mail_due_at__isnull", False)), fields=["mail_due_at"], name="account_letters_due"
            ),
        ),
        migrations.AddIndex(
            model_name="accountletter",
            index=models.Index(fields=["email", "purpose", "-created_at"], name="account_letters_email"),
        ),
        migrations.AddIndex(
            model_name="accountletter",
            index=models.Index(fields=["expires_at"], name="account_letters_expires"),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "registration",
                            "password_reset",
                            "email_old",
                            "email_new",
                            "password_changed",
                            "email_changed",
                        ],
                    )
                ),
                name="account_letters_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="account_letters_expire_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")), name="account_letters_hash_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", "registration"), _negated=True),
                    ("used_at__isnull", False),
                    models.Q(("password_hash", ""), _negated=True),
                    _connector="OR",
                ),
                name="account_letters_registration_has_password",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose__in", ["email_old", "email_new"]), _negated=True),
                    ("email_change__isnull", False),
                    _connector="OR",
                ),
                name="account_letters_change_named",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountletter",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="c2ad178269946c99cd1e3821af56774fbc369763",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_69222",
                    table="account_letters",
                    when="BEFORE",
                ),
            ),
        ),
    ]
