"""Search entries beside rules and pages, instead of trigram indexes over all their text."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0020_published_with_gzip"),
        ("regulations", "0002_rules_are_found_by_their_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageSearchEntry",
            fields=[
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("spelling", models.TextField()),
                (
                    "page",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="contracts.contractpage",
                    ),
                ),
            ],
            options={
                "db_table": "contract_page_search",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RuleSearchEntry",
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
                        to="contracts.contractrule",
                    ),
                ),
            ],
            options={
                "db_table": "contract_rule_search",
                "abstract": False,
            },
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE contract_page_search ADD CONSTRAINT contract_page_search_page"
                " FOREIGN KEY (page_id) REFERENCES contract_pages (id) ON DELETE CASCADE",
                "ALTER TABLE contract_rule_search ADD CONSTRAINT contract_rule_search_rule"
                " FOREIGN KEY (rule_id) REFERENCES contract_rules (id) ON DELETE CASCADE",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(
            model_name="contractpage",
            name="contract_pages_text_trgm",
        ),
        migrations.RemoveIndex(
            model_name="contractrule",
            name="contract_rules_text_trgm",
        ),
        migrations.RemoveIndex(
            model_name="contractrule",
            name="contract_rules_title_trgm",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractpage",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_search_entry",
                sql=config.guards.GuardSql(
                    func="\n            INSERT INTO contract_page_search (page_id, vector, spelling)\n            VALUES (NEW.id, search_vector('', '', NEW.text), search_spelling(NEW.text))\n            ON CONFLICT (page_id) DO UPDATE SET vector = excluded.vector, spelling = excluded.spelling;\n            RETURN NULL;\n        ",
                    hash="b569bbdefcb3e8f35c21d615f47e795c8bb3510f",
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
                    func="\n            INSERT INTO contract_rule_search (rule_id, vector, spelling)\n            VALUES (NEW.id, search_vector(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title, NEW.description, NEW.rule_text), search_spelling(NEW.rule_id || ' ' || NEW.citation || ' ' || NEW.title || ' ' || NEW.description || ' ' || NEW.rule_text))\n            ON CONFLICT (rule_id) DO UPDATE SET vector = excluded.vector, spelling = excluded.spelling;\n            RETURN NULL;\n        ",
                    hash="35cc97446e4be983015d5b5349be25ccd0a6aa86",
                    operation='INSERT OR UPDATE OF "rule_id", "citation", "title", "description", "rule_text"',
                    pgid="pgtrigger_keeps_search_entry_7e366",
                    table="contract_rules",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="pagesearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["vector"], name="pagesearchentry_vector"
            ),
        ),
        migrations.AddIndex(
            model_name="pagesearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["spelling"], name="pagesearchentry_spell", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="rulesearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["vector"], name="rulesearchentry_vector"
            ),
        ),
        migrations.AddIndex(
            model_name="rulesearchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["spelling"], name="rulesearchentry_spell", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
