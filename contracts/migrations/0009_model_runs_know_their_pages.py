"""Readings by language models know how many pages they have to ask about, and how many they have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0008_revisions_are_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelrun",
            name="page_count",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="Pages that have text."),
        ),
        migrations.AddField(
            model_name="modelrun",
            name="pages_asked",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="modelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("pages_asked__lte", models.F("page_count"))), name="model_runs_asked_of_its_pages"
            ),
        ),
    ]
