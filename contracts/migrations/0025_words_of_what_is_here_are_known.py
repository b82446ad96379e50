"""The words of the rules and pages that were here before their triggers learnt them."""

from django.db import migrations

FILL = [
    """
    SELECT search_learn(rule_id || ' ' || citation || ' ' || title || ' ' || description || ' ' || rule_text)
    FROM contract_rules
    """,
    "SELECT search_learn(text) FROM contract_pages",
]


class Migration(migrations.Migration):
    dependencies = [("contracts", "0024_words_are_known_apart")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
