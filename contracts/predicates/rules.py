"""From a rule as the API gives it to what it tests, or why it cannot be tested."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.predicates.conditions import Conditions, conditions_of
from contracts.predicates.limits import Limit, limit_of
from contracts.predicates.measures import MEASURES, RUNS_ARE_ANOTHER_THING, Measure, factor_of
from contracts.predicates.windows import MONTH, Window, is_each_time, is_month, window_of
from contracts.vocabulary import METRICS
from contracts.vocabulary.computation import why_not

_NO_FIGURES = "The rule has no limit in figures."


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """One rule. Without a `limit`, `why_untested` is a sentence that says why; `weight` counts for soft rules."""

    rule_id: str
    title: str
    citation: str
    is_hard: bool
    weight: int | float
    limit: Limit | None
    conditions: Conditions
    why_untested: str = ""

    @property
    def severity(self) -> str:
        """ "hard" or "soft"."""
        return "hard" if self.is_hard else "soft"


def judged_rules(bodies: Iterable[Mapping[str, Any]]) -> tuple[JudgedRule, ...]:
    """The contract rules among `bodies`, which are rules as the API gives them, under ids that are told apart.

    An agreement and its letters may give the same id to two rules: later ones are numbered.
    """
    taken: set[str] = set()
    found = []
    for body in bodies:
        if body["source"] == "contract":
            rule_id = _apart(body["rule_id"], taken)
            taken.add(rule_id)
            found.append(judged_rule(body, rule_id=rule_id))
    return tuple(found)


def _apart(rule_id: str, taken: set[str]) -> str:
    number, name = 1, rule_id
    while name in taken:
        number += 1
        name = f"{rule_id}#{number}"
    return name


class _Untested(Exception):
    """Why a rule cannot be tested, as a sentence."""


def judged_rule(body: Mapping[str, Any], *, rule_id: str) -> JudgedRule:
    """One rule."""
    parameters = body["parameters"] or {}
    limit, words, why = None, tuple[str, ...](), ""
    try:
        limit, words = _limit(body["predicate"], parameters)
    except _Untested as untested:
        why = str(untested)
    return JudgedRule(
        rule_id=rule_id,
        title=body["title"],
        citation=body["citation"],
        is_hard=body["is_hard_constraint"],
        weight=body["weight"],
        limit=limit,
        conditions=conditions_of(body["applies_to"] or {}, [*words, *_conditions_in(parameters)]),
        why_untested=why,
    )


def _limit(predicate: Mapping[str, Any] | None, parameters: Mapping[str, Any]) -> tuple[Limit, tuple[str, ...]]:
    """The limit, and what its period says beyond when it holds."""
    if predicate is None:
        raise _Untested(_NO_FIGURES)
    name = predicate["metric"]
    measure = MEASURES.get(name)
    if measure is None:
        raise _Untested(_why_not_computed(name))
    factor = factor_of(predicate["unit"], measure)
    if factor is None:
        raise _Untested(
            f"{predicate['unit']} do not convert exactly into {measure.unit}, as {_label(name)} is counted."
        )
    if parameters.get("is_threshold"):
        raise _Untested("The figure is the threshold of a condition, not a limit.")
    if parameters.get("consecutive") and name in RUNS_ARE_ANOTHER_THING:
        raise _Untested(f"The rule is about consecutive ones, which {_label(name)} does not count.")
    window, words = _window(measure, predicate["period"])
    try:
        return limit_of(predicate, parameters, factor=factor, window=window), words
    except ValueError as error:
        raise _Untested(str(error)) from error


def _why_not_computed(name: str) -> str:
    if name not in METRICS:
        return f"The vocabulary has no metric {name}."
    words = why_not(METRICS[name])
    return f"{_label(name, capital=True)} cannot be computed from a schedule: {words}."


def _label(name: str, *, capital: bool = False) -> str:
    label = METRICS[name].label
    return label if capital else label[:1].lower() + label[1:]


def _window(measure: Measure, period: str | None) -> tuple[Window | None, tuple[str, ...]]:
    """The window of a metric that has one; other periods are conditions."""
    if measure.is_windowed:
        window = window_of(period)
        if window is None:
            raise _Untested(f"The period “{period or 'none'}” is no window of a fixed length.")
        if measure.metric == "days_off_in_window" and window != MONTH and window.days is None:
            raise _Untested("Days off are counted in whole days.")
        if measure.metric == "rest_in_window" and window == MONTH:
            raise _Untested("Rest in a window is measured over hours or days, not over months.")
        return window, ()
    if measure.metric.endswith("_per_month"):
        return MONTH, () if not period or is_month(period) else (f"its period is “{period}”",)
    return None, () if is_each_time(period) else (f"its period is “{period}”",)


def _conditions_in(parameters: Mapping[str, Any]) -> Iterator[str]:
    """What a reading noted beside the limit: it holds under conditions that only the wording tells."""
    if condition := parameters.get("condition"):
        yield f"it has a condition: {condition}"
    if exception := parameters.get("exception"):
        yield f"it has an exception: {exception}"
    if thresholds := parameters.get("thresholds"):
        yield f"it holds from a threshold: {', '.join(map(str, thresholds))}"
    if row := parameters.get("row"):
        yield f"it is a table's row: {row}"
