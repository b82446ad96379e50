"""The queue of a contract's rules: which of them a reviewer goes through, in which order, and where he stands in it.

One query reads what the queue needs of every rule; filters, counts and neighbours are then worked out here, so that a
step costs the same whichever way the queue is narrowed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Func, Q, TextField

from contracts.models import BINDING, ContractRule, PilotContract, RuleDecision
from contracts.models.rules import CATEGORY_CHOICES

# Below this the extractor has been wrong often enough that a reviewer wants to see these first.
LOW_CONFIDENCE = Decimal("0.75")
# Rows of the queue that one page shows.
WINDOW = 40
ALL = "all"
CATEGORIES = frozenset(value for value, _ in CATEGORY_CHOICES)
LONGEST_SECTION = 100
# What makes a rule another one than the rule of the same id in the contract that is active.
COMPARED = ("rule_text", "metric", "operator", "value", "unit", "period", "is_hard_constraint")

# No document has a million pages, and the database's integers end somewhere.
PAGE_DIGITS = 6

_SECTION = re.compile(r"[^.,¶]+")


def page_number(text: str) -> int | None:
    """The page that an address names; None where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= PAGE_DIGITS else None


@lru_cache(maxsize=4096)
def section_of(citation: str) -> str:
    """The part of the document that a citation begins with: "Section 3" of "Section 3.E.1", "LOA 15" of "LOA 15 ¶2"."""
    found = _SECTION.match(citation)
    return found[0].strip()[:LONGEST_SECTION] if found else ""


class _Fingerprint(Func):
    """One text for several fields, nulls among them, by which two rows are the same or not."""

    template = "md5(jsonb_build_array(%(expressions)s)::text)"
    output_field = TextField()


class Entry(NamedTuple):
    """What the queue knows of one rule. `is_changed` is against the active contract; None where none is active."""

    position: int
    pk: UUID
    decision: str
    category: str
    page: int | None
    confidence: Decimal | None
    citation: str
    char_start: int | None
    is_changed: bool | None = None

    @property
    def place(self) -> tuple[int, UUID]:
        return self.position, self.pk

    @property
    def section(self) -> str:
        return section_of(self.citation)

    @property
    def is_low(self) -> bool:
        return self.confidence is not None and self.confidence < LOW_CONFIDENCE


def entries_of(contract: PilotContract, active_id: UUID | None = None) -> list[Entry]:
    """Every rule of the contract in the document's order, compared with the contract `active_id` where one is given."""
    fields = ("position", "pk", "decision", "category", "page", "parsing_confidence", "citation", "char_start")
    if active_id is None:
        return [Entry(*row) for row in contract.rules.order_by("position", "id").values_list(*fields)]
    both = ContractRule.objects.filter(Q(contract=contract) | Q(contract=active_id, decision__in=BINDING))
    rows: list[tuple[Any, ...]] = list(
        both.annotate(content=_Fingerprint(*COMPARED))
        .order_by("position", "id")
        .values_list("contract", "rule_id", "content", *fields)
    )
    in_force = {rule_id: content for key, rule_id, content, *_ in rows if key == active_id}
    return [
        Entry(*row[3:])._replace(is_changed=in_force.get(row[1]) != row[2]) for row in rows if row[0] == contract.pk
    ]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue is narrowed to. `decision` is a `RuleDecision`, "all", or "" for undecided ones while any are."""

    decision: str = ""
    category: str = ""
    section: str = ""
    page: int | None = None
    low_confidence: bool = False
    changed: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "QueueFilter":
        """What an address asks for; values that mean nothing are left out."""
        decision, category, page = query.get("decision", ""), query.get("category", ""), query.get("page", "")
        section = query.get("section", "")
        return cls(
            decision=decision if decision in {*RuleDecision.values, ALL} else "",
            category=category if category in CATEGORIES else "",
            section=section if len(section) <= LONGEST_SECTION else "",
            page=page_number(page),
            low_confidence=query.get("confidence") == "low",
            changed=query.get("changed") == "yes",
        )

    def parts(self) -> list[tuple[str, str]]:
        """The address's parameters; those that narrow nothing are left out."""
        parts = {
            "decision": self.decision,
            "category": self.category,
            "section": self.section,
            "page": str(self.page or ""),
            "confidence": "low" if self.low_confidence else "",
            "changed": "yes" if self.changed else "",
        }
        return [(name, value) for name, value in parts.items() if value]

    def query(self, **more: object) -> str:
        """The address's part after the question mark, with `more` parameters; None and "" are left out."""
        others = [(name, str(value)) for name, value in more.items() if value not in {None, ""}]
        return urlencode([*self.parts(), *others])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the decision narrows the queue."""
        return self != QueueFilter(decision=self.decision)

    def missed(self, entry: Entry) -> list[str]:
        """The choices that keep the rule out of this queue; none for one that is in it."""
        missed = []
        if self.decision not in {"", ALL, entry.decision}:
            missed.append("decision")
        if self.category not in {"", entry.category}:
            missed.append("category")
        if self.section and self.section != entry.section:
            missed.append("section")
        if self.page is not None and self.page != entry.page:
            missed.append("page")
        if self.low_confidence and not entry.is_low:
            missed.append("low")
        if self.changed and entry.is_changed is not True:
            missed.append("changed")
        return missed

    def narrow(self, entries: Iterable[Entry]) -> list[Entry]:
        """The rules in this queue, in the document's order."""
        return [entry for entry in entries if not self.missed(entry)]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many rules each further choice would leave, given what else narrows the queue."""

    decisions: Counter[str]
    categories: Counter[str]
    sections: Counter[str]
    low: int
    changed: int


def facets_of(entries: Sequence[Entry], queue: QueueFilter) -> Facets:
    """Sections and categories keep the order in which the document brings them.

    A rule counts for a choice when nothing else keeps it out.
    """
    facets = Facets(Counter(), Counter(), Counter(), low=0, changed=0)
    low = changed = 0
    for entry in entries:
        missed = queue.missed(entry)
        if len(missed) > 1:
            continue
        only = missed[0] if missed else None
        if only in {None, "decision"}:
            facets.decisions.update((entry.decision, ALL))
        if only in {None, "category"}:
            facets.categories[entry.category] += 1
        if only in {None, "section"}:
            facets.sections[entry.section] += 1
        low += only in {None, "low"} and entry.is_low
        changed += only in {None, "changed"} and entry.is_changed is True
    return replace(facets, low=low, changed=changed)


def entry_at(entries: Sequence[Entry], key: str) -> Entry | None:
    """The rule of that id, where the address names one of the contract's."""
    return next((entry for entry in entries if str(entry.pk) == key), None)


def entry_before(entries: Sequence[Entry], char_start: int) -> Entry | None:
    """The rule that stands nearest before an offset of the document; the first one where none does."""
    placed = [entry for entry in entries if entry.char_start is not None]
    before = [entry for entry in placed if (entry.char_start or 0) <= char_start]
    return max(before, key=lambda entry: (entry.char_start, entry.place)) if before else next(iter(placed), None)


def next_undecided(entries: Sequence[Entry], queue: QueueFilter, after: Entry) -> Entry | None:
    """The undecided rule that follows `after` in the queue, else the first there, else the first of the contract."""
    for narrowed in (replace(queue, decision=RuleDecision.PROPOSED), QueueFilter(decision=RuleDecision.PROPOSED)):
        waiting = [entry for entry in narrowed.narrow(entries) if entry.pk != after.pk]
        if waiting:
            return next((entry for entry in waiting if entry.place > after.place), waiting[0])
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


def place_of(current: Entry | None, queue: Sequence[Entry]) -> Place:
    """Where `current` stands in `queue`; one that its decision took out of it stands between its neighbours."""
    here = current.place if current else (0, UUID(int=0))
    before = [entry for entry in queue if entry.place < here]
    after = [entry for entry in queue if entry.place > here]
    index = len(before)
    start = max(0, min(index, len(queue) - 1)) // WINDOW * WINDOW
    end = start + WINDOW
    return Place(
        number=index + 1 if current and index < len(queue) and queue[index].place == here else None,
        total=len(queue),
        previous=before[-1].pk if before else None,
        next=after[0].pk if after else None,
        window=tuple(entry.pk for entry in queue[start:end]),
        earlier=queue[start - 1].pk if start else None,
        later=queue[end].pk if end < len(queue) else None,
    )
