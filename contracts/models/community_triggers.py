"""What the database holds of revisions, ratings and improvements, whoever writes the row."""

import pgtrigger

from config.guards import Guard
from contracts.lifecycle import PUBLISHED
from contracts.models.refusals import LETS_NAMES_GO

_PUBLISHED = ", ".join(f"'{status}'" for status in sorted(PUBLISHED))


def _refuse(constraint: str, message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"


def revising_guard() -> Guard:
    """On `pilot_contracts`: a revision is of an active contract and of the same document, and stays what it is."""
    kept = _refuse("pilot_contracts_revises_kept", "which contract a revision revises does not change")
    other = _refuse(
        "pilot_contracts_revises_same", "a revision has the airline, type and document of an active contract"
    )
    return Guard(
        name="guards_revision",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF (NEW.revises_id, NEW.revision_number) IS DISTINCT FROM (OLD.revises_id, OLD.revision_number)
                THEN {kept} END IF;
                RETURN NEW;
            END IF;
            IF NEW.revises_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id = NEW.revises_id AND c.status = 'active' AND c.revision_number = NEW.revision_number - 1
                  AND (c.airline_id, c.contract_type, c.document_sha256, c.document_media_type, c.document_bytes, c.page_count)
                    = (NEW.airline_id, NEW.contract_type, NEW.document_sha256, NEW.document_media_type,
                       NEW.document_bytes, NEW.page_count)
            ) THEN {other} END IF;
            RETURN NEW;
        """,
    )


def rating_guard() -> Guard:
    """On `contract_reviews`: published contracts are rated, never by their uploaders; contract and author stay."""
    own = _refuse("contract_reviews_not_own", "nobody rates a contract that he uploaded")
    unpublished = _refuse("contract_reviews_published", "only published contracts are rated")
    kept = _refuse("contract_reviews_author_kept", "contract and author of a rating do not change")
    return Guard(
        name="guards_rating",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF (NEW.contract_id, NEW.author_id) IS DISTINCT FROM (OLD.contract_id, OLD.author_id)
                THEN {kept} END IF;
                RETURN NEW;
            END IF;
            IF EXISTS (
                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.uploaded_by_id = NEW.author_id
            ) THEN {own} END IF;
            IF NOT EXISTS (
                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status IN ({_PUBLISHED})
            ) THEN {unpublished} END IF;
            RETURN NEW;
        """,
    )


def not_own_rating_guard(*, table: str, person: str) -> Guard:
    """On votes and flags: nobody marks his own rating."""
    own = _refuse(f"{table}_not_own", "nobody marks his own rating")
    return Guard(
        name="guards_own",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF EXISTS (SELECT 1 FROM contract_reviews r WHERE r.id = NEW.review_id AND r.author_id = NEW.{person})
            THEN {own} END IF;
            RETURN NEW;
        """,
    )


def improvement_guard() -> Guard:
    """On `contract_improvements`: the rule is the contract's; what is applied stands in a revision of it, uploaded by who applied it.

    Who uploaded a contract never approves it, so whoever applied something in a revision never approves that revision.
    """
    rule = _refuse("contract_improvements_rule_of_contract", "the rule is another contract''s")
    applied = _refuse(
        "contract_improvements_applied_by_uploader",
        "an improvement is applied in a revision of its contract by its uploader",
    )
    kept = _refuse("contract_improvements_author_kept", "author, kind and proposal of an improvement do not change")
    return Guard(
        name="guards_improvement",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            IF TG_OP = 'UPDATE' AND (NEW.author_id, NEW.kind, NEW.proposal, NEW.before, NEW.comment)
               IS DISTINCT FROM (OLD.author_id, OLD.kind, OLD.proposal, OLD.before, OLD.comment)
            THEN {kept} END IF;
            IF NEW.rule_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM contract_rules r WHERE r.id = NEW.rule_id AND r.contract_id = NEW.contract_id
            ) THEN {rule} END IF;
            IF NEW.status = 'applied' AND NOT EXISTS (
                SELECT 1 FROM pilot_contracts c
                WHERE c.id = NEW.applied_in_id AND c.revises_id = NEW.contract_id AND c.uploaded_by_id = NEW.decided_by_id
            ) THEN {applied} END IF;
            RETURN NEW;
        """,
    )
