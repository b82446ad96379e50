"""Moving a contract from state to state: the only writer of `status`."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.services import entry_record
from config.errors import ErrorCode, RuleBroken, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Status
from contracts.models import ContractDecision, DecisionKind, PilotContract, RuleDecision, RunStatus
from contracts.policies import require_action
from contracts.selectors import binding_rules, latest_run, revision_hash
from contracts.services.locks import locked_contract
from contracts.services.publication import publication_request
from contracts.services.refusals import own_attempts_noted
from contracts.services.revision_ends import revision_settle
from contracts.services.succession import assignments_end, assignments_follow, predecessors_end

APPROVAL_FIELDS = ["approved_by", "approved_at", "approved_revision"]


def contract_submit(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Hand the contract to reviewers. Its document must have been read to the end.

    Raises:
        NotAllowed, WrongState: see `policies.require_action`; WrongState too while the reading lasts or after it failed.
    """
    with _move(actor, contract_id, Action.SUBMIT, version) as contract:
        run = latest_run(contract)
        if run is None or run.status != RunStatus.SUCCEEDED:
            raise WrongState(
                "The document has not been read to its end: wait for that, or upload it again where it failed."
            )
        contract.submitted_by = actor
        contract.submitted_at = timezone.now()
        return _written(actor, contract, Action.SUBMIT, fields=["submitted_by", "submitted_at"])


def contract_withdraw(*, actor: User, contract_id: UUID, reason: str = "", version: int | None = None) -> PilotContract:
    """Take an own contract back. The document may then be uploaded anew."""
    with _move(actor, contract_id, Action.WITHDRAW, version, reason) as contract:
        return _written(actor, contract, Action.WITHDRAW, reason=reason)


def contract_request_changes(
    *, actor: User, contract_id: UUID, reason: str, version: int | None = None
) -> PilotContract:
    """Send the contract back to its uploader with a reason."""
    with _move(actor, contract_id, Action.REQUEST_CHANGES, version, reason) as contract:
        _record_decision(actor, contract, DecisionKind.CHANGES_REQUESTED, reason)
        return _written(actor, contract, Action.REQUEST_CHANGES, reason=reason)


def contract_reject(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """End the contract's review for good, with a reason."""
    with _move(actor, contract_id, Action.REJECT, version, reason) as contract:
        _record_decision(actor, contract, DecisionKind.REJECTED, reason)
        return _written(actor, contract, Action.REJECT, reason=reason)


def contract_approve(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Approve the revision as it stands: every proposal decided, at least one rule kept.

    Raises:
        NotAllowed: also with code `own_contract`, which is written to the security events.
        WrongState: not in review.
        RuleBroken: proposals are undecided (`undecided_rules`) or none was kept (`no_rules`).
    """
    with _move(actor, contract_id, Action.APPROVE, version) as contract:
        undecided = contract.rules.filter(decision=RuleDecision.PROPOSED).count()
        if undecided:
            raise RuleBroken(
                f"{undecided} proposed rules are undecided. Accept, correct or reject each, then approve.",
                code=ErrorCode.UNDECIDED_RULES,
            )
        if not binding_rules(contract).exists():
            raise RuleBroken("No rule was accepted: there is nothing to approve.", code=ErrorCode.NO_RULES)
        revision = _record_decision(actor, contract, DecisionKind.APPROVED).revision
        contract.approved_by, contract.approved_at, contract.approved_revision = actor, timezone.now(), revision
        return _written(actor, contract, Action.APPROVE, fields=APPROVAL_FIELDS, details={"revision": revision})


def contract_reopen(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """Take an approval back before activation, with a reason: rules may be edited again, standing approvals are void."""
    with _move(actor, contract_id, Action.REOPEN, version, reason) as contract:
        contract.decisions.filter(kind=DecisionKind.APPROVED, voided_at__isnull=True).update(voided_at=timezone.now())
        contract.approved_by, contract.approved_at, contract.approved_revision = None, None, ""
        return _written(actor, contract, Action.REOPEN, fields=APPROVAL_FIELDS, reason=reason)


def contract_activate(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Put the contract in force. The active one of the same airline and type that it follows ends the day before it begins.

    Raises:
        RuleBroken: with code `overlapping_dates`, when another active contract begins within its time.
        WrongState: also when the revision is no longer the approved one.
    """
    with _move(actor, contract_id, Action.ACTIVATE, version) as contract:
        if revision_hash(contract) != contract.approved_revision:
            raise WrongState("The contract is not what was approved. Reopen the review and approve it again.")
        ended = predecessors_end(actor=actor, successor=contract)
        for predecessor in ended:
            _written(actor, predecessor, Action.SUPERSEDE, reason=f"{contract} follows it.")
        contract.activated_at = timezone.now()
        try:
            with transaction.atomic():
                _written(actor, contract, Action.ACTIVATE, fields=["activated_at"])
        except IntegrityError as error:
            raise RuleBroken(
                "Its dates overlap with another active contract of this airline and type.",
                code=ErrorCode.OVERLAPPING_DATES,
            ) from error
        assignments_follow(actor=actor, predecessors=ended, successor=contract)
        publication_request()
        return contract


def contract_retire(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """Take an active or superseded contract out of force altogether, with a reason."""
    with _move(actor, contract_id, Action.RETIRE, version, reason) as contract:
        assignments_end(actor=actor, contract=contract, reason=reason.strip())
        _written(actor, contract, Action.RETIRE, reason=reason)
        publication_request()
        return contract


def expired_contracts_supersede() -> int:
    """Supersede active contracts whose last day has passed at their airline. Returns how many."""
    ended = 0
    dated = PilotContract.objects.filter(status=Status.ACTIVE, expiration_date__isnull=False).select_related("airline")
    for candidate in dated.order_by("pk"):
        with transaction.atomic():
            contract = locked_contract(candidate.pk)
            last_day = contract.expiration_date
            if contract.status == Status.ACTIVE and last_day is not None and last_day < contract.airline.today():
                assignments_end(actor=None, contract=contract, reason="Its last day has passed.")
                _written(None, contract, Action.SUPERSEDE, reason="Its last day has passed.")
                publication_request()
                ended += 1
    return ended


@contextmanager
def _move(
    actor: User, contract_id: UUID, action: Action, version: int | None, reason: str | None = None
) -> Iterator[PilotContract]:
    """A transaction with the contract locked, entered once actor, state and reason are found right.

    An attempt to decide on one's own contract leaves a security event after the transaction has been rolled back.
    """
    with own_attempts_noted(actor=actor, target=contract_id, action=action.value), transaction.atomic():
        contract = locked_contract(contract_id, version=version)
        require_action(actor, contract, action)
        if TRANSITIONS[action].needs_reason and not (reason or "").strip():
            raise RuleBroken("Say why: the uploader reads the reason.", code=ErrorCode.REASON_REQUIRED)
        yield contract


def _written(
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
    contract.full_clean(validate_constraints=False)
    contract.save(update_fields=["status", "version", *(fields or [])])
    entry_record(
        event=transition.event,
        actor=actor,
        target=contract,
        reason=reason.strip(),
        before={"status": before},
        after={"status": contract.status},
        details=details,
    )
    revision_settle(actor=actor, revision=contract)
    return contract


def _record_decision(actor: User, contract: PilotContract, kind: DecisionKind, reason: str = "") -> ContractDecision:
    return ContractDecision.objects.create(
        contract=contract, kind=kind, decided_by=actor, revision=revision_hash(contract), reason=reason.strip()
    )
