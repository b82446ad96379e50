"""Deciding on rules: accept, correct, reject, take a decision back, add one that was missed."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import Fact, entries_record, entry_record
from config.errors import RuleBroken, WrongState
from contracts.models import ContractRule, PilotContract, RuleCorrection, RuleDecision, RuleOrigin
from contracts.policies import require_rule_decision
from contracts.selectors import rule_snapshot
from contracts.services.claims import claim_expiry
from contracts.services.locks import locked_contract, locked_rule
from contracts.services.measures import measures_request
from contracts.services.refusals import own_attempts_noted
from contracts.services.rounds import approvals_void

# What a reviewer may correct. Evidence and identity stay as extracted.
CORRECTABLE = (
    "category",
    "title",
    "description",
    "rule_text",
    "citation",
    "is_hard_constraint",
    "weight",
    "applies_to",
    "metric",
    "operator",
    "value",
    "unit",
    "period",
)


def rule_accept(*, actor: User, rule_id: UUID, version: int | None = None) -> ContractRule:
    """Take the proposal as it stands.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision` and `locks.locked_rule`.
    """
    return _decided(actor, rule_id, version, RuleDecision.ACCEPTED, AuditEvent.RULE_ACCEPTED)


def rule_reject(*, actor: User, rule_id: UUID, reason: str = "", version: int | None = None) -> ContractRule:
    """Say that the proposal is no rule. It stays on record and binds nobody."""
    return _decided(actor, rule_id, version, RuleDecision.REJECTED, AuditEvent.RULE_REJECTED, reason)


def rules_accept(*, actor: User, contract_id: UUID, rule_ids: Collection[UUID]) -> int:
    """Take those of the contract's proposals that are still undecided, all at once. Returns how many.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision`.
    """
    return _decided_together(actor, contract_id, rule_ids, RuleDecision.ACCEPTED, AuditEvent.RULE_ACCEPTED)


def rules_reject(*, actor: User, contract_id: UUID, rule_ids: Collection[UUID], reason: str = "") -> int:
    """Say of several undecided proposals that they are no rules. Returns how many. Raises as `rules_accept`."""
    return _decided_together(actor, contract_id, rule_ids, RuleDecision.REJECTED, AuditEvent.RULE_REJECTED, reason)


def rule_correct(
    *, actor: User, rule_id: UUID, changes: Mapping[str, object], reason: str = "", version: int | None = None
) -> ContractRule:
    """Change fields of the proposal and take it so. Each changed field is kept as a `RuleCorrection`.

    Raises:
        RuleBroken: for a field that reviewers do not correct, or when nothing differs.
        ValidationError: Django's, by field, for a value that the field refuses.
    """
    if unknown := set(changes) - set(CORRECTABLE):
        raise RuleBroken(f"These are not corrected here: {', '.join(sorted(unknown))}.")
    with _deciding(actor, rule_id, "correct"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was corrected.")
        before = rule_snapshot(rule, changes)
        for name, value in changes.items():
            setattr(rule, name, value)
        rule.full_clean(validate_constraints=True, exclude=["contract"])
        rule.decision, rule.decision_reason = RuleDecision.CORRECTED, reason.strip()
        rule.decided_by, rule.decided_at = actor, timezone.now()
        rule.version += 1
        rule.save()
        rule.refresh_from_db()
        after = rule_snapshot(rule, changes)
        changed = [name for name in changes if before[name] != after[name]]
        if not changed:
            raise RuleBroken("Nothing differs from the proposal. Accept it instead.")
        RuleCorrection.objects.bulk_create(
            RuleCorrection(
                rule=rule, field=name, before=before[name], after=after[name], reason=reason.strip(), corrected_by=actor
            )
            for name in changed
        )
        _record(
            actor,
            rule,
            AuditEvent.RULE_CORRECTED,
            reason,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        return rule


def rule_reopen(*, actor: User, rule_id: UUID, version: int | None = None) -> ContractRule:
    """Take the decision on a rule back. Corrected fields keep their corrected values."""
    with _deciding(actor, rule_id, "reopen"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        if rule.decision == RuleDecision.PROPOSED:
            raise WrongState("This rule is undecided already.")
        approvals_void(actor=actor, contract=contract, reason=f"The decision on {rule.citation} was taken back.")
        before = rule.decision
        rule.decision, rule.decision_reason = RuleDecision.PROPOSED, ""
        rule.decided_by, rule.decided_at = None, None
        _save_decision(rule)
        _record(
            actor, rule, AuditEvent.RULE_REOPENED, "", before={"decision": before}, after={"decision": rule.decision}
        )
        return rule


def rule_add(*, actor: User, contract_id: UUID, fields: Mapping[str, object], reason: str = "") -> ContractRule:
    """Add a rule that the extractor missed, decided at once. `fields` holds model fields, evidence among them.

    Raises:
        RuleBroken: when the contract has a rule of that `rule_id` already.
        ValidationError: Django's, by field.
    """
    with _deciding(actor, contract_id, "add"):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        rule = ContractRule(**fields)
        rule.contract, rule.origin, rule.extractor_version = contract, RuleOrigin.REVIEWER, ""
        rule.added_by = actor
        rule.decision, rule.decision_reason = RuleDecision.ACCEPTED, reason.strip()
        rule.decided_by, rule.decided_at = actor, timezone.now()
        if contract.rules.filter(rule_id=rule.rule_id).exists():
            raise RuleBroken(f"The contract has a rule {rule.rule_id} already.")
        rule.full_clean(exclude=["contract"])
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was added.")
        rule.save(force_insert=True)
        _record(actor, rule, AuditEvent.RULE_ADDED, reason)
        return rule


@contextmanager
def _deciding(actor: User, target: UUID, action: str) -> Iterator[None]:
    with own_attempts_noted(actor=actor, target=target, action=action), transaction.atomic():
        yield
        measures_request()


def _decided(
    actor: User, rule_id: UUID, version: int | None, decision: RuleDecision, event: AuditEvent, reason: str = ""
) -> ContractRule:
    with _deciding(actor, rule_id, decision.value):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        if rule.decision == decision:
            return rule
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was {decision.label}.")
        before = rule.decision
        rule.decision, rule.decision_reason = decision, reason.strip()
        rule.decided_by, rule.decided_at = actor, timezone.now()
        _save_decision(rule)
        _record(actor, rule, event, reason, before={"decision": before}, after={"decision": rule.decision})
        return rule


def _decided_together(
    actor: User,
    contract_id: UUID,
    rule_ids: Collection[UUID],
    decision: RuleDecision,
    event: AuditEvent,
    reason: str = "",
) -> int:
    with _deciding(actor, contract_id, decision.value):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        undecided = contract.rules.select_for_update().filter(pk__in=rule_ids, decision=RuleDecision.PROPOSED)
        rules = list(undecided.order_by("pk"))
        if rules:
            approvals_void(actor=actor, contract=contract, reason=f"Proposals were {decision.label}.")
        contract.rules.filter(pk__in=[rule.pk for rule in rules]).update(
            decision=decision,
            decision_reason=reason.strip(),
            decided_by=actor,
            decided_at=timezone.now(),
            version=F("version") + 1,
        )
        before, after = {"decision": RuleDecision.PROPOSED.value}, {"decision": decision.value}
        facts = [
            Fact(event=event, target=contract, reason=reason, before=before, after=after, details=_named(rule))
            for rule in rules
        ]
        _touch(actor, contract)
        return entries_record(actor=actor, facts=facts)


def _named(rule: ContractRule) -> dict[str, object]:
    return {"rule": str(rule.pk), "rule_id": rule.rule_id, "citation": rule.citation}


def _touch(actor: User, contract: PilotContract) -> None:
    """Whoever looked at the contract before this decision does not approve it unseen; whoever works on it keeps his claim."""
    PilotContract.objects.filter(pk=contract.pk).update(version=F("version") + 1, **claim_expiry(contract, actor))


def _save_decision(rule: ContractRule) -> None:
    rule.version += 1
    rule.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at", "version"])


def _record(
    actor: User,
    rule: ContractRule,
    event: AuditEvent,
    reason: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """About the contract, so that its history holds every decision on its rules; the details name the rule."""
    _touch(actor, rule.contract)
    entry_record(
        event=event,
        actor=actor,
        target=rule.contract,
        reason=reason.strip(),
        before=before,
        after=after,
        details=_named(rule),
    )
