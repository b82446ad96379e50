"""What the search page asks for and shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from accounts.models import Airline, User
from accounts.selectors import visible_airlines
from config.search.asking import MAXIMUM_LENGTH, Match, Question, question_of
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
    airline: str = ""
    contract: str = ""
    category: str = ""
    strength: str = ""
    source: str = ""
    question: Question = field(default=Question(()))

    @classmethod
    def of(cls, query: QueryDict, contracts: Sequence[PilotContract] = (), airlines: Sequence[Airline] = ()) -> "Asked":
        typed = query.get("q", "").replace("\0", "")[:MAXIMUM_LENGTH]
        chosen = {name: query.get(name, "") for name in ("in", "airline", "contract", "category", "strength", "source")}
        known = {str(contract.pk) for contract in contracts}
        return cls(
            words=typed.strip(),
            kind=TEXT if chosen["in"] == TEXT else RULES,
            airline=chosen["airline"] if chosen["airline"] in {airline.code for airline in airlines} else "",
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
        return self.query_for(self.words)

    def query_for(self, words: str) -> str:
        """The same with other words."""
        values = {
            "q": words,
            "in": TEXT if self.kind == TEXT else "",
            "airline": self.airline,
            "contract": self.contract,
            "category": self.category,
            "strength": self.strength,
            "source": self.source,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def scope(self) -> Scope:
        contract = UUID(self.contract) if self.contract else None
        return Scope(airline=self.airline or None, contract=contract)

    @property
    def rule_scope(self) -> RuleScope:
        return RuleScope(
            airline=self.scope.airline,
            contract=self.scope.contract,
            category=self.category or None,
            is_hard=self.strength == "hard" if self.strength else None,
            source=self.source or None,
        )


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Some results, the best first.

    By spelling, `meant` is what was asked with the words that were taken for others, `meant_query` the link that asks it,
    and `also` are further words that were taken.
    """

    found: Found
    following: str
    is_first: bool
    meant: str
    meant_query: str

    @property
    def is_by_spelling(self) -> bool:
        return bool(self.found.results) and self.found.match == Match.SPELLING

    @property
    def also(self) -> list[str]:
        return [word for _, taken in self.found.instead for word in taken[1:]]


def readable_contracts(user: User) -> list[PilotContract]:
    """Those that a search may be narrowed to: the newest, as many as anybody would look through."""
    return list(visible_contracts(user).order_by("airline__code", "-effective_date", "id")[:CONTRACTS_TO_CHOOSE])


def readable_airlines(user: User) -> list[Airline]:
    """Those whose contracts he may read."""
    return list(visible_airlines(user).filter(pk__in=visible_contracts(user).values("airline")).order_by("code"))


def results_page(user: User, asked: Asked, cursor: str) -> ResultsPage | None:
    """None where nothing was asked. A cursor that was not made here gives the first page."""
    if not asked.question.terms:
        return None
    try:
        found = _found(user, asked, cursor)
    except BadCursor:
        cursor, found = "", _found(user, asked, "")
    following = f"{asked.query}&{urlencode({'after': found.following})}" if found.following else ""
    meant = _meant(asked.words, found)
    return ResultsPage(found, following, not cursor, meant, asked.query_for(meant))


def _meant(words: str, found: Found) -> str:
    """What was typed, each word that stands nowhere changed to the nearest."""
    for typed, taken in found.instead:
        words = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", taken[0], words, flags=re.IGNORECASE)
    return words


def _found(user: User, asked: Asked, cursor: str) -> Found:
    if asked.kind == TEXT:
        return text_found(user, asked.question, asked.scope, cursor=cursor, size=RESULTS)
    return rules_found(user, asked.question, asked.rule_scope, cursor=cursor, size=RESULTS)
