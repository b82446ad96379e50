"""The shapes of a rule pack: ours, and the three that VectorBid loads. docs/rule-packs.md describes them."""

import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import orjson

from contracts.packs.content import (
    SEMANTICS,
    Content,
    Shaped,
    expressed,
    figures,
    not_expressed,
    why_not_expressed,
)
from contracts.predicates import JudgedRule, Limit
from contracts.predicates.expressions import COMPILED, FLAT, SECTIONED, Dialect, check, figures_of, score
from contracts.predicates.measures import usual
from regulations.far117.clock import MINUTES_PER_HOUR
from regulations.far117.loading import catalogue

LEAST_REST_OF_THE_LAW = "FAR117_REST_10H"


class Shape(StrEnum):
    """The word in the address."""

    NATIVE = "native"
    FLAT = "flat"
    SECTIONED = "sectioned"
    COMPILED = "compiled"


def native(content: Content) -> Shaped:
    """Every rule whole, with its test as numbers; what the other shapes cannot say, with the reason."""
    judged = iter(content.judged)
    rules = [
        {**body, "test": None, "untested": None, "pack_rule_id": body["rule_id"]}
        if body["source"] != "contract"
        else {**body, **_test(next(judged))}
        for body in content.bodies
    ]
    document = {
        "shape": Shape.NATIVE.value,
        **_head(content),
        "title": content.title,
        "effective_start": content.effective_date.isoformat(),
        "effective_end": content.expiration_date.isoformat() if content.expiration_date else None,
        "etag": content.etag,
        "figures": figures(content.judged),
        "expressions": SEMANTICS,
        "rules": rules,
        "not_expressed": [one.body() for one in not_expressed(content)],
    }
    return Shaped(document)


def _test(rule: JudgedRule) -> dict[str, Any]:
    limit = rule.limit
    test = None
    if limit is not None:
        test = {
            "figures": [figure.name for figure in figures_of(limit)],
            "least": _usual(limit, limit.low),
            "most": _usual(limit, limit.high),
            "not": _usual(limit, limit.forbidden),
            "unit": limit.measure.unit.value,
            "conditions": rule.conditions.told() or None,
        }
    return {"test": test, "untested": rule.why_untested or None, "pack_rule_id": rule.rule_id}


def _usual(limit: Limit, bound: int | None) -> int | float | None:
    return None if bound is None else usual(limit.measure, bound)


def flat(content: Content) -> Shaped:
    """One list of expressions over `trip.get(...)` and `context.get(...)`."""
    rules = [
        {
            "id": rule.rule_id,
            "desc": rule.title,
            "clause": rule.citation,
            "severity": rule.severity,
            "evaluate": _check(rule, FLAT),
            **({} if rule.is_hard else {"weight": rule.weight}),
        }
        for rule in expressed(content)
    ]
    return Shaped({**_head(content), "rules": rules}, tuple(not_expressed(content)), has_room=False)


def sectioned(content: Content) -> Shaped:
    """The contract's rules under `union`, the law's least rest under `far117`."""
    rules = expressed(content)
    union: dict[str, Any] = {}
    hard = [rule for rule in rules if rule.is_hard]
    if rests := _bounds(hard, "rest_between_duty_periods", lambda limit: limit.low):
        union["min_rest_hours"] = max(rests)
    if duties := _bounds(hard, "duty_period", lambda limit: limit.high):
        union["max_duty_hours_per_day"] = min(duties)
    union["hard"] = [{"id": rule.rule_id, "check": _check(rule, SECTIONED), "desc": _words(rule)} for rule in hard]
    union["soft"] = [
        {"id": rule.rule_id, "score": _score(rule, SECTIONED), "weight": rule.weight, "desc": _words(rule)}
        for rule in rules
        if not rule.is_hard
    ]
    document = {**_head(content), "rules": [], "far117": {"min_rest_hours": _least_rest()}, "union": union}
    return Shaped(document, tuple(not_expressed(content)), has_room=False)


def compiled(content: Content) -> Shaped:
    """Expressions over `obj` and `ctx`; `metadata` lists what they leave out."""
    rules, left_out = expressed(content), tuple(not_expressed(content))
    tested = {
        "hard": [
            {
                "id": rule.rule_id,
                "desc": _words(rule),
                "check": _check(rule, COMPILED),
                "severity": "error",
                "message": f"{rule.title} ({rule.citation})",
            }
            for rule in rules
            if rule.is_hard
        ],
        "soft": [
            {"id": rule.rule_id, "desc": _words(rule), "weight": rule.weight, "score": _score(rule, COMPILED)}
            for rule in rules
            if not rule.is_hard
        ],
        "derived": [],
    }
    document = {
        "airline": content.airline,
        "version": content.version,
        "effective_start": content.effective_date.isoformat(),
        **({"effective_end": content.expiration_date.isoformat()} if content.expiration_date else {}),
        "checksum": f"sha256:{hashlib.sha256(orjson.dumps(tested, option=orjson.OPT_SORT_KEYS)).hexdigest()}",
        "metadata": {
            "title": content.title,
            "etag": content.etag,
            "figures": figures(rules),
            "expressions": SEMANTICS,
            "not_expressed": [one.body() for one in left_out],
        },
        **tested,
    }
    return Shaped(document, left_out)


SHAPES: dict[Shape, Callable[[Content], Shaped]] = {
    Shape.NATIVE: native,
    Shape.FLAT: flat,
    Shape.SECTIONED: sectioned,
    Shape.COMPILED: compiled,
}


def _head(content: Content) -> dict[str, Any]:
    return {"version": content.version, "airline": content.airline, "id": content.pack_id}


def _check(rule: JudgedRule, dialect: Dialect) -> str:
    return check(_limit(rule), dialect)


def _score(rule: JudgedRule, dialect: Dialect) -> str:
    return score(_limit(rule), dialect)


def _limit(rule: JudgedRule) -> Limit:
    if rule.limit is None or why_not_expressed(rule):
        raise ValueError(f"{rule.rule_id} cannot be expressed")
    return rule.limit


def _words(rule: JudgedRule) -> str:
    return f"{rule.citation}: {rule.title}"


def _bounds(rules: Sequence[JudgedRule], metric: str, bound: Callable[[Limit], int | None]) -> list[int | float]:
    """In hours: what the rules on a metric allow at one end."""
    limits = [rule.limit for rule in rules if rule.limit is not None and rule.limit.measure.metric == metric]
    return [usual(limit.measure, found) for limit in limits if (found := bound(limit)) is not None]


def _least_rest() -> int | float:
    predicate = catalogue().rule(LEAST_REST_OF_THE_LAW).predicate
    if predicate is None:
        raise ValueError(f"{LEAST_REST_OF_THE_LAW} has no number")
    hours = predicate.value / MINUTES_PER_HOUR
    return int(hours) if hours.is_integer() else hours
