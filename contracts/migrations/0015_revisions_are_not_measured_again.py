"""The extractor is measured by what was uploaded: a revision repeats its proposals and decisions."""

from django.db import migrations

OUTCOMES = """
CREATE OR REPLACE VIEW extraction_outcomes AS
WITH settled AS (
    SELECT
        rule_id,
        field,
        (array_agg(before ORDER BY created_at, id))[1] AS proposed,
        (array_agg(after ORDER BY created_at DESC, id DESC))[1] AS final
    FROM rule_corrections
    GROUP BY rule_id, field
), changed AS (
    SELECT
        rule_id,
        array_agg(field ORDER BY field) FILTER (WHERE proposed IS DISTINCT FROM final) AS fields,
        max(proposed #>> '{}') FILTER (WHERE field = 'category') AS category
    FROM settled
    GROUP BY rule_id
)
SELECT
    r.id AS rule_id,
    c.airline_id,
    coalesce(changed.category, r.category)::varchar(40) AS category,
    r.extractor_version,
    r.parsing_confidence,
    r.created_at AS proposed_at,
    r.decided_at,
    coalesce(changed.fields, '{}') AS changed_fields,
    CASE
        WHEN r.decision = 'rejected' THEN 'rejected'
        WHEN changed.rule_id IS NULL THEN r.decision
        WHEN changed.fields IS NULL THEN 'accepted'
        ELSE 'corrected'
    END::varchar(20) AS outcome
FROM contract_rules r
JOIN pilot_contracts c ON c.id = r.contract_id
LEFT JOIN changed ON changed.rule_id = r.id
WHERE r.origin = 'extractor' AND r.decision <> 'proposed'
"""
OF_UPLOADS = f"{OUTCOMES.rstrip()} AND c.revises_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0014_ratings_improvements_and_revisions")]

    operations = [migrations.RunSQL(OF_UPLOADS, OUTCOMES)]
