"""Known words in a table of their own for what is misspelt, instead of the texts' words beside each row."""

import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

# Words that a misspelt word may have meant: no numbers, none that is too short or too long to look like another.
# Without a unique constraint no transaction waits for another's words; what is there twice is removed at night.
LEARN = """
    CREATE FUNCTION search_learn(written text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_known_words (word)
        SELECT found.word FROM unnest(string_to_array(search_spelling(written), ' ')) AS found (word)
        WHERE length(found.word) BETWEEN 3 AND 40 AND found.word !~ '[0-9]'
            AND NOT EXISTS (SELECT FROM search_known_words AS known WHERE known.word = found.word);
    END;
    $$
"""
SPELLING_AGAIN = """
    UPDATE regulatory_rule_search AS entry
    SET spelling = search_spelling(rule.rule_id || ' ' || rule.citation || ' ' || rule.title || ' ' || rule.summary)
    FROM regulatory_rules AS rule WHERE rule.id = entry.rule_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("regulations", "0003_words_of_the_rules_that_are_here"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField()),
            ],
            options={
                "db_table": "search_known_words",
            },
        ),
        migrations.AddIndex(
            model_name="knownword",
            index=models.Index(fields=["word"], name="search_known_words_word"),
        ),
        migrations.AddIndex(
            model_name="knownword",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["word"], name="search_known_words_near", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.RunSQL(LEARN, "DROP FUNCTION search_learn(text)"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regulatoryrule",
            name="keeps_search_entry",
        ),
        migrations.RemoveIndex(
            model_name="lawsearchentry",
            name="lawsearchentry_spell",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, SPELLING_AGAIN),
        migrations.AlterField("lawsearchentry", "spelling", models.TextField(default="")),
        migrations.RemoveField(
            model_name="lawsearchentry",
            name="spelling",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulatoryrule",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_search_entry",
                sql=config.guards.GuardSql(
                    func="\n            INSERT INTO regulatory_rule_search (rule_id, vector)\n            VALUES (NEW.id, search_vector(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title, '', NEW.summary))\n            ON CONFLICT (rule_id) DO UPDATE SET vector = excluded.vector;\n            PERFORM search_learn(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title || ' ' || NEW.summary);\n            RETURN NULL;\n        ",
                    hash="247013de02fe0d66d62ffbe022bd1bfd6e2195ff",
                    operation='INSERT OR UPDATE OF "rule_id", "citation", "title", "summary"',
                    pgid="pgtrigger_keeps_search_entry_79d63",
                    table="regulatory_rules",
                    when="AFTER",
                ),
            ),
        ),
    ]
