"""The materialized views that lookups read. `contracts.services.publication` refreshes them.

Rules are written out once, at refresh, in the shape of the API's "A rule" and its order of members, so that a lookup
only joins texts. `row_to_json` keeps the columns' order and writes no spaces.
"""

from django.db import migrations

PUBLISHED_CONTRACTS = """
CREATE MATERIALIZED VIEW published_contracts AS
WITH bodies AS (
    SELECT
        c.id AS contract_id,
        count(r.id) AS rule_count,
        '[' || coalesce(string_agg(body.json, ',' ORDER BY r.position, r.id), '') || ']' AS rules
    FROM pilot_contracts c
    LEFT JOIN contract_rules r ON r.contract_id = c.id AND r.decision IN ('accepted', 'corrected')
    LEFT JOIN LATERAL (
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
    ) body ON r.id IS NOT NULL
    WHERE c.status IN ('active', 'superseded')
    GROUP BY c.id
), written AS (
    SELECT
        c.id AS contract_id,
        c.airline_id,
        c.contract_type,
        c.status,
        c.effective_date,
        c.expiration_date,
        c.activated_at,
        b.rule_count,
        (
            SELECT row_to_json(header)::text
            FROM (SELECT c.id, c.contract_version, c.title, c.effective_date, c.expiration_date) header
        ) AS header,
        b.rules
    FROM pilot_contracts c
    JOIN bodies b ON b.contract_id = c.id
)
SELECT written.*, encode(sha256(convert_to(header || rules, 'UTF8')), 'hex') AS content_hash
FROM written
"""

PUBLISHED_REGULATIONS = """
CREATE MATERIALIZED VIEW published_regulations AS
WITH written AS (
    SELECT
        1 AS id,
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


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0001_contracts_rules_and_decisions"),
        ("regulations", "0001_catalogue_and_tables"),
    ]

    operations = [
        migrations.RunSQL(PUBLISHED_CONTRACTS, "DROP MATERIALIZED VIEW published_contracts"),
        # REFRESH ... CONCURRENTLY needs a unique index on plain columns.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX published_contracts_once ON published_contracts (contract_id)", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "CREATE INDEX published_contracts_lookup ON published_contracts (airline_id, effective_date)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(PUBLISHED_REGULATIONS, "DROP MATERIALIZED VIEW published_regulations"),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX published_regulations_once ON published_regulations (id)", migrations.RunSQL.noop
        ),
    ]
