"""What every write to rules shares: the transaction, the audit entry about the contract, the record for undoing it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DecimalField, F

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import acting
from contracts.models import ContractRule, PilotContract, RuleAction, RuleActionKind, RuleCorrection
from contracts.selectors import rule_snapshot
from contracts.services.claims import claim_expiry
from contracts.services.measures import measures_request
from contracts.services.refusals import own_attempts_noted

# What a reviewer may correct by typing. Evidence is placed, identity stays as extracted.
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
EVIDENCE = ("page", "box", "quote", "char_start", "char_end", "further_places")
DECISION = ("decision", "decision_reason", "decided_by_id", "decided_at", "merged_into_id")
# All that can change in a rule, hence all that can be undone.
CHANGEABLE = (*CORRECTABLE, *EVIDENCE, *DECISION)

PREDICATE = ("metric", "operator", "value", "unit")
WHOLE_LIMIT = "A limit needs metric, operator, value and unit, or none of them."

# Of one rule: its fields as they were before, or None where the action made the rule.
Before = Mapping[str, Any] | None


@contextmanager
def deciding(actor: User, target: UUID, action: str) -> Iterator[None]:
    """A transaction that changes rules. An attempt on one's own contract leaves a security event once it is rolled back."""
    with acting(actor), own_attempts_noted(actor=actor, target=target, action=action), transaction.atomic():
        yield
        measures_request()


def rule_validate(rule: ContractRule) -> None:
    """What `full_clean` asks of the fields. Asking the database about each of its constraints would cost a dozen queries.

    Numbers come out with the decimals that their columns hold.

    Raises:
        ValidationError: Django's, by field; by the missing field for half a limit.
    """
    rule.clean_fields(exclude=["contract", "decided_by", "added_by", "merged_into"])
    for name in ("value", "weight"):
        field = cast("DecimalField[Any, Any]", rule._meta.get_field(name))
        if (number := getattr(rule, name)) is not None:
            # As the column will have it, so that it compares with what was read from there.
            setattr(rule, name, number.quantize(Decimal(1).scaleb(-field.decimal_places)))
    missing = [name for name in PREDICATE if getattr(rule, name) in {None, ""}]
    if missing and len(missing) < len(PREDICATE):
        raise ValidationError(dict.fromkeys(missing, WHOLE_LIMIT))


def state_of(rule: ContractRule) -> dict[str, Any]:
    """All that can change in the rule, in one spelling whether it was just set or comes from the database."""
    return {name: _spelled(getattr(rule, name)) for name in CHANGEABLE}


def digest_of(rule: ContractRule) -> str:
    """SHA-256 of the rule's state: equal as long as nobody changed it, or somebody changed it back."""
    return hashlib.sha256(orjson.dumps(state_of(rule), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _spelled(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_spelled(member) for member in value]
    return value


def action_record(
    *, actor: User, contract: PilotContract, kind: RuleActionKind, changes: Iterable[tuple[Before, ContractRule]]
) -> None:
    """Keep what was done to rules for undoing it: each with its state before, as `state_of` gave it."""
    kept = []
    citation = ""
    for before, rule in changes:
        after = state_of(rule)
        changed = None if before is None else {name: old for name, old in before.items() if old != after[name]}
        kept.append({"rule": str(rule.pk), "before": changed, "state": digest_of(rule)})
        citation = citation or rule.citation
    if kept:
        RuleAction.objects.create(contract=contract, actor=actor, kind=kind, citation=citation, changes=kept)


def corrections_record(
    *, actor: User, rule: ContractRule, before: Mapping[str, object], reason: str
) -> dict[str, tuple[object, object]]:
    """Keep each field of `before` (a `rule_snapshot`) that differs now. Returns the pairs, before and after, by field."""
    after = rule_snapshot(rule, before)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    RuleCorrection.objects.bulk_create(
        RuleCorrection(rule=rule, field=name, before=old, after=new, reason=reason.strip(), corrected_by=actor)
        for name, (old, new) in changed.items()
    )
    return changed


def touch(actor: User, contract: PilotContract) -> None:
    """Whoever looked at the contract before this decision does not approve it unseen; whoever works on it keeps his claim."""
    PilotContract.objects.filter(pk=contract.pk).update(version=F("version") + 1, **claim_expiry(contract, actor))


def named(rule: ContractRule) -> dict[str, object]:
    """How an audit entry about the contract says which rule it means."""
    return {"rule": str(rule.pk), "rule_id": rule.rule_id, "citation": rule.citation}


def rule_entry_record(
    actor: User,
    rule: ContractRule,
    event: AuditEvent,
    reason: str = "",
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """About the contract, so that its history holds every decision on its rules; the details name the rule."""
    touch(actor, rule.contract)
    entry_record(
        event=event,
        actor=actor,
        target=rule.contract,
        reason=reason.strip(),
        before=before,
        after=after,
        details={**named(rule), **(details or {})},
    )
