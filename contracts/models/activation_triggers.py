"""What the database holds of activations: who plans and activates what, what is undone once, and what an undo puts back."""

import pgtrigger

from config.guards import Guard
from contracts.models.refusals import LETS_NAMES_GO, refuse
from contracts.models.review_triggers import stands_in


def _owned(person: str) -> str:
    """SQL: whether the person uploaded or submitted the contract `c`, or stands in today for who did."""
    owners = "c.uploaded_by_id, c.submitted_by_id"
    return f"({person} IN ({owners}) OR {stands_in(person, owners)})"


def plan_guard() -> Guard:
    """On `activation_plans`: of an approved contract as approved, by somebody else than its owners; ended once, and else kept."""
    own = refuse("activation_plans_not_own", "nobody plans the activation of a contract that he uploaded or submitted")
    approved = refuse("activation_plans_approved", "only an approved contract''s activation is planned, as approved")
    kept = refuse("activation_plans_kept", "a planned activation changes once, when it ends")
    return Guard(
        name="guards_plan",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            IF TG_OP = 'UPDATE' THEN
                IF (NEW.contract_id, NEW.planned_by_id, NEW.due_at, NEW.time_zone, NEW.revision, NEW.created_at)
                   IS DISTINCT FROM
                   (OLD.contract_id, OLD.planned_by_id, OLD.due_at, OLD.time_zone, OLD.revision, OLD.created_at)
                   OR OLD.status <> 'open'
                THEN {kept} END IF;
                RETURN NEW;
            END IF;
            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND {_owned("NEW.planned_by_id")})
            THEN {own} END IF;
            IF NEW.status <> 'open' OR NOT EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision
            ) THEN {approved} END IF;
            RETURN NEW;
        """,
    )


def activation_guard() -> Guard:
    """On `contract_activations`: of an approved contract as approved, by no owner; undone once, by no owner, at the database's time."""
    own = refuse("contract_activations_not_own", "nobody activates a contract that he uploaded or submitted")
    approved = refuse("contract_activations_approved", "only an approved contract is activated, as approved")
    kept = refuse("contract_activations_kept", "an activation changes once, when it is undone")
    return Guard(
        name="guards_activation",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            IF TG_OP = 'UPDATE' THEN
                IF (NEW.contract_id, NEW.activated_by_id, NEW.activated_at, NEW.revision, NEW.plan_id, NEW.created_at)
                   IS DISTINCT FROM
                   (OLD.contract_id, OLD.activated_by_id, OLD.activated_at, OLD.revision, OLD.plan_id, OLD.created_at)
                   OR OLD.undone_at IS NOT NULL
                THEN {kept} END IF;
                IF NEW.undone_at IS NOT NULL THEN NEW.undone_at = clock_timestamp(); END IF;
                IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND {_owned("NEW.undone_by_id")})
                THEN {own} END IF;
                RETURN NEW;
            END IF;
            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND {_owned("NEW.activated_by_id")})
            THEN {own} END IF;
            IF NEW.undone_at IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision
            ) THEN {approved} END IF;
            RETURN NEW;
        """,
    )


def undoes_activation() -> str:
    """Statements for `pilot_contracts`, for an active row that becomes approved: an undo on record, within the airline's hours."""
    undone = refuse(
        "pilot_contracts_activation_undone", "an active contract is approved again only by undoing its activation"
    )
    late = refuse("pilot_contracts_undo_in_time", "the time for undoing this activation is over")
    return f"""
        IF EXISTS (SELECT 1 FROM contract_activations v WHERE v.contract_id = NEW.id AND v.undone_at IS NULL)
           OR NOT EXISTS (SELECT 1 FROM contract_activations v WHERE v.contract_id = NEW.id AND v.undone_at >= OLD.status_since)
        THEN {undone} END IF;
        IF OLD.activated_at + (SELECT make_interval(hours => l.activation_undo_hours) FROM airlines l WHERE l.id = NEW.airline_id)
           < clock_timestamp() OR OLD.activated_at IS NULL
        THEN {late} END IF;"""


def restores() -> str:
    """Statements for `pilot_contracts`, for a superseded row that becomes active: with the last day that an undone activation found."""
    restored = refuse(
        "pilot_contracts_restored_as_it_was", "a superseded contract is put back only as an undone activation found it"
    )
    return f"""
        IF NOT EXISTS (
            SELECT 1 FROM activation_effects e JOIN contract_activations v ON v.id = e.activation_id
            WHERE e.contract_id = NEW.id AND v.undone_at >= OLD.status_since
              AND e.expiration_before IS NOT DISTINCT FROM NEW.expiration_date
        ) THEN {restored} END IF;"""
