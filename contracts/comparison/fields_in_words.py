"""A change as a person reads it: field by field, a limit as one thing, codes as words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.comparison.differences import RuleChange
from contracts.comparison.rules import LIMIT_FIELDS, ComparedRule
from contracts.comparison.wording import Part
from contracts.vocabulary import Category
from contracts.vocabulary.words import limit_in_words

NO_LIMIT = "no limit in figures"
_LABELS = {
    "title": "Title",
    "rule_text": "Wording",
    "description": "Description",
    "citation": "Citation",
    "category": "Subject",
    "is_hard_constraint": "Strength",
    "weight": "Weight",
    "applies_to": "Applies to",
    "parameters": "Conditions",
}


@dataclass(frozen=True, slots=True)
class FieldInWords:
    """One difference. `parts` tells a wording word by word; other fields have none."""

    field: str
    label: str
    before: str
    after: str
    parts: tuple[Part, ...] = ()


def told_fields(change: RuleChange) -> list[FieldInWords]:
    """What differs in a changed rule, in the order of the fields; metric, operator, value, unit and period as one."""
    return list(_told(change))


def _told(change: RuleChange) -> Iterator[FieldInWords]:
    old, new = change.before, change.after
    if old is None or new is None:
        return
    limit_is_told = False
    for field in change.field_changes():
        if field.field not in LIMIT_FIELDS:
            before, after = (_words(field.field, value) for value in (field.before, field.after))
            yield FieldInWords(field.field, _LABELS[field.field], before, after, field.parts)
        elif not limit_is_told:
            limit_is_told = True
            yield FieldInWords("limit", "Limit", *_limits(old, new))


def _limits(old: ComparedRule, new: ComparedRule) -> tuple[str, str]:
    """Both limits; with what they limit, where that differs."""
    words = [limit_in_words(rule) or NO_LIMIT for rule in (old, new)]
    if old.metric != new.metric:
        words = [
            f"{(rule.metric or 'nothing').replace('_', ' ')}: {text}"
            for rule, text in zip((old, new), words, strict=True)
        ]
    return words[0], words[1]


def _words(field: str, value: Any) -> str:
    match field:
        case "is_hard_constraint":
            return "hard limit" if value else "soft limit"
        case "category":
            return Category(value).label if value in set(Category) else str(value)
        case "applies_to":
            return _mapping_words(value) or "everybody"
        case "parameters":
            return _mapping_words(value) or "none"
        case "weight":
            return f"{value.normalize():f}"
        case _:
            return str(value)


def _mapping_words(value: Mapping[str, Any]) -> str:
    """ "seat: captain; status: reserve"."""
    return "; ".join(f"{name.replace('_', ' ')}: {_value_words(found)}" for name, found in sorted(value.items()))


def _value_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value_words(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
