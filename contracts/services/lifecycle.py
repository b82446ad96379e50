"""Moving a contract from state to state: the only writer of `status`."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import ErrorCode, RuleBroken, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Status
from contracts.models import ContractDecision, DecisionKind, Occasion, PilotContract, RuleDecision, RunStatus
from contracts.policies import Approval, approval_for, require_action
from contracts.selectors import binding_rules, latest_run, revision_hash
from contracts.services.changes import contract_changes_kept
from contracts.services.claims import CLAIM_FIELDS
from contracts.services.locks import locked_contract
from contracts.services.notices import contract_moved
from contracts.services.publication import publication_request
from contracts.services.refusals import own_attempts_noted
from contracts.services.revision_ends import revision_settle
from contracts.services.revisions import revision_keep
from contracts.services.rounds import approvals_void, round_open
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
        revision_keep(contract=contract, occasion=Occasion.SUBMITTED)
        contract.submitted_by = actor
        contract.submitted_at = timezone.now()
        contract.review_round = round_open(contract=contract)
        return _written(actor, contract, Action.SUBMIT, fields=["submitted_by", "submitted_at", "review_round"])


def contract_withdraw(*, actor: User, contract_id: UUID, reason: str = "", version: int | None = None) -> PilotContract:
    """Take an own contract back. The document may then be uploaded anew."""
    with _move(actor, contract_id, Action.WITHDRAW, version, reason) as contract:
        return _written(actor, contract, Action.WITHDRAW, reason=reason)


def contract_request_changes(
    *, actor: User, contract_id: UUID, reason: str, version: int | None = None
) -> PilotContract:
    """Send the contract back to its uploader with a reason."""
    with _move(actor, contract_id, Action.REQUEST_CHANGES, version, reason) as contract:
        approvals_void(actor=actor, contract=contract, reason="Changes were requested.")
        _record_decision(actor, contract, DecisionKind.CHANGES_REQUESTED, reason)
        return _written(actor, contract, Action.REQUEST_CHANGES, reason=reason)


def contract_reject(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """End the contract's review for good, with a reason."""
    with _move(actor, contract_id, Action.REJECT, version, reason) as contract:
        _record_decision(actor, contract, DecisionKind.REJECTED, reason)
        return _written(actor, contract, Action.REJECT, reason=reason)


def contract_approve(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Approve the revision as it stands, for the step whose turn it is: every proposal decided, at least one rule kept.

    The contract is approved with the last approval that its steps need; before that it stays in review.

    Raises:
        NotAllowed: also with code `own_contract`, which is written to the security events; `other_group`, `own_edits`.
        WrongState: not in review; `claimed` by somebody else; `already_approved` by him.
        RuleBroken: proposals are undecided (`undecided_rules`) or none was kept (`no_rules`).
    """
    with _move(actor, contract_id, Action.APPROVE, version) as contract:
        approval = approval_for(actor, contract)
        _require_approvable(contract)
        decision = _record_decision(actor, contract, DecisionKind.APPROVED, approval=approval)
        details: dict[str, object] = {"revision": decision.revision, "step": approval.step.name}
        if decision.on_behalf_of is not None:
            details["on_behalf_of"] = str(decision.on_behalf_of)
        if not approval.is_last:
            return _step_approved(actor, contract, details)
        contract.approved_by, contract.approved_at = actor, timezone.now()
        contract.approved_revision = decision.revision
        return _written(actor, contract, Action.APPROVE, fields=APPROVAL_FIELDS, details=details)


def _require_approvable(contract: PilotContract) -> None:
    undecided = contract.rules.filter(decision=RuleDecision.PROPOSED).count()
    if undecided:
        raise RuleBroken(
            f"{undecided} proposed rules are undecided. Accept, correct or reject each, then approve.",
            code=ErrorCode.UNDECIDED_RULES,
        )
    if not binding_rules(contract).exists():
        raise RuleBroken("No rule was accepted: there is nothing to approve.", code=ErrorCode.NO_RULES)


def _step_approved(actor: User, contract: PilotContract, details: dict[str, object]) -> PilotContract:
    """One approval of several: the contract stays in review, and is free for whoever is next."""
    contract.version += 1
    contract.claimed_by, contract.claim_expires_at = None, None
    contract.save(update_fields=["version", *CLAIM_FIELDS])
    entry_record(event=AuditEvent.CONTRACT_STEP_APPROVED, actor=actor, target=contract, details=details)
    return contract


def contract_reopen(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """Take the approval back before activation, with a reason: rules may be edited again, and the same steps begin anew."""
    with _move(actor, contract_id, Action.REOPEN, version, reason) as contract:
        approvals_void(actor=actor, contract=contract, reason="The review was reopened.")
        contract.review_round = round_open(contract=contract)
        contract.approved_by, contract.approved_at, contract.approved_revision = None, None, ""
        return _written(actor, contract, Action.REOPEN, fields=[*APPROVAL_FIELDS, "review_round"], reason=reason)


def contract_activate(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Put the contract in force. The active one of the same airline and type that it follows ends the day before it begins.

    Raises:
        RuleBroken: with code `overlapping_dates`, when another active contract begins within its time.
        WrongState: also when the revision is no longer the approved one.
    """
    with (
        _move(actor, contract_id, Action.ACTIVATE, version) as contract,
        contract_changes_kept(contract, follows=True),
    ):
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
    with _move(actor, contract_id, Action.RETIRE, version, reason) as contract, contract_changes_kept(contract):
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
                with contract_changes_kept(contract):
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


def _record_decision(
    actor: User, contract: PilotContract, kind: DecisionKind, reason: str = "", approval: Approval | None = None
) -> ContractDecision:
    revision_keep(contract=contract, occasion=Occasion(kind.value))
    return ContractDecision.objects.create(
        contract=contract,
        kind=kind,
        decided_by=actor,
        on_behalf_of_id=approval.on_behalf_of if approval else None,
        step=approval.step if approval else None,
        revision=revision_hash(contract),
        reason=reason.strip(),
    )
