"""Integrity that no constraint can say: what the database refuses to every role that the product connects as.

Each refusal raises `check_violation` with a constraint name, as a CHECK would.
"""

import pgtrigger

from config.guards import Guard
from contracts.lifecycle import RULES_OPEN, edges


def _refuse(constraint: str, message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"


def _literals(values: object) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))  # type: ignore[call-overload] # any iterable of strings sorts


def lifecycle_guard() -> Guard:
    """On `pilot_contracts`: only the lifecycle's edges, another's approval behind each approved state, what was uploaded stays."""
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in edges())
    begins = _refuse("pilot_contracts_begins_as_draft", "a contract begins as a draft")
    kept = _refuse("pilot_contracts_upload_kept", "what was uploaded, by whom and for which airline, does not change")
    submitter = _refuse("pilot_contracts_submitter_kept", "the submitter changes only on submission")
    edge = _refuse("pilot_contracts_edge", "no way leads from the old status to the new one")
    approval = _refuse(
        "pilot_contracts_approval_by_other", "an approval by somebody other than uploader and submitter is missing"
    )
    undecided = _refuse("pilot_contracts_all_decided", "a proposed rule is undecided")
    return Guard(
        name="guards_lifecycle",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> 'draft' OR NEW.approved_by_id IS NOT NULL THEN {begins} END IF;
                RETURN NEW;
            END IF;
            IF (NEW.uploaded_by_id, NEW.airline_id, NEW.document_sha256, NEW.document_media_type, NEW.document_bytes)
               IS DISTINCT FROM
               (OLD.uploaded_by_id, OLD.airline_id, OLD.document_sha256, OLD.document_media_type, OLD.document_bytes)
            THEN {kept} END IF;
            IF NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id
               AND NOT (NEW.status = 'in_review' AND OLD.status IN ('draft', 'changes_requested'))
            THEN {submitter} END IF;
            IF NEW.status <> OLD.status THEN
                IF (OLD.status, NEW.status) NOT IN ({pairs}) THEN {edge} END IF;
                IF NEW.status IN ('approved', 'active') THEN
                    IF NOT EXISTS (
                        SELECT 1 FROM contract_decisions d
                        WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL
                          AND d.decided_by_id = NEW.approved_by_id AND d.revision = NEW.approved_revision
                          AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id)
                    ) THEN {approval} END IF;
                    IF EXISTS (SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision = 'proposed')
                    THEN {undecided} END IF;
                END IF;
            END IF;
            RETURN NEW;
        """,
    )


def decision_guard() -> Guard:
    """On `contract_decisions`: nobody decides on his own contract; a decision stands as written, but may be voided once."""
    own = _refuse("contract_decisions_not_own", "nobody decides on a contract that he uploaded or submitted")
    kept = _refuse("contract_decisions_kept", "a decision does not change")
    return Guard(
        name="guards_decision",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id = NEW.contract_id AND NEW.decided_by_id IN (c.uploaded_by_id, c.submitted_by_id)
            ) THEN {own} END IF;
            IF TG_OP = 'UPDATE' AND (
                (NEW.contract_id, NEW.kind, NEW.decided_by_id, NEW.revision, NEW.reason)
                IS DISTINCT FROM (OLD.contract_id, OLD.kind, OLD.decided_by_id, OLD.revision, OLD.reason)
                OR OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at
            ) THEN {kept} END IF;
            RETURN NEW;
        """,
    )


def rules_guard() -> Guard:
    """On `contract_rules`: the rules of an approved, active or ended contract stand as they are."""
    closed = _refuse("contract_rules_closed", "the rules of this contract are closed")
    return Guard(
        name="guards_rules",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id IN (
                    CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END
                ) AND c.status NOT IN ({_literals(RULES_OPEN)})
            ) THEN {closed} END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def assignment_guard() -> Guard:
    """On `pilot_contract_assignments`: a pilot is bound only by an activated contract of his own airline."""
    foreign = _refuse("pilot_contract_assignments_same_airline", "the contract is another airline''s")
    inactive = _refuse("pilot_contract_assignments_active_contract", "the contract is not active")
    return Guard(
        name="guards_assignment",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF NEW.ended_at IS NOT NULL THEN RETURN NEW; END IF;
            IF NOT EXISTS (
                SELECT 1 FROM pilots p JOIN pilot_contracts c ON c.airline_id = p.airline_id
                WHERE p.id = NEW.pilot_id AND c.id = NEW.contract_id
            ) THEN {foreign} END IF;
            IF NOT EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status = 'active')
            THEN {inactive} END IF;
            RETURN NEW;
        """,
    )
