"""Rules' and pages' words are known in the table that all searched texts share, instead of beside each row."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

SPELLING_AGAIN = [
    """
    UPDATE contract_rule_search AS entry
    SET spelling = search_spelling(
        rule.rule_id || ' ' || rule.citation || ' ' || rule.title || ' ' || rule.description || ' ' || rule.rule_text
    )
    FROM contract_rules AS rule WHERE rule.id = entry.rule_id
    """,
    """
    UPDATE contract_page_search AS entry SET spelling = search_spelling(page.text)
    FROM contract_pages AS page WHERE page.id = entry.page_id
    """,
]


class Migration(migrations.Migration):
    dependencies = [
        ("regulations", "0005_words_of_the_rules_are_known"),
        ("contracts", "0023_packs_and_validations_are_counted"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractpage",
            name="keeps_search_entry",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractrule",
            name="keeps_search_entry",
        ),
        migrations.RemoveIndex(
            model_name="pagesearchentry",
            name="pagesearchentry_spell",
        ),
        migrations.RemoveIndex(
            model_name="rulesearchentry",
            name="rulesearchentry_spell",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, SPELLING_AGAIN),
        migrations.AlterField("pagesearchentry", "spelling", models.TextField(default="")),
        migrations.AlterField("rulesearchentry", "spelling", models.TextField(default="")),
        migrations.RemoveField(
            model_name="pagesearchentry",
            name="spelling",
        ),
        migrations.RemoveField(
            model_name="rulesearchentry",
            name="spelling",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractpage",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_search_entry",
                sql=config.guards.GuardSql(
                    func="\n            INSERT INTO contract_page_search (page_id, vector)\n            VALUES (NEW.id, search_vector('', '', NEW.text))\n            ON CONFLICT (page_id) DO UPDATE SET vector = excluded.vector;\n            PERFORM search_learn(NEW.text);\n            RETURN NULL;\n        ",
                    hash="25db119cca10b0ced9dc7d5d8aa47f9d2e4a2809",
                    operation='INSERT OR UPDATE OF "text"',
                    pgid="pgtrigger_keeps_search_entry_e2711",
                    table="contract_pages",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrule",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_search_entry",
                sql=config.guards.GuardSql(
                    func="\n            INSERT INTO contract_rule_search (rule_id, vector)\n            VALUES (NEW.id, search_vector(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title, NEW.description, NEW.rule_text))\n            ON CONFLICT (rule_id) DO UPDATE SET vector = excluded.vector;\n            PERFORM search_learn(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title || ' ' || NEW.description || ' ' || NEW.rule_text);\n            RETURN NULL;\n        ",
                    hash="d903bb5eb360a063d329080da4015d70d76ed1d8",
                    operation='INSERT OR UPDATE OF "rule_id", "citation", "title", "description", "rule_text"',
                    pgid="pgtrigger_keeps_search_entry_7e366",
                    table="contract_rules",
                    when="AFTER",
                ),
            ),
        ),
    ]
