"""What an audit entry says changed, as a person reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.events import AuditEvent
from contracts.models import ContractType
from contracts.story.entries import Entry
from contracts.vocabulary import Category

# In other entries the sentence says it all.
_SHOWN = frozenset(
    {
        AuditEvent.RULE_CORRECTED,
        AuditEvent.RULES_MERGED,
        AuditEvent.CONTRACT_UPDATED,
        AuditEvent.RATING_EDITED,
    }
)
_LABELS = {
    "rule_text": "wording",
    "category": "subject",
    "is_hard_constraint": "strength",
    "applies_to": "applies to",
    "contract_type": "type",
    "contract_version": "version",
    "effective_date": "first day in force",
    "expiration_date": "last day in force",
}
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    label: str
    before: str
    after: str


def changes_of(entry: Entry) -> tuple[Change, ...]:
    """Field by field; none where the sentence says it all."""
    if entry.event not in _SHOWN:
        return ()
    return tuple(
        Change(
            _LABELS.get(name, name.replace("_", " ")),
            _words(name, entry.before(name)),
            _words(name, entry.after(name)),
        )
        for name in entry.changes
    )


def _words(name: str, value: Any) -> str:
    """A field of a contract, a rule or a rating, as the trail holds it: what JSON can hold."""
    if value in (None, "") or (name == "applies_to" and not value):
        return "everybody" if name == "applies_to" else NOTHING
    match name:
        case "is_hard_constraint":
            return "hard limit" if value else "soft limit"
        case "category" if value in set(Category):
            return Category(value).label
        case "contract_type" if value in ContractType.values:
            return str(ContractType(value).label)
        case "value" | "weight":
            return _figure(str(value))
        case _:
            return _plain(value)


def _figure(text: str) -> str:
    """Without the zeros that the column's scale adds."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name.replace('_', ' ')}: {_plain(found)}" for name, found in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    return str(value)
