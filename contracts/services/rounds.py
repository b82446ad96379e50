"""Reviews as they run: the round that a submission opens, the approvals that it gathers, the edits that void them."""

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import as_product
from contracts.lifecycle import Status
from contracts.models import DecisionKind, PilotContract, ReviewRound, ReviewRoundStep, ReviewStep
from contracts.models.reviews import STEP_NAME


@as_product("an airline's terms hold for whoever submits, seen or not")
def round_open(*, contract: PilotContract) -> ReviewRound:
    """The round of a contract that is about to enter review, with its steps; the caller, who holds its lock, writes the rest.

    A submission takes the airline's steps and terms as they are now, a reopening those of the round before. Without steps any
    one reviewer of the airline approves.
    """
    airline = Airline.objects.select_for_update(no_key=True).get(pk=contract.airline_id)
    before = contract.review_round if contract.status == Status.APPROVED else None
    last = contract.review_rounds.aggregate(number=Max("number"))["number"] or 0
    days = airline.review_days
    opened = ReviewRound.objects.create(
        contract=contract,
        number=last + 1,
        second_pair_of_eyes=before.second_pair_of_eyes if before else airline.second_pair_of_eyes,
        due_at=timezone.now() + timedelta(days=days) if days is not None else None,
        escalation_days=airline.escalation_days,
    )
    ReviewRoundStep.objects.bulk_create(
        ReviewRoundStep(
            round=opened,
            position=step.position,
            name=step.name,
            group_id=step.group_id,
            approvals_needed=step.approvals_needed,
        )
        for step in _steps(airline, before)
    )
    return opened


def _steps(airline: Airline, before: ReviewRound | None) -> list[ReviewStep | ReviewRoundStep]:
    copied: list[ReviewStep | ReviewRoundStep] = (
        [*before.steps.all()] if before else [*ReviewStep.objects.filter(airline=airline)]
    )
    return copied or [ReviewRoundStep(position=1, name=STEP_NAME, approvals_needed=1)]


def approvals_void(*, actor: User, contract: PilotContract, reason: str = "") -> int:
    """Before an edit: the approvals given so far no longer count, and the review is back at its first step. Returns how many.

    The database does the same by itself for whoever edits past the services; here it is written down.
    """
    if contract.known_unapproved:
        return 0
    voided = contract.decisions.filter(kind=DecisionKind.APPROVED, voided_at__isnull=True).update(
        voided_at=timezone.now()
    )
    if voided:
        entry_record(
            event=AuditEvent.APPROVALS_VOIDED,
            actor=actor,
            target=contract,
            reason=reason.strip(),
            details={"approvals": voided},
        )
    return voided
