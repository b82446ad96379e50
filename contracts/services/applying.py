"""Making the change that an improvement proposes, in a revision that its approver may edit."""

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import ErrorCode, Fault, RuleBroken, WrongState
from contracts.community.proposals import with_values
from contracts.extraction.identity import RuleNames
from contracts.models import (
    BINDING,
    ContractImprovement,
    ContractRule,
    ImprovementKind,
    PilotContract,
    RuleCorrection,
    RuleDecision,
    RuleOrigin,
)
from contracts.selectors import row_snapshot
from contracts.services.revising import version_of
from contracts.services.rounds import approvals_void


def improvement_write(*, actor: User, improvement: ContractImprovement, revision: PilotContract) -> None:
    """For `improvement_apply`, which holds the locks and has asked the policies.

    Each change of a rule is kept as a `RuleCorrection` that names the pilot, and stands in the revision's history.

    Raises:
        WrongState: `stale_version`, where what is to be changed is not what the pilot saw.
        RuleBroken: where the record refuses the new values.
    """
    approvals_void(actor=actor, contract=revision, reason="An improvement was applied.")
    if improvement.kind == ImprovementKind.METADATA:
        _details_correct(actor, improvement, revision)
    elif improvement.kind == ImprovementKind.ADD_RULE:
        _rule_add(actor, improvement, revision)
    else:
        rule = _rule_in(revision, improvement)
        if improvement.kind == ImprovementKind.CORRECT_RULE:
            _rule_correct(actor, improvement, rule)
        else:
            _rule_remove(actor, improvement, rule)
    PilotContract.objects.filter(pk=revision.pk).update(version=F("version") + 1)


def _rule_in(revision: PilotContract, improvement: ContractImprovement) -> ContractRule:
    """The revision's copy of the rule, locked."""
    assert improvement.rule is not None  # noqa: S101 - a check constraint says so; for the type checker
    copies = ContractRule.objects.select_for_update(of=("self",)).filter(decision__in=BINDING)
    rule = copies.filter(contract=revision, rule_id=improvement.rule.rule_id).first()
    if rule is None:
        raise _stale()
    rule.contract = revision
    _require_as_seen(improvement, row_snapshot(rule, improvement.before))
    return rule


def _require_as_seen(improvement: ContractImprovement, now: dict[str, object]) -> None:
    if now != improvement.before:
        raise _stale()


def _stale() -> WrongState:
    return WrongState(
        "What this improvement is to change has changed since it was proposed. Decline it and say so; the pilot may propose anew.",
        code=ErrorCode.STALE_VERSION,
    )


def _rule_correct(actor: User, improvement: ContractImprovement, rule: ContractRule) -> None:
    candidate: ContractRule = with_values(rule, improvement.proposal)
    _decide(actor, improvement, candidate, RuleDecision.CORRECTED)
    candidate.save()
    candidate.refresh_from_db()
    after = row_snapshot(candidate, improvement.proposal)
    _corrections_keep(actor, improvement, candidate, improvement.before, after)
    _record(actor, improvement, candidate, AuditEvent.RULE_CORRECTED, improvement.before, after)


def _rule_remove(actor: User, improvement: ContractImprovement, rule: ContractRule) -> None:
    before: dict[str, object] = {"decision": rule.decision}
    _decide(actor, improvement, rule, RuleDecision.REJECTED)
    rule.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at", "version"])
    after: dict[str, object] = {"decision": rule.decision}
    _corrections_keep(actor, improvement, rule, before, after)
    _record(actor, improvement, rule, AuditEvent.RULE_REMOVED, before, after)


def _rule_add(actor: User, improvement: ContractImprovement, revision: PilotContract) -> None:
    rule: ContractRule = with_values(ContractRule(), improvement.proposal)
    rule.contract, rule.origin, rule.added_by = revision, RuleOrigin.REVIEWER, actor
    names = RuleNames(revision.rules.values_list("rule_id", flat=True))
    rule.rule_id = names.name(rule.citation, rule.metric or rule.category, rule.rule_text)
    rule.position = (revision.rules.aggregate(last=Max("position"))["last"] or 0) + 1
    _decide(actor, improvement, rule, RuleDecision.ACCEPTED)
    rule.version = 1
    rule.save(force_insert=True)
    after: dict[str, object] = {"decision": rule.decision}
    _corrections_keep(actor, improvement, rule, {"decision": None}, after)
    _record(actor, improvement, rule, AuditEvent.RULE_ADDED, {}, {})


def _decide(actor: User, improvement: ContractImprovement, rule: ContractRule, decision: RuleDecision) -> None:
    rule.decision, rule.decision_reason = decision, f"A pilot proposed it: {improvement.comment}"
    rule.decided_by, rule.decided_at = actor, timezone.now()
    rule.version += 1
    try:
        rule.full_clean(exclude=["contract"])
    except ValidationError as error:
        faults = [Fault(f"/proposal/{name}", ErrorCode.INVALID, said[0]) for name, said in error.message_dict.items()]
        raise RuleBroken(
            "The rule does not take these values any more. Decline the improvement.", errors=faults
        ) from error


def _details_correct(actor: User, improvement: ContractImprovement, revision: PilotContract) -> None:
    before = row_snapshot(revision, improvement.before)
    _require_as_seen(improvement, _without_number(before, revision, improvement.contract))
    changed: PilotContract = with_values(revision, improvement.proposal)
    if "contract_version" in improvement.proposal:
        changed.contract_version = version_of(changed.contract_version, revision.revision_number)
    if changed.expiration_date is not None and changed.expiration_date < changed.effective_date:
        raise RuleBroken("The contract would end before it begins. Decline the improvement.")
    changed.save(update_fields=list(improvement.proposal))
    entry_record(
        event=AuditEvent.CONTRACT_UPDATED,
        actor=actor,
        target=revision,
        reason=improvement.comment,
        before=before,
        after=row_snapshot(changed, improvement.proposal),
        details={"improvement": str(improvement.pk)},
    )
    revision.refresh_from_db()


def _without_number(now: dict[str, object], revision: PilotContract, base: PilotContract) -> dict[str, object]:
    """The revision's details as the base has them where only its own number was put behind the version."""
    if now.get("contract_version") == version_of(base.contract_version, revision.revision_number):
        return {**now, "contract_version": base.contract_version}
    return now


def _corrections_keep(
    actor: User,
    improvement: ContractImprovement,
    rule: ContractRule,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    RuleCorrection.objects.bulk_create(
        RuleCorrection(
            rule=rule,
            field=name,
            before=before[name],
            after=after[name],
            reason=improvement.comment,
            corrected_by=actor,
            proposed_by_id=improvement.author_id,
        )
        for name in sorted(after)
    )


def _record(
    actor: User,
    improvement: ContractImprovement,
    rule: ContractRule,
    event: AuditEvent,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    """In the revision's history, as a reviewer's own correction would stand there."""
    entry_record(
        event=event,
        actor=actor,
        target=rule.contract,
        reason=improvement.comment,
        before=before,
        after=after,
        details={
            "rule": str(rule.pk),
            "rule_id": rule.rule_id,
            "citation": rule.citation,
            "improvement": str(improvement.pk),
        },
    )
