"""The queue of a contract's rules: which of them a reviewer goes through, in which order, and where he stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet

from contracts.models import ContractRule, PilotContract, RuleDecision
from contracts.models.rules import CATEGORY_CHOICES

# Below this the extractor has been wrong often enough that a reviewer wants to see these first.
LOW_CONFIDENCE = Decimal("0.75")
# Rows of the queue that one page shows.
WINDOW = 40
ALL = "all"
CATEGORIES = frozenset(value for value, _ in CATEGORY_CHOICES)


# No document has a million pages, and the database's integers end somewhere.
PAGE_DIGITS = 6


def page_number(text: str) -> int | None:
    """The page that an address names; None where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= PAGE_DIGITS else None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue is narrowed to. `decision` is a `RuleDecision`, "all", or "" for undecided ones while any are."""

    decision: str = ""
    category: str = ""
    page: int | None = None
    low_confidence: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "QueueFilter":
        """What an address asks for; values that mean nothing are left out."""
        decision, category, page = query.get("decision", ""), query.get("category", ""), query.get("page", "")
        return cls(
            decision=decision if decision in {*RuleDecision.values, ALL} else "",
            category=category if category in CATEGORIES else "",
            page=page_number(page),
            low_confidence=query.get("confidence") == "low",
        )

    def query(self, **more: object) -> str:
        """The address's part after the question mark, with `more` parameters; None and "" are left out."""
        parts = {
            "decision": self.decision,
            "category": self.category,
            "page": self.page,
            "confidence": "low" if self.low_confidence else "",
            **more,
        }
        return urlencode({name: str(value) for name, value in parts.items() if value not in {None, ""}})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the decision narrows the queue."""
        return bool(self.category or self.page or self.low_confidence)

    def rules(self, contract: PilotContract) -> QuerySet[ContractRule]:
        """The contract's rules in this queue, in the document's order."""
        rules = contract.rules.order_by("position", "id")
        if self.decision and self.decision != ALL:
            rules = rules.filter(decision=self.decision)
        if self.category:
            rules = rules.filter(category=self.category)
        if self.page:
            rules = rules.filter(page=self.page)
        if self.low_confidence:
            rules = rules.filter(parsing_confidence__lt=LOW_CONFIDENCE)
        return rules


def next_undecided(contract: PilotContract, queue: QueueFilter, after: ContractRule) -> UUID | None:
    """The undecided rule that follows `after` in the queue, else the first there, else the first of the contract."""
    place = (after.position, after.pk)
    for narrowed in (replace(queue, decision=RuleDecision.PROPOSED), QueueFilter(decision=RuleDecision.PROPOSED)):
        waiting = list(narrowed.rules(contract).exclude(pk=after.pk).values_list("position", "pk"))
        if waiting:
            return next((pk for position, pk in waiting if (position, pk) > place), waiting[0][1])
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands in the queue: its neighbours, and the part of the queue that is shown around it."""

    number: int | None
    total: int
    previous: UUID | None
    next: UUID | None
    window: tuple[UUID, ...]
    earlier: UUID | None
    later: UUID | None


def place_of(rule: ContractRule | None, queue: QuerySet[ContractRule]) -> Place:
    """Where `rule` stands in `queue`; one that its decision took out of it stands between its neighbours."""
    keys = list(queue.values_list("position", "pk"))
    here = (rule.position, rule.pk) if rule else (0, UUID(int=0))
    before = [key for key in keys if key < here]
    after = [key for key in keys if key > here]
    index = len(before)
    start = max(0, min(index, len(keys) - 1)) // WINDOW * WINDOW
    end = start + WINDOW
    return Place(
        number=index + 1 if rule and index < len(keys) and keys[index] == here else None,
        total=len(keys),
        previous=before[-1][1] if before else None,
        next=after[0][1] if after else None,
        window=tuple(pk for _, pk in keys[start:end]),
        earlier=keys[start - 1][1] if start else None,
        later=keys[end][1] if end < len(keys) else None,
    )
