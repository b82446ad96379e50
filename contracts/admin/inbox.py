"""The first page of the desk: what waits for the person, and what he decided last.

`UNFOLD["DASHBOARD_CALLBACK"]` names `dashboard`.
"""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest

from accounts.models import Role
from accounts.policies import reviewable_airlines
from contracts.admin.desk import person
from contracts.lifecycle import Status
from contracts.models import ContractDecision, PilotContract, RuleDecision
from contracts.selectors import inbox

WAITING_SHOWN = 100
DECISIONS_SHOWN = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The index page's context: an approver's inbox; for an administrator all that waits anywhere, to look at."""
    user = person(request)
    is_approver = user.role == Role.APPROVER
    waiting = inbox(user).select_related("submitted_by") if is_approver else _waiting_anywhere()
    waiting = waiting.annotate(decided_count=F("rule_count") - F("undecided_count"))
    decided = ContractDecision.objects.filter(decided_by=user).select_related("contract__airline")
    return {
        **context,
        "title": "Inbox" if is_approver else "Waiting for approvers",
        "is_approver": is_approver,
        "waiting": list(waiting[:WAITING_SHOWN]),
        "airlines": list(reviewable_airlines(user)),
        "decisions": list(decided[:DECISIONS_SHOWN]),
    }


def _waiting_anywhere() -> QuerySet[PilotContract]:
    """As the inbox, at every airline."""
    return (
        PilotContract.objects.filter(status__in=[Status.IN_REVIEW, Status.APPROVED])
        .select_related("airline", "uploaded_by", "submitted_by")
        .annotate(
            rule_count=Count("rules"),
            undecided_count=Count("rules", filter=Q(rules__decision=RuleDecision.PROPOSED)),
        )
        .order_by("submitted_at", "id")
    )
