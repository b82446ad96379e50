"""Deciding on rules: accept, correct, reject, take a decision back, add one that was missed."""

import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import Fact, entries_record
from config.errors import RuleBroken, WrongState
from contracts.extraction.identity import RuleNames
from contracts.models import ContractRule, PilotContract, RuleActionKind, RuleDecision, RuleOrigin
from contracts.policies import require_rule_decision
from contracts.selectors import rule_snapshot
from contracts.services.deciding import (
    CORRECTABLE,
    action_record,
    corrections_record,
    deciding,
    named,
    rule_entry_record,
    rule_validate,
    state_of,
    touch,
)
from contracts.services.locks import locked_contract, locked_rule
from contracts.services.rounds import approvals_void


def rule_accept(*, actor: User, rule_id: UUID, version: int | None = None) -> ContractRule:
    """Take the proposal as it stands.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision` and `locks.locked_rule`.
    """
    return _decided(actor, rule_id, version, RuleDecision.ACCEPTED, AuditEvent.RULE_ACCEPTED)


def rule_reject(*, actor: User, rule_id: UUID, reason: str = "", version: int | None = None) -> ContractRule:
    """Say that the proposal is no rule. It stays on record and binds nobody."""
    return _decided(actor, rule_id, version, RuleDecision.REJECTED, AuditEvent.RULE_REJECTED, reason)


def rules_accept(
    *, actor: User, contract_id: UUID, rule_ids: Collection[UUID], versions: Mapping[UUID, int] | None = None
) -> int:
    """Take those of the contract's proposals that are still undecided, all at once. Returns how many.

    With `versions` those are left alone that are no longer as they were seen.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision`.
    """
    decided = (RuleDecision.ACCEPTED, AuditEvent.RULE_ACCEPTED)
    return _decided_together(actor, contract_id, rule_ids, versions, *decided)


def rules_reject(
    *,
    actor: User,
    contract_id: UUID,
    rule_ids: Collection[UUID],
    reason: str = "",
    versions: Mapping[UUID, int] | None = None,
) -> int:
    """Say of several undecided proposals that they are no rules. Returns how many. As `rules_accept` otherwise."""
    decided = (RuleDecision.REJECTED, AuditEvent.RULE_REJECTED)
    return _decided_together(actor, contract_id, rule_ids, versions, *decided, reason)


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
    with deciding(actor, rule_id, "correct"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was corrected.")
        whole, before = state_of(rule), rule_snapshot(rule, changes)
        for name, value in changes.items():
            setattr(rule, name, value)
        rule_validate(rule)
        decide(rule, actor, RuleDecision.CORRECTED, reason)
        rule.save()
        changed = corrections_record(actor=actor, rule=rule, before=before, reason=reason)
        if not changed:
            raise RuleBroken("Nothing differs from the proposal. Accept it instead.")
        action_record(actor=actor, contract=contract, kind=RuleActionKind.CORRECTED, changes=[(whole, rule)])
        rule_entry_record(
            actor,
            rule,
            AuditEvent.RULE_CORRECTED,
            reason,
            before={name: old for name, (old, _) in changed.items()},
            after={name: new for name, (_, new) in changed.items()},
        )
        return rule


def rule_reopen(*, actor: User, rule_id: UUID, version: int | None = None) -> ContractRule:
    """Take the decision on a rule back. Corrected fields keep their corrected values."""
    with deciding(actor, rule_id, "reopen"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        if rule.decision == RuleDecision.PROPOSED:
            raise WrongState("This rule is undecided already.")
        approvals_void(actor=actor, contract=contract, reason=f"The decision on {rule.citation} was taken back.")
        whole, before = state_of(rule), rule.decision
        decide(rule, None, RuleDecision.PROPOSED)
        rule.save(update_fields=DECIDED)
        action_record(actor=actor, contract=contract, kind=RuleActionKind.REOPENED, changes=[(whole, rule)])
        rule_entry_record(
            actor, rule, AuditEvent.RULE_REOPENED, before={"decision": before}, after={"decision": rule.decision}
        )
        return rule


def rule_add(*, actor: User, contract_id: UUID, fields: Mapping[str, object], reason: str = "") -> ContractRule:
    """Add a rule that the extractor missed, decided at once. `fields` holds model fields, evidence among them.

    Without a `rule_id` it gets one as the extractor makes them, and follows the rule that stands nearest before it.

    Raises:
        RuleBroken: when the contract has a rule of that `rule_id` already.
        ValidationError: Django's, by field.
    """
    with deciding(actor, contract_id, "add"):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        rule = rule_made(actor, contract, fields, reason)
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was added.")
        with names_taken_once(rule):
            rule.save(force_insert=True)
        action_record(actor=actor, contract=contract, kind=RuleActionKind.ADDED, changes=[(None, rule)])
        rule_entry_record(actor, rule, AuditEvent.RULE_ADDED, reason)
        return rule


def rule_made(actor: User, contract: PilotContract, fields: Mapping[str, object], reason: str) -> ContractRule:
    """A reviewer's own rule in a contract that is locked, accepted and valid, unsaved. Raises ValidationError as `rule_add`.

    One that has a `rule_id` but no `position` comes last; without a `rule_id` both are found.
    """
    rule = ContractRule(**fields)
    rule.contract, rule.origin, rule.extractor_version = contract, RuleOrigin.REVIEWER, ""
    rule.added_by = actor
    decide(rule, actor, RuleDecision.ACCEPTED, reason)
    rule.version = 1
    if not rule.rule_id:
        _name_and_place(rule, contract)
    elif "position" not in fields:
        rule.position = 1 + (contract.rules.aggregate(last=Max("position"))["last"] or 0)
    rule_validate(rule)
    return rule


@contextmanager
def names_taken_once(rule: ContractRule) -> Iterator[None]:
    """Around saving a new rule. Raises RuleBroken where the contract has a rule of its `rule_id` already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "contract_rules_once" not in str(error):
            raise
        raise RuleBroken(f"The contract has a rule {rule.rule_id} already.") from error


def _name_and_place(rule: ContractRule, contract: PilotContract) -> None:
    """An id as the extractor makes them, and the place in the order behind the rule that stands nearest before it."""
    others = list(contract.rules.order_by("position", "id").values_list("rule_id", "char_start", "position", "pk"))
    place = rule.citation.removeprefix("Section ")
    rule.rule_id = RuleNames(name for name, *_ in others).name(place, rule.metric or "rule", rule.quote)
    start = rule.char_start or 0
    behind = max(
        ((known, position, index) for index, (_, known, position, _) in enumerate(others) if (known or 0) <= start),
        key=lambda found: (found[0] or 0, found[1], found[2]),
        default=None,
    )
    if behind is not None:
        _, rule.position, index = behind
        rule.pk = key_behind(others[index][3])
    elif others:
        rule.position = max(0, others[0][2] - 1)
        rule.pk = UUID(int=secrets.randbelow(others[0][3].int or 1))


def key_behind(key: UUID) -> UUID:
    """A key above another: rules of one position stand in the order of their keys, so no other rule has to move."""
    return UUID(int=key.int + 1 + secrets.randbelow(max(1, (1 << 128) - 1 - key.int)))


DECIDED = ["decision", "decision_reason", "decided_by", "decided_at", "merged_into", "version"]


def decide(
    rule: ContractRule, actor: User | None, decision: RuleDecision, reason: str = "", at: datetime | None = None
) -> None:
    """Set the decision and who made it, now or `at`, unsaved; `DECIDED` names the fields."""
    rule.decision, rule.decision_reason = decision, reason.strip()
    rule.decided_by, rule.decided_at = actor, (at or timezone.now()) if actor else None
    rule.merged_into = None
    rule.version += 1


def _decided(
    actor: User, rule_id: UUID, version: int | None, decision: RuleDecision, event: AuditEvent, reason: str = ""
) -> ContractRule:
    with deciding(actor, rule_id, decision.value):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        if rule.decision == decision:
            return rule
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was {decision.label}.")
        whole, before = state_of(rule), rule.decision
        decide(rule, actor, decision, reason)
        rule.save(update_fields=DECIDED)
        action_record(actor=actor, contract=contract, kind=RuleActionKind(decision.value), changes=[(whole, rule)])
        rule_entry_record(actor, rule, event, reason, before={"decision": before}, after={"decision": rule.decision})
        return rule


def _decided_together(
    actor: User,
    contract_id: UUID,
    rule_ids: Collection[UUID],
    versions: Mapping[UUID, int] | None,
    decision: RuleDecision,
    event: AuditEvent,
    reason: str = "",
) -> int:
    with deciding(actor, contract_id, decision.value):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        undecided = contract.rules.select_for_update().filter(pk__in=rule_ids, decision=RuleDecision.PROPOSED)
        rules = [rule for rule in undecided.order_by("pk") if versions is None or versions.get(rule.pk) == rule.version]
        if rules:
            approvals_void(actor=actor, contract=contract, reason=f"Proposals were {decision.label}.")
        changes, now = [(state_of(rule), rule) for rule in rules], timezone.now()
        for rule in rules:
            decide(rule, actor, decision, reason, at=now)
        contract.rules.filter(pk__in=[rule.pk for rule in rules]).update(
            decision=decision,
            decision_reason=reason.strip(),
            decided_by=actor,
            decided_at=now,
            version=F("version") + 1,
        )
        facts = [
            Fact(
                event=event,
                target=contract,
                reason=reason.strip(),
                before={"decision": RuleDecision.PROPOSED.value},
                after={"decision": decision.value},
                details=named(rule),
            )
            for rule in rules
        ]
        action_record(actor=actor, contract=contract, kind=RuleActionKind(decision.value), changes=changes)
        touch(actor, contract)
        return entries_record(actor=actor, facts=facts)
