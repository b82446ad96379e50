"""How a contract's status is written: in one transaction with its entry and its notices. Nothing else writes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.services import entry_record
from config.door import acting
from config.errors import ErrorCode, RuleBroken
from contracts.lifecycle import TRANSITIONS, Action
from contracts.models import PilotContract
from contracts.policies import require_action
from contracts.services.claims import CLAIM_FIELDS
from contracts.services.locks import locked_contract, succession_lock
from contracts.services.notices import contract_moved
from contracts.services.refusals import own_attempts_noted
from contracts.services.revision_ends import revision_settle

# What decides which contract is in force after another: one of these at a time at an airline.
_SUCCESSION = frozenset({Action.ACTIVATE, Action.UNDO_ACTIVATION})


@contextmanager
def moving(
    actor: User, contract_id: UUID, action: Action, version: int | None, reason: str | None = None
) -> Iterator[PilotContract]:
    """A transaction with the contract locked, entered once actor, state and reason are found right.

    An attempt to decide on one's own contract leaves a security event after the transaction has been rolled back.
    """
    with (
        acting(actor),
        own_attempts_noted(actor=actor, target=contract_id, action=action.value),
        transaction.atomic(),
    ):
        if action in _SUCCESSION:
            succession_lock(contract_id)
        contract = locked_contract(contract_id, version=version)
        require_action(actor, contract, action)
        if TRANSITIONS[action].needs_reason and not (reason or "").strip():
            raise RuleBroken("Say why: the uploader reads the reason.", code=ErrorCode.REASON_REQUIRED)
        yield contract


def status_write(
    actor: User | None,
    contract: PilotContract,
    action: Action,
    *,
    fields: list[str] | None = None,
    reason: str = "",
    details: dict[str, object] | None = None,
) -> PilotContract:
    """The new state, saved with its audit entry."""
    transition = TRANSITIONS[action]
    before = contract.status
    contract.status = transition.target
    contract.version += 1
    contract.claimed_by, contract.claim_expires_at = None, None
    contract.full_clean(validate_constraints=False)
    contract.save(update_fields=["status", "version", *CLAIM_FIELDS, *(fields or [])])
    entry_record(
        event=transition.event,
        actor=actor,
        target=contract,
        reason=reason.strip(),
        before={"status": before},
        after={"status": contract.status},
        details=details,
    )
    contract_moved(actor=actor, contract=contract, action=action)
    revision_settle(actor=actor, revision=contract)
    return contract
