"""Guards that keep rows as they are let the words of them give way to the pseudonym of somebody who is erased. ADR 0068."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0021_redactions"),
        ("contracts", "0027_views_of_what_is_published"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="activationplan",
            name="guards_plan",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractactivation",
            name="guards_activation",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractdecision",
            name="guards_decision",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractimprovement",
            name="guards_improvement",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractrule",
            name="guards_rules",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reviewcomment",
            name="guards_comment",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="rulecorrection",
            name="kept",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationplan",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_plan",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.planned_by_id, NEW.due_at, NEW.time_zone, NEW.revision, NEW.created_at)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.planned_by_id, OLD.due_at, OLD.time_zone, OLD.revision, OLD.created_at)\n                   OR OLD.status <> 'open'\n                THEN RAISE EXCEPTION 'a planned activation changes once, when it ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.planned_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.planned_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n            THEN RAISE EXCEPTION 'nobody plans the activation of a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_not_own'; END IF;\n            IF NEW.status <> 'open' OR NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision\n            ) THEN RAISE EXCEPTION 'only an approved contract''s activation is planned, as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_approved'; END IF;\n            RETURN NEW;\n        ",
                    hash="29d2f976592c79fe5d833d5054812f7092c25fc2",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_plan_b3183",
                    table="activation_plans",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_activation",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.activated_by_id, NEW.activated_at, NEW.revision, NEW.plan_id, NEW.created_at)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.activated_by_id, OLD.activated_at, OLD.revision, OLD.plan_id, OLD.created_at)\n                   OR OLD.undone_at IS NOT NULL\n                THEN RAISE EXCEPTION 'an activation changes once, when it is undone' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_kept'; END IF;\n                IF NEW.undone_at IS NOT NULL THEN NEW.undone_at = clock_timestamp(); END IF;\n                IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.undone_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.undone_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n                THEN RAISE EXCEPTION 'nobody activates a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_not_own'; END IF;\n                RETURN NEW;\n            END IF;\n            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.activated_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.activated_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n            THEN RAISE EXCEPTION 'nobody activates a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_not_own'; END IF;\n            IF NEW.undone_at IS NOT NULL OR NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision\n            ) THEN RAISE EXCEPTION 'only an approved contract is activated, as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_approved'; END IF;\n            RETURN NEW;\n        ",
                    hash="3ad442746f5c63d237887430a4311b3403c6f52c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_activation_61ab6",
                    table="contract_activations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_decision",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.kind, NEW.decided_by_id, NEW.on_behalf_of_id, NEW.step_id, NEW.revision, NEW.reason)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.kind, OLD.decided_by_id, OLD.on_behalf_of_id, OLD.step_id, OLD.revision, OLD.reason)\n                   OR OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at\n                THEN RAISE EXCEPTION 'a decision does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            PERFORM 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id FOR NO KEY UPDATE;\n            IF EXISTS (\n                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id\n                  AND (NEW.decided_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR NEW.on_behalf_of_id IN (c.uploaded_by_id, c.submitted_by_id)\n                       OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.decided_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on))\n            ) THEN RAISE EXCEPTION 'nobody decides on a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_not_own'; END IF;\n            IF NOT EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status = 'in_review')\n            THEN RAISE EXCEPTION 'this contract is not in review' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_in_review'; END IF;\n            IF NEW.on_behalf_of_id IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.decided_by_id AND g.delegator_id IN (NEW.on_behalf_of_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)\n            THEN RAISE EXCEPTION 'nobody decides on behalf of a person who has not delegated to him' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_delegated'; END IF;\n            IF NEW.kind = 'approved' THEN \n        IF NEW.voided_at IS NOT NULL OR NOT EXISTS (\n            SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND contract_revision(c) = NEW.revision\n        ) THEN RAISE EXCEPTION 'this approval is not of the contract as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_revision'; END IF;\n        IF NEW.step_id IS DISTINCT FROM (\n            SELECT s.id FROM review_round_steps s JOIN pilot_contracts c ON c.review_round_id = s.round_id\n            WHERE c.id = NEW.contract_id AND (SELECT count(*) FROM contract_decisions a WHERE a.step_id = s.id AND a.kind = 'approved'\n        AND a.voided_at IS NULL AND a.revision = NEW.revision) < s.approvals_needed\n            ORDER BY s.position LIMIT 1\n        ) OR NEW.step_id IS NULL THEN RAISE EXCEPTION 'it is not this step''s turn' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_step'; END IF;\n        IF NOT EXISTS (\n            SELECT 1 FROM review_round_steps s WHERE s.id = NEW.step_id AND (s.group_id IS NULL OR EXISTS (\n                SELECT 1 FROM review_group_members m WHERE m.reviewgroup_id = s.group_id\n                  AND m.user_id = coalesce(NEW.on_behalf_of_id, NEW.decided_by_id)))\n        ) THEN RAISE EXCEPTION 'this step is another group''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_group'; END IF;\n        IF EXISTS (\n            SELECT 1 FROM contract_decisions a WHERE a.contract_id = NEW.contract_id AND a.kind = 'approved' AND a.voided_at IS NULL\n              AND (a.decided_by_id IN (NEW.decided_by_id, NEW.on_behalf_of_id) OR a.on_behalf_of_id IN (NEW.decided_by_id, NEW.on_behalf_of_id))\n        ) THEN RAISE EXCEPTION 'this person has approved already' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_one_standing_approval'; END IF;\n        IF (SELECT n.second_pair_of_eyes FROM review_rounds n JOIN pilot_contracts c ON c.review_round_id = n.id\n            WHERE c.id = NEW.contract_id)\n           AND (EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.contract_id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = NEW.decided_by_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = NEW.decided_by_id))) OR EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.contract_id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = NEW.on_behalf_of_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = NEW.on_behalf_of_id))))\n        THEN RAISE EXCEPTION 'whoever edited a rule of the revision does not approve it' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_decisions_second_pair_of_eyes'; END IF; END IF;\n            RETURN NEW;\n        ",
                    hash="51aa8bd383f028cc192946776a676ac68d79e676",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_decision_c42c9",
                    table="contract_decisions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractimprovement",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_improvement",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            IF TG_OP = 'UPDATE' AND (NEW.author_id, NEW.kind, NEW.proposal, NEW.before, NEW.comment)\n               IS DISTINCT FROM (OLD.author_id, OLD.kind, OLD.proposal, OLD.before, OLD.comment)\n            THEN RAISE EXCEPTION 'author, kind and proposal of an improvement do not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_author_kept'; END IF;\n            IF NEW.rule_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM contract_rules r WHERE r.id = NEW.rule_id AND r.contract_id = NEW.contract_id\n            ) THEN RAISE EXCEPTION 'the rule is another contract''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_rule_of_contract'; END IF;\n            IF NEW.status = 'applied' AND NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.applied_in_id AND c.revises_id = NEW.contract_id AND c.uploaded_by_id = NEW.decided_by_id\n            ) THEN RAISE EXCEPTION 'an improvement is applied in a revision of its contract by its uploader' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_improvements_applied_by_uploader'; END IF;\n            RETURN NEW;\n        ",
                    hash="0d4a5a6167ead1e6928cce19af488f35d8e0a949",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_improvement_7c316",
                    table="contract_improvements",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractrule",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_rules",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            PERFORM 1 FROM pilot_contracts c WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) ORDER BY c.id FOR NO KEY UPDATE;\n            IF EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END) AND c.status NOT IN ('changes_requested', 'draft', 'in_review')\n            ) THEN RAISE EXCEPTION 'the rules of this contract are closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_rules_closed'; END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            IF TG_OP = 'UPDATE' AND NEW.added_by_id IS DISTINCT FROM OLD.added_by_id THEN RAISE EXCEPTION 'who added a rule does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_rules_adder_kept'; END IF;\n            RETURN NEW;\n        ",
                    hash="d0baf2d1fe60ef6a1b207cd87c6671cf14c30fc0",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_guards_rules_f6779",
                    table="contract_rules",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_comment",
                sql=config.guards.GuardSql(
                    func="\n            \n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n\n            IF (NEW.contract_id, NEW.author_id, NEW.body) IS DISTINCT FROM (OLD.contract_id, OLD.author_id, OLD.body)\n               OR NEW.rule_id IS NOT NULL AND NEW.rule_id IS DISTINCT FROM OLD.rule_id\n            THEN RAISE EXCEPTION 'comments are kept as they are' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_comments_kept'; END IF;\n            RETURN NEW;\n        ",
                    hash="c53414c08e4ecb7ac2d8817d7bea99b033d0b87b",
                    operation="UPDATE",
                    pgid="pgtrigger_guards_comment_056c9",
                    table="review_comments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulecorrection",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_correction",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN\n                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;\n            END IF;\n RAISE EXCEPTION 'corrections are kept as they are' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_corrections_kept';",
                    hash="c099ee99dbadcb92e0a6ac8e728bf822580682d9",
                    operation="UPDATE",
                    pgid="pgtrigger_guards_correction_c2c53",
                    table="rule_corrections",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulecorrection",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'corrections are kept as they are';",
                    hash="4e206c6fea7e919f04d08f34ce5574a0fbf946f4",
                    operation="DELETE",
                    pgid="pgtrigger_kept_39376",
                    table="rule_corrections",
                    when="BEFORE",
                ),
            ),
        ),
    ]
