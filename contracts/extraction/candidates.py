"""From sentences to limits: one candidate for each, with all that is known about it but its place on a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from contracts.extraction.clauses import Finding, read_sentence
from contracts.extraction.comparisons import Comparison, compare, implied_operator, operator_of_table
from contracts.extraction.furniture import Span
from contracts.extraction.items import Item
from contracts.extraction.quantities import Quantity, Role
from contracts.extraction.sentences import Sentence
from contracts.extraction.verbs import STATES, binds, opens_item, set_behind, sets_value
from contracts.extraction.wording import period_of
from contracts.vocabulary import Dimension, Operator, Unit, dimension_of

# "At least one period of 30 hours": the limit is the 30 hours.
_MEASURED_NEXT = re.compile(
    r"^ (?:\w+ ){0,2}(?:periods?|blocks?|intervals?) of (?:at least |not less than |no less than )?[\w-]*[ ]?[\d(]",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(r"^[^;:.]{0,80}\b(?:or|and)(?: of)? $", re.IGNORECASE)
_EQUATES = re.compile(r"\b(?:constitutes?|deemed|considered|regarded)\b", re.IGNORECASE)
_CREDITS = re.compile(r"\b(?:credited|credit|pay)\b", re.IGNORECASE)
_EXAMPLE = re.compile(r"^\W*examples?\b\s*(?:#?\d+)?\s*[:.]|\bexamples?\s*(?:#?\d+)?\s*:", re.IGNORECASE)
_CONDITION_WORD = re.compile(r"\b(?:if|when|whenever|where|unless|once|until)\b", re.IGNORECASE)
_BREAKS = (
    re.compile(r"[;:]"),
    re.compile(r","),
    re.compile(r"\b(?:or|and|plus)\b(?! (?:more|less|fewer|greater|longer)\b)"),
)
_GREATER_OF = re.compile(r"\b(?:greater|lesser)(?: of)?\b", re.IGNORECASE)
_WHICHEVER = re.compile(
    r"^[^.;]*\bor\b[^.;]*,? whichever is (?:the )?(?:great|high|long|less|low|short|more)", re.IGNORECASE
)
_INVERSE = {Unit.TAFD_HOURS_PER_PCH, Unit.DUTY_HOURS_PER_PCH, Unit.HOURS_PER_PCH, Unit.HOURS_PER_DAY}
_BACK = 400
_AMOUNTS = {Dimension.CREDIT, Dimension.MONEY}
_ALWAYS_SET = {Dimension.CREDIT, Dimension.SHARE, Dimension.MONEY, Dimension.RATIO}


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a limit holds: "a Pilot who deadheads for *more than five hours* shall ..."."""

    operator: Operator
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Candidate:
    """One limit. `quote` and `anchor` (the value itself) are positions in `sentence`.

    `thresholds` are the conditions with figures in the limit's own clause; `subject` the words that say what a figure of a
    table is about.
    """

    item: Item
    sentence: Sentence
    quantity: Quantity
    comparison: Comparison
    role: Role
    clause: str
    period: str | None
    quote: Span
    anchor: Span
    has_modal: bool
    from_table: bool = False
    subject: str = ""
    thresholds: tuple[Threshold, ...] = ()


def candidates_in(item: Item, sentence: Sentence) -> Iterator[Candidate]:
    """The limits of one sentence, in order."""
    leads = item.leads()
    findings = [_in_credit(finding, leads) for finding in read_sentence(sentence)]
    if not findings or not (_is_said(sentence.text, findings) or any(binds(lead) for lead in leads)):
        return
    kept = _chosen(sentence, findings, leads)
    spans = _quotes(sentence.text, kept)
    for (finding, comparison), span in zip(kept, spans, strict=True):
        thresholds = () if finding.role is Role.CONDITION else _thresholds(sentence.text, findings, finding.clause)
        quantity = finding.quantity
        start, end = finding.clause
        is_ratio = dimension_of(quantity.unit) is Dimension.RATIO
        period = (
            finding.window
            or (None if is_ratio else quantity.per)
            or period_of(sentence.text[start:end], quantity.start - start, quantity.end - start)
        )
        yield Candidate(
            item=item,
            sentence=sentence,
            quantity=quantity,
            comparison=comparison,
            role=finding.role,
            clause=sentence.text[start:end],
            period=period,
            quote=span,
            anchor=(quantity.start, quantity.end),
            has_modal=finding.has_modal,
            thresholds=thresholds,
        )


def _thresholds(text: str, findings: list[Finding], clause: Span) -> tuple[Threshold, ...]:
    """The conditions of a clause that compare something with a figure."""
    judged = (
        (finding, _judge(text, finding, []))
        for finding in findings
        if finding.clause == clause and finding.role is Role.CONDITION
    )
    return tuple(
        Threshold(comparison.operator, finding.quantity)
        for finding, comparison in judged
        if comparison.explicit and comparison.operator is not Operator.BETWEEN and finding.quantity.upper is None
    )


def _is_said(text: str, findings: list[Finding]) -> bool:
    """Whether the sentence binds: by its verbs, by a label, or by a figure that opens it."""
    return binds(text) or any(opens_item(text[: finding.quantity.start]) for finding in findings)


def _in_credit(finding: Finding, leads: list[str]) -> Finding:
    """ "... shall be credited with the greatest of:" makes the "4:54" of its list hours of credit."""
    quantity = finding.quantity
    weighed = any(_CREDITS.search(lead) and _GREATER_OF.search(lead) for lead in leads)
    of_credit = weighed or (quantity.number.has_colon and any(_CREDITS.search(lead) for lead in leads))
    if quantity.unit is Unit.HOURS and of_credit:
        return replace(finding, quantity=replace(quantity, unit=Unit.CREDIT_HOURS))
    return finding


def begins_example(sentence: Sentence) -> int | None:
    """Where an example begins in the sentence: its figures, and those that follow in the same item, bind nobody."""
    match = _EXAMPLE.search(sentence.text)
    return match.start() if match is not None else None


def _chosen(sentence: Sentence, findings: list[Finding], leads: list[str]) -> list[tuple[Finding, Comparison]]:
    """Limits of each clause; where a clause has none, its conditions, since something follows from them."""
    kept: list[tuple[Finding, Comparison]] = []
    introduces_list = sentence.text.rstrip().endswith(":")
    for clause in dict.fromkeys(finding.clause for finding in findings):
        inside = [finding for finding in findings if finding.clause == clause]
        judged = _carried_on(sentence.text, [(finding, _judge(sentence.text, finding, leads)) for finding in inside])
        limits = [(f, c) for f, c in judged if f.role is Role.LIMIT and _is_limit(sentence.text, f, c, leads)]
        if not limits and not introduces_list:
            limits = _subjects(sentence.text, judged)
        if not limits and not introduces_list:
            limits = [(f, c) for f, c in judged if f.role is Role.CONDITION and _is_threshold(sentence.text, f, c)]
        kept.extend(limits)
    return sorted(kept, key=lambda pair: pair[0].quantity.start)


def _subjects(text: str, judged: list[tuple[Finding, Comparison]]) -> list[tuple[Finding, Comparison]]:
    """ "An override of $6.50 per hour shall be added": amounts that the clause is about, where no "if" comes before them."""
    return [
        (replace(finding, role=Role.LIMIT), comparison)
        for finding, comparison in judged
        if finding.role is Role.CONDITION
        and dimension_of(finding.quantity.unit) in _AMOUNTS
        and finding.has_modal
        and not comparison.explicit
        and _CONDITION_WORD.search(text, finding.clause[0], finding.quantity.start) is None
    ]


def _carried_on(text: str, judged: list[tuple[Finding, Comparison]]) -> list[tuple[Finding, Comparison]]:
    """ "Shall not exceed 9:30 with one segment, or 8:45 with two": the comparison goes on to the second value."""
    carried: list[tuple[Finding, Comparison]] = []
    for finding, comparison in judged:
        source = None if comparison.explicit else _source(text, carried, finding)
        carried.append(
            (finding, comparison if source is None else Comparison(source.operator, explicit=True, words=""))
        )
    return carried


def _source(text: str, earlier: list[tuple[Finding, Comparison]], finding: Finding) -> Comparison | None:
    """The comparison with the last limit of the same unit, where "or" or "and" links this value to it."""
    for last, comparison in reversed(earlier):
        alike = last.role is finding.role is Role.LIMIT and last.quantity.unit is finding.quantity.unit
        if alike and comparison.explicit:
            linked = _CARRIES_ON.match(text[last.quantity.end : finding.quantity.start])
            return comparison if linked else None
    return None


def _judge(text: str, finding: Finding, leads: list[str]) -> Comparison:
    start, end = finding.clause
    clause = text[start:end]
    shifted = _shifted(finding.quantity, -start)
    comparison = compare(clause, shifted, negatable=finding.role is Role.LIMIT)
    if finding.quantity.unit in _INVERSE:
        return replace(comparison, operator=Operator.EQUAL)
    if comparison.explicit:
        return comparison
    if leads and leads[0].endswith(":") and len(clause[: shifted.start].split()) <= 1:
        led = f"{leads[0].rstrip(': ')} {clause}"
        comparison = compare(led, _shifted(shifted, len(led) - len(clause)), negatable=True)
        if comparison.explicit:
            return comparison
    lead = f"{leads[0] if leads else ''} {text[max(0, start - _BACK) : start]}"
    implied = implied_operator(clause, lead, shifted)
    if implied is Operator.EQUAL and leads and not finding.has_modal:
        implied = operator_of_table(leads[0])
    return replace(comparison, operator=implied)


def _shifted(quantity: Quantity, by: int) -> Quantity:
    number = replace(quantity.number, start=quantity.number.start + by, end=quantity.number.end + by)
    return replace(quantity, start=quantity.start + by, end=quantity.end + by, number=number)


def _is_limit(text: str, finding: Finding, comparison: Comparison, leads: list[str]) -> bool:
    quantity = finding.quantity
    if quantity.value == 1 and _MEASURED_NEXT.match(text[quantity.number.end :]):
        return False
    if comparison.explicit:
        return not (quantity.unit is Unit.COUNT and quantity.number.words_only and quantity.value == 1)
    return _is_set_by_verb(text, finding, comparison, leads)


def _is_set_by_verb(text: str, finding: Finding, comparison: Comparison, leads: list[str]) -> bool:
    """Whether a verb gives a quantity its force where no comparing words do: "shall be paid 150%"."""
    quantity = finding.quantity
    dimension = dimension_of(quantity.unit)
    before = text[finding.clause[0] : quantity.start]
    labelled = finding.clause[0] == 0 and opens_item(before)
    states = dimension is Dimension.RATIO or labelled or STATES.search(text, *finding.clause) is not None
    stated = finding.has_modal or bool(leads) or states
    if quantity.unit is Unit.COUNT or not stated:
        return False
    if dimension in _ALWAYS_SET or comparison.operator is not Operator.EQUAL:
        return True
    if _EQUATES.search(before) or (dimension is Dimension.COUNT and not leads):
        return False
    return bool(leads) or labelled or set_behind(text[quantity.end : finding.clause[1]]) or sets_value(before)


def _is_threshold(text: str, finding: Finding, comparison: Comparison) -> bool:
    """ "One or more" sets no threshold."""
    quantity = finding.quantity
    if not comparison.explicit or not (finding.has_modal or _has_main_verb(text[slice(*finding.clause)])):
        return False
    trivial = (
        quantity.value == 1
        and comparison.operator is Operator.AT_LEAST
        and dimension_of(quantity.unit) is Dimension.COUNT
    )
    return not trivial


def _has_main_verb(clause: str) -> bool:
    """Whether something is stated outside of an "if": before it, or behind its comma."""
    condition = _CONDITION_WORD.search(clause)
    if condition is None:
        return STATES.search(clause) is not None
    comma = clause.find(",", condition.end())
    return bool(STATES.search(clause, 0, condition.start()) or (comma > 0 and STATES.search(clause, comma)))


def _quotes(text: str, kept: list[tuple[Finding, Comparison]]) -> list[Span]:
    """The sentence shared out among its limits, cut where one part ends: each has the words that belong to it."""
    if not kept:
        return []
    cuts = [0]
    for (last, _), (following, comparison) in pairwise(kept):
        cuts.append(_cut(text, last.quantity.end, following.quantity.start, comparison.words))
    cuts.append(len(text))
    spans = [_trimmed(text, start, end) for start, end in pairwise(cuts)]
    for place, (finding, comparison) in enumerate(kept):
        # A choice of the greater is only understood with its alternatives.
        weighed = _WHICHEVER.match(text[finding.quantity.end : finding.clause[1]]) is not None
        if _GREATER_OF.search(comparison.words) or weighed:
            spans[place] = _trimmed(text, spans[place][0], finding.clause[1])
        if weighed and place + 1 < len(kept) and kept[place + 1][0].clause == finding.clause:
            spans[place + 1] = spans[place]
    return spans


def _cut(text: str, start: int, end: int, comparing_words: str) -> int:
    for pattern in _BREAKS:
        found = [match.end() for match in pattern.finditer(text, start, end)]
        if found:
            return found[-1]
    words = text.rfind(comparing_words, start, end) if comparing_words else -1
    return words if words >= 0 else end


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " ,;":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end
