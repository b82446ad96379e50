"""Rule packs and validations count as uses; a client may stop its webhook."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0022_words_of_what_is_here"),
    ]

    operations = [
        migrations.AddField(
            model_name="contractusageday",
            name="packs",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="contractusageday",
            name="validations",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="webhook",
            name="disabled_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("failing", "no message was taken for days"),
                    ("gone", "the receiver answered 410 Gone"),
                    ("stopped", "its client stopped it"),
                ],
                max_length=20,
            ),
        ),
    ]
