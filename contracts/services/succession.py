"""One contract after another: what happens to the one in force, and to the pilots it binds, when a later one is activated."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import Fact, entries_record, entry_record
from config.door import as_product
from config.errors import WrongState
from config.facts import facts_change
from contracts.lifecycle import Status
from contracts.models import ActivationEffect, ContractActivation, PilotContract, PilotContractAssignment
from contracts.publication.facts import pilot_subject


def predecessors_end(*, actor: User, activation: ContractActivation) -> list[PilotContract]:
    """Shorten the active contracts that reach into the successor's time, so that neither gap nor overlap is left.

    Those still in force until a successor's future first day keep their status and only lose their later days. Returns
    the others, with their last day set and locked, for the caller to supersede. What is done to each is kept.

    Raises:
        WrongState: for a revision of a contract that is no longer active: it would put out of force what came after that.
    """
    successor = activation.contract
    today = successor.airline.today()
    last_day = successor.effective_date - timedelta(days=1)
    active = PilotContract.objects.select_for_update(of=("self",)).filter(
        airline=successor.airline, contract_type=successor.contract_type, status=Status.ACTIVE
    )
    rivals = list(active.select_related("airline").order_by("pk"))
    if successor.revises_id is not None and successor.revises_id not in {rival.pk for rival in rivals}:
        raise WrongState("What this revises is no longer active. Reopen its review, then reject the revision.")
    ended = []
    for rival in rivals:
        if not _meet(rival, successor) or rival.effective_date > max(today, successor.effective_date):
            continue
        before = rival.expiration_date
        if rival.effective_date <= last_day:
            last_day_write(actor=actor, contract=rival, day=last_day, reason=f"{successor} follows it.")
        is_ended = successor.effective_date <= today or rival.effective_date > last_day
        if is_ended:
            ended.append(rival)
        ActivationEffect.objects.create(
            activation=activation,
            contract=rival,
            expiration_before=before,
            expiration_after=rival.expiration_date,
            was_superseded=is_ended,
        )
    return ended


def predecessors_locked(*, activation: ContractActivation) -> list[ActivationEffect]:
    """What the activation did, each with the contract that it did it to, locked."""
    effects = list(activation.effects.order_by("contract"))
    keys = [effect.contract_id for effect in effects]
    locked = PilotContract.objects.select_for_update(of=("self",)).select_related("airline").filter(pk__in=keys)
    contracts = {contract.pk: contract for contract in locked.order_by("pk")}
    for effect in effects:
        effect.contract = contracts[effect.contract_id]
    return effects


def last_day_write(*, actor: User, contract: PilotContract, day: date | None, reason: str) -> None:
    """Set the last day in force of a locked contract, with its entry."""
    before = contract.expiration_date
    contract.expiration_date = day
    contract.version += 1
    contract.save(update_fields=["expiration_date", "version"])
    entry_record(
        event=AuditEvent.CONTRACT_UPDATED,
        actor=actor,
        target=contract,
        reason=reason,
        before={"expiration_date": str(before) if before else None},
        after={"expiration_date": str(day) if day else None},
    )


def _meet(one: PilotContract, other: PilotContract) -> bool:
    """Whether there is a day on which both would be in force."""
    return (one.expiration_date is None or one.expiration_date >= other.effective_date) and (
        other.expiration_date is None or other.expiration_date >= one.effective_date
    )


def follower_of(contract: PilotContract) -> PilotContract | None:
    """The active contract of the same airline and type that is in force today, locked."""
    today = contract.airline.today()
    active = PilotContract.objects.select_for_update(of=("self",)).filter(
        airline=contract.airline, contract_type=contract.contract_type, status=Status.ACTIVE, effective_date__lte=today
    )
    return active.exclude(pk=contract.pk).exclude(expiration_date__lt=today).first()


@as_product("whoever activates does not see whom it binds")
def assignments_follow(*, actor: User | None, predecessors: Sequence[PilotContract], successor: PilotContract) -> int:
    """Bind the pilots of superseded contracts to the successor. Returns how many."""
    moved = 0
    for predecessor in predecessors:
        bound = _bound(predecessor)
        reason = f"{successor} follows it."
        _end(actor, bound, reason=reason, after={each.pilot_id: successor.pk for each in bound})
        PilotContractAssignment.objects.bulk_create(
            PilotContractAssignment(pilot=each.pilot, contract=successor, assigned_by=actor, follows=each)
            for each in bound
        )
        moved += len(bound)
    return moved


@as_product("whoever activates does not see whom it binds")
def assignments_end(*, actor: User | None, contract: PilotContract, reason: str) -> int:
    """Unbind the contract's pilots, with an entry for each. Returns how many."""
    bound = _bound(contract)
    _end(actor, bound, reason=reason, after={})
    return len(bound)


@as_product("whoever activates does not see whom it binds")
def assignments_return(*, actor: User, contract: PilotContract, to: Collection[UUID], reason: str) -> int:
    """Unbind the contract's pilots; bind those again whom it took over from one of `to`, as they were. Returns how many went back."""
    bound = _bound(contract)
    earlier = [each.follows for each in bound if each.follows is not None and each.follows.contract_id in to]
    _end(actor, bound, reason=reason, after={each.pilot_id: each.contract_id for each in earlier})
    PilotContractAssignment.objects.bulk_create(
        PilotContractAssignment(
            pilot_id=each.pilot_id,
            contract_id=each.contract_id,
            assigned_by_id=each.assigned_by_id,
            follows=each.follows,
        )
        for each in earlier
    )
    return len(earlier)


def _bound(contract: PilotContract) -> list[PilotContractAssignment]:
    """The contract's open assignments, locked."""
    bound = contract.assignments.select_for_update(of=("self",)).filter(ended_at__isnull=True)
    return list(bound.select_related("pilot", "follows__follows").order_by("pk"))


def _end(
    actor: User | None, bound: Sequence[PilotContractAssignment], *, reason: str, after: Mapping[UUID, UUID]
) -> None:
    """End the assignments, each with an entry that says which contract binds its pilot now, if any does."""
    keys = [each.pk for each in bound]
    PilotContractAssignment.objects.filter(pk__in=keys).update(ended_at=timezone.now())
    facts = [
        Fact(
            event=AuditEvent.PILOT_ASSIGNED,
            target=each.pilot,
            reason=reason,
            before={"contract": str(each.contract_id)},
            after={"contract": str(after[each.pilot_id]) if each.pilot_id in after else None},
            # By these the entry is found for the histories of both contracts.
            details={
                "before": str(each.contract_id),
                "contract": str(after[each.pilot_id]) if each.pilot_id in after else None,
            },
        )
        for each in bound
    ]
    entries_record(actor=actor, facts=facts)
    facts_change(*(pilot_subject(each.pilot.pilot_id) for each in bound))
