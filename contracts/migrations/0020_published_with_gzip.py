"""Views of what is in force, as it is written now (plain) and as it was written at the last refresh (materialized), with gzip.

A materialized row holds the `updated_at` of what it was written from: where the base table says another, it is behind, and
lookups read the plain view instead. PostgreSQL has no gzip: `contracts.services.publication` writes it, by content hash.
"""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0002_published_views")

# By a lateral join, so that whoever asks for one contract has one written.
WRITTEN_CONTRACTS = """
CREATE VIEW written_contracts AS
WITH written AS (
    SELECT
        c.id AS contract_id,
        c.airline_id,
        c.contract_type,
        c.status,
        c.effective_date,
        c.expiration_date,
        c.activated_at,
        c.updated_at,
        bodies.rule_count,
        (
            SELECT row_to_json(header)::text
            FROM (SELECT c.id, c.contract_version, c.title, c.effective_date, c.expiration_date) header
        ) AS header,
        bodies.rules
    FROM pilot_contracts c
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS rule_count,
            '[' || coalesce(string_agg(body.json, ',' ORDER BY r.position, r.id), '') || ']' AS rules
        FROM contract_rules r
        CROSS JOIN LATERAL (
            SELECT row_to_json(rule)::text AS json
            FROM (
                SELECT
                    r.id,
                    'contract' AS source,
                    r.rule_id,
                    r.category,
                    r.title,
                    r.description,
                    r.rule_text,
                    r.citation,
                    r.is_hard_constraint,
                    trim_scale(r.weight) AS weight,
                    r.applies_to,
                    r.parameters,
                    CASE WHEN r.metric IS NOT NULL THEN (
                        SELECT row_to_json(predicate)
                        FROM (SELECT r.metric, r.operator, trim_scale(r.value) AS value, r.unit, r.period) predicate
                    ) END AS predicate,
                    c.effective_date,
                    c.expiration_date,
                    trim_scale(r.parsing_confidence) AS parsing_confidence,
                    CASE WHEN r.page IS NOT NULL THEN (
                        SELECT row_to_json(evidence)
                        FROM (
                            SELECT r.page, r.box, r.quote, c.document_sha256, r.char_start, r.char_end
                        ) evidence
                    ) END AS evidence,
                    r.contract_id
            ) rule
        ) body
        WHERE r.contract_id = c.id AND r.decision IN ('accepted', 'corrected')
    ) bodies
    WHERE c.status IN ('active', 'superseded')
)
SELECT written.*, encode(sha256(convert_to(header || rules, 'UTF8')), 'hex') AS content_hash
FROM written
"""

WRITTEN_REGULATIONS = """
CREATE VIEW written_regulations AS
WITH written AS (
    SELECT
        1 AS id,
        (SELECT array_agg(every.updated_at ORDER BY every.id) FROM regulatory_rules every) AS row_times,
        count(r.id) AS rule_count,
        '[' || coalesce(string_agg(body.json, ',' ORDER BY r.position, r.rule_id), '') || ']' AS rules
    FROM regulatory_rules r
    CROSS JOIN LATERAL (
        SELECT row_to_json(rule)::text AS json
        FROM (
            SELECT
                r.id,
                'far117' AS source,
                r.rule_id,
                r.category,
                r.title,
                r.summary AS description,
                r.summary AS rule_text,
                r.citation,
                true AS is_hard_constraint,
                1 AS weight,
                r.applies_to,
                r.parameters,
                CASE WHEN r.metric IS NOT NULL THEN (
                    SELECT row_to_json(predicate)
                    FROM (SELECT r.metric, r.operator, trim_scale(r.value) AS value, r.unit, r.period) predicate
                ) END AS predicate,
                r.effective_date,
                NULL::date AS expiration_date,
                1 AS parsing_confidence,
                NULL::json AS evidence
        ) rule
    ) body
    WHERE r.is_active
)
SELECT written.*, encode(sha256(convert_to(rules, 'UTF8')), 'hex') AS content_hash
FROM written
"""

# One row: a text and its gzip. Never changed: another text has another hash.
COMPRESSIONS = "CREATE TABLE published_compressions (content_hash text PRIMARY KEY, gzip bytea NOT NULL)"

# EXTERNAL: read whole and often, so not compressed by PostgreSQL, which would cost each reader more than the lookup.
PUBLISHED = [
    """CREATE MATERIALIZED VIEW published_contracts AS
    SELECT w.*, z.gzip FROM written_contracts w LEFT JOIN published_compressions z USING (content_hash)""",
    "CREATE UNIQUE INDEX published_contracts_once ON published_contracts (contract_id)",
    "CREATE INDEX published_contracts_hash ON published_contracts (content_hash)",
    "ALTER MATERIALIZED VIEW published_contracts ALTER COLUMN rules SET STORAGE EXTERNAL",
    "ALTER MATERIALIZED VIEW published_contracts ALTER COLUMN gzip SET STORAGE EXTERNAL",
    """CREATE MATERIALIZED VIEW published_regulations AS
    SELECT w.*, z.gzip FROM written_regulations w LEFT JOIN published_compressions z USING (content_hash)""",
    "CREATE UNIQUE INDEX published_regulations_once ON published_regulations (id)",
    "ALTER MATERIALIZED VIEW published_regulations ALTER COLUMN rules SET STORAGE EXTERNAL",
    "ALTER MATERIALIZED VIEW published_regulations ALTER COLUMN gzip SET STORAGE EXTERNAL",
]

NOT_PUBLISHED = ["DROP MATERIALIZED VIEW published_contracts", "DROP MATERIALIZED VIEW published_regulations"]
PUBLISHED_BEFORE = [
    before.PUBLISHED_CONTRACTS,
    "CREATE UNIQUE INDEX published_contracts_once ON published_contracts (contract_id)",
    "CREATE INDEX published_contracts_lookup ON published_contracts (airline_id, effective_date)",
    before.PUBLISHED_REGULATIONS,
    "CREATE UNIQUE INDEX published_regulations_once ON published_regulations (id)",
]


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0019_changes_and_webhooks"),
        ("regulations", "0001_catalogue_and_tables"),
    ]

    operations = [
        migrations.RunSQL(NOT_PUBLISHED, PUBLISHED_BEFORE),
        migrations.RunSQL(WRITTEN_CONTRACTS, "DROP VIEW written_contracts"),
        migrations.RunSQL(WRITTEN_REGULATIONS, "DROP VIEW written_regulations"),
        migrations.RunSQL(COMPRESSIONS, "/* nothing that is not written again */ DROP TABLE published_compressions"),
        migrations.RunSQL(
            "ALTER TABLE published_compressions ALTER COLUMN gzip SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
        migrations.RunSQL(PUBLISHED, NOT_PUBLISHED),
    ]
