"""What extraction gives back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.documents.pages import Box
from contracts.extraction.identity import wording_digest
from contracts.vocabulary import Category, Operator

EXTRACTOR_VERSION = "deterministic-3"
# The member of a proposal's parameters that says what a language model made of its place.
REMARK = "language_model"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a limit stands: on one page, in the document's own characters.

    `char_start` and `char_end` are offsets in the text of the whole file, and `quote` is exactly what stands there.
    `box` is the union of the boxes of the quoted words, in PDF points from the page's top left.
    """

    page: int
    box: Box
    quote: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Predicate:
    """The limit as data: `metric operator value unit`, within `period` where one is given.

    For `between` the value is the lower bound; the upper one is `parameters["upper_value"]` of the proposal. A range that
    is forbidden has no predicate: its parameters say `negated`, with `metric`, `lower_value`, `upper_value` and `unit`.
    """

    metric: str
    operator: Operator
    value: Decimal
    unit: str
    period: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One limit found, for a person to accept, correct or reject. The dictionaries hold plain JSON values only."""

    rule_id: str
    category: Category
    title: str
    description: str
    rule_text: str
    citation: str
    is_hard_constraint: bool
    weight: float
    applies_to: dict[str, Any]
    parameters: dict[str, Any]
    predicate: Predicate | None
    confidence: float
    evidence: Evidence
    is_from_model: bool = False
    """Whether a language model alone reported it."""

    @property
    def wording_digest(self) -> str:
        """What is remembered of it when a reviewer says that it is no rule."""
        if self.predicate is None:
            known = self.parameters
            limit = [known.get(name) for name in ("lower_value", "upper_value", "unit")]
        else:
            limit = [self.predicate.value.normalize(), self.parameters.get("upper_value"), self.predicate.unit]
        return wording_digest(self.evidence.quote, *limit)
