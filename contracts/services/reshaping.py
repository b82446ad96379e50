"""Proposals that hold two limits are split; several that say the same are merged into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from config.errors import NotFoundForActor, RuleBroken, WrongState
from contracts.extraction import REMARK
from contracts.extraction.identity import telling_words, wording_digest
from contracts.models import ContractRule, RuleActionKind, RuleDecision
from contracts.passages import place_body, places_of, places_set
from contracts.policies import require_rule_decision
from contracts.selectors import rule_snapshot
from contracts.services.deciding import (
    CORRECTABLE,
    EVIDENCE,
    action_record,
    corrections_record,
    deciding,
    rule_entry_record,
    rule_validate,
    state_of,
)
from contracts.services.locks import locked_contract, locked_rule, locked_rules, require_rule_version
from contracts.services.places import evidence_by_words, pages_read, places_write
from contracts.services.rounds import approvals_void
from contracts.services.rules import DECIDED, decide, key_behind, names_taken_once, rule_made

# What a proposal's parameters say of how it was found, which a reviewer's own rule has not.
WRITTEN = [*CORRECTABLE, *EVIDENCE, *DECIDED]
LONGEST_BASE = 80
OF_THE_READING = frozenset({"features", REMARK})


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two rules that a split leaves: its words, which stand on the proposal's pages, and its own fields."""

    quote: str
    fields: Mapping[str, object]


def rule_split(
    *, actor: User, rule_id: UUID, first: Half, second: Half, reason: str = "", version: int | None = None
) -> tuple[ContractRule, ContractRule]:
    """Make two rules of one proposal: it becomes the first, a new one follows it. Both are decided by that.

    Fields that a half does not name stay the proposal's.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision` and `locks.locked_rule`.
        RuleBroken: when the words of a half stand on none of the proposal's pages, or the halves do not differ.
        ValidationError: Django's, by field.
    """
    if unknown := {*first.fields, *second.fields} - set(CORRECTABLE):
        raise RuleBroken(f"These are not told apart here: {', '.join(sorted(unknown))}.")
    with deciding(actor, rule_id, "split"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        stored = places_of(rule)
        order = list(dict.fromkeys(place["page"] for place in stored))
        pages = pages_read(contract, set(order))
        evidence = [evidence_by_words(pages, order, half.quote) for half in (first, second)]
        inherited = {name: getattr(rule, name) for name in CORRECTABLE}
        if evidence[0] == evidence[1] and {**inherited, **first.fields} == {**inherited, **second.fields}:
            raise RuleBroken("Both halves say the same. Give each its own words or its own limit.")
        approvals_void(actor=actor, contract=contract, reason=f"{rule.citation} was split in two.")
        whole, before = state_of(rule), rule_snapshot(rule, [*first.fields, *EVIDENCE])
        _cut_down(actor, rule, first, place_body(evidence[0]), reason)
        made = rule_made(
            actor,
            contract,
            {
                **inherited,
                **second.fields,
                "parameters": {name: value for name, value in rule.parameters.items() if name not in OF_THE_READING},
                "id": key_behind(rule.pk),
                "rule_id": _name_of_half(rule, evidence[1].quote),
                "position": rule.position,
                **_evidence_fields(place_body(evidence[1])),
            },
            reason,
        )
        with names_taken_once(made):
            # Both in one statement: the one is there already, the other is new.
            ContractRule.objects.bulk_create(
                [rule, made], update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
            )
        corrections_record(actor=actor, rule=rule, before=before, reason=reason)
        action_record(actor=actor, contract=contract, kind=RuleActionKind.SPLIT, changes=[(whole, rule), (None, made)])
        details = {"made": str(made.pk), "made_rule_id": made.rule_id}
        rule_entry_record(actor, rule, AuditEvent.RULE_SPLIT, reason, details=details)
        return rule, made


def _cut_down(actor: User, rule: ContractRule, half: Half, place: dict[str, Any], reason: str) -> None:
    """The proposal itself as the first half, valid and decided, unsaved."""
    for name, value in half.fields.items():
        setattr(rule, name, value)
    places_set(rule, [place])
    rule_validate(rule)
    decide(rule, actor, RuleDecision.CORRECTED, reason)


def _name_of_half(rule: ContractRule, quote: str) -> str:
    """The proposal's id with the words that tell this half, as the extractor tells limits of one place apart."""
    return f"{rule.rule_id[:LONGEST_BASE]}-{telling_words(quote) or 'half'}-{wording_digest(quote)[:6]}"[:120]


def _evidence_fields(place: dict[str, Any]) -> dict[str, object]:
    return {name: place[name] for name in ("page", "box", "quote", "char_start", "char_end")}


def rules_merge(
    *, actor: User, contract_id: UUID, survivor: tuple[UUID, int], others: Sequence[tuple[UUID, int]], reason: str = ""
) -> ContractRule:
    """Keep one of several rules that say the same; each is given with the version that was seen.

    The survivor takes over the others' places and stays decided or undecided as it is; the others are rejected, with a
    link to it.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision`; WrongState too where a version is stale or one was
            rejected before.
        NotFoundForActor: for a rule that is not the contract's.
        RuleBroken: when there is no other.
    """
    versions = {key: version for key, version in others if key != survivor[0]}
    if not versions:
        raise RuleBroken("Mark the rules that are to be merged into this one first.")
    with deciding(actor, contract_id, "merge"):
        contract = locked_contract(contract_id)
        require_rule_decision(actor, contract)
        rules = locked_rules(contract, [survivor[0], *versions])
        kept, merged = _checked(rules, survivor, versions)
        approvals_void(actor=actor, contract=contract, reason=f"Rules were merged into {kept.citation}.")
        before = state_of(kept)
        joined = _joined(actor, kept, merged, reason)
        changes = [(before, kept), *((state_of(rule), rule) for rule in merged)]
        words, now = f"Merged into {kept.citation}: {kept.title}. {reason}".strip(), timezone.now()
        for rule in merged:
            decide(rule, actor, RuleDecision.REJECTED, words, at=now)
            rule.merged_into = kept
        contract.rules.filter(pk__in=versions).update(
            decision=RuleDecision.REJECTED,
            decision_reason=words,
            decided_by=actor,
            decided_at=now,
            merged_into=kept,
            version=F("version") + 1,
        )
        action_record(actor=actor, contract=contract, kind=RuleActionKind.MERGED, changes=changes)
        rule_entry_record(
            actor,
            kept,
            AuditEvent.RULES_MERGED,
            reason,
            before={name: old for name, (old, _) in joined.items()},
            after={name: new for name, (_, new) in joined.items()},
            details={"merged": [rule.rule_id for rule in merged]},
        )
        return kept


def _checked(
    rules: Mapping[UUID, ContractRule], survivor: tuple[UUID, int], others: Mapping[UUID, int]
) -> tuple[ContractRule, list[ContractRule]]:
    """The survivor and the others in the document's order, if each is as it was seen."""
    for key, version in [survivor, *others.items()]:
        if key not in rules:
            raise NotFoundForActor("There is no such rule in this contract.")
        require_rule_version(rules[key], version)
        if rules[key].decision == RuleDecision.REJECTED:
            raise WrongState(f"{rules[key].citation} was rejected: take that back before it is merged.")
    merged = sorted((rules[key] for key in others), key=lambda rule: (rule.position, rule.pk))
    return rules[survivor[0]], merged


def _joined(
    actor: User, kept: ContractRule, merged: Sequence[ContractRule], reason: str
) -> dict[str, tuple[object, object]]:
    """The survivor with the others' places behind its own: what changed by it; nothing where they have the same ones."""
    places = [place for rule in (kept, *merged) for place in places_of(rule)]
    known = {(place["page"], place["char_start"], place["quote"]) for place in places_of(kept)}
    if all((place["page"], place["char_start"], place["quote"]) in known for place in places):
        return {}
    return places_write(actor, kept, places, reason)
