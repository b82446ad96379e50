"""What an approval is bound to takes in the places beyond a rule's first.

Where a rule has none, the revision is computed as before: approvals that were given stand.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import config.guards

REVISION = """
CREATE OR REPLACE FUNCTION contract_revision(contract pilot_contracts) RETURNS text
LANGUAGE sql STABLE SET extra_float_digits = 1
AS $$
    SELECT encode(sha256(convert_to(
        jsonb_build_array(
            contract.document_sha256, contract.contract_type, contract.contract_version, contract.title, contract.description,
            contract.effective_date, contract.expiration_date
        )::text || coalesce((
            SELECT string_agg(E'\\n' || (jsonb_build_array(
                r.rule_id, r.category, r.title, r.description, r.rule_text, r.citation, r.is_hard_constraint, r.weight,
                r.applies_to, r.parameters, r.metric, r.operator, r.value, r.unit, r.period, r.page, r.box, r.quote
            )%s)::text, '' ORDER BY r.position, r.id)
            FROM contract_rules r WHERE r.contract_id = contract.id AND r.decision IN ('accepted', 'corrected')
        ), ''), 'UTF8')), 'hex')
$$
"""
PLACES = " || CASE WHEN r.further_places = '[]' THEN '[]' ELSE jsonb_build_array(r.further_places) END"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0016_rules_are_placed_split_merged_and_undone")]

    operations = [
        migrations.RunSQL(REVISION % PLACES, REVISION % ""),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractrule",
            name="voids_approvals",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrule",
            trigger=pgtrigger.compiler.Trigger(
                name="voids_approvals",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' AND (OLD.rule_id, OLD.position, OLD.category, OLD.title, OLD.description, OLD.rule_text, OLD.citation, OLD.is_hard_constraint, OLD.weight, OLD.applies_to, OLD.parameters, OLD.metric, OLD.operator, OLD.value, OLD.unit, OLD.period, OLD.page, OLD.box, OLD.quote, OLD.further_places, OLD.decision) IS NOT DISTINCT FROM (NEW.rule_id, NEW.position, NEW.category, NEW.title, NEW.description, NEW.rule_text, NEW.citation, NEW.is_hard_constraint, NEW.weight, NEW.applies_to, NEW.parameters, NEW.metric, NEW.operator, NEW.value, NEW.unit, NEW.period, NEW.page, NEW.box, NEW.quote, NEW.further_places, NEW.decision)\n            THEN RETURN NULL; END IF;\n            UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) AND kind = 'approved' AND voided_at IS NULL;\n            RETURN NULL;\n        ",
                    hash="614e0090b15242c3fa96b5ef7d04052f4f23a73a",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_voids_approvals_33bb1",
                    table="contract_rules",
                    when="AFTER",
                ),
            ),
        ),
    ]
