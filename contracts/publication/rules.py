"""The shape of a rule as the API gives it: the same that the materialized views write in SQL."""

from decimal import Decimal

from contracts.models import ContractRule
from regulations.models import RegulatoryRule


def rule_body(rule: ContractRule) -> dict[str, object]:
    """The members of one rule in their order. `rule.contract` should have been fetched with it."""
    contract = rule.contract
    return {
        "id": str(rule.pk),
        "source": "contract",
        "rule_id": rule.rule_id,
        "category": rule.category,
        "title": rule.title,
        "description": rule.description,
        "rule_text": rule.rule_text,
        "citation": rule.citation,
        "is_hard_constraint": rule.is_hard_constraint,
        "weight": number(rule.weight),
        "applies_to": rule.applies_to,
        "parameters": rule.parameters,
        "predicate": _predicate(rule),
        "effective_date": contract.effective_date.isoformat(),
        "expiration_date": contract.expiration_date.isoformat() if contract.expiration_date else None,
        "parsing_confidence": number(rule.parsing_confidence),
        "evidence": _evidence(rule, contract.document_sha256),
        "contract_id": str(rule.contract_id),
    }


def law_body(rule: RegulatoryRule) -> dict[str, object]:
    """The members of one rule of the law: those of a contract's, but for the contract."""
    return {
        "id": str(rule.pk),
        "source": rule.source,
        "rule_id": rule.rule_id,
        "category": rule.category,
        "title": rule.title,
        "description": rule.summary,
        "rule_text": rule.summary,
        "citation": rule.citation,
        "is_hard_constraint": rule.is_hard_constraint,
        "weight": rule.weight,
        "applies_to": rule.applies_to,
        "parameters": rule.parameters,
        "predicate": rule.predicate,
        "effective_date": rule.effective_date.isoformat(),
        "expiration_date": rule.expiration_date,
        "parsing_confidence": rule.parsing_confidence,
        "evidence": rule.evidence,
    }


def number(value: Decimal | None) -> int | float | None:
    """The number that JSON has for a decimal: whole ones without a fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _predicate(rule: ContractRule) -> dict[str, object] | None:
    if rule.metric is None:
        return None
    return {
        "metric": rule.metric,
        "operator": rule.operator,
        "value": number(rule.value),
        "unit": rule.unit,
        "period": rule.period,
    }


def _evidence(rule: ContractRule, document_sha256: str) -> dict[str, object] | None:
    if rule.page is None:
        return None
    return {
        "page": rule.page,
        "box": rule.box,
        "quote": rule.quote,
        "document_sha256": document_sha256,
        "char_start": rule.char_start,
        "char_end": rule.char_end,
    }
