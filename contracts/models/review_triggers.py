"""What the database holds of reviews: rounds as configured, approvals in order and by different people, edits that void them."""

import pgtrigger

from config.guards import Guard
from contracts.models.refusals import LETS_NAMES_GO, refuse

# What an approval is bound to, beside the document: `contract_revision()` hashes these, and a change of one voids approvals.
TERMS = ("contract_type", "contract_version", "title", "description", "effective_date", "expiration_date")
RULE_CONTENT = (
    "rule_id",
    "position",
    "category",
    "title",
    "description",
    "rule_text",
    "citation",
    "is_hard_constraint",
    "weight",
    "applies_to",
    "parameters",
    "metric",
    "operator",
    "value",
    "unit",
    "period",
    "page",
    "box",
    "quote",
    "further_places",
)

VOIDED = """UPDATE contract_decisions SET voided_at = clock_timestamp()
    WHERE contract_id IN ({contracts}) AND kind = 'approved' AND voided_at IS NULL;"""

# A round's steps, or an airline's, as one text to compare.
_STEPS = "string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position)"


def columns(row: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def stands_in(delegate: str, delegator: str) -> str:
    """SQL: whether the one stands in for (one of) the other today. Both are expressions; `delegator` may be a list."""
    return f"""EXISTS (
        SELECT 1 FROM review_delegations g WHERE g.delegate_id = {delegate} AND g.delegator_id IN ({delegator})
          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)"""


def has_edited(person: str, contract: str) -> str:
    """SQL: whether the person corrected or added a rule that is part of the contract's revision now."""
    return f"""EXISTS (
        SELECT 1 FROM contract_rules r WHERE r.contract_id = {contract} AND r.decision IN ('accepted', 'corrected')
          AND (r.added_by_id = {person}
               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = {person})))"""


def standing(step: str, revision: str) -> str:
    """SQL: how many approvals of that revision stand for a step."""
    return f"""(SELECT count(*) FROM contract_decisions a WHERE a.step_id = {step} AND a.kind = 'approved'
        AND a.voided_at IS NULL AND a.revision = {revision})"""


def begins_review() -> str:
    """Statements for `pilot_contracts`, for a row that enters review: a fresh round whose steps are the airline's own.

    One that is reopened goes on with the steps of the round before.
    """
    fresh = refuse("pilot_contracts_round_fresh", "a review begins with a round of its own")
    configured = refuse("pilot_contracts_round_configured", "the steps of the review are not those of the airline")
    return f"""
        IF NEW.review_round_id IS NOT DISTINCT FROM OLD.review_round_id
           OR NOT EXISTS (SELECT 1 FROM review_rounds n WHERE n.id = NEW.review_round_id AND n.contract_id = NEW.id)
           OR EXISTS (SELECT 1 FROM contract_decisions d JOIN review_round_steps s ON s.id = d.step_id
                      WHERE s.round_id = NEW.review_round_id)
        THEN {fresh} END IF;
        IF (SELECT n.second_pair_of_eyes::text || ':' || (SELECT {_STEPS} FROM review_round_steps s WHERE s.round_id = n.id)
            FROM review_rounds n WHERE n.id = NEW.review_round_id)
           IS DISTINCT FROM (CASE WHEN OLD.status = 'approved' AND OLD.review_round_id IS NOT NULL THEN
               (SELECT n.second_pair_of_eyes::text || ':' || (SELECT {_STEPS} FROM review_round_steps s WHERE s.round_id = n.id)
                FROM review_rounds n WHERE n.id = OLD.review_round_id)
           ELSE
               (SELECT l.second_pair_of_eyes::text || ':' || coalesce(
                   (SELECT {_STEPS} FROM review_steps s WHERE s.airline_id = l.id), '1//1')
                FROM airlines l WHERE l.id = NEW.airline_id)
           END)
        THEN {configured} END IF;"""


def ends_review() -> str:
    """Statements for `pilot_contracts`, for a row that becomes approved or active: each step has its approvals of this revision."""
    approval = refuse(
        "pilot_contracts_approval_by_other", "an approval by somebody other than uploader and submitter is missing"
    )
    edited = refuse("pilot_contracts_second_pair_of_eyes", "somebody approved whose own edits are part of the revision")
    undecided = refuse("pilot_contracts_all_decided", "a proposed rule is undecided")
    mine = """d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision
              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id)"""
    return f"""
        IF NEW.review_round_id IS NULL OR NEW.approved_revision IS DISTINCT FROM contract_revision(NEW)
           OR NOT EXISTS (SELECT 1 FROM contract_decisions d WHERE {mine} AND d.decided_by_id = NEW.approved_by_id)
           OR EXISTS (SELECT 1 FROM review_round_steps s WHERE s.round_id = NEW.review_round_id AND s.approvals_needed >
                      (SELECT count(*) FROM contract_decisions d WHERE {mine} AND d.step_id = s.id))
        THEN {approval} END IF;
        IF (SELECT n.second_pair_of_eyes FROM review_rounds n WHERE n.id = NEW.review_round_id)
           AND EXISTS (SELECT 1 FROM contract_decisions d WHERE {mine}
                       AND ({has_edited("d.decided_by_id", "NEW.id")} OR {has_edited("d.on_behalf_of_id", "NEW.id")}))
        THEN {edited} END IF;
        IF EXISTS (SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision = 'proposed')
        THEN {undecided} END IF;"""


def decision_guard() -> Guard:
    """On `contract_decisions`: nobody decides on his own contract; an approval is for the step whose turn it is.

    A decision stands as written, but may be voided once. The contract's row is locked, so that decisions and edits follow one another.
    """
    kept = refuse("contract_decisions_kept", "a decision does not change")
    own = refuse("contract_decisions_not_own", "nobody decides on a contract that he uploaded or submitted")
    closed = refuse("contract_decisions_in_review", "this contract is not in review")
    uploaders = "c.uploaded_by_id, c.submitted_by_id"
    people = "(NEW.decided_by_id, NEW.on_behalf_of_id)"
    delegated = refuse(
        "contract_decisions_delegated", "nobody decides on behalf of a person who has not delegated to him"
    )
    return Guard(
        name="guards_decision",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            IF TG_OP = 'UPDATE' THEN
                IF (NEW.contract_id, NEW.kind, NEW.decided_by_id, NEW.on_behalf_of_id, NEW.step_id, NEW.revision, NEW.reason)
                   IS DISTINCT FROM
                   (OLD.contract_id, OLD.kind, OLD.decided_by_id, OLD.on_behalf_of_id, OLD.step_id, OLD.revision, OLD.reason)
                   OR OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at
                THEN {kept} END IF;
                RETURN NEW;
            END IF;
            PERFORM 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id FOR NO KEY UPDATE;
            IF EXISTS (
                SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id
                  AND (NEW.decided_by_id IN ({uploaders}) OR NEW.on_behalf_of_id IN ({uploaders})
                       OR {stands_in("NEW.decided_by_id", uploaders)})
            ) THEN {own} END IF;
            IF NOT EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND c.status = 'in_review')
            THEN {closed} END IF;
            IF NEW.on_behalf_of_id IS NOT NULL AND NOT {stands_in("NEW.decided_by_id", "NEW.on_behalf_of_id")}
            THEN {delegated} END IF;
            IF NEW.kind = 'approved' THEN {_approves(people)} END IF;
            RETURN NEW;
        """,
    )


def _approves(people: str) -> str:
    revision = refuse("contract_decisions_revision", "this approval is not of the contract as it is")
    turn = refuse("contract_decisions_step", "it is not this step''s turn")
    group = refuse("contract_decisions_group", "this step is another group''s")
    twice = refuse("contract_decisions_one_standing_approval", "this person has approved already")
    edited = refuse(
        "contract_decisions_second_pair_of_eyes", "whoever edited a rule of the revision does not approve it"
    )
    return f"""
        IF NEW.voided_at IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND contract_revision(c) = NEW.revision
        ) THEN {revision} END IF;
        IF NEW.step_id IS DISTINCT FROM (
            SELECT s.id FROM review_round_steps s JOIN pilot_contracts c ON c.review_round_id = s.round_id
            WHERE c.id = NEW.contract_id AND {standing("s.id", "NEW.revision")} < s.approvals_needed
            ORDER BY s.position LIMIT 1
        ) OR NEW.step_id IS NULL THEN {turn} END IF;
        IF NOT EXISTS (
            SELECT 1 FROM review_round_steps s WHERE s.id = NEW.step_id AND (s.group_id IS NULL OR EXISTS (
                SELECT 1 FROM review_group_members m WHERE m.reviewgroup_id = s.group_id
                  AND m.user_id = coalesce(NEW.on_behalf_of_id, NEW.decided_by_id)))
        ) THEN {group} END IF;
        IF EXISTS (
            SELECT 1 FROM contract_decisions a WHERE a.contract_id = NEW.contract_id AND a.kind = 'approved' AND a.voided_at IS NULL
              AND (a.decided_by_id IN {people} OR a.on_behalf_of_id IN {people})
        ) THEN {twice} END IF;
        IF (SELECT n.second_pair_of_eyes FROM review_rounds n JOIN pilot_contracts c ON c.review_round_id = n.id
            WHERE c.id = NEW.contract_id)
           AND ({has_edited("NEW.decided_by_id", "NEW.contract_id")} OR {has_edited("NEW.on_behalf_of_id", "NEW.contract_id")})
        THEN {edited} END IF;"""


def voids_approvals() -> Guard:
    """On `contract_rules`: whoever changes, adds or removes a rule, by whatever way, voids the approvals given so far."""
    content = (*RULE_CONTENT, "decision")
    contracts = (
        """CASE WHEN TG_OP <> 'INSERT' THEN OLD.contract_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.contract_id END"""
    )
    return Guard(
        name="voids_approvals",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.After,
        func=f"""
            IF TG_OP = 'UPDATE' AND ({columns("OLD", content)}) IS NOT DISTINCT FROM ({columns("NEW", content)})
            THEN RETURN NULL; END IF;
            {VOIDED.format(contracts=contracts)}
            RETURN NULL;
        """,
    )


def round_step_guard() -> Guard:
    """On `review_round_steps`: a round gets its steps before its contract enters review, and none after."""
    begun = refuse("review_round_steps_before_review", "this review has begun: its steps stand")
    return Guard(
        name="guards_steps",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=f"""
            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.review_round_id = NEW.round_id) THEN {begun} END IF;
            RETURN NEW;
        """,
    )


def correction_guard() -> Guard:
    """On `rule_corrections`: what was corrected stands."""
    kept = refuse("rule_corrections_kept", "corrections are kept as they are")
    return Guard(
        name="guards_correction",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"{LETS_NAMES_GO} {kept}",
    )


def comment_guard() -> Guard:
    """On `review_comments`: what was written stands. Only a rule that a new reading removed is forgotten."""
    kept = refuse("review_comments_kept", "comments are kept as they are")
    return Guard(
        name="guards_comment",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            {LETS_NAMES_GO}
            IF (NEW.contract_id, NEW.author_id, NEW.body) IS DISTINCT FROM (OLD.contract_id, OLD.author_id, OLD.body)
               OR NEW.rule_id IS NOT NULL AND NEW.rule_id IS DISTINCT FROM OLD.rule_id
            THEN {kept} END IF;
            RETURN NEW;
        """,
    )
