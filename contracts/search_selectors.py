"""Search over rules and over documents' text. Each caller finds what he may see, and nothing tells him that there is more."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.selectors import visible_airlines
from config.errors import NotFoundForActor
from config.search.asking import Instead, Match, Question
from config.search.marking import Marker, Segment
from config.search.matching import marker
from config.search.paging import FoundPage, found_page
from contracts.api.reading import Caller, rules_in_force, rules_of, visible_contract, visible_contracts
from contracts.models import ContractPage, ContractRule, PilotContract
from contracts.publication.lookup import RuleSource
from regulations.models import RegulatoryRule
from regulations.selectors import rules_in_force as law_in_force

SearchedRule = ContractRule | RegulatoryRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Among which contracts is searched; None does not narrow.

    Rules of one `contract` are found whatever its state, where the caller sees them; others' only on the days on which
    they hold: `day`, else each airline's today.
    """

    airline: str | None = None
    contract: UUID | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScope(Scope):
    """Among which rules is searched. The law is no airline's and no contract's: with one of those it is not."""

    category: str | None = None
    is_hard: bool | None = None
    source: str | None = None

    @property
    def holds_contracts(self) -> bool:
        return self.source != RuleSource.FAR117

    @property
    def holds_law(self) -> bool:
        of_contract = self.airline is not None or self.contract is not None
        return self.source != RuleSource.CONTRACT and not of_contract and self.is_hard is not False


@dataclass(frozen=True, slots=True)
class FoundRule:
    """A rule with where the words stand in it; `instead` is as in `Found`."""

    rule: SearchedRule
    instead: list[Instead]
    title: list[Segment]
    citation: list[Segment]
    snippet: list[Segment]


@dataclass(frozen=True, slots=True)
class FoundText:
    """A page of a document with where the words stand on it; `instead` is as in `Found`."""

    page: ContractPage
    instead: list[Instead]
    snippet: list[Segment]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `match` is how all of them were found; `instead`, for each word that stands nowhere, words of theirs
    that were taken for it.
    """

    results: list[Any]
    match: Match
    instead: list[Instead]
    following: str
    previous: str


def rules_found(caller: Caller, question: Question, scope: RuleScope, *, cursor: str, size: int) -> Found:
    """Rules of contracts and of the law, the best first.

    Raises:
        NotFoundForActor: for an airline or a contract that `caller` may not know of.
        BadCursor: for a cursor that was not made here.
    """
    tables = searched_rules(caller, scope)
    page = found_page(tables, question, cursor, size)
    texts = [text for rule in page.rows for text in (rule.rule_id, rule.title, rule.citation, *_bodies(rule))]
    marks = marker(page.question, texts)
    return _found(page, marks, [_found_rule(rule, marks) for rule in page.rows])


def text_found(caller: Caller, question: Question, scope: Scope, *, cursor: str, size: int) -> Found:
    """Pages of the documents that `caller` may read, the best first. Raises as `rules_found` does."""
    pages = ContractPage.objects.filter(contract__in=_readable(caller, scope).values("pk"))
    pages = pages.select_related("contract__airline").defer("words")
    page = found_page([pages], question, cursor, size)
    marks = marker(page.question, [found.text for found in page.rows])
    return _found(page, marks, [FoundText(found, marks.instead, marks.excerpt(found.text)) for found in page.rows])


def searched_rules(caller: Caller, scope: RuleScope) -> list[QuerySet[Any]]:
    """One queryset a table. Raises NotFoundForActor."""
    tables: list[QuerySet[Any]] = []
    if scope.holds_contracts:
        tables.append(_narrowed(_contract_rules(caller, scope), scope))
    if scope.holds_law:
        law = law_in_force(category=scope.category or "")
        tables.append(law.filter(effective_date__lte=scope.day) if scope.day else law)
    return tables


def _contract_rules(caller: Caller, scope: RuleScope) -> QuerySet[ContractRule]:
    if scope.contract is None:
        return rules_in_force(caller, airline_code=scope.airline, day=scope.day)
    contract = visible_contract(caller, scope.contract)
    rules = rules_of(caller, contract)
    if scope.airline and scope.airline != contract.airline.code:
        return rules.none()
    return rules.filter(contract__in=PilotContract.objects.in_force(scope.day)) if scope.day else rules


def _narrowed(rules: QuerySet[ContractRule], scope: RuleScope) -> QuerySet[ContractRule]:
    condition = Q()
    if scope.category is not None:
        condition &= Q(category=scope.category)
    if scope.is_hard is not None:
        condition &= Q(is_hard_constraint=scope.is_hard)
    return rules.filter(condition)


def _readable(caller: Caller, scope: Scope) -> QuerySet[PilotContract]:
    """The contracts whose documents are searched. Raises NotFoundForActor."""
    contracts = visible_contracts(caller)
    if scope.contract is not None:
        contracts = contracts.filter(pk=visible_contract(caller, scope.contract).pk)
    if scope.airline is not None:
        if not visible_airlines(caller).filter(code=scope.airline).exists():
            raise NotFoundForActor("There is no such airline.")
        contracts = contracts.filter(airline__code=scope.airline)
    if scope.day is not None:
        contracts = contracts.filter(pk__in=PilotContract.objects.in_force(scope.day))
    return contracts


def _bodies(rule: SearchedRule) -> list[str]:
    """What a rule says, its own words first."""
    return [rule.summary] if isinstance(rule, RegulatoryRule) else [rule.rule_text, rule.description]


def _found_rule(rule: SearchedRule, marks: Marker) -> FoundRule:
    bodies = _bodies(rule)
    shown = next((body for body in bodies if marks.spans(body)), bodies[0])
    return FoundRule(rule, marks.instead, marks.whole(rule.title), marks.whole(rule.citation), marks.excerpt(shown))


def _found(page: FoundPage, marks: Marker, results: list[Any]) -> Found:
    return Found(results, page.question.match, marks.instead, page.following, page.previous)
