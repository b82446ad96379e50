"""Search entries beside the rules of law, and the functions that write the entries of every searched table.

`search_plain` parts words and codes at the same signs as `config.search.asking.PUNCTUATION`.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~§°·•…–—‒−‐‘’“”„«»\u00a0\u00ad"
SIGNS = len(PUNCTUATION) - 1  # one is doubled for SQL

FUNCTIONS = [
    f"""CREATE FUNCTION search_plain(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(left(written, 100000), '{PUNCTUATION}', repeat(' ', {SIGNS}))""",
    """CREATE FUNCTION search_vector(first text, second text, third text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('english', search_plain(first)), 'A')
        || setweight(to_tsvector('english', search_plain(second)), 'B')
        || setweight(to_tsvector('english', search_plain(third)), 'C')
        || setweight(to_tsvector('simple', search_plain(first)), 'A')
        || setweight(to_tsvector('simple', search_plain(second)), 'B')
        || setweight(to_tsvector('simple', search_plain(third)), 'C')""",
    """CREATE FUNCTION search_spelling(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_string(tsvector_to_array(to_tsvector('simple', search_plain(written))), ' ')""",
    # Whether all of these words are among the commonest, which have no stem.
    """CREATE FUNCTION search_is_common(asked text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN numnode(plainto_tsquery('english', asked)) = 0""",
    # Words by their stems, the commonest left out; as they are written where there are no others.
    """CREATE FUNCTION search_words(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN search_is_common(asked) THEN plainto_tsquery('simple', asked)
        ELSE plainto_tsquery('english', asked) END""",
    # Words side by side as they are written, or by their stems where every one of them has one.
    """CREATE FUNCTION search_phrase(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN numnode(phraseto_tsquery('english', asked)) = numnode(phraseto_tsquery('simple', asked))
        THEN phraseto_tsquery('simple', asked) || phraseto_tsquery('english', asked)
        ELSE phraseto_tsquery('simple', asked) END""",
]
NO_FUNCTIONS = [
    "DROP FUNCTION search_phrase(text)",
    "DROP FUNCTION search_words(text)",
    "DROP FUNCTION search_is_common(text)",
    "DROP FUNCTION search_spelling(text)",
    "DROP FUNCTION search_vector(text, text, text)",
    "DROP FUNCTION search_plain(text)",
]


class Migration(migrations.Migration):
    dependencies = [("regulations", "0001_catalogue_and_tables")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.CreateModel(
            name="LawSearchEntry",
            fields=[
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("spelling", models.TextField()),
                (
                    "rule",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="regulations.regulatoryrule",
                    ),
                ),
            ],
            options={
                "db_table": "regulatory_rule_search",
                "abstract": False,
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE regulatory_rule_search ADD CONSTRAINT regulatory_rule_search_rule"
            " FOREIGN KEY (rule_id) REFERENCES regulatory_rules (id) ON DELETE CASCADE",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(
            model_name="regulatoryrule",
            name="regulatory_rules_text_trgm",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulatoryrule",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_search_entry",
                sql=config.guards.GuardSql(
                    func="\n            INSERT INTO regulatory_rule_search (rule_id, vector, spelling)\n            VALUES (NEW.id, search_vector(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title, '', NEW.summary), search_spelling(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title || ' ' || NEW.summary))\n            ON CONFLICT (rule_id) DO UPDATE SET vector = excluded.vector, spelling = excluded.spelling;\n            RETURN NULL;\n        ",
                    hash="ad80c2177050b60a921b2499b714f3df153d40b1",
                    operation='INSERT OR UPDATE OF "rule_id", "citation", "title", "summary"',
                    pgid="pgtrigger_keeps_search_entry_79d63",
                    table="regulatory_rules",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="lawsearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["vector"], name="lawsearchentry_vector"
            ),
        ),
        migrations.AddIndex(
            model_name="lawsearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["spelling"], name="lawsearchentry_spell", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
