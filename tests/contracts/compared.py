"""Rules to compare, without a database."""

from decimal import Decimal
from typing import Any

from contracts.comparison.rules import ComparedRule, rule_from

WORDING = "A Pilot's duty period shall not exceed fourteen (14) hours."


def rule(rule_id: str = "10.B.1-duty", **members: Any) -> ComparedRule:
    """A hard maximum of 14 hours a duty period, unless `members` say otherwise."""
    values = {
        "key": rule_id,
        "rule_id": rule_id,
        "position": 1,
        "title": "Duty period at most 14 hours",
        "rule_text": WORDING,
        "description": "",
        "citation": "Section 10.B.1",
        "category": "duty",
        "metric": "duty_period",
        "operator": "<=",
        "value": Decimal(14),
        "unit": "hours",
        "period": None,
        "is_hard_constraint": True,
        "weight": Decimal(1),
        "applies_to": {},
        "parameters": {},
        "page": 1,
        "is_decided": True,
    }
    return rule_from(values | members)


def limit(
    operator: str, value: float | str, unit: str = "hours", *, metric: str = "duty_period", **members: Any
) -> Any:
    """A rule with that limit."""
    return rule(metric=metric, operator=operator, value=Decimal(str(value)), unit=unit, **members)


def prose(rule_id: str, text: str, **members: Any) -> ComparedRule:
    """A rule without a limit in figures."""
    nothing = {"metric": None, "operator": None, "value": None, "unit": None}
    return rule(rule_id, rule_text=text, citation=f"Section {rule_id}", **nothing, **members)
