"""Improvements: proposed by pilots, decided by approvers, applied in a revision of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import as_product
from config.errors import ErrorCode, Fault, NotFoundForActor, RuleBroken, WrongState
from contracts.community.policies import (
    require_decision,
    require_proposal,
    require_revisable,
    require_withdrawal,
)
from contracts.community.proposals import proposal_checked
from contracts.lifecycle import Status
from contracts.models import (
    BINDING,
    ContractImprovement,
    ContractRule,
    ImprovementKind,
    ImprovementStatus,
    PilotContract,
)
from contracts.services.applying import improvement_write
from contracts.services.lifecycle import contract_submit
from contracts.services.locks import locked_contract
from contracts.services.notices import improvement_decided, improvement_proposed
from contracts.services.revising import contract_revise, locked_with_revision

_OF_RULES = frozenset({ImprovementKind.CORRECT_RULE, ImprovementKind.REMOVE_RULE})


@dataclass(frozen=True, slots=True)
class Applied:
    """An improvement and the revision that now holds it; `is_new` when the revision was opened for it."""

    improvement: ContractImprovement
    revision: PilotContract
    is_new: bool


def improvement_propose(
    *,
    actor: User,
    contract_id: UUID,
    kind: str,
    comment: str,
    rule_id: UUID | None = None,
    proposal: Mapping[str, object] | None = None,
) -> ContractImprovement:
    """Propose a change of a contract's record. `proposal` holds the fields to change; see `community.proposals`.

    Raises:
        NotFoundForActor: when there is no such contract, or no such binding rule in it.
        NotAllowed, WrongState: see `policies.require_proposal`.
        RuleBroken: for fields that cannot be kept, or without a comment.
    """
    with transaction.atomic():
        contract = locked_contract(contract_id)
        require_proposal(actor, contract)
        rule = _named_rule(contract, kind, rule_id)
        if not comment.strip():
            raise RuleBroken(
                "Say what is wrong and where the document says it: an approver reads the comment.",
                code=ErrorCode.REASON_REQUIRED,
                errors=[Fault("/comment", ErrorCode.REASON_REQUIRED, "This is needed.")],
            )
        checked = proposal_checked(kind, contract=contract, rule=rule, given=proposal or {})
        improvement = ContractImprovement(
            contract=contract,
            rule=rule,
            author=actor,
            kind=kind,
            proposal=checked.after,
            before=checked.before,
            comment=comment.strip(),
        )
        improvement.full_clean(validate_constraints=False)
        improvement.save(force_insert=True)
        entry_record(
            event=AuditEvent.IMPROVEMENT_PROPOSED,
            actor=actor,
            target=improvement,
            after={"status": improvement.status, "kind": improvement.kind},
            details={"contract": str(contract.pk)},
        )
        improvement_proposed(actor=actor, improvement=improvement)
        return improvement


def _named_rule(contract: PilotContract, kind: str, rule_id: UUID | None) -> ContractRule | None:
    """The rule that is to be corrected or removed; None for the other kinds.

    Raises:
        RuleBroken: for an unknown kind, a rule that is missing, or one too many.
        NotFoundForActor: when the contract has no such binding rule.
    """
    if kind not in ImprovementKind.values:
        raise RuleBroken("There is no such kind of improvement.", errors=[Fault("/kind", "invalid", "Unknown kind.")])
    if kind not in _OF_RULES:
        if rule_id is not None:
            raise RuleBroken("This kind of improvement names no rule.", errors=[Fault("/rule", "invalid", "Not here.")])
        return None
    if rule_id is None:
        raise RuleBroken("Name the rule.", errors=[Fault("/rule", "required", "This is needed.")])
    rule = contract.rules.filter(pk=rule_id, decision__in=BINDING).first()
    if rule is None:
        raise NotFoundForActor("There is no such rule in this contract.")
    return rule


def improvement_withdraw(*, actor: User, improvement_id: UUID) -> ContractImprovement:
    """Take an own open improvement back. Raises NotFoundForActor, and as `policies.require_withdrawal`."""
    with transaction.atomic():
        improvement = _locked(improvement_id)
        require_withdrawal(actor, improvement)
        return _decided(actor, improvement, ImprovementStatus.WITHDRAWN, AuditEvent.IMPROVEMENT_WITHDRAWN)


def improvement_decline(*, actor: User, improvement_id: UUID, reason: str) -> ContractImprovement:
    """Decide against an improvement. Its author reads the reason.

    Raises:
        NotFoundForActor, NotAllowed, WrongState: see `policies.require_decision`.
        RuleBroken: without a reason.
    """
    with transaction.atomic():
        improvement = _locked(improvement_id)
        require_decision(actor, improvement)
        if not reason.strip():
            raise RuleBroken("Say why: the pilot reads the reason.", code=ErrorCode.REASON_REQUIRED)
        improvement.decision_reason = reason.strip()
        return _decided(actor, improvement, ImprovementStatus.DECLINED, AuditEvent.IMPROVEMENT_DECLINED)


def improvement_apply(*, actor: User, improvement_id: UUID) -> Applied:
    """Make the change in the contract's open revision, or in a new one, which enters review at once.

    `actor` counts as the revision's uploader: somebody else approves it. Of two who apply at once one is refused.

    Raises:
        NotFoundForActor, NotAllowed, WrongState: see `policies.require_decision` and `policies.require_revisable`;
            WrongState `stale_version` where what was to be changed has changed since it was proposed.
        RuleBroken: for a change that the record no longer takes.
    """
    with transaction.atomic():
        base, revision = locked_with_revision(_contract_of(improvement_id))
        improvement = _locked(improvement_id)
        require_decision(actor, improvement)
        if improvement.contract_id != base.pk:
            raise WrongState("A revision of this contract came into force just now. Look again.")
        require_revisable(actor, base, revision)
        is_new = revision is None
        try:
            with transaction.atomic():
                revision = revision or contract_revise(actor=actor, base=base)
                improvement_write(actor=actor, improvement=improvement, revision=revision)
        except IntegrityError as error:
            raise _as_refusal(error) from error
        if revision.status == Status.DRAFT:
            revision = contract_submit(actor=actor, contract_id=revision.pk)
        improvement.applied_in = revision
        _decided(actor, improvement, ImprovementStatus.APPLIED, AuditEvent.IMPROVEMENT_APPLIED)
        revision.refresh_from_db()
        return Applied(improvement, revision, is_new)


def _as_refusal(error: IntegrityError) -> WrongState:
    if "pilot_contracts_version_once" in str(error):
        return WrongState(
            "This version is taken by another contract of the airline. Decline the improvement and say so.",
            code=ErrorCode.DUPLICATE_VERSION,
        )
    if "pilot_contracts_revised_once" in str(error):
        return WrongState("Somebody opened a revision at the same moment. Look again.", code=ErrorCode.REVISION_OPEN)
    raise error


def _decided(
    actor: User, improvement: ContractImprovement, status: ImprovementStatus, event: AuditEvent
) -> ContractImprovement:
    before = improvement.status
    improvement.status, improvement.decided_by, improvement.decided_at = status, actor, timezone.now()
    improvement.full_clean(validate_constraints=False)
    improvement.save(update_fields=["status", "decided_by", "decided_at", "decision_reason", "applied_in"])
    entry_record(
        event=event,
        actor=actor,
        target=improvement,
        reason=improvement.decision_reason,
        before={"status": before},
        after={"status": improvement.status},
        details={
            "contract": str(improvement.contract_id),
            **({"revision": str(improvement.applied_in_id)} if improvement.applied_in_id else {}),
        },
    )
    improvement_decided(actor=actor, improvement=improvement)
    return improvement


@as_product("who may do what is asked of what is found")
def _contract_of(improvement_id: UUID) -> UUID:
    found = ContractImprovement.objects.filter(pk=improvement_id).values_list("contract_id", flat=True).first()
    if found is None:
        raise NotFoundForActor("There is no such improvement.")
    return found


@as_product("to policies a lock is a change; who may do what is asked of what is found")
def _locked(improvement_id: UUID) -> ContractImprovement:
    rows = ContractImprovement.objects.select_for_update(of=("self",)).select_related("contract__airline", "rule")
    improvement = rows.filter(pk=improvement_id).first()
    if improvement is None:
        raise NotFoundForActor("There is no such improvement.")
    return improvement
