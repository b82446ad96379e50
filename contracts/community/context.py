"""What the page and the desk show of a contract's ratings, improvements, revisions and use."""

from django.db.models import OuterRef, Subquery

from accounts.models import User
from contracts.community import policies, selectors, words
from contracts.models import ContractRule, PilotContract


def community_context(user: User, contract: PilotContract) -> dict[str, object]:
    """What the templates `contracts/detail_community.html` and `detail_usage.html` ask for."""
    summary, usage = selectors.rating_summary(contract), selectors.usage_of(contract)
    flies = policies.flies_for(user, contract.airline)
    return {
        "rating_summary": summary,
        "star_bars": words.star_bars(summary),
        "may_rate": flies and not policies.is_own_record(user, contract),
        "may_propose": flies and contract.status in policies.IMPROVABLE,
        "open_improvements": selectors.open_improvements_count(contract),
        "revision": selectors.revision_in_work(user, contract),
        "usage": usage,
        "day_bars": words.day_bars(usage),
        "usage_days": selectors.USAGE_DAYS,
    }


def published_context(contract: PilotContract) -> dict[str, object]:
    """What the desk says of a published contract: how pilots rate and use it, and what they propose."""
    return {
        "open_improvements": selectors.open_improvements_count(contract),
        "rating_summary": selectors.rating_summary(contract),
        "usage": selectors.usage_of(contract),
    }


def applied_context(contract: PilotContract) -> dict[str, object]:
    """What was applied in a revision, each with the revision's copy of its rule; nothing for other contracts. One query."""
    if contract.revises_id is None:
        return {}
    copy = ContractRule.objects.filter(contract=contract.pk, rule_id=OuterRef("rule__rule_id")).order_by()
    applied = contract.applied_improvements.select_related("contract", "rule", "author", "applied_in")
    found = applied.annotate(copy=Subquery(copy.values("pk")[:1])).order_by("decided_at", "id")
    return {"applied": [{"item": words.proposed(row), "copy": row.copy} for row in found]}
