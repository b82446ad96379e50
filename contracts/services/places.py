"""Where a rule's evidence stands: moved, resized, put on other pages by reviewers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import User
from audit.events import AuditEvent
from config.errors import RuleBroken
from contracts.documents.pages import Page
from contracts.extraction import Evidence
from contracts.models import ContractRule, PilotContract, RuleActionKind
from contracts.passages import (
    DrawnBox,
    evidence_in_box,
    evidence_of_words,
    is_drawn_at,
    page_of,
    place_body,
    places_of,
    places_set,
)
from contracts.policies import require_rule_decision
from contracts.selectors import rule_snapshot
from contracts.services.deciding import (
    EVIDENCE,
    action_record,
    corrections_record,
    deciding,
    rule_entry_record,
    state_of,
)
from contracts.services.locks import locked_rule
from contracts.services.rounds import approvals_void

MOST_PLACES = 20


def rule_place(
    *, actor: User, rule_id: UUID, boxes: Sequence[DrawnBox], reason: str = "", version: int | None = None
) -> ContractRule:
    """Put the rule's evidence where the boxes are drawn. The quotes are cut anew from the pages' own words.

    A box that was left where it is keeps its quote. What is decided stays decided; each changed field is kept as a
    `RuleCorrection`.

    Raises:
        NotAllowed, WrongState: see `policies.require_rule_decision` and `locks.locked_rule`.
        RuleBroken: for a box without words or on no page, for none or too many, or when nothing moved.
    """
    if not 0 < len(boxes) <= MOST_PLACES:
        raise RuleBroken(f"A rule has 1 to {MOST_PLACES} places.")
    with deciding(actor, rule_id, "place"):
        contract, rule = locked_rule(rule_id, version=version)
        require_rule_decision(actor, contract)
        stored = places_of(rule)
        pages = pages_read(contract, {drawn.page for drawn in boxes})
        places = [_place(drawn, stored, pages) for drawn in boxes]
        approvals_void(actor=actor, contract=contract, reason=f"The place of {rule.citation} was moved.")
        whole = state_of(rule)
        changed = places_write(actor, rule, places, reason)
        action_record(actor=actor, contract=contract, kind=RuleActionKind.PLACED, changes=[(whole, rule)])
        rule_entry_record(
            actor,
            rule,
            AuditEvent.RULE_PLACED,
            reason,
            before={name: old for name, (old, _) in changed.items()},
            after={name: new for name, (_, new) in changed.items()},
        )
        return rule


def _place(drawn: DrawnBox, stored: list[dict[str, Any]], pages: Mapping[int, Page]) -> dict[str, Any]:
    kept = next((place for place in stored if is_drawn_at(place, drawn)), None)
    return kept or place_body(evidence_in_box(page_among(pages, drawn.page), drawn.box))


def places_write(
    actor: User, rule: ContractRule, places: Sequence[dict[str, Any]], reason: str
) -> dict[str, tuple[object, object]]:
    """The places written into a rule that is locked, with corrections; the caller records it.

    Returns the changed fields' values, before and after.

    Raises:
        RuleBroken: when nothing moved.
    """
    before = rule_snapshot(rule, EVIDENCE)
    places_set(rule, places)
    changed = corrections_record(actor=actor, rule=rule, before=before, reason=reason)
    if not changed:
        raise RuleBroken("The boxes stand where they stood: nothing was moved.")
    rule.version += 1
    rule.save(update_fields=[*EVIDENCE, "version"])
    return changed


def pages_read(contract: PilotContract, numbers: set[int]) -> dict[int, Page]:
    """The contract's pages of those numbers, with their words."""
    return {row.number: page_of(row) for row in contract.pages.filter(number__in=numbers)}


def page_among(pages: Mapping[int, Page], number: int) -> Page:
    """Raises RuleBroken where there is no such page."""
    if number not in pages:
        raise RuleBroken(f"The document has no page {number}.")
    return pages[number]


def evidence_by_words(pages: Mapping[int, Page], order: Sequence[int], words: str) -> Evidence:
    """Where the words stand on the first of the pages, in `order`, that has them. Raises RuleBroken where none does."""
    refusal = RuleBroken("The rule has no page to find these words on.")
    for number in order:
        try:
            return evidence_of_words(page_among(pages, number), words)
        except RuleBroken as missing:
            refusal = missing
    raise refusal
