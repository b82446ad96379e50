"""Undoing what one did last at the desk, unless somebody has gone on from there."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import orjson
from django.db import models
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from config.errors import ErrorCode, WrongState
from contracts.models import ContractRule, PilotContract, RuleAction, RuleDecision
from contracts.policies import require_rule_decision
from contracts.selectors import rule_snapshot
from contracts.services.deciding import (
    CORRECTABLE,
    EVIDENCE,
    Before,
    corrections_record,
    deciding,
    digest_of,
    rule_entry_record,
)
from contracts.services.locks import locked_contract, locked_rules
from contracts.services.rounds import approvals_void
from contracts.services.rules import DECIDED, decide

UNDONE = "Undone"
CONTENT = frozenset({*CORRECTABLE, *EVIDENCE})


def action_undo(*, actor: User, contract_id: UUID, action_id: UUID | None = None) -> RuleAction:
    """Put back what the actor did last to the contract's rules, all of it; again and again goes further back.

    A rule that the action made is rejected, since nothing that was on record is deleted. With `action_id` nothing else
    than that is undone: a button pressed twice undoes once.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision`; WrongState too when there is nothing to undo, or
            `stale_version` when one of the rules was changed since.
    """
    with deciding(actor, contract_id, "undo"):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        action = _last(actor, contract, action_id)
        rules = locked_rules(contract, [UUID(change["rule"]) for change in action.changes])
        for change in action.changes:
            _require_untouched(rules.get(UUID(change["rule"])), change["state"], action)
        approvals_void(actor=actor, contract=contract, reason=f"Undone: {action}.")
        _put_back_together(actor, [(rules[UUID(change["rule"])], change["before"]) for change in action.changes])
        action.undone_at = timezone.now()
        action.save(update_fields=["undone_at"])
        first = rules[UUID(action.changes[0]["rule"])]
        details = {"undone": action.kind, "rules": len(action.changes)}
        rule_entry_record(actor, first, AuditEvent.RULE_UNDONE, details=details)
        return action


def _last(actor: User, contract: PilotContract, action_id: UUID | None) -> RuleAction:
    open_ones = contract.rule_actions.select_for_update().filter(actor=actor, undone_at__isnull=True)
    action = open_ones.order_by("-created_at", "id").first()
    if action is None or (action_id is not None and action.pk != action_id):
        raise WrongState("There is nothing of yours left to undo here, or it is undone already.")
    return action


def _require_untouched(rule: ContractRule | None, state: str, action: RuleAction) -> None:
    if rule is None or digest_of(rule) != state:
        raise WrongState(
            f"{rule.citation if rule else action.citation} was changed since you did that, so nothing was undone. "
            "Look at it and decide anew.",
            code=ErrorCode.STALE_VERSION,
        )


def _put_back_together(actor: User, changes: Sequence[tuple[ContractRule, Before]]) -> None:
    """Mere decisions that were alike before are put back in one write, however many they are."""
    alike: dict[bytes, list[ContractRule]] = {}
    for rule, before in changes:
        if before is None:
            decide(rule, actor, RuleDecision.REJECTED, UNDONE)
            rule.save(update_fields=DECIDED)
        elif CONTENT.isdisjoint(before):
            alike.setdefault(orjson.dumps(before, option=orjson.OPT_SORT_KEYS), []).append(rule)
        else:
            _put_back(actor, rule, before)
    for spelled, rules in alike.items():
        values = {name: _read(name, value) for name, value in orjson.loads(spelled).items()}
        ContractRule.objects.filter(pk__in=[rule.pk for rule in rules]).update(**values, version=F("version") + 1)


def _put_back(actor: User, rule: ContractRule, before: Mapping[str, Any]) -> None:
    content = rule_snapshot(rule, CONTENT & before.keys())
    for name, value in before.items():
        setattr(rule, name, _read(name, value))
    rule.version += 1
    rule.save(update_fields=[*(name.removesuffix("_id") for name in before), "version"])
    contract = rule.contract
    rule.refresh_from_db(fields=list(content))
    rule.contract = contract
    corrections_record(actor=actor, rule=rule, before=content, reason=UNDONE)


def _read(name: str, value: object) -> Any:
    """The value of a field as `state_of` spelled it."""
    field = cast("models.Field[Any, Any]", ContractRule._meta.get_field(name.removesuffix("_id")))
    return field.to_python(value)
