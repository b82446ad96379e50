"""What the search page asks for and shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from accounts.models import User
from config.search.asking import MAXIMUM_LENGTH, Question, question_of
from config.search.matching import Match
from config.search.paging import BadCursor
from contracts.api.reading import visible_contracts
from contracts.models import PilotContract
from contracts.publication.lookup import RuleSource
from contracts.search_selectors import Found, RuleScope, Scope, rules_found, text_found
from contracts.vocabulary import Category

RESULTS = 20
CONTRACTS_TO_CHOOSE = 100
RULES, TEXT = "rules", "text"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. Anything unknown is as if not asked."""

    words: str = ""
    kind: str = RULES
    contract: str = ""
    category: str = ""
    strength: str = ""
    source: str = ""
    question: Question = field(default=Question(()))

    @classmethod
    def of(cls, query: QueryDict, contracts: Sequence[PilotContract]) -> "Asked":
        typed = query.get("q", "").replace("\0", "")[:MAXIMUM_LENGTH]
        chosen = {name: query.get(name, "") for name in ("in", "contract", "category", "strength", "source")}
        known = {str(contract.pk) for contract in contracts}
        return cls(
            words=typed.strip(),
            kind=TEXT if chosen["in"] == TEXT else RULES,
            contract=chosen["contract"] if chosen["contract"] in known else "",
            category=chosen["category"] if chosen["category"] in set(Category) else "",
            strength=chosen["strength"] if chosen["strength"] in {"hard", "soft"} else "",
            source=chosen["source"] if chosen["source"] in RuleSource.values else "",
            question=question_of(typed.lstrip(), is_typing=True),
        )

    @property
    def categories(self) -> list[tuple[str, str]]:
        """What may be chosen."""
        return [(category.value, category.label) for category in Category]

    @property
    def query(self) -> str:
        """As a query string: what links carry."""
        values = {
            "q": self.words,
            "in": TEXT if self.kind == TEXT else "",
            "contract": self.contract,
            "category": self.category,
            "strength": self.strength,
            "source": self.source,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def scope(self) -> Scope:
        contract = UUID(self.contract) if self.contract else None
        return Scope(contract=contract)

    @property
    def rule_scope(self) -> RuleScope:
        return RuleScope(
            contract=self.scope.contract,
            category=self.category or None,
            is_hard=self.strength == "hard" if self.strength else None,
            source=self.source or None,
        )


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Some results, the best first."""

    found: Found
    following: str
    is_first: bool

    @property
    def is_by_spelling(self) -> bool:
        return bool(self.found.results) and self.found.match == Match.SPELLING


def readable_contracts(user: User) -> list[PilotContract]:
    """Those that a search may be narrowed to: the newest, as many as anybody would look through."""
    return list(visible_contracts(user).order_by("airline__code", "-effective_date", "id")[:CONTRACTS_TO_CHOOSE])


def results_page(user: User, asked: Asked, cursor: str) -> ResultsPage | None:
    """None where nothing was asked. A cursor that was not made here gives the first page."""
    if not asked.question.terms:
        return None
    try:
        found = _found(user, asked, cursor)
    except BadCursor:
        cursor, found = "", _found(user, asked, "")
    following = f"{asked.query}&{urlencode({'after': found.following})}" if found.following else ""
    return ResultsPage(found, following, not cursor)


def _found(user: User, asked: Asked, cursor: str) -> Found:
    if asked.kind == TEXT:
        return text_found(user, asked.question, asked.scope, cursor=cursor, size=RESULTS)
    return rules_found(user, asked.question, asked.rule_scope, cursor=cursor, size=RESULTS)
