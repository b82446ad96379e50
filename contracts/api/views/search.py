"""Search over rules and over documents' text."""

from typing import Any

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ListView
from config.api.pagination import CursorPages, FoundPages
from config.search.asking import question_of
from contracts.api import queries
from contracts.api.finding import SearchedRuleSerializer, TextSerializer
from contracts.api.views.rules import IF_NONE_MATCH, TaggedView
from contracts.models import ContractPage, ContractRule
from contracts.publication.lookup import RuleSource
from contracts.search_selectors import RuleScope, Scope, rules_found, searched_rules, text_found


class _ByRuleId(CursorPages):
    ordering = ("rule_id", "id")


@method_decorator(conditional_page, name="dispatch")
class RuleSearchView(TaggedView, ListView):
    """Rules of contracts in force and of the law, by words and filters."""

    query_serializer = queries.RuleSearchQuery
    serializer_class = SearchedRuleSerializer
    pagination_class = _ByRuleId
    queryset = ContractRule.objects.none()

    def rows(self) -> QuerySet[Any]:
        """Without words there is one list, of one source."""
        return next(iter(searched_rules(self.caller, self.scope())), ContractRule.objects.none())

    def scope(self) -> RuleScope:
        """What the query asks for."""
        asked = self.query
        return RuleScope(
            airline=asked.get("airline"),
            contract=asked.get("contract"),
            day=asked.get("as_of"),
            category=asked.get("category"),
            is_hard=asked.get("hard"),
            source=asked.get("source") or (None if "q" in asked else RuleSource.CONTRACT.value),
        )

    @extend_schema(
        parameters=[queries.RuleSearchQuery, IF_NONE_MATCH],
        responses={200: SearchedRuleSerializer(many=True), 304: None},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if "q" not in self.query:
            return super().get(request, *args, **kwargs)
        question, pages = question_of(self.query["q"]), FoundPages()
        page = pages.get_found(
            request, lambda cursor, size: rules_found(self.caller, question, self.scope(), cursor=cursor, size=size)
        )
        return pages.get_paginated_response(self.get_serializer(page.results, many=True).data)


@method_decorator(conditional_page, name="dispatch")
class TextSearchView(TaggedView, ListView):
    """Pages of the documents of contracts that the caller may see, by words."""

    query_serializer = queries.TextSearchQuery
    serializer_class = TextSerializer
    pagination_class = FoundPages
    queryset = ContractPage.objects.none()

    @extend_schema(
        parameters=[queries.TextSearchQuery, IF_NONE_MATCH], responses={200: TextSerializer(many=True), 304: None}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked, pages = self.query, FoundPages()
        scope = Scope(airline=asked.get("airline"), contract=asked.get("contract"), day=asked.get("as_of"))
        question = question_of(asked["q"])
        page = pages.get_found(
            request, lambda cursor, size: text_found(self.caller, question, scope, cursor=cursor, size=size)
        )
        return pages.get_paginated_response(self.get_serializer(page.results, many=True).data)
