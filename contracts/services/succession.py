"""One contract after another: what happens to the one in force, and to the pilots it binds, when a later one is activated."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import Fact, entries_record, entry_record
from config.errors import WrongState
from contracts.lifecycle import Status
from contracts.models import PilotContract, PilotContractAssignment
from pilots.models import Pilot


def predecessors_end(*, actor: User, successor: PilotContract) -> list[PilotContract]:
    """Shorten the active contracts that reach into the successor's time, so that neither gap nor overlap is left.

    Those still in force until a successor's future first day keep their status and only lose their later days. Returns
    the others, with their last day set and locked, for the caller to supersede.

    Raises:
        WrongState: for a revision of a contract that is no longer active: it would put out of force what came after that.
    """
    today = successor.airline.today()
    last_day = successor.effective_date - timedelta(days=1)
    active = PilotContract.objects.select_for_update(of=("self",)).filter(
        airline=successor.airline, contract_type=successor.contract_type, status=Status.ACTIVE
    )
    rivals = list(active.order_by("pk"))
    if successor.revises_id is not None and successor.revises_id not in {rival.pk for rival in rivals}:
        raise WrongState("What this revises is no longer active. Reopen its review, then reject the revision.")
    ended = []
    for rival in rivals:
        if not _meet(rival, successor) or rival.effective_date > max(today, successor.effective_date):
            continue
        if rival.effective_date <= last_day:
            _shorten(actor, rival, successor)
        if successor.effective_date <= today or rival.effective_date > last_day:
            ended.append(rival)
    return ended


def _shorten(actor: User, rival: PilotContract, successor: PilotContract) -> None:
    before = rival.expiration_date
    rival.expiration_date = successor.effective_date - timedelta(days=1)
    rival.version += 1
    rival.save(update_fields=["expiration_date", "version"])
    entry_record(
        event=AuditEvent.CONTRACT_UPDATED,
        actor=actor,
        target=rival,
        reason=f"{successor} follows it.",
        before={"expiration_date": str(before) if before else None},
        after={"expiration_date": str(rival.expiration_date)},
    )


def _meet(one: PilotContract, other: PilotContract) -> bool:
    """Whether there is a day on which both would be in force."""
    return (one.expiration_date is None or one.expiration_date >= other.effective_date) and (
        other.expiration_date is None or other.expiration_date >= one.effective_date
    )


def assignments_follow(*, actor: User, predecessors: Sequence[PilotContract], successor: PilotContract) -> int:
    """Bind the pilots of superseded contracts to the successor. Returns how many."""
    moved = 0
    for predecessor in predecessors:
        pilots = assignments_end(
            actor=actor, contract=predecessor, reason=f"{successor} follows it.", successor=successor
        )
        PilotContractAssignment.objects.bulk_create(
            PilotContractAssignment(pilot=pilot, contract=successor, assigned_by=actor) for pilot in pilots
        )
        moved += len(pilots)
    return moved


def assignments_end(
    *, actor: User | None, contract: PilotContract, reason: str, successor: PilotContract | None = None
) -> list[Pilot]:
    """Unbind the contract's pilots, with an entry for each. Returns them."""
    bound = contract.assignments.select_for_update(of=("self",)).filter(ended_at__isnull=True)
    pilots = [assignment.pilot for assignment in bound.select_related("pilot").order_by("pk")]
    contract.assignments.filter(ended_at__isnull=True).update(ended_at=timezone.now())
    before, after = {"contract": str(contract.pk)}, {"contract": str(successor.pk) if successor else None}
    details = {"before": before["contract"], "contract": after["contract"]}
    facts = [
        Fact(event=AuditEvent.PILOT_ASSIGNED, target=pilot, reason=reason, before=before, after=after, details=details)
        for pilot in pilots
    ]
    entries_record(actor=actor, facts=facts)
    return pilots
