"""What the page of a published contract shows of its ratings, improvements, revisions and use."""

from accounts.models import User
from contracts.community import policies, selectors, words
from contracts.models import PilotContract


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
