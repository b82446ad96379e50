"""The first page of the desk: what waits for the person, and what he decided last.

`UNFOLD["DASHBOARD_CALLBACK"]` names `dashboard`.
"""

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Role
from accounts.policies import reviewable_airlines
from contracts.admin.desk import person
from contracts.models import ContractDecision
from contracts.review_selectors import InboxOrder, inbox, waiting

WAITING_SHOWN = 100
DECISIONS_SHOWN = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The index page's context: an approver's inbox; for an administrator all that waits anywhere, to look at."""
    user = person(request)
    is_approver = user.role == Role.APPROVER
    asked = request.GET.get("order", "")
    order = asked if asked in InboxOrder.values else InboxOrder.DUE
    rows = inbox(user, order) if is_approver else waiting(order)
    rows = rows.annotate(decided_count=F("rule_count") - F("undecided_count"))
    decided = ContractDecision.objects.filter(decided_by=user).select_related("contract__airline")
    return {
        **context,
        "title": "Inbox" if is_approver else "Waiting for approvers",
        "is_approver": is_approver,
        "waiting": list(rows[:WAITING_SHOWN]),
        "orders": [
            {"value": value, "label": label, "is_current": value == order} for value, label in InboxOrder.choices
        ],
        "now": timezone.now(),
        "airlines": list(reviewable_airlines(user)),
        "decisions": list(decided[:DECISIONS_SHOWN]),
    }
