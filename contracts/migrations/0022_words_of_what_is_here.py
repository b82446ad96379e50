"""Search entries of the rules and pages that were here before their triggers."""

from django.db import migrations

FILL = [
    """
    INSERT INTO contract_rule_search (rule_id, vector, spelling)
    SELECT
        id,
        search_vector(rule_id || ' ' || citation || ' ' || title, description, rule_text),
        search_spelling(rule_id || ' ' || citation || ' ' || title || ' ' || description || ' ' || rule_text)
    FROM contract_rules
    ON CONFLICT (rule_id) DO NOTHING
    """,
    """
    INSERT INTO contract_page_search (page_id, vector, spelling)
    SELECT id, search_vector('', '', text), search_spelling(text) FROM contract_pages
    ON CONFLICT (page_id) DO NOTHING
    """,
]


class Migration(migrations.Migration):
    dependencies = [("contracts", "0021_rules_and_pages_are_found_by_their_words")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
