"""Comparing a contract: the page, and the same as a CSV file."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.factors.gate import confirm_first
from accounts.models import User
from config.errors import Malformed, NotFoundForActor
from contracts import selectors
from contracts.comparing import LAW, contract_choices, other_side, side_for, usual_other
from contracts.comparison.against_law import compare_with_law
from contracts.comparison.choosing import changes_shown, findings_shown
from contracts.comparison.differences import compare
from contracts.comparison.table import changes_csv, law_csv
from contracts.comparison_page import Asked, comparison_page, shown_of, verdicts_shown
from contracts.models import PilotContract

View = Callable[..., HttpResponse]


def _for_readers(view: Callable[[HttpRequest, User, PilotContract], HttpResponse]) -> View:
    """For signed-in people who may see the contract; 404 for others, and for another side that is not theirs to see."""

    @require_safe
    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, contract_id: UUID, **_: Any) -> HttpResponse:
        user = cast("User", request.user)
        contract = get_object_or_404(selectors.contract_list(user), pk=contract_id)
        try:
            return view(request, user, contract)
        except (NotFoundForActor, Malformed) as refusal:
            raise Http404(refusal.detail) from refusal

    return cast("View", wrapped)


@_for_readers
def page(request: HttpRequest, user: User, contract: PilotContract) -> HttpResponse:
    """Rule by rule against another contract, a revision or Part 117."""
    context = {"contract": contract, "page": comparison_page(user, contract, request.GET)}
    return render(request, "contracts/compare.html", context)


@_for_readers
def download(request: HttpRequest, user: User, contract: PilotContract) -> HttpResponse:
    """What the page shows, all of it, as CSV, for whoever has proved himself lately."""
    if away := confirm_first(request, user, request.get_full_path()):
        return away
    asked = Asked.of(request.GET)
    side = side_for(user, contract, asked.revision)
    against = asked.against or usual_other(contract, contract_choices(user, contract))
    if against == LAW:
        text = law_csv(findings_shown(compare_with_law(side.rules), verdicts_shown(asked)))
    else:
        changes = compare(other_side(user, against).rules, side.rules).changes
        text = changes_csv(changes_shown(changes, shown_of(asked)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="comparison-{contract.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
