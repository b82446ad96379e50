"""Planned activations: an instant at which a contract is to come into force, set by somebody who may activate it now."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotAllowed, ProductError, RuleBroken, WrongState
from contracts.instants import instant_in_words
from contracts.lifecycle import Action
from contracts.models import ActivationPlan, PilotContract, PlanStatus
from contracts.policies import require_action, require_plan_cancelling
from contracts.selectors import revision_hash
from contracts.services.activation import activation_write
from contracts.services.locks import locked_contract, succession_lock
from contracts.services.moves import moving
from contracts.services.notices import activation_carried_out, activation_failed, activation_planned
from contracts.services.refusals import own_attempts_noted

FARTHEST = timedelta(days=366)
_ENDING = ["status", "ended_at", "ended_by", "reason"]

logger = structlog.get_logger(__name__)


def activation_plan(
    *, actor: User, contract_id: UUID, due_at: datetime, time_zone: str, version: int | None = None
) -> ActivationPlan:
    """Have the contract activated at `due_at` as it is approved now. `time_zone` is the one in which the instant was stated.

    Raises:
        NotAllowed, WrongState: as for activating it now; WrongState too when it is planned already.
        RuleBroken: for an instant that is not ahead, or more than a year ahead.
        ValidationError: Django's, for a zone that is none.
    """
    with moving(actor, contract_id, Action.ACTIVATE, version) as contract:
        standing = _open_plan(contract)
        if standing is not None:
            raise WrongState(f"Its activation is planned for {_when(standing)}. Move that, or call it off.")
        plan = _opened(actor, contract, due_at, time_zone)
        entry_record(event=AuditEvent.ACTIVATION_PLANNED, actor=actor, target=contract, details=_details(plan))
        activation_planned(actor=actor, plan=plan)
        return plan


def activation_plan_move(
    *, actor: User, contract_id: UUID, due_at: datetime, time_zone: str, version: int | None = None
) -> ActivationPlan:
    """Plan it for another instant: the old plan ends, a new one by `actor` begins, of what is approved now. Raises as `activation_plan`."""
    with moving(actor, contract_id, Action.ACTIVATE, version) as contract:
        old = _required_plan(contract)
        _end(old, PlanStatus.MOVED, actor)
        plan = _opened(actor, contract, due_at, time_zone)
        entry_record(
            event=AuditEvent.ACTIVATION_MOVED,
            actor=actor,
            target=contract,
            before={"due_at": old.due_at.isoformat(), "time_zone": old.time_zone},
            after={"due_at": plan.due_at.isoformat(), "time_zone": plan.time_zone},
            details=_details(plan),
        )
        activation_planned(actor=actor, plan=plan)
        return plan


def activation_plan_cancel(*, actor: User, contract_id: UUID, reason: str = "") -> ActivationPlan:
    """Call it off. The contract stays as it is.

    Raises:
        NotAllowed: unless `actor` reviews the contract.
        WrongState: when nothing is planned.
    """
    with own_attempts_noted(actor=actor, target=contract_id, action="cancel_plan"), transaction.atomic():
        contract = locked_contract(contract_id)
        require_plan_cancelling(actor, contract)
        plan = _required_plan(contract)
        _end(plan, PlanStatus.CANCELLED, actor, reason)
        entry_record(
            event=AuditEvent.ACTIVATION_CANCELLED,
            actor=actor,
            target=contract,
            reason=plan.reason,
            details=_details(plan),
        )
        activation_planned(actor=actor, plan=plan)
        return plan


def activation_plans_sweep(*, now: datetime | None = None) -> dict[UUID, PlanStatus]:
    """Carry out every plan whose hour has come, the earliest first: its contract is activated, or the plan fails with a reason.

    Each in a transaction of its own, so that a lost server undoes one whole and leaves it for the next sweep; two sweeps at
    once carry each out once. Returns how those ended that this sweep ended.

    Raises:
        ExceptionGroup: of what went wrong otherwise, after all plans were tried. Those plans stay open.
    """
    due = ActivationPlan.objects.filter(status=PlanStatus.OPEN, due_at__lte=now or timezone.now())
    ended: dict[UUID, PlanStatus] = {}
    faults: list[Exception] = []
    for plan_id, contract_id in due.order_by("due_at", "pk").values_list("pk", "contract_id"):
        try:
            outcome = _carried_out(plan_id, contract_id)
        except Exception as fault:
            logger.exception("a planned activation could not be carried out", plan=str(plan_id))
            faults.append(fault)
        else:
            if outcome is not None:
                ended[plan_id] = outcome
    if faults:
        raise ExceptionGroup("planned activations could not be carried out", faults)
    return ended


@transaction.atomic
def _carried_out(plan_id: UUID, contract_id: UUID) -> PlanStatus | None:
    """How the plan ended; None when it had ended before the locks were got."""
    succession_lock(contract_id)
    contract = locked_contract(contract_id)
    plan = ActivationPlan.objects.select_for_update(of=("self",)).select_related("planned_by").get(pk=plan_id)
    if plan.status != PlanStatus.OPEN:
        return None
    try:
        with transaction.atomic():
            require_action(plan.planned_by, contract, Action.ACTIVATE)
            if contract.approved_revision != plan.revision:
                raise WrongState("It was changed and approved anew after this was planned. Plan it again.")
            plan.contract = activation_write(actor=plan.planned_by, contract=contract, plan=plan)
    except ProductError as refusal:
        _fail(plan, refusal)
        return PlanStatus.FAILED
    _end(plan, PlanStatus.ACTIVATED)
    activation_carried_out(plan=plan)
    return PlanStatus.ACTIVATED


def _fail(plan: ActivationPlan, refusal: ProductError) -> None:
    """`refusal` speaks to whoever acts; here nobody does."""
    reason = refusal.detail
    if isinstance(refusal, NotAllowed):
        reason = f"{plan.planned_by}, who planned it, may no longer activate it."
    _end(plan, PlanStatus.FAILED, reason=reason)
    # As it is stored: what was tried has been rolled back.
    plan.contract = locked_contract(plan.contract_id)
    entry_record(
        event=AuditEvent.ACTIVATION_FAILED, actor=None, target=plan.contract, reason=reason, details=_details(plan)
    )
    activation_failed(plan=plan)


def _open_plan(contract: PilotContract) -> ActivationPlan | None:
    return contract.activation_plans.select_for_update(of=("self",)).filter(status=PlanStatus.OPEN).first()


def _required_plan(contract: PilotContract) -> ActivationPlan:
    plan = _open_plan(contract)
    if plan is None:
        raise WrongState("No activation of this contract is planned any more. Look at it again.")
    return plan


def _opened(actor: User, contract: PilotContract, due_at: datetime, time_zone: str) -> ActivationPlan:
    now = timezone.now()
    if due_at <= now:
        raise RuleBroken("This instant has passed. Choose a later one, or activate the contract now.")
    if due_at > now + FARTHEST:
        raise RuleBroken("Choose an instant within a year from now.")
    if revision_hash(contract) != contract.approved_revision:
        raise WrongState("The contract is not what was approved. Reopen the review and approve it again.")
    plan = ActivationPlan(
        contract=contract,
        planned_by=actor,
        due_at=due_at,
        time_zone=time_zone,
        revision=contract.approved_revision,
    )
    plan.full_clean(validate_constraints=False)
    plan.save(force_insert=True)
    return plan


def _end(plan: ActivationPlan, status: PlanStatus, actor: User | None = None, reason: str = "") -> None:
    plan.status, plan.ended_at, plan.ended_by, plan.reason = status, timezone.now(), actor, reason.strip()
    plan.save(update_fields=_ENDING)


def _when(plan: ActivationPlan) -> str:
    return instant_in_words(plan.due_at, plan.time_zone)


def _details(plan: ActivationPlan) -> dict[str, object]:
    return {"plan": str(plan.pk), "due_at": plan.due_at.isoformat(), "planned_for": _when(plan)}
