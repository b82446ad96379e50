"""Believing nothing that a model says: every word is looked up in the vocabulary, every quote on its page."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from contracts.documents.faults import MAX_PAGES
from contracts.documents.pages import Page
from contracts.extraction.extractor import VALUE_CEILING
from contracts.extraction.numbers import PRECISION
from contracts.language_models.interface import BadAnswer, FaultCode
from contracts.vocabulary import (
    LONGEST_PERIOD,
    METRICS,
    PERIOD_WORDS,
    Category,
    Metric,
    Operator,
    Unit,
    dimension_of,
)

LONGEST_QUOTE = 1_200
WordT = TypeVar("WordT", bound=StrEnum)

# "14 hours" is the shortest that tells anything.
SHORTEST_QUOTE = 6
MOST_RULES = 400
# Prose before the answer may hold a brace or two.
_BRACES_TRIED = 20


class Drop(StrEnum):
    """Why something that a model reported is not used. Stored with the run, each with its count."""

    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_METRIC = "unknown_metric"
    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_PERIOD = "unknown_period"
    UNIT_OF_ANOTHER_KIND = "unit_of_another_kind"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    QUOTE_NOT_FOUND = "quote_not_found"


@dataclass(frozen=True, slots=True)
class ModelRule:
    """One limit that a model reported and that stood every check. `quote` is the page's own text, at offsets of the whole file."""

    page: Page
    quote: str
    char_start: int
    char_end: int
    metric: Metric
    operator: Operator
    value: Decimal
    upper_value: Decimal | None
    unit: Unit
    period: str | None
    category: Category
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of an answer, and what was dropped, by reason."""

    rules: tuple[ModelRule, ...]
    dropped: Counter[Drop]


class _Dropped(Exception):
    def __init__(self, reason: Drop) -> None:
        super().__init__(reason.value)
        self.reason = reason


def checked_answer(text: str, pages: Mapping[int, Page]) -> Checked:
    """The rules of an answer that hold; `pages` are those that were asked about, by number.

    Raises:
        BadAnswer: when there is no object with a list of rules in it.
    """
    entries = _entries(text)
    dropped: Counter[Drop] = Counter()
    rules: dict[tuple[object, ...], ModelRule] = {}
    if len(entries) > MOST_RULES:
        dropped[Drop.TOO_MANY] = len(entries) - MOST_RULES
    for entry in entries[:MOST_RULES]:
        try:
            rule = _rule(entry, pages)
        except _Dropped as drop:
            dropped[drop.reason] += 1
            continue
        rules.setdefault((rule.char_start, rule.metric.name, rule.operator, rule.value, rule.unit), rule)
    return Checked(tuple(sorted(rules.values(), key=lambda rule: (rule.char_start, rule.char_end))), dropped)


def _entries(text: str) -> Sequence[object]:
    answer = _object_in(text)
    entries = answer.get("rules")
    if not isinstance(entries, list):
        raise BadAnswer(FaultCode.WRONG_SCHEMA)
    return entries


def _object_in(text: str) -> dict[str, Any]:
    """The first object in the text that has rules, whatever prose or fence stands around it; else the first object."""
    decoder = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
    found: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(_BRACES_TRIED):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, ArithmeticError, RecursionError):
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict):
            if "rules" in value:
                return value
            found.append(value)
        at = text.find("{", end)
    if not found:
        raise BadAnswer(FaultCode.NOT_JSON)
    return found[0]


def _rule(entry: object, pages: Mapping[int, Page]) -> ModelRule:
    if not isinstance(entry, dict):
        raise _Dropped(Drop.WRONG_SHAPE)
    metric = METRICS.get(_text(entry, "metric"))
    if metric is None:
        raise _Dropped(Drop.UNKNOWN_METRIC)
    operator = _word(Operator, _text(entry, "operator"), Drop.UNKNOWN_OPERATOR)
    unit = _word(Unit, _text(entry, "unit"), Drop.UNKNOWN_UNIT)
    category = _word(Category, _text(entry, "category"), Drop.UNKNOWN_CATEGORY)
    if dimension_of(unit) is not dimension_of(metric.unit) and metric.name != "other":
        raise _Dropped(Drop.UNIT_OF_ANOTHER_KIND)
    if not isinstance(entry.get("is_hard"), bool):
        raise _Dropped(Drop.WRONG_SHAPE)
    value, upper = _figure(entry.get("value")), entry.get("upper_value")
    bound = None if upper is None else _figure(upper)
    if (operator is Operator.BETWEEN) != (bound is not None) or (bound is not None and bound < value):
        raise _Dropped(Drop.WRONG_SHAPE)
    page, (start, end) = _place(entry, pages)
    return ModelRule(
        page=page,
        quote=page.text[start:end],
        char_start=page.char_start + start,
        char_end=page.char_start + end,
        metric=metric,
        operator=operator,
        value=value,
        upper_value=bound,
        unit=unit,
        period=_period(entry.get("period"), page),
        category=category,
        is_hard=entry["is_hard"],
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise _Dropped(Drop.WRONG_SHAPE)
    return value


def _word(words: type[WordT], said: str, otherwise: Drop) -> WordT:
    try:
        return words(said)
    except ValueError:
        raise _Dropped(otherwise) from None


def _figure(said: object) -> Decimal:
    """A figure that a rule can hold, to its four decimals. Numbers alone: a model that writes words has not understood."""
    if not isinstance(said, Decimal):
        raise _Dropped(Drop.WRONG_SHAPE)
    if not said.is_finite():
        raise _Dropped(Drop.NOT_FINITE)
    if abs(said) >= VALUE_CEILING or said < 0:
        raise _Dropped(Drop.OUT_OF_RANGE)
    rounded = abs(said.quantize(PRECISION))  # JSON knows -0
    return rounded.normalize() if rounded != rounded.to_integral() else rounded.quantize(Decimal(1))


def _period(said: object, page: Page) -> str | None:
    """The period, in the vocabulary's words, the page's and figures: the one place where a model could write freely."""
    if said is None or said == "":
        return None
    if not isinstance(said, str):
        raise _Dropped(Drop.WRONG_SHAPE)
    period = " ".join(said.split())
    if len(period) > LONGEST_PERIOD:
        raise _Dropped(Drop.TOO_LONG)
    if not period.isprintable():
        raise _Dropped(Drop.WRONG_SHAPE)
    unusual = _plain_words(period) - PERIOD_WORDS
    if unusual and not unusual <= _plain_words(page.text):
        raise _Dropped(Drop.UNKNOWN_PERIOD)
    return period or None


def _plain_words(text: str) -> set[str]:
    """Words in lower case, without the "s" of the plural; figures need not be looked up."""
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]+", text.lower())}


def _place(entry: Mapping[str, Any], pages: Mapping[int, Page]) -> tuple[Page, tuple[int, int]]:
    quote, number = _text(entry, "quote"), entry.get("page")
    if not isinstance(number, Decimal):
        raise _Dropped(Drop.WRONG_SHAPE)
    if len(quote) > LONGEST_QUOTE:
        raise _Dropped(Drop.TOO_LONG)
    # Bounded first: a number of a million digits is written in a few.
    whole = number.is_finite() and 0 < number <= MAX_PAGES and number == number.to_integral_value()
    page = pages.get(int(number)) if whole else None
    span = located(quote, page.text) if page is not None else None
    if page is None or span is None:
        raise _Dropped(Drop.QUOTE_NOT_FOUND)
    return page, span


def located(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`: exactly, else with other whitespace between its words. None where it does not."""
    words = quote.split()
    if sum(map(len, words)) < SHORTEST_QUOTE:
        return None
    plain = quote.strip()
    start = text.find(plain)
    if start >= 0:
        return start, start + len(plain)
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found is not None else None
