"""Rules: of one contract, by id, and the decisions on them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import IsPerson
from config.api.pagination import CursorPages
from contracts.api import queries, serializers
from contracts.api.reading import rules_of, visible_contract, visible_rule, visible_rules
from contracts.models import ContractRule
from contracts.services import rules as services

IF_NONE_MATCH = OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)


class TaggedView(ApiView):
    """Under `conditional_page` an answer carries a strong ETag over its bytes, and one that the caller has is 304.

    For the caller alone, and asked for anew each time.
    """

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(final, ["Authorization"])
        return final


class _DocumentOrder(CursorPages):
    ordering = ("position", "id")


@method_decorator(conditional_page, name="dispatch")
class ContractRulesView(TaggedView, ListView):
    """The rules of one contract in the document's order; undecided and rejected ones only for who takes part in its review."""

    query_serializer = queries.ContractRulesQuery
    serializer_class = serializers.ContractRuleSerializer
    pagination_class = _DocumentOrder
    queryset = ContractRule.objects.none()

    def rows(self) -> QuerySet[ContractRule]:
        contract, asked = visible_contract(self.caller, self.kwargs["contract_id"]), self.query
        return queries.filtered(
            rules_of(self.caller, contract),
            category=asked.get("category"),
            is_hard_constraint=asked.get("hard"),
            decision=asked.get("decision"),
        )

    @extend_schema(
        parameters=[queries.ContractRulesQuery, IF_NONE_MATCH],
        responses={200: serializers.ContractRuleSerializer(many=True), 304: None},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@method_decorator(conditional_page, name="dispatch")
class RuleView(TaggedView):
    """One rule."""

    @extend_schema(parameters=[IF_NONE_MATCH], responses={200: serializers.ContractRuleSerializer, 304: None})
    def get(self, request: Request, rule_id: UUID) -> Response:
        return Response(serializers.ContractRuleSerializer(visible_rule(self.caller, rule_id)).data)


class RuleBatchView(ApiView):
    """Up to 200 rules by id, in the order asked for."""

    @extend_schema(request=queries.BatchSerializer, responses={200: serializers.BatchAnswerSerializer})
    def post(self, request: Request) -> Response:
        ids = list(dict.fromkeys(self.body(queries.BatchSerializer)["ids"]))
        found = visible_rules(self.caller).in_bulk(ids)
        rules = [serializers.RuleSerializer(found[key]).data for key in ids if key in found]
        return Response({"results": rules, "missing": [str(key) for key in ids if key not in found]})


class _DecisionView(ApiView):
    permission_classes = [IsPerson]


class RuleAcceptView(_DecisionView):
    """Take the proposal as it stands."""

    @extend_schema(request=queries.RuleAcceptSerializer, responses={200: serializers.ContractRuleSerializer})
    def post(self, request: Request, rule_id: UUID) -> Response:
        given = self.body(queries.RuleAcceptSerializer)
        visible_rule(self.person, rule_id)
        rule = services.rule_accept(actor=self.person, rule_id=rule_id, **given)
        return Response(serializers.ContractRuleSerializer(rule).data)


class RuleRejectView(_DecisionView):
    """Say that the proposal is no rule."""

    @extend_schema(request=queries.RuleRejectSerializer, responses={200: serializers.ContractRuleSerializer})
    def post(self, request: Request, rule_id: UUID) -> Response:
        given = self.body(queries.RuleRejectSerializer)
        visible_rule(self.person, rule_id)
        rule = services.rule_reject(actor=self.person, rule_id=rule_id, **given)
        return Response(serializers.ContractRuleSerializer(rule).data)


class RuleCorrectView(_DecisionView):
    """Change members of the proposal and take it so."""

    @extend_schema(request=queries.RuleCorrectSerializer, responses={200: serializers.ContractRuleSerializer})
    def post(self, request: Request, rule_id: UUID) -> Response:
        given = self.body(queries.RuleCorrectSerializer)
        visible_rule(self.person, rule_id)
        given["changes"] = queries.as_columns(given["changes"])
        rule = services.rule_correct(actor=self.person, rule_id=rule_id, **given)
        return Response(serializers.ContractRuleSerializer(rule).data)
