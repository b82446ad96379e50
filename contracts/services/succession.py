"""One contract after another: what happens to the one in force, and to the pilots it binds, when a later one is activated."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.lifecycle import Status
from contracts.models import PilotContract, PilotContractAssignment


def predecessors_end(*, actor: User, successor: PilotContract) -> list[PilotContract]:
    """Shorten the active contracts that reach into the successor's time, so that neither gap nor overlap is left.

    Those still in force until a successor's future first day keep their status and only lose their later days. Returns
    the others, with their last day set and locked, for the caller to supersede.
    """
    today = successor.airline.today()
    last_day = successor.effective_date - timedelta(days=1)
    rivals = PilotContract.objects.select_for_update(of=("self",)).filter(
        airline=successor.airline, contract_type=successor.contract_type, status=Status.ACTIVE
    )
    ended = []
    for rival in rivals.order_by("pk"):
        reaches = rival.expiration_date is None or rival.expiration_date > last_day
        if not reaches or rival.effective_date > max(today, successor.effective_date):
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


def assignments_follow(*, actor: User, predecessors: Sequence[PilotContract], successor: PilotContract) -> int:
    """Bind the pilots of superseded contracts to the successor. Returns how many."""
    following = PilotContractAssignment.objects.select_for_update().filter(
        contract__in=[predecessor.pk for predecessor in predecessors], ended_at__isnull=True
    )
    pilots = list(following.order_by("pk").values_list("pilot_id", flat=True))
    following.update(ended_at=timezone.now())
    PilotContractAssignment.objects.bulk_create(
        PilotContractAssignment(pilot_id=pilot, contract=successor, assigned_by=actor) for pilot in pilots
    )
    return len(pilots)
