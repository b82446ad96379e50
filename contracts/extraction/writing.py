"""A candidate written out as a proposal: in the vocabulary's words, with citation, evidence and confidence."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from contracts.extraction.candidates import Candidate, Threshold
from contracts.extraction.categories import category_of
from contracts.extraction.confidence import Features, confidence_from, features_of
from contracts.extraction.identity import RuleNames
from contracts.extraction.items import citation_of
from contracts.extraction.metric_patterns import DIRECTIONS
from contracts.extraction.metrics import Measured, metric_for
from contracts.extraction.numbers import MINUTES_PER_HOUR
from contracts.extraction.places import evidence_for
from contracts.extraction.proposals import Predicate, Proposal
from contracts.extraction.quantities import Role
from contracts.extraction.repair import PageFinder
from contracts.extraction.wording import applies_to, condition_in, exception_in, is_hard
from contracts.vocabulary import Category, Dimension, Metric, Operator, Unit, dimension_of

WEIGHT_OF_HARD = 1.0
WEIGHT_OF_SOFT = 0.5
LONGEST_TITLE = 120
LONGEST_TEXT = 1_200

_WITHIN = re.compile(r"\b(?:within|no later than|not later than)\b", re.IGNORECASE)


def write_proposal(candidate: Candidate, limits_in_sentence: int, finder: PageFinder, names: RuleNames) -> Proposal:
    """The proposal of one candidate; `names` gives it its id."""
    item, text = candidate.item, candidate.sentence.text
    titles, leads = item.titles(), item.leads()
    own = text[candidate.quote[0] : candidate.quote[1]]
    around = " | ".join([text, *leads, *titles])
    metric, named = metric_for(_measured(candidate, own, around))
    if named:
        candidate = _with_direction(candidate, metric)
    candidate = _in_unit_of(candidate, metric)
    category, subject_known = category_of(candidate.clause, " ".join([text, *leads]), titles, metric.category)
    evidence = evidence_for(finder, candidate.sentence, candidate.quote, candidate.anchor)
    citation = citation_of(item, evidence.page)
    features = features_of(
        candidate,
        Features(
            metric_known=metric.category is not Category.GENERAL,
            metric_named=named,
            place_known=item.segment.root is not None and bool(item.path),
            subject_known=subject_known,
            limits_in_sentence=limits_in_sentence,
        ),
    )
    hard = candidate.role is Role.LIMIT and is_hard(
        candidate.clause, text, leads, explicit=candidate.comparison.explicit
    )
    place = citation if item.segment.root is not None else " ".join([*item.path, *titles[:1]]) or "unplaced"
    return Proposal(
        rule_id=names.name(place.removeprefix("Section "), metric.name, own),
        category=category,
        title=_title(candidate, metric, titles),
        description=_description(candidate, metric, citation, titles),
        rule_text=_rule_text(candidate),
        citation=citation,
        is_hard_constraint=hard,
        weight=WEIGHT_OF_HARD if hard else WEIGHT_OF_SOFT,
        # Not the title of a letter: what it is about is not whom each of its clauses binds.
        applies_to=applies_to(" | ".join([candidate.clause, *item.inner_titles()[:1]]), own),
        parameters=_parameters(candidate, features, metric.name),
        predicate=_predicate(candidate, metric),
        confidence=confidence_from(features),
        evidence=evidence,
    )


def _with_direction(candidate: Candidate, metric: Metric) -> Candidate:
    """ "The rest shall be sixteen hours" means no less: what nobody said, the nature of the metric does."""
    comparison = candidate.comparison
    direction = DIRECTIONS.get(metric.name)
    if (
        comparison.explicit
        or comparison.operator is not Operator.EQUAL
        or direction is None
        or candidate.role is not Role.LIMIT
    ):
        return candidate
    return replace(candidate, comparison=replace(comparison, operator=direction))


def _in_unit_of(candidate: Candidate, metric: Metric) -> Candidate:
    """A guarantee or a line of "75 hours" is hours of credit, as its metric is."""
    if metric.unit is not Unit.CREDIT_HOURS or candidate.quantity.unit is not Unit.HOURS:
        return candidate
    return replace(candidate, quantity=replace(candidate.quantity, unit=Unit.CREDIT_HOURS))


def _predicate(candidate: Candidate, metric: Metric) -> Predicate | None:
    """None for a forbidden range, which no operator of the vocabulary says."""
    if candidate.comparison.negated:
        return None
    quantity = candidate.quantity
    return Predicate(metric.name, candidate.comparison.operator, quantity.value, quantity.unit.value, candidate.period)


def _measured(candidate: Candidate, own: str, around: str) -> Measured:
    quantity, (start, end), left = candidate.quantity, candidate.anchor, candidate.quote[0]
    leads = candidate.item.leads()
    # An item without a verb of its own is about what its introduction says: "... shall not exceed: a. two pilots, 14 hours".
    stem = f"{leads[0]} " if leads and not candidate.has_modal else ""
    return Measured(
        unit=quantity.unit,
        value=quantity.value,
        own=candidate.subject if candidate.from_table else own,
        start=len(candidate.subject) if candidate.from_table else start - left,
        end=len(candidate.subject) if candidate.from_table else end - left,
        clause=f"{stem}{candidate.clause}",
        start_in_clause=len(stem) + max(0, start - candidate.sentence.text.find(candidate.clause)),
        around=around,
        is_deadline=_WITHIN.search(candidate.comparison.words) is not None,
    )


def figure(value: Decimal, unit: Unit) -> str:
    """A value as a person writes it: "65 PCH", "$1,200", "50%"."""
    if unit is Unit.LOCAL_TIME:
        minutes = round(value * MINUTES_PER_HOUR)
        return f"{minutes // MINUTES_PER_HOUR:02d}:{minutes % MINUTES_PER_HOUR:02d} local time"
    plain = f"{value:,f}"
    if unit is Unit.DOLLARS:
        return f"${plain}"
    if unit is Unit.PERCENT:
        return f"{plain}%"
    name = unit.value
    if value == 1 and dimension_of(unit) in {Dimension.TIME, Dimension.CREDIT, Dimension.COUNT} and name.endswith("s"):
        name = name[:-1]
    return f"{plain} {name}"


def _limit_in_words(candidate: Candidate) -> str:
    quantity, operator = candidate.quantity, candidate.comparison.operator
    shown = figure(quantity.value, quantity.unit)
    if quantity.unit is Unit.COUNT:
        shown = f"{quantity.value:,f} {quantity.noun}"
    if operator is Operator.BETWEEN and quantity.upper is not None:
        shown = f"between {figure(quantity.value, quantity.unit)} and {figure(quantity.upper, quantity.unit)}"
        shown = f"not {shown}" if candidate.comparison.negated else shown
    elif operator is not Operator.EQUAL:
        shown = f"{operator.label} {shown}"
    return f"{shown} per {candidate.period}" if candidate.period and not candidate.period[0].isdigit() else shown


def _threshold_in_words(threshold: Threshold) -> str:
    quantity = threshold.quantity
    shown = (
        figure(quantity.value, quantity.unit)
        if quantity.unit is not Unit.COUNT
        else f"{quantity.value:,f} {quantity.noun}"
    )
    return shown if threshold.operator is Operator.EQUAL else f"{threshold.operator.label} {shown}"


def _subject(candidate: Candidate, metric: Metric, titles: list[str]) -> str:
    if metric.category is not Category.GENERAL or not titles:
        return f"{metric.label} ({candidate.quantity.noun})" if candidate.from_table else metric.label
    words = titles[0]
    return words.capitalize() if words.isupper() else words


def _title(candidate: Candidate, metric: Metric, titles: list[str]) -> str:
    title = f"{_subject(candidate, metric, titles)}: {_limit_in_words(candidate)}"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _description(candidate: Candidate, metric: Metric, citation: str, titles: list[str]) -> str:
    under = f"{citation} ({titles[0]})" if titles else citation
    kind = "applies something from" if candidate.role is Role.CONDITION else "sets"
    if candidate.comparison.negated:
        kind = "is a prohibition:"
    return f"{under} {kind} {_limit_in_words(candidate)}: {metric.meaning[:1].lower()}{metric.meaning[1:]}."


def _rule_text(candidate: Candidate) -> str:
    text = candidate.clause if candidate.from_table else candidate.sentence.text
    if len(text) > LONGEST_TEXT:
        text = candidate.clause[:LONGEST_TEXT]
    return " ".join(text.split())


def _parameters(candidate: Candidate, features: dict[str, bool], metric_name: str) -> dict[str, Any]:
    """What a reviewer needs besides the predicate; only plain JSON values, only what is known."""
    quantity, text = candidate.quantity, candidate.sentence.text
    known: dict[str, Any] = {
        "comparing_words": candidate.comparison.words or None,
        "negated": candidate.comparison.negated or None,
        "metric": metric_name if candidate.comparison.negated else None,
        "lower_value": str(quantity.value) if candidate.comparison.negated else None,
        "unit": quantity.unit.value if candidate.comparison.negated else None,
        "upper_value": str(quantity.upper) if quantity.upper is not None else None,
        "counted": quantity.noun if quantity.unit is Unit.COUNT else None,
        "row": quantity.noun if candidate.from_table else None,
        "consecutive": quantity.consecutive or None,
        "is_threshold": candidate.role is Role.CONDITION or None,
        "condition": condition_in(text) if candidate.role is Role.LIMIT else None,
        "thresholds": [_threshold_in_words(threshold) for threshold in candidate.thresholds] or None,
        "exception": exception_in(text),
        "introduced_by": candidate.item.leads()[0] if candidate.item.leads() else None,
        "features": sorted(features),
    }
    return {name: value for name, value in known.items() if value is not None}
