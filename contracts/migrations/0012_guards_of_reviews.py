"""The database holds to rounds, steps and voided approvals."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import config.guards


class Migration(migrations.Migration):
    dependencies = [("contracts", "0011_rounds_of_open_reviews")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractdecision",
            name="guards_decision",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractrule",
            name="guards_rules",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="pilotcontract",
            name="guards_lifecycle",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_decision",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.kind, NEW.decided_by_id, NEW.on_behalf_of_id, NEW.step_id, NEW.revision, NEW.reason)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.kind, OLD.decided_by_id, OLD.on_behalf_of_id, OLD.step_id, OLD.revision, OLD.reason)\n                   OR OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at\n                THEN RAISE EXCEPTION 'a decision does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            PERFORM 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id FOR NO KEY UPDATE;\n            IF EXISTS (\n                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id\n                  AND (NEW.decided_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR NEW.on_behalf_of_id IN (c.uploaded_by_id, c.submitted_by_id)\n                       OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.decided_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on))\n            ) THEN RAISE EXCEPTION 'nobody decides on a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_not_own'; END IF;\n            IF NOT EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status = 'in_review')\n            THEN RAISE EXCEPTION 'this contract is not in review' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_in_review'; END IF;\n            IF NEW.on_behalf_of_id IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.decided_by_id AND g.delegator_id IN (NEW.on_behalf_of_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)\n            THEN RAISE EXCEPTION 'nobody decides on behalf of a person who has not delegated to him' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_delegated'; END IF;\n            IF NEW.kind = 'approved' THEN \n        IF NEW.voided_at IS NOT NULL OR NOT EXISTS (\n            SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND contract_revision(c) = NEW.revision\n        ) THEN RAISE EXCEPTION 'this approval is not of the contract as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_revision'; END IF;\n        IF NEW.step_id IS DISTINCT FROM (\n            SELECT s.id FROM review_round_steps s JOIN pilot_contracts c ON c.review_round_id = s.round_id\n            WHERE c.id = NEW.contract_id AND (SELECT count(*) FROM contract_decisions a WHERE a.step_id = s.id AND a.kind = 'approved'\n        AND a.voided_at IS NULL AND a.revision = NEW.revision) < s.approvals_needed\n            ORDER BY s.position LIMIT 1\n        ) OR NEW.step_id IS NULL THEN RAISE EXCEPTION 'it is not this step''s turn' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_step'; END IF;\n        IF NOT EXISTS (\n            SELECT 1 FROM review_round_steps s WHERE s.id = NEW.step_id AND (s.group_id IS NULL OR EXISTS (\n                SELECT 1 FROM review_group_members m WHERE m.reviewgroup_id = s.group_id\n                  AND m.user_id = coalesce(NEW.on_behalf_of_id, NEW.decided_by_id)))\n        ) THEN RAISE EXCEPTION 'this step is another group''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_group'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM contract_decisions a WHERE a.contract_id = NEW.contract_id AND a.kind = 'approved' AND a.voided_at IS NULL\n              AND (a.decided_by_id IN (NEW.decided_by_id, NEW.on_behalf_of_id) OR a.on_behalf_of_id IN (NEW.decided_by_id, NEW.on_behalf_of_id))\n        ) THEN RAISE EXCEPTION 'this person has approved already' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_one_standing_approval'; END IF;\n        IF (SELECT n.second_pair_of_eyes FROM review_rounds n JOIN pilot_contracts c ON c.review_round_id = n.id\n            WHERE c.id = NEW.contract_id)\n           AND (EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.contract_id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = NEW.decided_by_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = NEW.decided_by_id))) OR EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.contract_id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = NEW.on_behalf_of_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = NEW.on_behalf_of_id))))\n        THEN RAISE EXCEPTION 'whoever edited a rule of the revision does not approve it' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_second_pair_of_eyes'; END IF; END IF;\n            RETURN NEW;\n        ",
                    hash="42b8eff8639807ef093a75afb393e7835d4096f0",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_decision_c42c9",
                    table="contract_decisions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrule",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_rules",
                sql=config.guards.GuardSql(
                    func="\n            PERFORM 1 FROM pilot_contracts c WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) ORDER BY c.id FOR NO KEY UPDATE;\n            IF EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) AND c.status NOT IN ('changes_requested', 'draft', 'in_review')\n            ) THEN RAISE EXCEPTION 'the rules of this contract are closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_rules_closed'; END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            IF TG_OP = 'UPDATE' AND NEW.added_by_id IS DISTINCT FROM OLD.added_by_id THEN RAISE EXCEPTION 'who added a rule does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_rules_adder_kept'; END IF;\n            RETURN NEW;\n        ",
                    hash="33d423add516be4f0968aa4ee4faf0b3076980ac",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_guards_rules_f6779",
                    table="contract_rules",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrule",
            trigger=pgtrigger.compiler.Trigger(
                name="voids_approvals",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' AND (OLD.rule_id, OLD.position, OLD.category, OLD.title, OLD.description, OLD.rule_text, OLD.citation, OLD.is_hard_constraint, OLD.weight, OLD.applies_to, OLD.parameters, OLD.metric, OLD.operator, OLD.value, OLD.unit, OLD.period, OLD.page, OLD.box, OLD.quote, OLD.decision) IS NOT DISTINCT FROM (NEW.rule_id, NEW.position, NEW.category, NEW.title, NEW.description, NEW.rule_text, NEW.citation, NEW.is_hard_constraint, NEW.weight, NEW.applies_to, NEW.parameters, NEW.metric, NEW.operator, NEW.value, NEW.unit, NEW.period, NEW.page, NEW.box, NEW.quote, NEW.decision)\n            THEN RETURN NULL; END IF;\n            UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) AND kind = 'approved' AND voided_at IS NULL;\n            RETURN NULL;\n        ",
                    hash="3a3bd09240339beae2f567fbd8abd3d9082b4f34",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_voids_approvals_33bb1",
                    table="contract_rules",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pilotcontract",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_lifecycle",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' OR NEW.approved_by_id IS NOT NULL OR NEW.review_round_id IS NOT NULL\n                THEN RAISE EXCEPTION 'a contract begins as a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_begins_as_draft'; END IF;\n                RETURN NEW;\n            END IF;\n            IF (NEW.uploaded_by_id, NEW.airline_id, NEW.document_sha256, NEW.document_media_type, NEW.document_bytes)\n               IS DISTINCT FROM\n               (OLD.uploaded_by_id, OLD.airline_id, OLD.document_sha256, OLD.document_media_type, OLD.document_bytes)\n            THEN RAISE EXCEPTION 'what was uploaded, by whom and for which airline, does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_upload_kept'; END IF;\n            IF NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id\n               AND NOT (NEW.status = 'in_review' AND OLD.status IN ('draft', 'changes_requested'))\n            THEN RAISE EXCEPTION 'the submitter changes only on submission' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_submitter_kept'; END IF;\n            IF (NEW.contract_type, NEW.contract_version, NEW.title, NEW.description, NEW.effective_date, NEW.expiration_date) IS DISTINCT FROM (OLD.contract_type, OLD.contract_version, OLD.title, OLD.description, OLD.effective_date, OLD.expiration_date) THEN\n                IF OLD.status = 'approved' THEN RAISE EXCEPTION 'the details of an approved contract stand: reopen its review first' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_terms_kept'; END IF;\n                IF OLD.status = 'in_review' THEN UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (NEW.id) AND kind = 'approved' AND voided_at IS NULL; END IF;\n            END IF;\n            IF NEW.review_round_id IS DISTINCT FROM OLD.review_round_id THEN\n                IF NEW.status <> 'in_review' OR OLD.status = 'in_review' THEN RAISE EXCEPTION 'a review keeps its round to the end' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_kept'; END IF;\n                UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (NEW.id) AND kind = 'approved' AND voided_at IS NULL;\n            END IF;\n            IF NEW.status <> OLD.status THEN\n                IF (OLD.status, NEW.status) NOT IN (('active', 'retired'), ('active', 'superseded'), ('approved', 'active'), ('approved', 'in_review'), ('changes_requested', 'in_review'), ('changes_requested', 'withdrawn'), ('draft', 'in_review'), ('draft', 'withdrawn'), ('in_review', 'approved'), ('in_review', 'changes_requested'), ('in_review', 'rejected'), ('in_review', 'withdrawn'), ('superseded', 'retired')) THEN RAISE EXCEPTION 'no way leads from the old status to the new one' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_edge'; END IF;\n                IF NEW.status = 'in_review' THEN \n        IF NEW.review_round_id IS NOT DISTINCT FROM OLD.review_round_id\n           OR NOT EXISTS (SELECT 1 FROM review_rounds n WHERE n.id = NEW.review_round_id AND n.contract_id = NEW.id)\n           OR EXISTS (SELECT 1 FROM contract_decisions d JOIN review_round_steps s ON s.id = d.step_id\n                      WHERE s.round_id = NEW.review_round_id)\n        THEN RAISE EXCEPTION 'a review begins with a round of its own' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_fresh'; END IF;\n        IF (SELECT n.second_pair_of_eyes::text || ':' || (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_round_steps s WHERE s.round_id = n.id)\n            FROM review_rounds n WHERE n.id = NEW.review_round_id)\n           IS DISTINCT FROM (CASE WHEN OLD.status = 'approved' AND OLD.review_round_id IS NOT NULL THEN\n               (SELECT n.second_pair_of_eyes::text || ':' || (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_round_steps s WHERE s.round_id = n.id)\n                FROM review_rounds n WHERE n.id = OLD.review_round_id)\n           ELSE\n               (SELECT l.second_pair_of_eyes::text || ':' || coalesce(\n                   (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_steps s WHERE s.airline_id = l.id), '1//1')\n                FROM airlines l WHERE l.id = NEW.airline_id)\n           END)\n        THEN RAISE EXCEPTION 'the steps of the review are not those of the airline' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_configured'; END IF; END IF;\n                IF NEW.status IN ('approved', 'active') THEN \n        IF NEW.review_round_id IS NULL OR NEW.approved_revision IS DISTINCT FROM contract_revision(NEW)\n           OR NOT EXISTS (SELECT 1 FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id) AND d.decided_by_id = NEW.approved_by_id)\n           OR EXISTS (SELECT 1 FROM review_round_steps s WHERE s.round_id = NEW.review_round_id AND s.approvals_needed >\n                      (SELECT count(*) FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id) AND d.step_id = s.id))\n        THEN RAISE EXCEPTION 'an approval by somebody other than uploader and submitter is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_approval_by_other'; END IF;\n        IF (SELECT n.second_pair_of_eyes FROM review_rounds n WHERE n.id = NEW.review_round_id)\n           AND EXISTS (SELECT 1 FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id)\n                       AND (EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = d.decided_by_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = d.decided_by_id))) OR EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = d.on_behalf_of_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = d.on_behalf_of_id)))))\n        THEN RAISE EXCEPTION 'somebody approved whose own edits are part of the revision' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_second_pair_of_eyes'; END IF;\n        IF EXISTS (SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision = 'proposed')\n        THEN RAISE EXCEPTION 'a proposed rule is undecided' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_all_decided'; END IF; END IF;\n                NEW.status_since = clock_timestamp();\n            END IF;\n            RETURN NEW;\n        ",
                    hash="7a1f1d192f98c2f9a034055dc311a71a7f95090f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_lifecycle_c8d0d",
                    table="pilot_contracts",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewroundstep",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_steps",
                sql=config.guards.GuardSql(
                    func="\n            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.review_round_id = NEW.round_id) THEN RAISE EXCEPTION 'this review has begun: its steps stand' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_round_steps_before_review'; END IF;\n            RETURN NEW;\n        ",
                    hash="c6d215a9e76577907d45262eb1fbae93bb78b5ee",
                    operation="INSERT",
                    pgid="pgtrigger_guards_steps_48fd4",
                    table="review_round_steps",
                    when="BEFORE",
                ),
            ),
        ),
    ]
