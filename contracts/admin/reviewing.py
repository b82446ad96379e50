"""What the review screen shows of the review itself: steps, due date, claim, thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.policies import reviewers_of
from config.errors import ProductError
from contracts.lifecycle import Action, Status
from contracts.models import PilotContract
from contracts.policies import ClaimAction, approval_for, claim_actions, may_comment
from contracts.review_selectors import claim_holder_id, review_progress, thread_of
from contracts.selectors import takes_part


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on the review, until when unless he acts, and what the person may do about it."""

    holder: User | None
    expires_at: datetime | None
    actions: list[ClaimAction]
    # To whom it may be given.
    reviewers: list[User]


def review_context(user: User, contract: PilotContract, actions: list[Action]) -> dict[str, Any]:
    """`actions` are those that the policy allows the person now."""
    is_within = takes_part(user, contract)
    due_at = contract.review_round.due_at if contract.review_round and contract.status == Status.IN_REVIEW else None
    return {
        "progress": review_progress(contract) if is_within else [],
        "approval_note": _why_no_approval(user, contract, actions),
        "due_at": due_at,
        "is_overdue": due_at is not None and due_at <= timezone.now(),
        "claim": _claim(user, contract),
        "thread": thread_of(contract) if is_within else [],
        "sees_thread": is_within,
        "may_comment": may_comment(user, contract),
    }


def _why_no_approval(user: User, contract: PilotContract, actions: list[Action]) -> str:
    """For a reviewer who may decide on the contract but not approve it now: why."""
    if Action.REJECT not in actions or Action.APPROVE in actions:
        return ""
    try:
        approval_for(user, contract)
    except ProductError as refusal:
        return refusal.detail
    return ""


def _claim(user: User, contract: PilotContract) -> Claim:
    holder = contract.claimed_by if claim_holder_id(contract) else None
    actions = claim_actions(user, contract)
    reviewers = []
    if ClaimAction.REASSIGN in actions:
        barred = [contract.uploaded_by_id, contract.submitted_by_id, contract.claimed_by_id]
        others = reviewers_of(contract.airline).exclude(pk__in=[pk for pk in barred if pk])
        reviewers = list(others.order_by("full_name", "email"))
    return Claim(holder, contract.claim_expires_at, actions, reviewers)
