"""Browsers' sessions are rows too: their kind, when a password was last given, and whether a second factor is owed."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_fence_of_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="usersession",
            name="authenticated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="usersession",
            name="kind",
            field=models.CharField(
                choices=[("web", "browser"), ("api", "program")], db_default="api", default="api", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="usersession",
            name="second_factor_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="usersession",
            name="waits_for_second_factor",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="usersession",
            name="token_id_hash",
            field=models.CharField(
                help_text="SHA-256 of the id of the refresh token that is good now, in a browser of the cookie.",
                max_length=64,
                unique=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="usersession",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["web", "api"])), name="user_sessions_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="usersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waits_for_second_factor", False),
                    models.Q(("kind", "web"), ("second_factor_at__isnull", True)),
                    _connector="OR",
                ),
                name="user_sessions_wait_in_browsers",
            ),
        ),
    ]
