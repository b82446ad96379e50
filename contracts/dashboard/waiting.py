"""What waits now, by how long it has been in its state; and what has waited longest."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from contracts.dashboard.scope import Scope
from contracts.lifecycle import Status
from contracts.models import PilotContract

# Who has to act: reviewers, reviewers once more, the uploader.
WAITING = (Status.IN_REVIEW, Status.APPROVED, Status.CHANGES_REQUESTED)
# Days from, days under; None has no end.
AGES: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, None))
OLDEST_SHOWN = 10


def age_words(begin: int, end: int | None) -> str:
    if end is None:
        return f"{begin} days and more"
    return "under a day" if begin == 0 else f"{begin} to {end} days"


@dataclass(frozen=True, slots=True)
class Queue:
    """`counts[state]` has as many numbers as there are `AGES`. `overdue` counts reviews whose due date has passed."""

    counts: dict[str, tuple[int, ...]]
    overdue: int
    oldest: list[PilotContract]

    def total(self, state: str) -> int:
        return sum(self.counts.get(state, ()))

    @property
    def is_empty(self) -> bool:
        return not any(self.total(state) for state in WAITING)


def queue_now(scope: Scope) -> Queue:
    """In two queries."""
    waiting = PilotContract.objects.filter(airline__in=scope.keys, status__in=WAITING).order_by()
    ages = {f"age_{number}": _in_age(scope, *age) for number, age in enumerate(AGES)}
    late = Count("pk", filter=Q(status=Status.IN_REVIEW, review_round__due_at__lte=scope.now))
    rows: list[Any] = list(waiting.values("status").annotate(late=late, **ages))
    return Queue(
        counts={row["status"]: tuple(row[name] for name in ages) for row in rows},
        overdue=sum(row["late"] for row in rows),
        oldest=list(_oldest(waiting)),
    )


def _in_age(scope: Scope, begin: int, end: int | None) -> Count:
    """A row's `status_since` lies within; what has come in while the page is drawn is under a day old."""
    within = Q() if begin == 0 else Q(status_since__lte=scope.now - timedelta(days=begin))
    if end is not None:
        within &= Q(status_since__gt=scope.now - timedelta(days=end))
    return Count("pk", filter=within)


def _oldest(waiting: QuerySet[PilotContract]) -> QuerySet[PilotContract]:
    beside = ("airline", "claimed_by", "review_round")
    return waiting.select_related(*beside).order_by("status_since", "id")[:OLDEST_SHOWN]
