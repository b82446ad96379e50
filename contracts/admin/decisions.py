"""What a reviewer does at the desk: ordinary POSTs, each to one service.

A refusal shows the screen again with all that was typed.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from accounts.factors.gate import confirm_first
from accounts.models import User
from config.admin import sentences_of
from config.errors import ErrorCode, ProductError
from contracts.admin.desk import Typed, person, review_address, seen_contract, seen_rule
from contracts.admin.queue import QueueFilter
from contracts.forms import ReasonForm
from contracts.lifecycle import Action, Status
from contracts.models import ContractRule, PilotContract
from contracts.rule_forms import RuleCorrectionForm
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
NOT_SAVED = "Nothing was saved: look at the fields marked below."
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
    rule = seen_rule(request, contract_id, rule_id)
    contract = rule.contract
    query = QueryDict(request.POST.get("queue", ""))
    if request.method != "POST" or decision not in DECISIONS:
        return HttpResponseRedirect(review_address(contract, QueueFilter.from_query(query), rule=rule.pk))
    form = RuleCorrectionForm(request.POST, instance=rule) if decision == "correct" else None
    try:
        _decide(person(request), rule, decision, request, form)
    except (ProductError, ValidationError) as error:
        return screen(request, contract, query, _typed(request, rule_id, form, error))
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
            raise ValidationError(NOT_SAVED)
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
    request: HttpRequest, rule_id: UUID, form: RuleCorrectionForm | None, error: ProductError | ValidationError
) -> Typed:
    """All that was typed, over the rule as it is stored now."""
    stored = ContractRule.objects.select_related("contract").get(pk=rule_id)
    is_stale = version_of(request) != stored.version
    faults = faults_in(form, error)
    if is_stale and not (isinstance(error, ProductError) and error.code == ErrorCode.STALE_VERSION):
        faults.append("Somebody changed this rule since you opened it. Look at it again, then decide.")
    if form is not None and is_stale:
        form = form.rebased(stored)
    return Typed(
        status=status_of(error),
        rule_id=rule_id,
        form=form,
        reject_reason=request.POST.get("reason", "") if form is None else "",
        faults=faults,
        conflicts=form.conflicts() if form is not None and is_stale else {},
    )


def faults_in(form: RuleCorrectionForm | None, error: ProductError | ValidationError) -> list[str]:
    """What an error says; of a service's error by field, each fault goes to its field and the rest is said here."""
    if form is None or not isinstance(error, ValidationError) or not hasattr(error, "error_dict"):
        return sentences_of(error)
    faults = [NOT_SAVED]
    for name, said in error.message_dict.items():
        form.add_error(name if name in form.fields else None, said)
        faults += said if name == NON_FIELD_ERRORS or name not in form.fields else []
    return faults


def _onward(contract: PilotContract, rule: ContractRule, decision: str, queue: QueueFilter) -> str:
    """To the next undecided rule, which the screen itself finds: what is next may change until it is shown."""
    if decision == "reopen":
        return review_address(contract, queue, rule=rule.pk)
    return review_address(contract, queue, after=rule.pk, last=rule.pk)


def contract_act(request: HttpRequest, contract_id: UUID, action: str, *, screen: Screen) -> HttpResponse:
    """Move the contract: one service call, said back in a message."""
    contract = seen_contract(request, contract_id)
    if action not in ACTIONS:
        raise Http404(action)
    if request.method != "POST":
        return HttpResponseRedirect(review_address(contract))
    chosen, reason = Action(action), request.POST.get("reason", "")
    if chosen == Action.APPROVE and (away := confirm_first(request, person(request), review_address(contract))):
        return away
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
