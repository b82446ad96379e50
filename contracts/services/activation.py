"""Coming into force and being taken back: what an activation does, and the one way to undo it."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import ErrorCode, RuleBroken, WrongState
from contracts.instants import instant_in_words
from contracts.lifecycle import ABANDONED, Action, Status
from contracts.models import ActivationEffect, ActivationPlan, ContractActivation, PilotContract, PlanStatus
from contracts.selectors import later_activation, revision_hash
from contracts.services.changes import contract_changes_kept
from contracts.services.moves import moving, status_write
from contracts.services.notices import activation_undone
from contracts.services.publication import publication_request
from contracts.services.revision_ends import improvements_give_back
from contracts.services.succession import (
    assignments_end,
    assignments_follow,
    assignments_return,
    follower_of,
    last_day_write,
    predecessors_end,
    predecessors_locked,
)


def activation_write(*, actor: User, contract: PilotContract, plan: ActivationPlan | None = None) -> PilotContract:
    """Put an approved contract in force, for services that hold its locks and have asked the policy.

    Raises:
        RuleBroken: with code `overlapping_dates`, when another active contract begins within its time.
        WrongState: when the revision is no longer the approved one, or what it revises is no longer active.
    """
    if revision_hash(contract) != contract.approved_revision:
        raise WrongState("The contract is not what was approved. Reopen the review and approve it again.")
    with contract_changes_kept(contract, follows=True):
        now = timezone.now()
        activation = ContractActivation.objects.create(
            contract=contract, activated_by=actor, activated_at=now, revision=contract.approved_revision, plan=plan
        )
        ended = predecessors_end(actor=actor, activation=activation)
        for predecessor in ended:
            status_write(actor, predecessor, Action.SUPERSEDE, reason=f"{contract} follows it.")
        contract.activated_at = now
        try:
            with transaction.atomic():
                _activated(actor, contract, plan)
        except IntegrityError as error:
            raise RuleBroken(
                "Its dates overlap with another active contract of this airline and type.",
                code=ErrorCode.OVERLAPPING_DATES,
            ) from error
        assignments_follow(actor=actor, predecessors=ended, successor=contract)
    publication_request()
    return contract


def _activated(actor: User, contract: PilotContract, plan: ActivationPlan | None) -> None:
    if plan is None:
        status_write(actor, contract, Action.ACTIVATE, fields=["activated_at"])
        return
    status_write(
        actor,
        contract,
        Action.ACTIVATE,
        fields=["activated_at"],
        reason=f"As planned for {instant_in_words(plan.due_at, plan.time_zone)}.",
        details={"plan": str(plan.pk), "due_at": plan.due_at.isoformat()},
    )


def plan_set_aside(*, actor: User, contract: PilotContract) -> None:
    """Before somebody activates the contract by hand: a plan for it, if there is one, is over."""
    plan = contract.activation_plans.select_for_update(of=("self",)).filter(status=PlanStatus.OPEN).first()
    if plan is None:
        return
    plan.status, plan.ended_at, plan.ended_by = PlanStatus.CANCELLED, timezone.now(), actor
    plan.reason = "It was activated by hand before."
    plan.save(update_fields=["status", "ended_at", "ended_by", "reason"])
    entry_record(
        event=AuditEvent.ACTIVATION_CANCELLED,
        actor=actor,
        target=contract,
        reason=plan.reason,
        details={"plan": str(plan.pk)},
    )


def expiry_write(*, contract: PilotContract) -> None:
    """Supersede a locked contract whose last day has passed; its pilots go on to the contract that follows it, if one is in force."""
    follower, reason = follower_of(contract), "Its last day has passed."
    with contract_changes_kept(contract, besides=[follower.pk] if follower else []):
        if follower is not None:
            assignments_follow(actor=None, predecessors=[contract], successor=follower)
        else:
            assignments_end(actor=None, contract=contract, reason=reason)
        status_write(None, contract, Action.SUPERSEDE, reason=reason)
    publication_request()


def contract_undo_activation(
    *, actor: User, contract_id: UUID, reason: str, version: int | None = None
) -> PilotContract:
    """Take an activation back, with a reason: the contract is approved again, and what it followed is as it was before.

    Last days and statuses are put back. Pilots whom the activation moved go back; whoever chose otherwise since keeps his
    choice, and whoever chose this contract is bound by the airline's again.

    Raises:
        WrongState: when the airline's hours for it are over, or something later depends on it.
    """
    with moving(actor, contract_id, Action.UNDO_ACTIVATION, version, reason) as contract:
        standing = contract.activations.select_for_update(of=("self",)).filter(undone_at__isnull=True).first()
        if standing is None:
            raise WrongState(
                "It was activated before activations were kept, so what it replaced is not known. Retire it instead."
            )
        effects = predecessors_locked(activation=standing)
        _require_nothing_later(contract, standing, effects)
        standing.undone_at, standing.undone_by, standing.undo_reason = timezone.now(), actor, reason.strip()
        standing.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        activation_undone(actor=actor, activation=standing)
        contract.activated_at = None
        with contract_changes_kept(contract, besides=[effect.contract_id for effect in effects]):
            status_write(actor, contract, Action.UNDO_ACTIVATION, fields=["activated_at"], reason=reason)
            _put_back(actor, contract, effects)
        publication_request()
        return contract


def _require_nothing_later(
    contract: PilotContract, activation: ContractActivation, effects: list[ActivationEffect]
) -> None:
    later = later_activation(activation)
    if later is not None:
        raise WrongState(
            f"{later.contract} was activated after this one. Undo that activation first, if it still can be; "
            "otherwise retire this contract."
        )
    revision = contract.revised_by.exclude(status__in=ABANDONED).first()
    if revision is not None:
        raise WrongState(f"Revision {revision.contract_version} of this contract is in work. Reject it first.")
    for effect in effects:
        was = effect.contract
        if was.status not in {Status.ACTIVE, Status.SUPERSEDED} or was.expiration_date != effect.expiration_after:
            raise WrongState(
                f"{was}, which this contract followed, is {was.get_status_display()} and was changed since, so it cannot "
                "be put back as it was. Retire this contract instead."
            )


def _put_back(actor: User, contract: PilotContract, effects: list[ActivationEffect]) -> None:
    """What the activation found: last days, statuses, pilots, and the improvements that came to a revision with it."""
    reason = f"The activation of {contract} was undone."
    for effect in effects:
        if effect.expiration_before != effect.expiration_after:
            last_day_write(actor=actor, contract=effect.contract, day=effect.expiration_before, reason=reason)
        if effect.contract.status == Status.SUPERSEDED:
            status_write(actor, effect.contract, Action.RESTORE, reason=reason)
    assignments_return(actor=actor, contract=contract, to=[effect.contract_id for effect in effects], reason=reason)
    improvements_give_back(actor=actor, revision=contract)
