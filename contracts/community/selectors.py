"""Reads of ratings, improvements and usage that join or count."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, TextField, Value, When

from accounts.models import ServiceClient, User
from accounts.policies import is_administrator, reviewable_airlines
from config.door import as_product
from contracts.lifecycle import ABANDONED, Status
from contracts.models import (
    ContractImprovement,
    ContractReview,
    ContractType,
    ContractUsageDay,
    ImprovementStatus,
    PilotContract,
    PilotContractAssignment,
    ReviewFlag,
    ReviewVote,
)
from contracts.publication.counting import Measure
from contracts.selectors import contract_in_force
from pilots.models import Pilot

Caller = User | ServiceClient
# Whom a rating helps most comes first, then the newest.
HELPFUL_FIRST = ("-helpful_count", "-created_at", "id")
USAGE_DAYS = 30


# Ratings


def ratings_of(caller: Caller, contract: PilotContract) -> QuerySet[ContractReview]:
    """The ratings that `caller` sees, each with `helpful_count`, `voted` and `flagged` by him; his own also when it is hidden."""
    own = caller.pk if isinstance(caller, User) else None
    seen = contract.reviews.filter(Q(hidden_at__isnull=True) | Q(author=own))
    return _with_marks(seen, own)


def rating_seen(caller: Caller, review_id: UUID) -> ContractReview | None:
    """One rating that `caller` sees, as `ratings_of` gives it, with its contract; administrators see hidden ones too."""
    own = caller.pk if isinstance(caller, User) else None
    visible = PilotContract.objects.visible_to(caller).order_by()
    rows = ContractReview.objects.filter(pk=review_id, contract__in=visible.values("pk"))
    if not (isinstance(caller, User) and is_administrator(caller)):
        rows = rows.filter(Q(hidden_at__isnull=True) | Q(author=own))
    return _with_marks(rows, own).select_related("contract__airline").first()


def _with_marks(reviews: QuerySet[ContractReview], own: UUID | None) -> QuerySet[ContractReview]:
    return reviews.annotate(
        helpful_count=Count("votes"),
        voted=Exists(ReviewVote.objects.filter(review=OuterRef("pk"), voter=own)),
        flagged=Exists(ReviewFlag.objects.filter(review=OuterRef("pk"), flagged_by=own)),
    )


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """Averages over the ratings that everybody sees, of 1 to 5; None where there are none."""

    count: int
    accuracy: float | None
    completeness: float | None


def rating_summary(contract: PilotContract) -> RatingSummary:
    """In one query."""
    found = contract.reviews.filter(hidden_at__isnull=True).aggregate(
        count=Count("pk"), accuracy=Avg("accuracy"), completeness=Avg("completeness")
    )
    return RatingSummary(**found)


def ratings_to_moderate() -> QuerySet[ContractReview]:
    """Every rating with `open_flags` and `helpful_count`, for administrators: the most flagged first."""
    return (
        ContractReview.objects.select_related("contract__airline", "author", "hidden_by")
        .annotate(
            open_flags=Count("flags", filter=Q(flags__settled_at__isnull=True), distinct=True),
            helpful_count=Count("votes", distinct=True),
        )
        .order_by("-open_flags", "-created_at", "id")
    )


# Improvements


def improvements_seen(caller: Caller) -> QuerySet[ContractImprovement]:
    """Improvements of the contracts that `caller` sees, withdrawn ones only if they are his or he decides there.

    Read `told_reason`, not `decision_reason`: why something was declined is told to its author and to those who decide.
    """
    visible = PilotContract.objects.visible_to(caller).order_by()
    rows = ContractImprovement.objects.filter(contract__in=visible.values("pk"))
    from_within = Q(pk__in=[])
    if isinstance(caller, User):
        from_within = Q(author=caller) | Q(contract__airline__in=reviewable_airlines(caller))
        if is_administrator(caller):
            return rows.annotate(told_reason=F("decision_reason"))
    told = Case(When(from_within, then=F("decision_reason")), default=Value(""), output_field=TextField())
    return rows.filter(~Q(status=ImprovementStatus.WITHDRAWN) | from_within).annotate(told_reason=told)


def own_improvements(person: User) -> QuerySet[ContractImprovement]:
    """What a pilot has proposed, newest first, with the contract, its airline and where it was applied."""
    rows = ContractImprovement.objects.filter(author=person)
    return rows.select_related("contract__airline", "rule", "applied_in")


def improvements_waiting(reviewer: User) -> QuerySet[ContractImprovement]:
    """All at his airlines; at every airline for administrators. With all that a list of them shows."""
    rows = ContractImprovement.objects.select_related("contract__airline", "rule", "author", "decided_by", "applied_in")
    return rows if is_administrator(reviewer) else rows.filter(contract__airline__in=reviewable_airlines(reviewer))


def open_improvements_count(contract: PilotContract) -> int:
    return contract.improvements.filter(status=ImprovementStatus.OPEN).count()


def revision_in_work(caller: Caller, contract: PilotContract) -> PilotContract | None:
    """The revision of the contract that is under way or in force, if `caller` may see it."""
    rows = PilotContract.objects.visible_to(caller).filter(revises=contract).exclude(status__in=ABANDONED)
    return rows.first()


# Usage


@dataclass(frozen=True, slots=True)
class UsageDay:
    """One calendar day at the airline."""

    day: date
    lookups: int
    page_views: int
    packs: int
    validations: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a contract is used. `days` are the last USAGE_DAYS, the oldest first, those without use too."""

    bound_pilots: int
    lookups: int
    page_views: int
    packs: int
    validations: int
    total_lookups: int
    total_page_views: int
    total_packs: int
    total_validations: int
    days: tuple[UsageDay, ...]


def usage_of(contract: PilotContract) -> Usage:
    """In four queries at most, two for what is not active."""
    today = contract.airline.today()
    first = today - timedelta(days=USAGE_DAYS - 1)
    rows = ContractUsageDay.objects.filter(contract=contract)
    totals = rows.aggregate(**{measure.value: Sum(measure.value, default=0) for measure in Measure})
    by_day = {row.day: row for row in rows.filter(day__range=(first, today))}
    days = tuple(
        UsageDay(day=day, **{measure.value: getattr(by_day.get(day), measure, 0) for measure in Measure})
        for day in (first + timedelta(days=offset) for offset in range(USAGE_DAYS))
    )
    return Usage(
        bound_pilots=bound_pilot_count(contract),
        days=days,
        **{measure.value: sum(getattr(day, measure) for day in days) for measure in Measure},
        **{f"total_{measure}": totals[measure] for measure in Measure},
    )


@as_product("how many are bound is told to those who may read it, not who")
def bound_pilot_count(contract: PilotContract) -> int:
    """How many pilots the contract binds today, as the lookup has it.

    A letter or policy in force binds every pilot of the airline; an agreement those assigned to it and, where it is the
    airline's, all who are assigned to none that is in force.
    """
    today = contract.airline.today()
    if contract.status != Status.ACTIVE or not _holds(contract, today):
        return 0
    pilots = Pilot.objects.filter(airline=contract.airline)
    if contract.contract_type != ContractType.CBA:
        return pilots.count()
    assigned = PilotContractAssignment.objects.filter(pilot=OuterRef("pk"), ended_at__isnull=True)
    bound = Q(Exists(assigned.filter(contract=contract)))
    in_force = contract_in_force(contract.airline, day=today)
    if in_force is not None and in_force.pk == contract.pk:
        holding = PilotContract.objects.filter(airline=contract.airline).in_force(today)
        bound |= ~Q(Exists(assigned.filter(contract__in=holding.values("pk"))))
    return pilots.filter(bound).count()


def _holds(contract: PilotContract, day: date) -> bool:
    return contract.effective_date <= day and (contract.expiration_date is None or contract.expiration_date >= day)
