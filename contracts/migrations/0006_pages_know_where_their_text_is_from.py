"""Pages say whether their text is the document's own, was recognised on a scan, or is missing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0005_wordings_are_remembered"),
    ]

    operations = [
        migrations.AddField(
            model_name="contractpage",
            name="text_source",
            field=models.CharField(
                choices=[
                    ("layer", "text of the document"),
                    ("recognised", "text recognised on a scan"),
                    ("scan", "scan without text: needs OCR"),
                    ("blank", "blank"),
                ],
                db_default="layer",
                default="layer",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="contractpage",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_source__in", ["layer", "recognised", "scan", "blank"])),
                name="contract_pages_text_source_known",
            ),
        ),
    ]
