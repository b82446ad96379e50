"""How sure the extractor is of a proposal, from features that are shown with it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.extraction.candidates import Candidate
from contracts.extraction.quantities import Role
from contracts.vocabulary import Dimension, dimension_of

GUESSES: dict[str, float] = {
    "base": -1.2,
    "comparing_words": 1.1,
    "binding_verb": 0.7,
    "words_and_digits_agree": 0.6,
    "words_and_digits_disagree": -1.8,
    "metric_named_in_clause": 0.7,
    "metric_known": 0.8,
    "place_known": 0.4,
    "subject_known": 0.2,
    "is_condition": -0.8,
    "counts_unlisted_things": -0.9,
    "introduced_by_list": 0.5,
    "from_table": -0.2,
    "several_limits_in_sentence": -0.3,
    "very_long_sentence": -0.3,
    "credit_share_or_money": 0.8,
}
"""What the weights would be without labels: fitting draws to these, so that what is seldom seen stays near them."""
# Fitted by `manage.py fit_confidence` to the 492 proposals that meet a label: of the demo documents, of the agreements in
# `tests/contracts/agreements`, and of five sections of a real agreement that is not kept here.
WEIGHTS: dict[str, float] = {
    "base": -0.81,
    "comparing_words": 1.02,
    "binding_verb": 0.74,
    "words_and_digits_agree": 0.31,
    "words_and_digits_disagree": -1.23,
    "metric_named_in_clause": 0.72,
    "metric_known": 0.72,
    "place_known": 0.79,
    "subject_known": -0.02,
    "is_condition": -1.06,
    "counts_unlisted_things": -0.27,
    "introduced_by_list": -0.34,
    "from_table": -0.22,
    "several_limits_in_sentence": -0.64,
    "very_long_sentence": -0.30,
    "credit_share_or_money": 0.94,
}
WORDS: dict[str, str] = {
    "comparing_words": "words that compare, such as “at least”",
    "binding_verb": "a verb that binds, such as “shall”",
    "words_and_digits_agree": "the number in words and in digits agree",
    "words_and_digits_disagree": "the number in words and in digits disagree",
    "metric_named_in_clause": "the clause names what is limited",
    "metric_known": "what is limited is in the vocabulary",
    "place_known": "it stands under a numbered section",
    "subject_known": "the subject is clear from its words",
    "is_condition": "it reads as a condition for something else",
    "counts_unlisted_things": "it counts things that the vocabulary does not list",
    "introduced_by_list": "a sentence before the list introduces it",
    "from_table": "it is a row of a table",
    "several_limits_in_sentence": "its sentence holds several limits",
    "very_long_sentence": "its sentence is very long",
    "credit_share_or_money": "it is an amount of credit, money or a share",
}
"""Each feature as a reviewer reads it."""
LONG_SENTENCE = 500
LOWEST, HIGHEST = 0.05, 0.98


@dataclass(frozen=True, slots=True)
class Features:
    """What was found out about a candidate outside of it."""

    metric_known: bool
    metric_named: bool
    place_known: bool
    subject_known: bool
    limits_in_sentence: int


def features_of(candidate: Candidate, known: Features) -> dict[str, bool]:
    """The features that hold, by name; each has one weight."""
    number = candidate.quantity.number
    dimension = dimension_of(candidate.quantity.unit)
    held = {
        "comparing_words": candidate.comparison.explicit,
        "binding_verb": candidate.has_modal,
        "words_and_digits_agree": number.agrees is True,
        "words_and_digits_disagree": number.agrees is False,
        "metric_named_in_clause": known.metric_named,
        "metric_known": known.metric_known,
        "place_known": known.place_known,
        "subject_known": known.subject_known,
        "is_condition": candidate.role is Role.CONDITION,
        "counts_unlisted_things": dimension is Dimension.COUNT and not known.metric_known,
        "introduced_by_list": bool(candidate.item.leads()),
        "from_table": candidate.from_table,
        "several_limits_in_sentence": known.limits_in_sentence > 1,
        "very_long_sentence": len(candidate.sentence.text) > LONG_SENTENCE,
        "credit_share_or_money": dimension in {Dimension.CREDIT, Dimension.SHARE, Dimension.MONEY},
    }
    return {name: holds for name, holds in held.items() if holds}


def confidence_from(features: dict[str, bool]) -> float:
    """A probability between LOWEST and HIGHEST, to two decimals: the logistic of the sum of the weights."""
    total = WEIGHTS["base"] + sum(WEIGHTS[name] for name, holds in features.items() if holds)
    return round(min(HIGHEST, max(LOWEST, 1 / (1 + math.exp(-total)))), 2)


def reasons(features: Iterable[str]) -> tuple[list[str], list[str]]:
    """What speaks for a proposal and what against it, in words, the weightiest first. Names of other versions are left out."""
    known = sorted((name for name in features if name in WORDS), key=lambda name: -abs(WEIGHTS[name]))
    return (
        [WORDS[name] for name in known if WEIGHTS[name] > 0],
        [WORDS[name] for name in known if WEIGHTS[name] < 0],
    )
