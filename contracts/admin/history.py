"""A contract's history at the desk."""

from typing import Any

from django.http import HttpRequest

from contracts.admin.desk import person
from contracts.models import PilotContract
from contracts.policies import may_export_evidence
from contracts.story.selectors import story_page
from contracts.story.things import DeskPages, RatingsDesk
from contracts.story.viewpoints import Viewpoint


def history_context(request: HttpRequest, contract: PilotContract) -> dict[str, Any]:
    """What the template asks for."""
    viewpoint = Viewpoint(person(request), contract)
    places = RatingsDesk() if viewpoint.is_administrator else DeskPages()
    return {
        "title": f"History of {contract.title}",
        "contract": contract,
        "may_export_evidence": may_export_evidence(person(request)),
        "story": story_page(viewpoint, request.GET, places),
    }
