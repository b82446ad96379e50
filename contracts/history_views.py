"""The page that tells a contract's history from the beginning."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from contracts import selectors
from contracts.story.selectors import story_page
from contracts.story.things import PilotsPages
from contracts.story.viewpoints import Viewpoint


@require_safe
@never_cache
@login_required
def page(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """For whoever may see the contract; how much it tells depends on who asks."""
    user = cast("User", request.user)
    contract = get_object_or_404(selectors.contract_list(user), pk=contract_id)
    story = story_page(Viewpoint(user, contract), request.GET, PilotsPages())
    return render(request, "contracts/history.html", {"contract": contract, "story": story})
