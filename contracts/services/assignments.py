"""Which contract binds a pilot, where it is not simply his airline's."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotAllowed, NotFoundForActor, RuleBroken, WrongState
from config.facts import facts_change
from contracts.lifecycle import Status
from contracts.models import ContractType, PilotContract, PilotContractAssignment
from contracts.publication.facts import pilot_subject
from contracts.services.changes import assignment_changes_kept
from contracts.services.locks import locked_contract
from pilots.models import Pilot
from pilots.policies import may_change_pilot


def assignment_set(*, actor: User, pilot: Pilot, contract_id: UUID | None) -> PilotContractAssignment | None:
    """Bind the pilot to an active agreement of his airline, or with None to whichever the airline has in force.

    Raises:
        NotAllowed: for another's record.
        NotFoundForActor: when `actor` may not see the contract.
        WrongState: when the contract is not active.
        RuleBroken: when it is another airline's, or a letter or policy: those bind everyone at the airline.
    """
    if not may_change_pilot(actor, pilot):
        raise NotAllowed("You may not change this pilot's contract.")
    with transaction.atomic():
        contract = _assignable(actor, pilot, contract_id) if contract_id is not None else None
        Pilot.objects.select_for_update().get(pk=pilot.pk)
        open_one = PilotContractAssignment.objects.filter(pilot=pilot, ended_at__isnull=True).first()
        bound_by = open_one.contract_id if open_one else None
        if bound_by == contract_id:
            return open_one
        with assignment_changes_kept(pilot):
            if open_one is not None:
                open_one.ended_at = timezone.now()
                open_one.save(update_fields=["ended_at"])
            fresh = None
            if contract is not None:
                fresh = PilotContractAssignment.objects.create(pilot=pilot, contract=contract, assigned_by=actor)
        facts_change(pilot_subject(pilot.pilot_id))
        before, after = (str(key) if key else None for key in (bound_by, contract_id))
        entry_record(
            event=AuditEvent.PILOT_ASSIGNED,
            actor=actor,
            target=pilot,
            before={"contract": before},
            after={"contract": after},
            details={"before": before, "contract": after},
        )
        return fresh


def _assignable(actor: User, pilot: Pilot, contract_id: UUID) -> PilotContract:
    if not PilotContract.objects.visible_to(actor).filter(pk=contract_id).exists():
        raise NotFoundForActor("There is no such contract.")
    contract = locked_contract(contract_id)
    if contract.airline_id != pilot.airline_id:
        raise RuleBroken("This contract is another airline's.")
    if contract.contract_type != ContractType.CBA:
        raise RuleBroken("Letters and policies bind every pilot of the airline: only an agreement is assigned.")
    if contract.status != Status.ACTIVE:
        raise WrongState(f"This contract is {contract.get_status_display()}: pilots are assigned to active ones.")
    return contract
