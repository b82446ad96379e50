"""Who works on a review: claimed, taken over, released, given to somebody else. A claim without action runs out by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import ErrorCode, RuleBroken
from contracts.models import PilotContract
from contracts.policies import ClaimAction, may_review, require_claim_action
from contracts.review_selectors import claim_holder_id
from contracts.services.locks import locked_contract
from contracts.services.notices import claim_reassigned
from contracts.services.refusals import own_attempts_noted

CLAIM_LASTS = timedelta(days=2)
CLAIM_FIELDS = ["claimed_by", "claim_expires_at"]


def claim_take(*, actor: User, contract_id: UUID, reason: str = "", version: int | None = None) -> PilotContract:
    """Claim the review, or take it over from who has claimed it: then with a reason.

    Raises:
        NotAllowed, WrongState: see `policies.require_claim_action`.
        RuleBroken: `reason_required`.
    """
    with _claiming(actor, contract_id, version) as contract:
        holder = claim_holder_id(contract)
        is_taken_over = holder is not None and holder != actor.pk
        require_claim_action(actor, contract, ClaimAction.TAKE_OVER if is_taken_over else ClaimAction.CLAIM)
        if is_taken_over and not reason.strip():
            raise RuleBroken(
                f"Say why: {contract.claimed_by} has claimed this review and reads the reason.",
                code=ErrorCode.REASON_REQUIRED,
            )
        return _held_by(actor, contract, actor, AuditEvent.CONTRACT_CLAIMED, reason)


def claim_release(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Let go of the review: any reviewer may go on with it. Raises as `claim_take`."""
    with _claiming(actor, contract_id, version) as contract:
        require_claim_action(actor, contract, ClaimAction.RELEASE)
        return _held_by(actor, contract, None, AuditEvent.CLAIM_RELEASED, "")


def claim_reassign(
    *, actor: User, contract_id: UUID, to: User, reason: str = "", version: int | None = None
) -> PilotContract:
    """Give the review to another reviewer of the airline.

    Raises:
        NotAllowed, WrongState: see `policies.require_claim_action`.
        RuleBroken: when `to` may not review this contract.
    """
    with _claiming(actor, contract_id, version) as contract:
        require_claim_action(actor, contract, ClaimAction.REASSIGN)
        if not may_review(to, contract):
            raise RuleBroken(
                f"{to} may not review this contract: choose an approver with a grant for {contract.airline.code} "
                "who neither handed it in nor stands in for who did."
            )
        held = _held_by(actor, contract, to, AuditEvent.CLAIM_REASSIGNED, reason)
        claim_reassigned(actor=actor, contract=held, claim_id=held.pk, reviewer=to)
        return held


def claim_expiry(contract: PilotContract, actor: User | None) -> dict[str, object]:
    """What a write of `actor` on the contract sets beside: whoever acts on his claim keeps it longer."""
    is_his = actor is not None and claim_holder_id(contract) == actor.pk
    return {"claim_expires_at": timezone.now() + CLAIM_LASTS} if is_his else {}


@contextmanager
def _claiming(actor: User, contract_id: UUID, version: int | None) -> Iterator[PilotContract]:
    with own_attempts_noted(actor=actor, target=contract_id, action="claim"), transaction.atomic():
        yield locked_contract(contract_id, version=version)


def _held_by(
    actor: User, contract: PilotContract, holder: User | None, event: AuditEvent, reason: str
) -> PilotContract:
    before = contract.claimed_by
    contract.claimed_by = holder
    contract.claim_expires_at = timezone.now() + CLAIM_LASTS if holder else None
    contract.version += 1
    contract.full_clean(validate_constraints=False)
    contract.save(update_fields=[*CLAIM_FIELDS, "version"])
    entry_record(
        event=event,
        actor=actor,
        target=contract,
        reason=reason.strip(),
        before={"claimed_by": str(before) if before else None},
        after={"claimed_by": str(holder) if holder else None},
    )
    return contract
