"""The words of the rules that were here before their trigger learnt them."""

from django.db import migrations

FILL = """
SELECT search_learn(rule_id || ' ' || citation || ' ' || title || ' ' || summary) FROM regulatory_rules
"""


class Migration(migrations.Migration):
    dependencies = [("regulations", "0004_words_are_known_apart")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
