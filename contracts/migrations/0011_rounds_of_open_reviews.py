"""What approvals are bound to, computed by the database; reviews that run get the round that they would have begun with.

Contracts that are approved and not yet active get none: what they were approved as was computed otherwise, so that their
review is reopened and they are approved again.
"""

from django.db import migrations

REVISION = """
CREATE FUNCTION contract_revision(contract pilot_contracts) RETURNS text
LANGUAGE sql STABLE SET extra_float_digits = 1
AS $$
    SELECT encode(sha256(convert_to(
        jsonb_build_array(
            contract.document_sha256, contract.contract_type, contract.contract_version, contract.title, contract.description,
            contract.effective_date, contract.expiration_date
        )::text || coalesce((
            SELECT string_agg(E'\\n' || jsonb_build_array(
                r.rule_id, r.category, r.title, r.description, r.rule_text, r.citation, r.is_hard_constraint, r.weight,
                r.applies_to, r.parameters, r.metric, r.operator, r.value, r.unit, r.period, r.page, r.box, r.quote
            )::text, '' ORDER BY r.position, r.id)
            FROM contract_rules r WHERE r.contract_id = contract.id AND r.decision IN ('accepted', 'corrected')
        ), ''), 'UTF8')), 'hex')
$$
"""

ROUNDS = """
UPDATE pilot_contracts SET status_since = CASE status
    WHEN 'in_review' THEN coalesce(submitted_at, updated_at)
    WHEN 'approved' THEN coalesce(approved_at, updated_at)
    WHEN 'active' THEN coalesce(activated_at, updated_at)
    ELSE updated_at
END;

INSERT INTO review_rounds (contract_id, number, second_pair_of_eyes, due_at, escalation_days)
SELECT c.id, 1, false, now() + make_interval(days => l.review_days), l.escalation_days
FROM pilot_contracts c JOIN airlines l ON l.id = c.airline_id
WHERE c.status = 'in_review';

INSERT INTO review_round_steps (round_id, position, name, approvals_needed)
SELECT id, 1, 'Approval', 1 FROM review_rounds;

UPDATE pilot_contracts c SET review_round_id = r.id FROM review_rounds r WHERE r.contract_id = c.id;
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0010_review_rounds")]

    operations = [
        migrations.RunSQL(REVISION, "DROP FUNCTION contract_revision(pilot_contracts)"),
        migrations.RunSQL(ROUNDS, migrations.RunSQL.noop),
    ]
