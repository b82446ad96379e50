"""The lists of contracts and rules that people leaf through, with their filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from config.cursors import page_after
from config.search.asking import MAXIMUM_LENGTH, question_of
from config.search.matching import holds
from contracts.lifecycle import Status
from contracts.models import ContractDefinition, ContractRule, ContractType, PilotContract, PilotContractAssignment
from contracts.presenters import CategoryCount, RuleCard, category_counts, rule_cards
from contracts.vocabulary import Category
from pilots.models import Pilot

PAGE_SIZE = 25
RULES_PAGE_SIZE = 40
_SUPPLEMENTS = (ContractType.LETTER_OF_AGREEMENT, ContractType.POLICY)


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """What a person asked for: a category, hard or soft, words. Anything unknown is as if not asked."""

    category: str = ""
    strength: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "RuleFilter":
        category, strength = query.get("category", ""), query.get("strength", "")
        return cls(
            category=category if category in set(Category) else "",
            strength=strength if strength in {"hard", "soft"} else "",
            words=_search_words(query),
        )

    def wide(self, rules: QuerySet[ContractRule]) -> QuerySet[ContractRule]:
        """All but the category: what the categories' counts are of."""
        if self.strength:
            rules = rules.filter(is_hard_constraint=self.strength == "hard")
        return rules.filter(holds(question_of(self.words, is_typing=True))) if self.words else rules

    def narrow(self, rules: QuerySet[ContractRule]) -> QuerySet[ContractRule]:
        rules = self.wide(rules)
        return rules.filter(category=self.category) if self.category else rules

    def query(self, **changes: str) -> str:
        """The filter as a query string, with `changes` made: what links carry."""
        values = {"category": self.category, "strength": self.strength, "q": self.words} | changes
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules of one category that stand together on a page."""

    category: str
    cards: list[RuleCard]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """A page of rules with all that its filters need. `choices` and `total` count whatever category is chosen."""

    filter: RuleFilter
    groups: list[RuleGroup]
    choices: list[CategoryCount]
    total: int
    first_query: str
    next_query: str
    is_first: bool

    @property
    def cards(self) -> list[RuleCard]:
        """The rules of all groups, for a page in the document's order."""
        return [card for group in self.groups for card in group.cards]


# The same as the model's own order within one contract; by subject where several contracts are read together.
DOCUMENT_ORDER = ("position", "id")
SUBJECT_ORDER = ("category", "contract__contract_type", "contract_id", "position", "id")


def counts_of(rules: QuerySet[ContractRule]) -> list[CategoryCount]:
    """How many of the rules each category has, the most frequent first."""
    return category_counts(rules.order_by().values_list("category").annotate(count=Count("pk")))


def rules_page(rules: QuerySet[ContractRule], query: QueryDict, *, order: Sequence[str] = SUBJECT_ORDER) -> RulesPage:
    """In three queries at most. `query` holds category, strength, q and after."""
    chosen = RuleFilter.of(query)
    counts = counts_of(chosen.wide(rules))
    page = page_after(chosen.narrow(rules).select_related("contract"), order, query.get("after", ""), RULES_PAGE_SIZE)
    cards = rule_cards(page.rows)
    return RulesPage(
        filter=chosen,
        groups=[RuleGroup(category, list(group)) for category, group in groupby(cards, key=lambda card: card.category)],
        choices=counts,
        total=sum(count.count for count in counts),
        first_query=chosen.query(),
        next_query=chosen.query(after=page.next_cursor) if page.next_cursor else "",
        is_first=page.is_first,
    )


@dataclass(frozen=True, slots=True)
class DefinitionsPage:
    """Some of a contract's definitions by term; `words` narrow them, `total` counts those that fit."""

    rows: list[ContractDefinition]
    words: str
    total: int
    next_query: str
    is_first: bool

    @property
    def first_query(self) -> str:
        return urlencode({"q": self.words}) if self.words else ""


def definitions_page(contract: PilotContract, query: QueryDict) -> DefinitionsPage:
    """In three queries at most. `query` holds q and after."""
    words = _search_words(query)
    found = contract.definitions.defer("quote", "box")
    if words:
        found = found.filter(Q(term__icontains=words) | Q(aliases__icontains=words) | Q(wording__icontains=words))
    page = page_after(found, ("term", "id"), query.get("after", ""), RULES_PAGE_SIZE)
    following = {"q": words, "after": page.next_cursor}
    return DefinitionsPage(
        rows=page.rows,
        words=words,
        total=found.count(),
        next_query=urlencode({name: value for name, value in following.items() if value}) if page.next_cursor else "",
        is_first=page.is_first,
    )


def _search_words(query: QueryDict) -> str:
    return " ".join(query.get("q", "").replace("\0", "").split())[:MAXIMUM_LENGTH]


@dataclass(frozen=True, slots=True)
class InForce:
    """What binds a pilot today. `contract` is None where no agreement is in force."""

    pilot: Pilot
    contract: PilotContract | None
    supplements: list[PilotContract]

    @property
    def everything(self) -> list[PilotContract]:
        return [*([self.contract] if self.contract else []), *self.supplements]


def in_force_for(user: User) -> InForce | None:
    """His assigned agreement, else his airline's, with the letters and policies beside it. None for others."""
    pilot = Pilot.objects.visible_to(user).select_related("airline").first()
    if pilot is None:
        return None
    held = PilotContract.objects.filter(airline=pilot.airline).in_force(pilot.airline.today())
    found = list(held.select_related("airline").order_by("-effective_date", "-activated_at"))
    open_assignment = PilotContractAssignment.objects.filter(pilot=pilot, ended_at__isnull=True)
    assigned = open_assignment.values_list("contract_id", flat=True).first()
    principal = [contract for contract in found if contract.pk == assigned] or _holding(found, ContractType.CBA)
    supplements = [contract for kind in _SUPPLEMENTS for contract in _holding(found, kind)]
    return InForce(
        pilot=pilot,
        contract=principal[0] if principal else None,
        supplements=[contract for contract in supplements if contract not in principal[:1]],
    )


def _holding(in_force: Iterable[PilotContract], contract_type: ContractType) -> list[PilotContract]:
    """As the API's lookup has it: the active ones of that type, the latest first; where there are none, the last superseded."""
    found = [contract for contract in in_force if contract.contract_type == contract_type]
    return found if found and found[0].status == Status.ACTIVE else found[:1]
