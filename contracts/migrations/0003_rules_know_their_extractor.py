"""Each proposal names the extractor version that made it; those of before get that of their contract's latest good reading.

Rules of closed contracts are guarded, and `updated_at` tells of people's changes, so both triggers rest meanwhile. Switching
them off locks the table against writers until the migration commits; readers go on.
"""

from django.db import migrations, models

NAME_VERSIONS = """
UPDATE contract_rules r
SET extractor_version = latest.extractor_version
FROM (
    SELECT DISTINCT ON (contract_id) contract_id, extractor_version
    FROM extraction_runs
    WHERE status = 'succeeded'
    ORDER BY contract_id, finished_at DESC NULLS LAST, created_at DESC, id
) latest
WHERE latest.contract_id = r.contract_id AND r.origin = 'extractor' AND latest.extractor_version <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_published_views")]

    operations = [
        migrations.AddField(
            model_name="contractrule",
            name="extractor_version",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What proposed it; blank for a reviewer's own.",
                max_length=64,
            ),
        ),
        migrations.RunSQL("ALTER TABLE contract_rules DISABLE TRIGGER USER", migrations.RunSQL.noop),
        migrations.RunSQL(NAME_VERSIONS, migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TABLE contract_rules ENABLE TRIGGER USER", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="contractrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", "extractor"), ("extractor_version", ""), _connector="OR"),
                name="contract_rules_extractor_of_proposals",
            ),
        ),
    ]
