"""Reads of reviews: whose turn it is, who stands in for whom, who edited what, what was written."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Airline, Role, User
from accounts.policies import REVIEW_PERMISSION
from contracts.models import (
    BINDING,
    ContractDecision,
    ContractRule,
    DecisionKind,
    PilotContract,
    ReviewDelegation,
    ReviewRoundStep,
)

# The steps of a review


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step of the review that runs, with the approvals that stand for it. `is_current` where it is this step's turn."""

    step: ReviewRoundStep
    approvals: tuple[ContractDecision, ...]
    is_current: bool

    @property
    def missing(self) -> int:
        return max(0, self.step.approvals_needed - len(self.approvals))


def review_progress(contract: PilotContract) -> list[StepProgress]:
    """The steps of the contract's present or last review, in order; none for one that was never submitted."""
    if contract.review_round_id is None:
        return []
    steps = list(
        ReviewRoundStep.objects.filter(round=contract.review_round_id).select_related("group").order_by("position")
    )
    given: dict[UUID | None, list[ContractDecision]] = {}
    for decision in standing_approvals(contract).filter(step__in=steps).select_related("decided_by", "on_behalf_of"):
        given.setdefault(decision.step_id, []).append(decision)
    progress, reached = [], True
    for step in steps:
        approvals = tuple(given.get(step.pk, ()))
        is_done = len(approvals) >= step.approvals_needed
        progress.append(StepProgress(step, approvals, is_current=reached and not is_done))
        reached = reached and is_done
    return progress


def standing_approvals(contract: PilotContract) -> QuerySet[ContractDecision]:
    """Approvals of the contract that no edit has made void, the earliest first."""
    approvals = contract.decisions.filter(kind=DecisionKind.APPROVED, voided_at__isnull=True)
    return approvals.order_by("created_at", "id")


def has_edited(people: Collection[UUID], contract: PilotContract) -> bool:
    """Whether one of them corrected or added a rule that is part of the contract's revision."""
    by_them = Q(added_by__in=people) | Q(corrections__corrected_by__in=people)
    return ContractRule.objects.filter(by_them, contract=contract, decision__in=BINDING).exists()


# Standing in


def delegation_day(at: datetime | None = None) -> date:
    """The day that delegations are reckoned by: UTC's."""
    return (at or timezone.now()).date()


def delegations_now() -> QuerySet[ReviewDelegation]:
    today = delegation_day()
    return ReviewDelegation.objects.filter(ended_at__isnull=True, starts_on__lte=today, ends_on__gte=today)


def delegators_of(user: User) -> list[UUID]:
    """Those for whom `user` stands in today, by key."""
    return list(delegations_now().filter(delegate=user).order_by("pk").values_list("delegator", flat=True))


# Who reviews


def reviewers_of(airline: Airline) -> QuerySet[User]:
    """The active approvers with a grant for the airline."""
    return User.objects.filter(
        is_active=True,
        role=Role.APPROVER,
        airlinegrant__content_object=airline,
        airlinegrant__permission__codename=REVIEW_PERMISSION,
    )


def claim_holder_id(contract: PilotContract) -> UUID | None:
    """Who has claimed the contract, unless the claim has run out."""
    expires = contract.claim_expires_at
    return contract.claimed_by_id if expires is not None and expires > timezone.now() else None


# What was written


@dataclass(frozen=True, slots=True)
class Remark:
    """One entry of a review's thread: a comment, or the reason of a decision against (then `decision` says which)."""

    author: User
    body: str
    written_at: datetime
    rule: ContractRule | None = None
    decision: str = ""


def thread_of(contract: PilotContract) -> list[Remark]:
    """Comments and reasons, the oldest first."""
    comments = contract.comments.select_related("author", "rule").order_by("created_at", "id")
    reasons = contract.decisions.exclude(reason="").select_related("decided_by")
    remarks = [Remark(row.author, row.body, row.created_at, row.rule) for row in comments]
    remarks += [Remark(row.decided_by, row.reason, row.created_at, decision=row.get_kind_display()) for row in reasons]
    return sorted(remarks, key=lambda remark: remark.written_at)
