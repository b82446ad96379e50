"""Search entries of the rules that were here before their trigger."""

from django.db import migrations

FILL = """
INSERT INTO regulatory_rule_search (rule_id, vector, spelling)
SELECT
    id,
    search_vector(rule_id || ' ' || citation || ' ' || title, '', summary),
    search_spelling(rule_id || ' ' || citation || ' ' || title || ' ' || summary)
FROM regulatory_rules
ON CONFLICT (rule_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("regulations", "0002_rules_are_found_by_their_words")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
