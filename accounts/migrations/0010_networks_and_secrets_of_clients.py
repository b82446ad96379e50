"""Service clients: the networks that they call from, and the secret before the present one while both are good."""

import django.contrib.postgres.fields
from django.db import migrations, models

import accounts.networks


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_second_factors"),
    ]

    operations = [
        migrations.AddField(
            model_name="serviceclient",
            name="networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=49, validators=[accounts.networks.validate_network]),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="serviceclient",
            name="previous_secret_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="serviceclient",
            name="previous_secret_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=128),
        ),
        migrations.AddConstraint(
            model_name="serviceclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_secret_ends_at__isnull", True), ("previous_secret_hash", "")),
                    models.Q(
                        models.Q(("previous_secret_hash", ""), _negated=True),
                        ("previous_secret_ends_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="service_clients_previous_secret_ends",
            ),
        ),
    ]
