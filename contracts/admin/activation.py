"""The page on which a reviewer activates a contract, now or at an instant that he sets, and takes that back."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from config.admin import sentences_of
from config.errors import ProductError
from contracts.admin.decisions import reason_of, status_of, version_of
from contracts.admin.desk import person, seen_contract
from contracts.instants import instant_in_words, instant_of
from contracts.lifecycle import Action
from contracts.models import ActivationPlan, PilotContract, PlanStatus
from contracts.policies import may_review, possible_actions
from contracts.selectors import activations_of, is_undo_over, plans_of, undo_ends_at
from contracts.services.activation import contract_undo_activation
from contracts.services.lifecycle import contract_activate
from contracts.services.plans import activation_plan, activation_plan_cancel, activation_plan_move

# Shows the page: request, contract, the form of the instant, what was wrong, and the answer's status.
Screen = Callable[[HttpRequest, PilotContract, dict[str, Any], HTTPStatus], HttpResponse]


class InstantForm(forms.Form):
    """A day and a time on the clock of a zone that is stated beside them."""

    day = forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "desk-input"}),
        error_messages={"required": "Choose the day.", "invalid": "Write the day as a date, such as 2027-03-01."},
    )
    at = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "desk-input"}),
        error_messages={
            "required": "Choose the time.",
            "invalid": "Write the time as hours and minutes, such as 00:00.",
        },
    )
    time_zone = forms.ChoiceField(widget=forms.Select(attrs={"class": "desk-input"}))

    def __init__(self, *args: Any, contract: PilotContract, plan: ActivationPlan | None = None, **kwargs: Any) -> None:
        zone = contract.airline.time_zone
        kwargs.setdefault("initial", _first_choice(contract, plan))
        super().__init__(*args, **kwargs)
        names = list(dict.fromkeys([zone, "UTC", *([plan.time_zone] if plan else [])]))
        field = cast("forms.ChoiceField", self.fields["time_zone"])
        field.choices = [(name, f"{name}, of the airline" if name == zone else name) for name in names]

    def instant(self) -> tuple[datetime, str]:
        """What was stated, with the zone's name.

        Raises:
            ValidationError: for a form that is not filled in right.
            RuleBroken: for a time that the clocks skip or show twice.
        """
        if not self.is_valid():
            raise ValidationError([fault for faults in self.errors.values() for fault in faults])
        given = self.cleaned_data
        zone: str = given["time_zone"]
        return instant_of(datetime.combine(given["day"], given["at"]), zone), zone


def _first_choice(contract: PilotContract, plan: ActivationPlan | None) -> dict[str, object]:
    """What was planned so far; else the beginning of the contract's first day, where that lies ahead."""
    if plan is not None:
        local = plan.due_at.astimezone(ZoneInfo(plan.time_zone))
        return {"day": local.date(), "at": local.time(), "time_zone": plan.time_zone}
    first = contract.effective_date if contract.effective_date > contract.airline.today() else None
    return {"day": first, "at": time(), "time_zone": contract.airline.time_zone}


def activation_address(contract: PilotContract) -> str:
    return reverse("admin:contracts_activation", args=[contract.pk])


def activation_context(request: HttpRequest, contract: PilotContract) -> dict[str, Any]:
    """Everything that the page asks for."""
    user = person(request)
    actions = possible_actions(user, contract)
    plans = plans_of(contract)
    plan = next((each for each in plans if each.status == PlanStatus.OPEN), None)
    ends_at, zone = undo_ends_at(contract), contract.airline.time_zone
    return {
        "title": f"Activation of {contract.title}",
        "contract": contract,
        "may_activate": Action.ACTIVATE in actions,
        "may_undo": Action.UNDO_ACTIVATION in actions,
        "may_cancel": plan is not None and may_review(user, contract),
        "plan": plan,
        "plan_when": instant_in_words(plan.due_at, plan.time_zone) if plan else "",
        "plan_is_stale": plan is not None and plan.revision != contract.approved_revision,
        "plans": [{"plan": each, "when": instant_in_words(each.due_at, each.time_zone)} for each in plans],
        "activations": [
            {
                "activation": each,
                "when": instant_in_words(each.activated_at, zone),
                "undone": instant_in_words(each.undone_at, zone) if each.undone_at else "",
            }
            for each in activations_of(contract)
        ],
        "undo_until": instant_in_words(ends_at, zone) if ends_at else "",
        "undo_is_over": is_undo_over(contract),
        "form": InstantForm(contract=contract, plan=plan),
        "starts_ahead": contract.effective_date > contract.airline.today(),
        "airline_now": instant_in_words(timezone.now(), zone),
        "utc_now": instant_in_words(timezone.now().astimezone(UTC), "UTC"),
    }


def activation_act(request: HttpRequest, contract_id: UUID, what: str, *, screen: Screen) -> HttpResponse:
    """Activate, plan, move, call off or undo: one service call. A refusal shows the page again with what was typed."""
    contract = seen_contract(request, contract_id)
    if what not in ACTS:
        raise Http404(what)
    if request.method != "POST":
        return HttpResponseRedirect(activation_address(contract))
    form = InstantForm(request.POST, contract=contract)
    try:
        said = ACTS[what](request, contract, form)
    except (ProductError, ValidationError) as error:
        contract = seen_contract(request, contract_id)
        more = {"faults": sentences_of(error), "typed_reason": request.POST.get("reason", ""), "typed_at": what}
        return screen(request, contract, more | ({"form": form} if what in WITH_INSTANT else {}), status_of(error))
    messages.success(request, said)
    return HttpResponseRedirect(activation_address(contract))


def _now(request: HttpRequest, contract: PilotContract, _form: InstantForm) -> str:
    contract_activate(actor=person(request), contract_id=contract.pk, version=version_of(request))
    return "The contract is active."


def _plan(request: HttpRequest, contract: PilotContract, form: InstantForm) -> str:
    return f"It will be activated on {_planned(request, contract, form, activation_plan)}."


def _move(request: HttpRequest, contract: PilotContract, form: InstantForm) -> str:
    return f"Moved: it will be activated on {_planned(request, contract, form, activation_plan_move)}."


def _planned(
    request: HttpRequest, contract: PilotContract, form: InstantForm, service: Callable[..., ActivationPlan]
) -> str:
    due_at, zone = form.instant()
    plan = service(
        actor=person(request), contract_id=contract.pk, due_at=due_at, time_zone=zone, version=version_of(request)
    )
    return instant_in_words(plan.due_at, plan.time_zone)


def _cancel(request: HttpRequest, contract: PilotContract, _form: InstantForm) -> str:
    activation_plan_cancel(actor=person(request), contract_id=contract.pk, reason=reason_of(request))
    return "Called off. The contract stays as it is until somebody activates it."


def _undo(request: HttpRequest, contract: PilotContract, _form: InstantForm) -> str:
    contract_undo_activation(
        actor=person(request), contract_id=contract.pk, reason=reason_of(request), version=version_of(request)
    )
    return "Undone. The contract is approved as before. What it had replaced, if anything, is in force again."


Act = Callable[[HttpRequest, PilotContract, InstantForm], str]
WITH_INSTANT = frozenset({"plan", "move"})
ACTS: dict[str, Act] = {"now": _now, "plan": _plan, "move": _move, "cancel": _cancel, "undo": _undo}
