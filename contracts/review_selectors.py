"""Reads of reviews: whose turn it is, who stands in for whom, who edited what, what was written."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone

from accounts.models import User
from accounts.policies import reviewable_airlines
from contracts.lifecycle import Status
from contracts.models import (
    BINDING,
    ContractDecision,
    ContractRule,
    DecisionKind,
    PilotContract,
    ReviewDelegation,
    ReviewGroup,
    ReviewRoundStep,
    RuleDecision,
)

# The steps of a review


@dataclass(frozen=True, slots=True)
class GivenApproval:
    """One approval that stands: by whom, and for whom where he stood in. The words are names to show."""

    decided_by_id: UUID
    decided_by: str
    on_behalf_of_id: UUID | None
    on_behalf_of: str


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step of the review that runs, with the approvals that stand for it. `is_current` where it is this step's turn.

    `members` are those of the step's group; `editors` who corrected or added a rule that is part of the revision, where
    the airline wants a second pair of eyes.
    """

    step: ReviewRoundStep
    approvals: tuple[GivenApproval, ...]
    members: frozenset[UUID]
    editors: frozenset[UUID]
    is_current: bool

    @property
    def missing(self) -> int:
        return max(0, self.step.approvals_needed - len(self.approvals))


def review_progress(contract: PilotContract) -> list[StepProgress]:
    """The steps of the contract's present or last review, in order; none for one that was never submitted. One query."""
    if contract.review_round_id is None:
        return []
    given = standing_approvals(contract).filter(step=OuterRef("pk"))
    members = ReviewGroup.members.through.objects.filter(reviewgroup=OuterRef("group"))
    binding = ContractRule.objects.filter(
        contract=contract.pk,
        decision__in=BINDING,
        contract__review_rounds=OuterRef("round"),
        contract__review_rounds__second_pair_of_eyes=True,
    ).order_by()
    steps = (
        ReviewRoundStep.objects.filter(round=contract.review_round_id)
        .select_related("group")
        .annotate(
            given=ArraySubquery(
                given.values(
                    body=JSONObject(
                        decided_by_id="decided_by",
                        decided_by=_name_of("decided_by"),
                        on_behalf_of_id="on_behalf_of",
                        on_behalf_of=_name_of("on_behalf_of"),
                    )
                )
            ),
            member_keys=ArraySubquery(members.values("user")),
            adders=ArraySubquery(binding.filter(added_by__isnull=False).values("added_by").distinct()),
            correctors=ArraySubquery(
                binding.filter(corrections__isnull=False).values("corrections__corrected_by").distinct()
            ),
        )
        .order_by("position")
    )
    progress, reached = [], True
    for step in steps:
        approvals = tuple(_given(body) for body in step.given)
        is_done = len(approvals) >= step.approvals_needed
        progress.append(
            StepProgress(
                step,
                approvals,
                members=frozenset(step.member_keys),
                editors=frozenset([*step.adders, *step.correctors]),
                is_current=reached and not is_done,
            )
        )
        reached = reached and is_done
    return progress


def _name_of(person: str) -> Coalesce:
    """A person as `str` says him, in SQL; empty where there is none."""
    return Coalesce(NullIf(F(f"{person}__full_name"), Value("")), f"{person}__email", Value(""))


def _given(body: dict[str, str]) -> GivenApproval:
    behalf = body["on_behalf_of_id"]
    return GivenApproval(
        UUID(body["decided_by_id"]), body["decided_by"], UUID(behalf) if behalf else None, body["on_behalf_of"]
    )


def standing_approvals(contract: PilotContract) -> QuerySet[ContractDecision]:
    """Approvals of the contract that no edit has made void, the earliest first."""
    approvals = contract.decisions.filter(kind=DecisionKind.APPROVED, voided_at__isnull=True)
    return approvals.order_by("created_at", "id")


# Standing in


def delegation_day(at: datetime | None = None) -> date:
    """The day that delegations are reckoned by: UTC's."""
    return (at or timezone.now()).date()


def delegations_now() -> QuerySet[ReviewDelegation]:
    today = delegation_day()
    return ReviewDelegation.objects.filter(ended_at__isnull=True, starts_on__lte=today, ends_on__gte=today)


def delegators_of(user: User) -> list[UUID]:
    """Those for whom `user` stands in today, by key."""
    if user.known_delegators is not None:
        return sorted(user.known_delegators)
    return list(delegations_now().filter(delegate=user).order_by("pk").values_list("delegator", flat=True))


def standing_load(user: User) -> None:
    """Ask once for all grants of `user` and for all for whom he stands in, for a page that asks about them many times.

    For reading only: services ask anew.
    """
    held = delegations_now().filter(delegate=user).values_list(Value("delegator"), "delegator")
    granted = reviewable_airlines(user).order_by().values_list(Value("grant"), "pk")
    rows = list(granted.union(held.order_by(), all=True))
    user.known_grants = frozenset(key for kind, key in rows if kind == "grant")
    user.known_delegators = frozenset(key for kind, key in rows if kind == "delegator")


# Who reviews


def claim_holder_id(contract: PilotContract) -> UUID | None:
    """Who has claimed the contract, unless the claim has run out."""
    expires = contract.claim_expires_at
    return contract.claimed_by_id if expires is not None and expires > timezone.now() else None


# What waits


class InboxOrder(models.TextChoices):
    DUE = "due", "Due first"
    SUBMITTED = "submitted", "Waiting longest"
    UNDECIDED = "undecided", "Most to decide"
    AIRLINE = "airline", "By airline"


_ORDERS: dict[str, tuple[OrderBy, ...]] = {
    InboxOrder.DUE: (F("review_round__due_at").asc(nulls_last=True),),
    InboxOrder.SUBMITTED: (),
    InboxOrder.UNDECIDED: (F("undecided_count").desc(),),
    InboxOrder.AIRLINE: (F("airline__code").asc(),),
}


def waiting(order: str = InboxOrder.DUE) -> QuerySet[PilotContract]:
    """Contracts in review or approved and not yet active, wherever, each with its counts and the step whose turn it is."""
    approvals = Count("decisions", filter=Q(decisions__kind=DecisionKind.APPROVED, decisions__voided_at__isnull=True))
    turn = (
        ReviewRoundStep.objects.filter(round=OuterRef("review_round"))
        .annotate(given=approvals)
        .filter(given__lt=F("approvals_needed"))
        .order_by("position")
    )
    return (
        PilotContract.objects.filter(status__in=[Status.IN_REVIEW, Status.APPROVED])
        .select_related("airline", "uploaded_by", "submitted_by", "review_round", "claimed_by")
        .annotate(
            rule_count=Count("rules"),
            undecided_count=Count("rules", filter=Q(rules__decision=RuleDecision.PROPOSED)),
            turn_name=Subquery(turn.values("name")[:1]),
            turn_group=Subquery(turn.values("group")[:1]),
            turn_group_name=Subquery(turn.values("group__name")[:1]),
        )
        .order_by(*_ORDERS.get(order, ()), F("submitted_at").asc(nulls_last=True), "id")
    )


def inbox(reviewer: User, order: str = InboxOrder.DUE) -> QuerySet[PilotContract]:
    """Of these what waits for `reviewer`: at his airlines, not handed in by him nor by whom he stands in for.

    In review that is what has undecided rules, or a step whose turn it is and that he, or somebody for whom he stands in, may
    approve; what he has approved already waits for others.
    """
    people = [reviewer.pk, *delegators_of(reviewer)]
    approved = ContractDecision.objects.filter(
        Q(decided_by__in=people) | Q(on_behalf_of__in=people),
        contract=OuterRef("pk"),
        kind=DecisionKind.APPROVED,
        voided_at__isnull=True,
    )
    groups = ReviewGroup.objects.filter(members__in=people).values("pk")
    his_turn = Q(turn_group__isnull=True) | Q(turn_group__in=groups)
    return (
        waiting(order)
        .filter(airline__in=reviewable_airlines(reviewer))
        .exclude(Q(uploaded_by__in=people) | Q(submitted_by__in=people))
        .filter(Q(status=Status.APPROVED) | Q(undecided_count__gt=0) | (his_turn & ~Exists(approved)))
    )


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
