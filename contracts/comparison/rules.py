"""What is compared: a rule without its review and its place on the page, and the canonical JSON of a whole revision."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from contracts.extraction import REMARK

# In the order in which people read them. A rule's id and place say which rule it is, not what it says.
FIELDS = (
    "title",
    "rule_text",
    "description",
    "citation",
    "category",
    "metric",
    "operator",
    "value",
    "unit",
    "period",
    "is_hard_constraint",
    "weight",
    "applies_to",
    "parameters",
)
# Fields of running text, whose differences are shown by words.
WORDINGS = frozenset({"title", "rule_text", "description"})
LIMIT_FIELDS = frozenset({"metric", "operator", "value", "unit", "period"})
# What a reading noted for reviewers: no part of what the contract says.
_NOTES = frozenset({"features", REMARK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRule:
    """One rule of one side. `key` is its row's; runs of white space in wordings count as one space.

    `is_decided` is False for a proposal on which no reviewer has decided.
    """

    key: str
    rule_id: str
    position: int
    title: str
    rule_text: str
    description: str
    citation: str
    category: str
    metric: str | None
    operator: str | None
    value: Decimal | None
    unit: str | None
    period: str | None
    is_hard_constraint: bool
    weight: Decimal
    applies_to: Mapping[str, Any]
    parameters: Mapping[str, Any]
    page: int | None
    is_decided: bool

    @property
    def order(self) -> tuple[int, str]:
        """The document's order; ids settle ties."""
        return self.position, self.rule_id


NAMES = tuple(field.name for field in fields(ComparedRule))
_TEXTS = ("title", "rule_text", "description", "citation")


def rule_from(values: Mapping[str, Any]) -> ComparedRule:
    """A rule of a row's values, or of what `canonical` wrote, which are the same once they are here."""
    given = {name: values[name] for name in NAMES}
    for name in _TEXTS:
        given[name] = " ".join(given[name].split())
    for name in ("value", "weight"):
        given[name] = None if given[name] is None else Decimal(given[name])
    given["key"] = str(given["key"])
    given["parameters"] = {name: value for name, value in given["parameters"].items() if name not in _NOTES}
    return ComparedRule(**given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What identifies the contract of a revision, as it stood then."""

    contract: str
    document_sha256: str
    contract_type: str
    contract_version: str
    title: str
    effective_date: date
    expiration_date: date | None


def canonical(terms: Terms, rules: Iterable[ComparedRule]) -> str:
    """A revision as JSON: the same bytes for the same content, keys sorted, rules in the document's order."""
    ordered = sorted(rules, key=lambda rule: rule.order)
    content = {"terms": _plain(terms), "rules": [_plain(rule) for rule in ordered]}
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def digest_of(content: str) -> str:
    """SHA-256 over the canonical JSON, in hexadecimal: the revision's name."""
    return hashlib.sha256(content.encode()).hexdigest()


def rules_in(content: str) -> Sequence[ComparedRule]:
    """The rules of a canonical JSON."""
    return [rule_from(values) for values in orjson.loads(content)["rules"]]


def _plain(value: Terms | ComparedRule) -> dict[str, Any]:
    return {field.name: _number(getattr(value, field.name)) for field in fields(value)}


def _number(value: Any) -> Any:
    """Decimals as text without trailing zeros: 14 and 14.0000 are one content."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
