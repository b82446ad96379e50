"""Pages for searching, and those that the results lead to: one rule, one page of a document."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import User
from config.search.asking import Match
from config.search.matching import marker
from config.search.spelling import respelt
from contracts import selectors
from contracts.api.reading import visible_rules
from contracts.community.policies import may_propose
from contracts.presenters import rule_cards
from contracts.search_page import Asked, readable_airlines, readable_contracts, results_page


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Rules or documents' text by words. While somebody types only the results are sent."""
    user = cast("User", request.user)
    contracts, airlines = readable_contracts(user), readable_airlines(user)
    asked = Asked.of(request.GET, contracts, airlines)
    context = {
        "asked": asked,
        "contracts": contracts,
        "airlines": airlines,
        "found": results_page(user, asked, request.GET.get("after", "")),
    }
    is_typing = request.headers.get("HX-Request") == "true"
    response = render(request, "contracts/search_answer.html" if is_typing else "contracts/search.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@login_required
def rule(request: HttpRequest, contract_id: UUID, rule_id: UUID) -> HttpResponse:
    """One rule, and where it stands."""
    user = cast("User", request.user)
    rules = visible_rules(user).select_related("contract__airline")
    found = get_object_or_404(rules, pk=rule_id, contract=contract_id)
    context = {
        "contract": found.contract,
        "rule": found,
        "cards": rule_cards([found]),
        "may_propose": may_propose(user, found.contract),
        "is_of_review": selectors.takes_part(user, found.contract),
    }
    return render(request, "contracts/rule.html", context)


@require_safe
@login_required
def document_page(request: HttpRequest, contract_id: UUID, number: int) -> HttpResponse:
    """One page of the document as text, with the words that were searched for marked."""
    contract = get_object_or_404(selectors.contract_list(request.user), pk=contract_id)
    page = get_object_or_404(contract.pages.defer("words"), number=number)
    asked = Asked.of(request.GET)
    match = Match.SPELLING if request.GET.get("match") == Match.SPELLING else Match.WORDS
    meant = respelt(asked.question, [contract.pages.all()]) if match == Match.SPELLING else None
    context = {
        "contract": contract,
        "page": page,
        "segments": marker(meant or asked.question, [page.text]).whole(page.text),
        "asked": asked,
        "match": match.value,
        "is_last": number >= (contract.page_count or number),
    }
    return render(request, "contracts/document_page.html", context)
