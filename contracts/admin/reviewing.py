"""What the review screen shows of the review itself: steps, due date, claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone

from accounts.models import User
from accounts.policies import reviewers_of
from config.errors import ProductError
from contracts.lifecycle import Action, Status
from contracts.models import PilotContract
from contracts.policies import ClaimAction, approval_for, claim_actions
from contracts.review_selectors import StepProgress, claim_holder_id
from contracts.selectors import takes_part


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on the review, until when unless he acts, and what the person may do about it."""

    holder: User | None
    expires_at: datetime | None
    actions: list[ClaimAction]
    # To whom it may be given.
    reviewers: list[dict[str, str]]


def review_context(
    user: User,
    contract: PilotContract,
    actions: list[Action],
    progress: list[StepProgress],
    reviewers: list[dict[str, str]],
) -> dict[str, Any]:
    """`actions` are those that the policy allows the person now; `reviewers` are `reviewers_to_choose`."""
    due_at = contract.review_round.due_at if contract.review_round and contract.status == Status.IN_REVIEW else None
    return {
        "progress": progress if takes_part(user, contract) else [],
        "approval_note": _why_no_approval(user, contract, actions, progress),
        "due_at": due_at,
        "is_overdue": due_at is not None and due_at <= timezone.now(),
        "claim": _claim(user, contract, reviewers),
    }


def _why_no_approval(user: User, contract: PilotContract, actions: list[Action], progress: list[StepProgress]) -> str:
    """For a reviewer who may decide on the contract but not approve it now: why."""
    if Action.REJECT not in actions or Action.APPROVE in actions:
        return ""
    try:
        approval_for(user, contract, progress)
    except ProductError as refusal:
        return refusal.detail
    return ""


def _claim(user: User, contract: PilotContract, reviewers: list[dict[str, str]]) -> Claim:
    holder = contract.claimed_by if claim_holder_id(contract) else None
    return Claim(holder, contract.claim_expires_at, claim_actions(user, contract), reviewers)


def reviewers_to_choose(user: User, contract: PilotContract) -> QuerySet[User, Any]:
    """To whom `user` may give the review, each as JSON with key and name: a subquery. Nobody where he may not."""
    reviewers = reviewers_of(contract.airline)
    if ClaimAction.REASSIGN not in claim_actions(user, contract):
        reviewers = reviewers.none()
    barred = [contract.uploaded_by_id, contract.submitted_by_id, contract.claimed_by_id]
    others = reviewers.exclude(pk__in=[pk for pk in barred if pk]).order_by("full_name", "email")
    return others.values(body=JSONObject(pk="pk", name=Coalesce(NullIf(F("full_name"), Value("")), "email")))
