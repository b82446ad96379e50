"""Who reviews how much: for those who may give reviews to others."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from accounts.models import Role, User
from accounts.policies import REVIEW_PERMISSION
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.dashboard.scope import Scope
from contracts.lifecycle import Status
from contracts.models import PilotContract

RULE_EVENTS = (
    AuditEvent.RULE_ACCEPTED,
    AuditEvent.RULE_CORRECTED,
    AuditEvent.RULE_REJECTED,
    AuditEvent.RULE_ADDED,
    AuditEvent.RULE_SPLIT,
    AuditEvent.RULES_MERGED,
    AuditEvent.RULE_REMOVED,
)
CONTRACT_EVENTS = (
    AuditEvent.CONTRACT_APPROVED,
    AuditEvent.CONTRACT_STEP_APPROVED,
    AuditEvent.CONTRACT_CHANGES_REQUESTED,
    AuditEvent.CONTRACT_REJECTED,
)


@dataclass(frozen=True, slots=True)
class Load:
    """One approver: reviews that he has claimed now, late ones among them, and what he decided in the two periods."""

    person: User
    claimed: int
    overdue: int
    rules: int
    contracts: int
    previous_rules: int
    previous_contracts: int


def workload(scope: Scope) -> list[Load]:
    """Every approver with a grant for one of the airlines, the most loaded first; in two queries."""
    acts: dict[Any, dict[str, int]] = {row["actor"]: row for row in _acts(scope)}
    nothing = {"rules": 0, "contracts": 0, "previous_rules": 0, "previous_contracts": 0}
    return [_load(person, acts.get(person.pk, nothing)) for person in _reviewers(scope)]


def _load(person: User, acts: dict[str, int]) -> Load:
    return Load(
        person=person,
        claimed=getattr(person, "claimed", 0),
        overdue=getattr(person, "overdue", 0),
        rules=acts["rules"],
        contracts=acts["contracts"],
        previous_rules=acts["previous_rules"],
        previous_contracts=acts["previous_contracts"],
    )


def _reviewers(scope: Scope) -> QuerySet[User]:
    claims = PilotContract.objects.filter(
        claimed_by=OuterRef("pk"),
        claim_expires_at__gt=scope.now,
        status=Status.IN_REVIEW,
        airline__in=scope.keys,
    ).order_by()
    late = claims.filter(review_round__due_at__lte=scope.now)
    granted = Q(airlinegrant__content_object__in=scope.keys, airlinegrant__permission__codename=REVIEW_PERMISSION)
    reviewers = User.objects.filter(granted, role=Role.APPROVER, is_active=True).distinct()
    return reviewers.annotate(claimed=_count(claims), overdue=_count(late)).order_by("-claimed", "full_name", "email")


def _count(rows: QuerySet[PilotContract]) -> Coalesce:
    counted = rows.annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("number")
    return Coalesce(Subquery(counted), 0)


def _acts(scope: Scope) -> QuerySet[AuditEntry, dict[str, int]]:
    """By actor, from the audit trail: a decision that was taken back was work all the same."""
    keys = PilotContract.objects.filter(airline__in=scope.keys).order_by().annotate(key=Cast("pk", CharField()))
    entries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(PilotContract).pk,
        event__in=[*RULE_EVENTS, *CONTRACT_EVENTS],
        timestamp__gte=scope.before,
        timestamp__lt=scope.now,
        object_pk__in=keys.values("key"),
        actor__isnull=False,
    )
    now, previous = Q(timestamp__gte=scope.since), Q(timestamp__lt=scope.since)
    about_rules, about_contracts = Q(event__in=RULE_EVENTS), Q(event__in=CONTRACT_EVENTS)
    counted: QuerySet[AuditEntry, dict[str, int]] = (
        entries.order_by()
        .values("actor")
        .annotate(
            rules=Count("pk", filter=about_rules & now),
            contracts=Count("pk", filter=about_contracts & now),
            previous_rules=Count("pk", filter=about_rules & previous),
            previous_contracts=Count("pk", filter=about_contracts & previous),
        )
    )
    return counted
