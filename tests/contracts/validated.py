"""Rules, pairings and answers for the tests of validation and packs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from contracts.predicates import PilotFacts, judged_rules
from contracts.validation.answers import Binding, JudgedRules, answer_to

Json = dict[str, Any]
CAPTAIN_AT_SEA = PilotFacts(seat="captain", base="SEA", equipment=frozenset({"B737"}))


def rule_body(metric: str | None, operator: str = "<=", value: float = 14, unit: str = "hours", **more: Any) -> Json:
    """A contract's rule as the API gives it; without a metric one without figures."""
    predicate = {
        "metric": metric,
        "operator": operator,
        "value": value,
        "unit": unit,
        "period": more.pop("period", None),
    }
    return {
        "source": "contract",
        "rule_id": more.pop("rule_id", f"1-{metric}"),
        "title": "A limit",
        "rule_text": "Words of the document.",
        "description": "",
        "category": "duty",
        "citation": "Section 1",
        "is_hard_constraint": more.pop("is_hard", True),
        "weight": more.pop("weight", 1),
        "applies_to": more.pop("applies_to", {}),
        "parameters": more,
        "predicate": None if metric is None else predicate,
    }


def binding(*bodies: Json, facts: PilotFacts = CAPTAIN_AT_SEA) -> Binding:
    """A pilot who is bound by these rules."""
    return Binding("P-117", "TST", "2026", '"tag"', JudgedRules(judged_rules(bodies)), facts)


def answer(document: Json, *bodies: Json, facts: PilotFacts = CAPTAIN_AT_SEA) -> Json:
    """The answer as a caller reads it."""
    parsed: Json = orjson.loads(orjson.dumps(answer_to(document, binding(*bodies, facts=facts))))
    return parsed


def at(day: int, clock: str) -> str:
    """An instant in Seattle: of the day of February 2026, later days of the next months."""
    hour, minute = map(int, clock.split(":"))
    moment = datetime.fromisoformat("2026-02-01T00:00-08:00") + timedelta(days=day - 1, hours=hour, minutes=minute)
    return moment.isoformat(timespec="minutes")


def leg(day: int, out: str, in_: str, origin: str = "SEA", destination: str = "PDX", **more: Any) -> Json:
    return {"from": origin, "to": destination, "out": at(day, out), "in": at(day, in_), **more}


def duty(day: int, report: str, release: str, *legs: Json) -> Json:
    return {"report": at(day, report), "release": at(day, release), "segments": list(legs)}


def pairing(*duties: Json, name: str = "P1") -> Json:
    return {"id": name, "duty_periods": list(duties)}


def day_trip(day: int, report: str = "08:00", release: str = "14:00") -> Json:
    """Seattle to Portland and back, an hour each way."""
    return pairing(
        duty(day, report, release, leg(day, "09:00", "10:00"), leg(day, "11:00", "12:00", "PDX", "SEA")), name=f"D{day}"
    )


def broken(answered: Json) -> Sequence[tuple[str, str]]:
    """Rule and place of each violation."""
    return [(one["rule_id"], one["pointer"]) for one in answered["violations"]]


def open_rules(answered: Json) -> set[str]:
    """What could not be decided."""
    return {one["rule_id"] for one in answered["unknown"]}
