"""Proposals know the wording that they were made of, so that one that reviewers rejected is not made again.

Those of before have none and are not remembered: their fields may have been corrected since.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0004_extraction_accuracy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contractrule",
            name="wording_digest",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of the proposal's wording and limit: by it a rejection is remembered.",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="contractrule",
            index=models.Index(
                condition=models.Q(("wording_digest", ""), _negated=True),
                fields=["wording_digest"],
                name="contract_rules_wording",
            ),
        ),
    ]
