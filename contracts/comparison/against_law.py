"""A contract's limit beside the law's: which of the two binds. Where that depends on report time, segments or crew, it says so."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from contracts.comparison.law import COMPARED, MINUTES, RELATED, UNNAMED, LawLimit, law_limits, related_rules
from contracts.comparison.law_words import amount, contract_words, law_words, where_words, who_words
from contracts.comparison.rules import ComparedRule
from contracts.comparison.verdicts import Verdict, Where
from contracts.vocabulary import Operator, Unit
from contracts.vocabulary.periods import window_minutes
from contracts.vocabulary.words import upper_value

_TIME_UNITS = {Unit.MINUTES: 1, Unit.HOURS: MINUTES["hours"]}
_COUNT_UNITS = {Unit.SEGMENTS, Unit.COUNT}


@dataclass(frozen=True, slots=True)
class LawFigure:
    """The contract's limit beside one limit of the law."""

    law: LawLimit
    verdict: Verdict
    words: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class LawFinding:
    """One rule of the contract beside Part 117. `figures` are what it was compared with, `citations` where that stands."""

    rule: ComparedRule
    verdict: Verdict
    words: str
    citations: tuple[str, ...] = ()
    figures: tuple[LawFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Own:
    """The contract's limit in the law's unit. A strict one does not allow the value itself."""

    value: Decimal
    is_strict: bool


def compare_with_law(rules: Sequence[ComparedRule]) -> list[LawFinding]:
    """Every rule once, in the document's order."""
    return [beside_law(rule) for rule in sorted(rules, key=lambda rule: rule.order)]


def verdicts_of(findings: Sequence[LawFinding]) -> Counter[Verdict]:
    """How many rules have which verdict."""
    return Counter(finding.verdict for finding in findings)


def beside_law(rule: ComparedRule) -> LawFinding:
    """What Part 117 says on what the rule limits, going by its metric."""
    metric = rule.metric
    if metric is None or rule.value is None or metric in UNNAMED or rule.parameters.get("is_threshold"):
        return LawFinding(rule, Verdict.NOT_COMPARABLE, _no_limit(rule))
    if metric in RELATED:
        laws, why = related_rules(metric)
        told = "; ".join(f"{law.title.lower()}: {_summary(law.summary)} ({law.citation})" for law in laws)
        return LawFinding(rule, Verdict.NOT_COMPARABLE, f"{why}. See {told}.", tuple(law.citation for law in laws))
    if metric in COMPARED:
        return _beside_limits(rule, law_limits(metric))
    return LawFinding(rule, Verdict.LAW_SETS_NONE, "The law sets none.")


def _no_limit(rule: ComparedRule) -> str:
    if rule.metric is None or rule.value is None:
        return "The rule has no limit in figures."
    if rule.metric in UNNAMED:
        return "What the figure limits has no metric of its own."
    return "The figure is the threshold of a condition, not a limit."


def _summary(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _beside_limits(rule: ComparedRule, laws: Sequence[LawLimit]) -> LawFinding:
    is_most = laws[0].is_most
    own = _own(rule, is_most=is_most, is_count=laws[0].is_count)
    if isinstance(own, str):
        verdict = Verdict.LAW_SETS_NONE if own == _OTHER_WAY[is_most] else Verdict.NOT_COMPARABLE
        return LawFinding(rule, verdict, own)
    crews = rule.applies_to.get("pilots")
    if isinstance(crews, list):
        laws = [law for law in laws if not law.crews or set(law.crews) & set(crews)]
    if not laws:
        return LawFinding(rule, Verdict.LAW_SETS_NONE, "The law sets none for this crew.")
    by_window = laws[0].window is not None
    figures = list(_by_window(rule, own, laws) if by_window else (_figure(rule, own, law) for law in laws))
    verdict = _of_windows(figures) if by_window else _of_crews(figures, laws, crews)
    words = " ".join(figure.words for figure in figures)
    if laws[0].is_count and verdict is Verdict.DEPENDS:
        words += " With two pilots the law sets no number; Table B shortens the flight duty period by segments."
    return LawFinding(rule, verdict, words, tuple(figure.law.rule.citation for figure in figures), tuple(figures))


_OTHER_WAY = {
    True: "The contract sets a minimum; the law sets none, only a maximum.",
    False: "The contract sets a maximum; the law sets none, only a minimum.",
}


def _own(rule: ComparedRule, *, is_most: bool, is_count: bool) -> _Own | str:
    """The rule's limit in the law's unit, or a sentence that says why it cannot be compared."""
    operator, value = Operator(rule.operator or Operator.EQUAL), rule.value or Decimal(0)
    if operator in ({Operator.AT_LEAST, Operator.ABOVE} if is_most else {Operator.AT_MOST, Operator.BELOW}):
        return _OTHER_WAY[is_most]
    upper = upper_value(rule)
    if operator is Operator.NOT_EQUAL or (operator is Operator.BETWEEN and upper is None):
        return "The contract sets neither a maximum nor a minimum."
    if operator is Operator.BETWEEN and is_most:
        value = upper or value
    if is_count:
        if rule.unit not in _COUNT_UNITS:
            return f"The contract counts {rule.unit}, the law segments."
        return _Own(value, operator is Operator.BELOW)
    factor = _TIME_UNITS.get(Unit(rule.unit)) if rule.unit in set(Unit) else None
    if factor is None:
        return f"The contract's unit is {rule.unit}, the law's hours: they do not convert exactly."
    return _Own(value * factor, operator in {Operator.BELOW, Operator.ABOVE})


def _figure(rule: ComparedRule, own: _Own, law: LawLimit) -> LawFigure:
    """Beside one limit: a single number, or the span of a table."""
    verdict = _verdict(own, law.least, law.most, law.not_acclimated, is_most=law.is_most)
    where = tuple(_where(own, law)) if verdict is Verdict.DEPENDS else ()
    verdict, ending = _weighed(rule, verdict)
    if where:
        ending = f"which binds depends: {where_words(where)}"
    words = f"{who_words(law)}{contract_words(rule, own.value, law)}, {law_words(law)}: {ending}."
    return LawFigure(law, verdict, words[:1].upper() + words[1:], where)


def _weighed(rule: ComparedRule, verdict: Verdict) -> tuple[Verdict, str]:
    """A wish that is stricter than the law does not bind: the law does."""
    if verdict is Verdict.CONTRACT_BINDS and not rule.is_hard_constraint:
        return Verdict.LAW_BINDS, "the law binds, for the contract's limit is a soft one"
    return verdict, _ENDINGS[verdict]


_ENDINGS = {
    Verdict.LAW_BINDS: "the law binds",
    Verdict.CONTRACT_BINDS: "the contract binds",
    Verdict.EQUAL: "both say the same",
    Verdict.DEPENDS: "which binds depends on the case",
}


def _verdict(own: _Own, least: int, most: int, not_acclimated: int = 0, *, is_most: bool) -> Verdict:
    """Which binds where the law's limit is anything from `least` to `most`, lower still where not acclimated."""
    value = own.value
    if not is_most:
        if value == least:
            return Verdict.CONTRACT_BINDS if own.is_strict else Verdict.EQUAL
        return Verdict.CONTRACT_BINDS if value > least else Verdict.LAW_BINDS
    if least == most == value and not not_acclimated:
        return Verdict.CONTRACT_BINDS if own.is_strict else Verdict.EQUAL
    if value <= least + not_acclimated:
        return Verdict.CONTRACT_BINDS
    return Verdict.LAW_BINDS if value > most or (value == most and not own.is_strict) else Verdict.DEPENDS


def _where(own: _Own, law: LawLimit) -> Iterator[Where]:
    """Rows of the table with one verdict together; for an acclimated pilot."""
    rows = [(span, _verdict(own, span.least, span.most, is_most=law.is_most)) for span in law.spans]
    for verdict, group in groupby(rows, key=lambda row: row[1]):
        spans = [span for span, _ in group]
        yield Where(spans[0].from_minute, spans[-1].to_minute, verdict)


def _of_crews(figures: Sequence[LawFigure], laws: Sequence[LawLimit], crews: object) -> Verdict:
    """Crews are alternatives: what holds with each holds; otherwise it depends. A crew without a limit has the contract's."""
    verdicts = {figure.verdict for figure in figures}
    if laws[0].is_count and not isinstance(crews, list):
        verdicts.add(Verdict.CONTRACT_BINDS)
    return verdicts.pop() if len(verdicts) == 1 else Verdict.DEPENDS


def _by_window(rule: ComparedRule, own: _Own, laws: Sequence[LawLimit]) -> Iterator[LawFigure]:
    """Sums over windows: with the law's own window that limit alone, otherwise each of them."""
    window = window_minutes(rule.period)
    same = [law for law in laws if law.window == window]
    if same:
        yield from (_figure(rule, own, law) for law in same)
        return
    for law in laws:
        verdict, why = _other_window(own, window, law)
        if rule.is_hard_constraint or verdict is not Verdict.CONTRACT_BINDS:
            ending = _ENDINGS[verdict]
        else:
            verdict, ending = _weighed(rule, verdict)
        words = f"{contract_words(rule, own.value, law)}, {law_words(law)}: {why}, {ending}."
        yield LawFigure(law, verdict, words[:1].upper() + words[1:])


def _other_window(own: _Own, window: int | None, law: LawLimit) -> tuple[Verdict, str]:
    """What follows where contract and law count over different windows."""
    counted = law.window or 0
    if window is None:
        return Verdict.DEPENDS, "the contract counts over another window, of no fixed length"
    return _other_maximum(own, window, counted, law) if law.is_most else _other_minimum(own, window, counted, law)


def _other_maximum(own: _Own, window: int, counted: int, law: LawLimit) -> tuple[Verdict, str]:
    if window < counted:
        if own.value >= law.least:
            return Verdict.LAW_BINDS, "the law's sum for the longer window is reached first"
        return Verdict.CONTRACT_BINDS, "the law sets none for so short a window"
    if own.value >= law.least * -(-window // counted):
        return Verdict.LAW_BINDS, f"the law's windows add up to no more than {amount(own.value)} in the contract's"
    return Verdict.DEPENDS, "both hold, each over its own window"


def _other_minimum(own: _Own, window: int, counted: int, law: LawLimit) -> tuple[Verdict, str]:
    if window <= counted and own.value >= law.least:
        return Verdict.CONTRACT_BINDS, "what holds in each shorter window holds in the law's"
    if window > counted and own.value <= law.least:
        return Verdict.LAW_BINDS, "the law asks for it more often"
    return Verdict.DEPENDS, "both hold, each over its own window"


def _of_windows(figures: Sequence[LawFigure]) -> Verdict:
    """All of the law's windows hold at once: one that binds is enough, the contract must be stricter than each."""
    verdicts = {figure.verdict for figure in figures}
    if Verdict.LAW_BINDS in verdicts:
        return Verdict.LAW_BINDS
    return verdicts.pop() if len(verdicts) == 1 else Verdict.DEPENDS
