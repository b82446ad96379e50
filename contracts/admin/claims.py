"""What a reviewer does with the review itself: claims it, lets go of it, writes to the others. One service call each."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from accounts.models import User
from accounts.policies import reviewers_of
from config.admin import sentences_of
from config.errors import ProductError, RuleBroken
from contracts.admin.decisions import Screen, reason_of, status_of, version_of
from contracts.admin.desk import Typed, person, review_address, seen_contract
from contracts.forms import CommentForm
from contracts.models import PilotContract
from contracts.policies import ClaimAction
from contracts.services import claims
from contracts.services.comments import comment_add

CLAIMED = {
    ClaimAction.CLAIM: "You have claimed this review.",
    ClaimAction.TAKE_OVER: "You have taken this review over.",
    ClaimAction.RELEASE: "The review is free for any reviewer.",
    ClaimAction.REASSIGN: "The review is given to somebody else.",
}


def claim_act(request: HttpRequest, contract_id: UUID, action: str, *, screen: Screen) -> HttpResponse:
    """Claim, take over, release or reassign."""
    contract = seen_contract(request, contract_id)
    if action not in set(ClaimAction):
        raise Http404(action)
    if request.method != "POST":
        return HttpResponseRedirect(review_address(contract))
    try:
        _claim(request, contract, ClaimAction(action))
    except (ProductError, ValidationError) as error:
        typed = Typed(
            action=action,
            action_reason=request.POST.get("reason", ""),
            faults=sentences_of(error),
            status=status_of(error),
        )
        return screen(request, seen_contract(request, contract_id), QueryDict(request.POST.get("queue", "")), typed)
    messages.success(request, CLAIMED[ClaimAction(action)])
    return HttpResponseRedirect(review_address(contract))


def _claim(request: HttpRequest, contract: PilotContract, action: ClaimAction) -> None:
    actor, version = person(request), version_of(request)
    if action == ClaimAction.RELEASE:
        claims.claim_release(actor=actor, contract_id=contract.pk, version=version)
    elif action == ClaimAction.REASSIGN:
        to, reason = _chosen(request, contract), reason_of(request)
        claims.claim_reassign(actor=actor, contract_id=contract.pk, to=to, reason=reason, version=version)
    else:
        claims.claim_take(actor=actor, contract_id=contract.pk, reason=reason_of(request), version=version)


def _chosen(request: HttpRequest, contract: PilotContract) -> User:
    """Raises RuleBroken when nobody was chosen, or nobody who reviews there."""
    try:
        key = UUID(request.POST.get("to", ""))
    except ValueError as error:
        raise RuleBroken("Choose to whom the review is given.") from error
    found = reviewers_of(contract.airline).filter(pk=key).first()
    if found is None:
        raise RuleBroken("Choose somebody who reviews contracts of this airline.")
    return found


def comment_post(request: HttpRequest, contract_id: UUID, *, screen: Screen) -> HttpResponse:
    """Write into the review's thread."""
    contract = seen_contract(request, contract_id)
    if request.method != "POST":
        return HttpResponseRedirect(review_address(contract))
    form = CommentForm(request.POST)
    try:
        form.require_valid()
        comment_add(
            actor=person(request),
            contract_id=contract.pk,
            body=form.cleaned_data["body"],
            rule_id=form.cleaned_data["rule"],
        )
    except (ProductError, ValidationError) as error:
        status = error.status if isinstance(error, ProductError) else HTTPStatus.UNPROCESSABLE_ENTITY
        typed = Typed(comment=request.POST.get("body", ""), faults=sentences_of(error), status=status)
        return screen(request, contract, QueryDict(request.POST.get("queue", "")), typed)
    messages.success(request, "Your comment is written. The uploader and the reviewers see it.")
    return HttpResponseRedirect(f"{review_address(contract, record='yes')}#thread")
