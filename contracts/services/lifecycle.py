"""Moving a contract from state to state. Coming into force has its own room, `activation`."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import acting
from config.errors import ErrorCode, RuleBroken, WrongState
from contracts.lifecycle import Action, Status
from contracts.models import ContractDecision, DecisionKind, Occasion, PilotContract, RuleDecision, RunStatus
from contracts.policies import Approval, approval_for
from contracts.selectors import binding_rules, latest_run, revision_hash
from contracts.services.activation import activation_write, expiry_write, plan_set_aside
from contracts.services.changes import contract_changes_kept
from contracts.services.claims import CLAIM_FIELDS
from contracts.services.locks import locked_contract, succession_lock
from contracts.services.moves import moving, status_write
from contracts.services.publication import publication_request
from contracts.services.revisions import revision_keep
from contracts.services.rounds import approvals_void, round_open
from contracts.services.succession import assignments_end

APPROVAL_FIELDS = ["approved_by", "approved_at", "approved_revision"]


def contract_submit(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Hand the contract to reviewers. Its document must have been read to the end.

    Raises:
        NotAllowed, WrongState: see `policies.require_action`; WrongState too while the reading lasts or after it failed.
    """
    with moving(actor, contract_id, Action.SUBMIT, version) as contract:
        run = latest_run(contract)
        if run is None or run.status != RunStatus.SUCCEEDED:
            raise WrongState(
                "The document has not been read to its end: wait for that, or upload it again where it failed."
            )
        revision_keep(contract=contract, occasion=Occasion.SUBMITTED)
        contract.submitted_by = actor
        contract.submitted_at = timezone.now()
        contract.review_round = round_open(contract=contract)
        return status_write(actor, contract, Action.SUBMIT, fields=["submitted_by", "submitted_at", "review_round"])


def contract_withdraw(*, actor: User, contract_id: UUID, reason: str = "", version: int | None = None) -> PilotContract:
    """Take an own contract back. The document may then be uploaded anew."""
    with moving(actor, contract_id, Action.WITHDRAW, version, reason) as contract:
        return status_write(actor, contract, Action.WITHDRAW, reason=reason)


def contract_request_changes(
    *, actor: User, contract_id: UUID, reason: str, version: int | None = None
) -> PilotContract:
    """Send the contract back to its uploader with a reason."""
    with moving(actor, contract_id, Action.REQUEST_CHANGES, version, reason) as contract:
        approvals_void(actor=actor, contract=contract, reason="Changes were requested.")
        _record_decision(actor, contract, DecisionKind.CHANGES_REQUESTED, reason)
        return status_write(actor, contract, Action.REQUEST_CHANGES, reason=reason)


def contract_reject(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """End the contract's review for good, with a reason."""
    with moving(actor, contract_id, Action.REJECT, version, reason) as contract:
        _record_decision(actor, contract, DecisionKind.REJECTED, reason)
        return status_write(actor, contract, Action.REJECT, reason=reason)


def contract_approve(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Approve the revision as it stands, for the step whose turn it is: every proposal decided, at least one rule kept.

    The contract is approved with the last approval that its steps need; before that it stays in review.

    Raises:
        NotAllowed: also with code `own_contract`, which is written to the security events; `other_group`, `own_edits`.
        WrongState: not in review; `claimed` by somebody else; `already_approved` by him.
        RuleBroken: proposals are undecided (`undecided_rules`) or none was kept (`no_rules`).
    """
    with moving(actor, contract_id, Action.APPROVE, version) as contract:
        approval = approval_for(actor, contract)
        _require_approvable(contract)
        with acting(actor, on_behalf_of=_stood_in_for(approval)):
            return _approved(actor, contract, approval)


def _stood_in_for(approval: Approval) -> str:
    """Whom the trail names as the one for whom it was done."""
    return str(User.objects.get(pk=approval.on_behalf_of)) if approval.on_behalf_of else ""


def _approved(actor: User, contract: PilotContract, approval: Approval) -> PilotContract:
    """The decision, and the contract where it leads: approved, or free for the next step."""
    decision = _record_decision(actor, contract, DecisionKind.APPROVED, approval=approval)
    details: dict[str, object] = {"revision": decision.revision, "step": approval.step.name}
    if decision.on_behalf_of is not None:
        details["on_behalf_of"] = str(decision.on_behalf_of)
    if not approval.is_last:
        return _step_approved(actor, contract, details)
    contract.approved_by, contract.approved_at = actor, timezone.now()
    contract.approved_revision = decision.revision
    return status_write(actor, contract, Action.APPROVE, fields=APPROVAL_FIELDS, details=details)


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
    with moving(actor, contract_id, Action.REOPEN, version, reason) as contract:
        approvals_void(actor=actor, contract=contract, reason="The review was reopened.")
        contract.review_round = round_open(contract=contract)
        contract.approved_by, contract.approved_at, contract.approved_revision = None, None, ""
        return status_write(actor, contract, Action.REOPEN, fields=[*APPROVAL_FIELDS, "review_round"], reason=reason)


def contract_activate(*, actor: User, contract_id: UUID, version: int | None = None) -> PilotContract:
    """Put the contract in force now. The active one of the same airline and type that it follows ends the day before it begins.

    If its activation was planned for later, that plan is over.

    Raises:
        RuleBroken: with code `overlapping_dates`, when another active contract begins within its time.
        WrongState: also when the revision is no longer the approved one.
    """
    with moving(actor, contract_id, Action.ACTIVATE, version) as contract:
        plan_set_aside(actor=actor, contract=contract)
        return activation_write(actor=actor, contract=contract)


def contract_retire(*, actor: User, contract_id: UUID, reason: str, version: int | None = None) -> PilotContract:
    """Take an active or superseded contract out of force altogether, with a reason."""
    with moving(actor, contract_id, Action.RETIRE, version, reason) as contract, contract_changes_kept(contract):
        assignments_end(actor=actor, contract=contract, reason=reason.strip())
        status_write(actor, contract, Action.RETIRE, reason=reason)
        publication_request()
        return contract


def expired_contracts_supersede() -> int:
    """Supersede active contracts whose last day has passed at their airline. Returns how many."""
    ended = 0
    dated = PilotContract.objects.filter(status=Status.ACTIVE, expiration_date__isnull=False).select_related("airline")
    for candidate in dated.order_by("pk"):
        if candidate.expiration_date is None or candidate.expiration_date >= candidate.airline.today():
            continue
        with transaction.atomic():
            succession_lock(candidate.pk)
            contract = locked_contract(candidate.pk)
            last_day = contract.expiration_date
            if contract.status == Status.ACTIVE and last_day is not None and last_day < contract.airline.today():
                expiry_write(contract=contract)
                ended += 1
    return ended


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
