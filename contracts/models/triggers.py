"""Integrity that no constraint can say: what the database refuses to every role that the product connects as.

Each refusal raises `check_violation` with a constraint name, as a CHECK would.
"""

import pgtrigger

from config.guards import Guard
from contracts.lifecycle import RULES_OPEN, edges
from contracts.models.activation_triggers import restores, undoes_activation
from contracts.models.refusals import LETS_NAMES_GO, refuse
from contracts.models.review_triggers import TERMS, VOIDED, begins_review, columns, ends_review


def _literals(values: object) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))  # type: ignore[call-overload] # any iterable of strings sorts


def lifecycle_guard() -> Guard:
    """On `pilot_contracts`: only the lifecycle's edges, a review's approvals behind each approved state, what was uploaded stays."""
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in edges())
    begins = refuse("pilot_contracts_begins_as_draft", "a contract begins as a draft")
    kept = refuse("pilot_contracts_upload_kept", "what was uploaded, by whom and for which airline, does not change")
    submitter = refuse("pilot_contracts_submitter_kept", "the submitter changes only on submission")
    edge = refuse("pilot_contracts_edge", "no way leads from the old status to the new one")
    terms = refuse("pilot_contracts_terms_kept", "the details of an approved contract stand: reopen its review first")
    round_kept = refuse("pilot_contracts_round_kept", "a review keeps its round to the end")
    return Guard(
        name="guards_lifecycle",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> 'draft' OR NEW.approved_by_id IS NOT NULL OR NEW.review_round_id IS NOT NULL
                THEN {begins} END IF;
                RETURN NEW;
            END IF;
            IF (NEW.uploaded_by_id, NEW.airline_id, NEW.document_sha256, NEW.document_media_type, NEW.document_bytes)
               IS DISTINCT FROM
               (OLD.uploaded_by_id, OLD.airline_id, OLD.document_sha256, OLD.document_media_type, OLD.document_bytes)
            THEN {kept} END IF;
            IF NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id
               AND NOT (NEW.status = 'in_review' AND OLD.status IN ('draft', 'changes_requested'))
            THEN {submitter} END IF;
            IF ({columns("NEW", TERMS)}) IS DISTINCT FROM ({columns("OLD", TERMS)}) THEN
                IF OLD.status = 'approved' THEN {terms} END IF;
                IF OLD.status = 'in_review' THEN {VOIDED.format(contracts="NEW.id")} END IF;
            END IF;
            IF NEW.review_round_id IS DISTINCT FROM OLD.review_round_id THEN
                IF NEW.status <> 'in_review' OR OLD.status = 'in_review' THEN {round_kept} END IF;
                {VOIDED.format(contracts="NEW.id")}
            END IF;
            IF NEW.status <> OLD.status THEN
                IF (OLD.status, NEW.status) NOT IN ({pairs}) THEN {edge} END IF;
                IF NEW.status = 'in_review' THEN {begins_review()} END IF;
                IF NEW.status IN ('approved', 'active') AND OLD.status <> 'superseded' THEN {ends_review()} END IF;
                IF NEW.status = 'approved' AND OLD.status = 'active' THEN {undoes_activation()} END IF;
                IF NEW.status = 'active' AND OLD.status = 'superseded' THEN {restores()} END IF;
                NEW.status_since = clock_timestamp();
            END IF;
            RETURN NEW;
        """,
    )


def rules_guard() -> Guard:
    """On `contract_rules`: the rules of an approved, active or ended contract stand as they are, and nobody rewrites who added one.

    The contract's row is locked, so that an edit and an approval follow one another.
    """
    closed = refuse("contract_rules_closed", "the rules of this contract are closed")
    adder = refuse("contract_rules_adder_kept", "who added a rule does not change")
    contracts = (
        """CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END"""
    )
    return Guard(
        name="guards_rules",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            PERFORM 1 FROM pilot_contracts c WHERE c.id IN ({contracts}) ORDER BY c.id FOR NO KEY UPDATE;
            IF EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id IN ({contracts}) AND c.status NOT IN ({_literals(RULES_OPEN)})
            ) THEN {closed} END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            IF TG_OP = 'UPDATE' AND NEW.added_by_id IS DISTINCT FROM OLD.added_by_id THEN {adder} END IF;
            RETURN NEW;
        """,
    )


def assignment_guard() -> Guard:
    """On `pilot_contract_assignments`: a pilot is bound only by an activated contract of his own airline."""
    foreign = refuse("pilot_contract_assignments_same_airline", "the contract is another airline''s")
    inactive = refuse("pilot_contract_assignments_active_contract", "the contract is not active")
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
