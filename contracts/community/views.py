"""Pages of ratings and improvements. The contract's own page shows their summaries."""

import copy
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.policies import may_review_airline
from config.cursors import page_after
from config.errors import NotAllowed, ProductError
from contracts.community import policies, selectors, words
from contracts.community.forms import (
    DetailsForm,
    FlagForm,
    NewRuleForm,
    ProposalForm,
    ReviewForm,
    RuleProposalForm,
    add_refusal,
)
from contracts.models import BINDING, ContractReview, ContractRule, ImprovementKind, PilotContract
from contracts.selectors import contract_list
from contracts.services import improvements as improvement_services
from contracts.services import ratings as rating_services

PAGE_SIZE = 20
NEWEST_FIRST = ("-created_at", "id")
# The last part of the address of each proposal, and what it proposes.
KINDS = {
    "add": ImprovementKind.ADD_RULE,
    "details": ImprovementKind.METADATA,
    "correct": ImprovementKind.CORRECT_RULE,
    "remove": ImprovementKind.REMOVE_RULE,
}
OF_RULES = frozenset({ImprovementKind.CORRECT_RULE, ImprovementKind.REMOVE_RULE})
HEADINGS = {
    ImprovementKind.ADD_RULE: "Propose a missing rule",
    ImprovementKind.METADATA: "Correct the contract's details",
    ImprovementKind.CORRECT_RULE: "Propose a correction",
    ImprovementKind.REMOVE_RULE: "Propose to remove this rule",
}


def _user(request: HttpRequest) -> User:
    """The person signed in; `login_required` stands before every view."""
    return cast("User", request.user)


def _visible(request: HttpRequest, contract_id: UUID) -> PilotContract:
    """The contract, or 404 for whoever may not know of it."""
    return get_object_or_404(contract_list(request.user), pk=contract_id)


def _refused(request: HttpRequest, refusal: ProductError, to: str) -> HttpResponse:
    """Who may not act is told so with 403; who comes too late reads why on the page that he came from."""
    if isinstance(refusal, NotAllowed):
        return render(request, "403.html", {"detail": refusal.detail}, status=403)
    messages.error(request, refusal.detail)
    return redirect(to)


# Ratings


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ratings(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What pilots say of the contract's record, the most helpful first, and one's own rating to write or to change."""
    user, contract = _user(request), _visible(request, contract_id)
    own = selectors.ratings_of(user, contract).filter(author=user).first()
    form = ReviewForm(request.POST or None, instance=own or ContractReview())
    if request.method == "POST":
        if form.is_valid():
            try:
                _rate(user, contract, own, form)
            except ProductError as refusal:
                return _refused(request, refusal, reverse("contracts:ratings", args=[contract.pk]))
            messages.success(request, "Your rating is kept. You can change it here at any time.")
            return redirect("contracts:ratings", contract.pk)
        if own is not None:
            own.refresh_from_db(fields=["accuracy", "completeness", "comment"])
    rows = selectors.ratings_of(user, contract).exclude(author=user)
    page = page_after(rows, selectors.HELPFUL_FIRST, request.GET.get("after", ""), PAGE_SIZE)
    summary = selectors.rating_summary(contract)
    may_rate = policies.may_rate(user, contract)
    context = {
        "contract": contract,
        "summary": summary,
        "star_bars": words.star_bars(summary),
        "own": own,
        "form": form if may_rate else None,
        "may_vote": may_rate,
        "is_uploader": policies.is_own_record(user, contract),
        "page": page,
    }
    return render(request, "contracts/ratings.html", context, status=422 if form.is_bound else 200)


def _rate(user: User, contract: PilotContract, own: ContractReview | None, form: ReviewForm) -> None:
    if own is None:
        rating_services.review_write(actor=user, contract_id=contract.pk, **form.cleaned_data)
    else:
        rating_services.review_edit(actor=user, review_id=own.pk, **form.cleaned_data)


def _seen_rating(request: HttpRequest, review_id: UUID) -> ContractReview:
    review = selectors.rating_seen(_user(request), review_id)
    if review is None:
        raise Http404("There is no such rating.")
    return review


@require_POST
@login_required
def vote(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Say that a rating is helpful; with `helpful=no` take it back. A script gets the button alone."""
    review = _seen_rating(request, review_id)
    is_helpful = request.POST.get("helpful") != "no"
    try:
        rating_services.review_vote(actor=_user(request), review_id=review.pk, is_helpful=is_helpful)
    except ProductError as refusal:
        return _refused(request, refusal, reverse("contracts:ratings", args=[review.contract_id]))
    if request.headers.get("HX-Request"):
        return render(
            request, "contracts/rating_vote.html", {"review": _seen_rating(request, review_id), "may_vote": True}
        )
    return redirect(f"{reverse('contracts:ratings', args=[review.contract_id])}#rating-{review.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def flag(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Ask administrators to look at a rating."""
    review = _seen_rating(request, review_id)
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rating_services.review_flag(actor=_user(request), review_id=review.pk, **form.cleaned_data)
        except ProductError as refusal:
            return _refused(request, refusal, reverse("contracts:ratings", args=[review.contract_id]))
        messages.success(request, "Thank you. An administrator looks at it.")
        return redirect("contracts:ratings", review.contract_id)
    context = {"review": review, "contract": review.contract, "form": form}
    return render(request, "contracts/rating_flag.html", context, status=422 if form.is_bound else 200)


# Improvements


@require_safe
@never_cache
@login_required
def improvements(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """What is proposed for the contract's record, newest first."""
    user, contract = _user(request), _visible(request, contract_id)
    rows = selectors.improvements_seen(user).filter(contract=contract).select_related("contract", "rule", "applied_in")
    page = page_after(rows, NEWEST_FIRST, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "contract": contract,
        "items": [words.proposed(improvement) for improvement in page.rows],
        "page": page,
        "may_propose": policies.may_propose(user, contract),
        "decides": may_review_airline(user, contract.airline),
    }
    return render(request, "contracts/improvements.html", context)


@require_safe
@never_cache
@login_required
def my_improvements(request: HttpRequest) -> HttpResponse:
    """What one has proposed, wherever, and what became of it."""
    rows = selectors.own_improvements(_user(request))
    page = page_after(rows, NEWEST_FIRST, request.GET.get("after", ""), PAGE_SIZE)
    items = [words.proposed(improvement) for improvement in page.rows]
    return render(request, "contracts/my_improvements.html", {"items": items, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def propose(request: HttpRequest, contract_id: UUID, what: str, rule_id: UUID | None = None) -> HttpResponse:
    """Propose one change: a form, and with it what stands there now."""
    user, contract, kind = _user(request), _visible(request, contract_id), KINDS.get(what)
    if kind is None or (rule_id is not None) != (kind in OF_RULES):
        raise Http404(what)
    rule = get_object_or_404(contract.rules.filter(decision__in=BINDING), pk=rule_id) if rule_id else None
    try:
        policies.require_proposal(user, contract)
    except ProductError as refusal:
        return _refused(request, refusal, reverse("contracts:detail", args=[contract.pk]))
    form = _proposal_form(kind, request.POST or None, contract, rule)
    if request.method == "POST" and form.is_valid():
        try:
            improvement_services.improvement_propose(
                actor=user,
                contract_id=contract.pk,
                kind=kind,
                rule_id=rule.pk if rule else None,
                proposal=form.changes(),
                comment=form.cleaned_data["comment"],
            )
        except ProductError as refusal:
            if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                return _refused(request, refusal, reverse("contracts:detail", args=[contract.pk]))
            add_refusal(form, refusal)
        else:
            messages.success(request, "Proposed. An approver of the airline decides; you see here what becomes of it.")
            return redirect("contracts:my_improvements")
    context = {"contract": contract, "rule": rule, "kind": kind.value, "heading": HEADINGS[kind], "form": form}
    return render(request, "contracts/propose.html", context, status=422 if form.is_bound else 200)


def _proposal_form(
    kind: ImprovementKind, data: Any, contract: PilotContract, rule: ContractRule | None
) -> ProposalForm | RuleProposalForm | DetailsForm:
    """The form of one kind of proposal; a form writes into what it is given, so it gets a copy of the contract."""
    if kind == ImprovementKind.ADD_RULE:
        return NewRuleForm(data)
    if kind == ImprovementKind.METADATA:
        return DetailsForm(data, instance=copy.copy(contract))
    if kind == ImprovementKind.CORRECT_RULE and rule is not None:
        return RuleProposalForm(data, instance=copy.copy(rule))
    return ProposalForm(data)


@require_POST
@login_required
def withdraw(request: HttpRequest, improvement_id: UUID) -> HttpResponse:
    """Take an own open improvement back."""
    seen = get_object_or_404(selectors.improvements_seen(_user(request)), pk=improvement_id)
    try:
        improvement_services.improvement_withdraw(actor=_user(request), improvement_id=seen.pk)
    except ProductError as refusal:
        return _refused(request, refusal, reverse("contracts:my_improvements"))
    messages.success(request, "Taken back.")
    return redirect("contracts:my_improvements")
