"""Two readings of one document, laid over one another. The deterministic one stands; the model's confirms, doubts or adds."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import merge
from typing import Any

from contracts.extraction.identity import RuleNames
from contracts.extraction.numbers import find_numbers
from contracts.extraction.places import box_of
from contracts.extraction.proposals import REMARK, Evidence, Predicate, Proposal
from contracts.extraction.writing import LONGEST_TITLE, WEIGHT_OF_HARD, WEIGHT_OF_SOFT, figure
from contracts.language_models.answers import ModelRule
from contracts.vocabulary import Operator

# Below what the desk calls low: nobody but a model has seen it.
CONFIDENCE = 0.4
CONFIDENCE_WITHOUT_FIGURE = 0.2

CitationOf = Callable[[ModelRule], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All proposals in the order of the text, those that both found with a remark, and how many of each kind."""

    proposals: tuple[Proposal, ...]
    agreed: int
    differing: int
    added: int


def compare(found: Sequence[Proposal], reported: Sequence[ModelRule], cite: CitationOf) -> Comparison:
    """Merge what the extractor found with what a model reported.

    Each proposal is paired with one report at the most: first those that say the same of the same place, then those that
    say something else of it. A report that is left over is added, unless it repeats what is agreed on already.
    """
    on_page: dict[int, list[int]] = defaultdict(list)
    for place, proposal in enumerate(found):
        on_page[proposal.evidence.page].append(place)
    remarks: dict[int, dict[str, Any]] = {}

    def free(rule: ModelRule) -> list[int]:
        """The proposals at the rule's place that no report is paired with yet."""
        places = on_page.get(rule.page.number, [])
        return [place for place in places if place not in remarks and _overlap(found[place], rule) > 0]

    rest: list[ModelRule] = []
    agreed: list[ModelRule] = []
    for rule in reported:
        same = [place for place in free(rule) if _says_the_same(found[place], rule)]
        if same:
            remarks[max(same, key=lambda place: _overlap(found[place], rule))] = {"agrees": True}
            agreed.append(rule)
        else:
            rest.append(rule)
    added: list[ModelRule] = []
    differing = 0
    for rule in rest:
        if any(_repeats(rule, other) for other in [*agreed, *added]):
            continue
        places = free(rule)
        if places:
            place = max(places, key=lambda place: _overlap(found[place], rule))
            remarks[place] = {"agrees": False, "says": said_by(rule)}
            differing += 1
        else:
            added.append(rule)
    names = RuleNames(proposal.rule_id for proposal in found)
    kept = [_remarked(proposal, remarks.get(place)) for place, proposal in enumerate(found)]
    new = [_proposal(rule, cite(rule), names) for rule in added]
    in_order = merge(kept, new, key=lambda proposal: proposal.evidence.char_start)
    return Comparison(tuple(in_order), len(agreed), differing, len(new))


def said_by(rule: ModelRule) -> dict[str, str | None]:
    """What a model says of a place, as plain JSON values."""
    return {
        "metric": rule.metric.name,
        "operator": rule.operator.value,
        "value": str(rule.value),
        "upper_value": None if rule.upper_value is None else str(rule.upper_value),
        "unit": rule.unit.value,
        "period": rule.period,
        "quote": rule.quote,
    }


def _overlap(proposal: Proposal, rule: ModelRule) -> int:
    """How many characters both quote."""
    evidence = proposal.evidence
    return min(evidence.char_end, rule.char_end) - max(evidence.char_start, rule.char_start)


def _says_the_same(proposal: Proposal, rule: ModelRule) -> bool:
    predicate = proposal.predicate
    if predicate is None:
        return False
    same = (predicate.operator, predicate.value, predicate.unit) == (rule.operator, rule.value, rule.unit.value)
    upper = proposal.parameters.get("upper_value")
    return same and (None if upper is None else Decimal(upper)) == rule.upper_value


def _repeats(rule: ModelRule, other: ModelRule) -> bool:
    overlap = min(rule.char_end, other.char_end) - max(rule.char_start, other.char_start)
    same = (rule.operator, rule.value, rule.upper_value, rule.unit) == (
        other.operator,
        other.value,
        other.upper_value,
        other.unit,
    )
    return overlap > 0 and same


def _remarked(proposal: Proposal, remark: dict[str, Any] | None) -> Proposal:
    return proposal if remark is None else replace(proposal, parameters={**proposal.parameters, REMARK: remark})


def _proposal(rule: ModelRule, citation: str, names: RuleNames) -> Proposal:
    """A rule that only the model reported. No word of it is the model's own but those of the vocabulary and the period."""
    page = rule.page
    limit = _limit_in_words(rule)
    title = f"{rule.metric.label}: {limit}"
    start, end = rule.char_start - page.char_start, rule.char_end - page.char_start
    has_figure = _has_figure(rule)
    upper = {} if rule.upper_value is None else {"upper_value": str(rule.upper_value)}
    return Proposal(
        rule_id=names.name(f"model {citation.removeprefix('Section ')}", rule.metric.name, rule.quote),
        category=rule.category,
        title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…",
        description=f"{citation}: reported by a language model alone. Compare it with the page.",
        rule_text=" ".join(rule.quote.split()),
        citation=citation,
        is_hard_constraint=rule.is_hard,
        weight=WEIGHT_OF_HARD if rule.is_hard else WEIGHT_OF_SOFT,
        applies_to={},
        parameters={**upper, REMARK: {"alone": True, "figure_stands_in_quote": has_figure}},
        predicate=Predicate(rule.metric.name, rule.operator, rule.value, rule.unit.value, rule.period),
        confidence=CONFIDENCE if has_figure else CONFIDENCE_WITHOUT_FIGURE,
        evidence=Evidence(page.number, box_of(page, start, end), rule.quote, rule.char_start, rule.char_end),
        is_from_model=True,
    )


def _limit_in_words(rule: ModelRule) -> str:
    shown = figure(rule.value, rule.unit)
    if rule.upper_value is not None:
        shown = f"between {shown} and {figure(rule.upper_value, rule.unit)}"
    elif rule.operator is not Operator.EQUAL:
        shown = f"{rule.operator.label} {shown}"
    return f"{shown} per {rule.period}" if rule.period and not rule.period[0].isdigit() else shown


def _has_figure(rule: ModelRule) -> bool:
    """Whether the value stands in the quote as a number, in digits or in words."""
    try:
        return any(number.value == rule.value for number in find_numbers(" ".join(rule.quote.split())))
    except (ArithmeticError, ValueError):
        # Figures that defy arithmetic: then nobody can say.
        return False
