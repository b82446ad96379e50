"""What a reviewer does at the desk: ordinary POSTs, each to one service.

A refusal shows the screen again with all that was typed.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404

from accounts.models import User
from config.admin import sentences_of
from config.errors import ErrorCode, ProductError
from contracts.admin.desk import Typed, person, review_address, seen_contract, stored_words
from contracts.admin.forms import RuleCorrectionForm
from contracts.admin.queue import QueueFilter, next_undecided
from contracts.forms import ReasonForm
from contracts.lifecycle import Action, Status
from contracts.models import ContractRule, PilotContract
from contracts.services import lifecycle, rules
from contracts.services.activation import contract_undo_activation

# Shows the review screen: request, contract, the queue's query, and what was typed.
Screen = Callable[[HttpRequest, PilotContract, QueryDict, Typed], HttpResponse]
ContractService = Callable[..., PilotContract]

DECISIONS = frozenset({"accept", "reject", "correct", "reopen"})
ACTIONS: dict[str, ContractService] = {
    Action.REQUEST_CHANGES: lifecycle.contract_request_changes,
    Action.REJECT: lifecycle.contract_reject,
    Action.APPROVE: lifecycle.contract_approve,
    Action.REOPEN: lifecycle.contract_reopen,
    Action.ACTIVATE: lifecycle.contract_activate,
    Action.UNDO_ACTIVATION: contract_undo_activation,
    Action.RETIRE: lifecycle.contract_retire,
}
WITHOUT_REASON = frozenset({Action.APPROVE, Action.ACTIVATE})
DONE = {
    Action.REQUEST_CHANGES: "Sent back to the uploader with your reason.",
    Action.REJECT: "Rejected.",
    Action.APPROVE: "Approved. Activate it to put it in force.",
    Action.REOPEN: "The review is open again.",
    Action.ACTIVATE: "The contract is active.",
    Action.UNDO_ACTIVATION: "Undone. The contract is approved as before. What it had replaced, if anything, is in force again.",
    Action.RETIRE: "The contract is retired.",
}
STEP_DONE = "Your approval is recorded. The contract is approved once the others that its review needs are given."


def rule_decide(
    request: HttpRequest, contract_id: UUID, rule_id: UUID, decision: str, *, screen: Screen
) -> HttpResponse:
    """Accept, reject, correct or reopen one rule, then go on to the next undecided one."""
    contract = seen_contract(request, contract_id)
    rule = get_object_or_404(contract.rules.select_related("decided_by"), pk=rule_id)
    query = QueryDict(request.POST.get("queue", ""))
    if request.method != "POST" or decision not in DECISIONS:
        return HttpResponseRedirect(review_address(contract, QueueFilter.from_query(query), rule=rule.pk))
    form = RuleCorrectionForm(request.POST, instance=rule) if decision == "correct" else None
    stored = stored_words(rule)
    try:
        _decide(person(request), rule, decision, request, form)
    except (ProductError, ValidationError) as error:
        rule.refresh_from_db()
        typed = _typed(request, form, error, stored, is_stale=version_of(request) != rule.version)
        typed.rule, typed.status = rule, status_of(error)
        return screen(request, contract, query, typed)
    return HttpResponseRedirect(_onward(contract, rule, decision, QueueFilter.from_query(query)))


def status_of(error: ProductError | ValidationError) -> HTTPStatus:
    return error.status if isinstance(error, ProductError) else HTTPStatus.UNPROCESSABLE_ENTITY


def _decide(
    actor: User, rule: ContractRule, decision: str, request: HttpRequest, form: RuleCorrectionForm | None
) -> None:
    """One service call.

    Raises:
        ProductError: as the services do.
        ValidationError: as the services do, and for a form that is not filled in right.
    """
    version = version_of(request)
    if decision == "accept":
        rules.rule_accept(actor=actor, rule_id=rule.pk, version=version)
    elif decision == "reject":
        rules.rule_reject(actor=actor, rule_id=rule.pk, reason=reason_of(request), version=version)
    elif decision == "reopen":
        rules.rule_reopen(actor=actor, rule_id=rule.pk, version=version)
    elif form is not None:
        if not form.is_valid():
            raise ValidationError("Nothing was saved: look at the fields marked below.")
        reason = form.cleaned_data["reason"]
        rules.rule_correct(actor=actor, rule_id=rule.pk, changes=form.changes(), reason=reason, version=version)


def reason_of(request: HttpRequest) -> str:
    """Raises ValidationError for one that is too long or that the database cannot keep."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.faults)
    return str(form.cleaned_data["reason"])


def version_of(request: HttpRequest) -> int:
    """The row's version that the screen showed; 0, which no row has, where it is missing."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _typed(
    request: HttpRequest,
    form: RuleCorrectionForm | None,
    error: ProductError | ValidationError,
    stored: dict[str, object],
    *,
    is_stale: bool,
) -> Typed:
    faults = sentences_of(error)
    if form is not None and isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        faults = ["Nothing was saved: look at the fields marked below."]
        for name, said in error.message_dict.items():
            form.add_error(name if name in form.fields else None, said)
            faults += said if name == NON_FIELD_ERRORS or name not in form.fields else []
    if is_stale and not (isinstance(error, ProductError) and error.code == ErrorCode.STALE_VERSION):
        faults.append("Somebody changed this rule since you opened it. Look at it again, then decide.")
    return Typed(
        form=form,
        reject_reason=request.POST.get("reason", "") if form is None else "",
        faults=faults,
        stored_now=form.differences(stored) if form is not None and is_stale else {},
    )


def _onward(contract: PilotContract, rule: ContractRule, decision: str, queue: QueueFilter) -> str:
    if decision == "reopen":
        return review_address(contract, queue, rule=rule.pk)
    following = next_undecided(contract, queue, rule)
    if following is None:
        return review_address(contract, rule=rule.pk, last=rule.pk)
    return review_address(contract, queue, rule=following, last=rule.pk)


def contract_act(request: HttpRequest, contract_id: UUID, action: str, *, screen: Screen) -> HttpResponse:
    """Move the contract: one service call, said back in a message."""
    contract = seen_contract(request, contract_id)
    if action not in ACTIONS:
        raise Http404(action)
    if request.method != "POST":
        return HttpResponseRedirect(review_address(contract))
    chosen, reason = Action(action), request.POST.get("reason", "")
    try:
        given = {} if chosen in WITHOUT_REASON else {"reason": reason_of(request)}
        moved = ACTIONS[chosen](actor=person(request), contract_id=contract.pk, version=version_of(request), **given)
    except (ProductError, ValidationError) as error:
        contract = seen_contract(request, contract_id)
        typed = Typed(action=action, action_reason=reason, faults=sentences_of(error), status=status_of(error))
        return screen(request, contract, QueryDict(request.POST.get("queue", "")), typed)
    is_one_of_several = chosen == Action.APPROVE and moved.status != Status.APPROVED
    messages.success(request, STEP_DONE if is_one_of_several else DONE[chosen])
    return HttpResponseRedirect(review_address(contract))
