"""The law, for everybody: no account is asked for. Each answer has an ETag; `If-None-Match` gets 304."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.pagination import CursorPages
from config.api.serializers import checked_query
from regulations.api.answers import limits_answer
from regulations.api.serializers import (
    LimitsQuery,
    NoQuery,
    RegulatoryLimitsSerializer,
    RegulatoryRuleSerializer,
    RuleQuery,
)
from regulations.models import RegulatoryRule, RegulatoryRuleQuerySet
from regulations.selectors import rules_in_force

_UNCHANGED = {304: OpenApiResponse(description="Not changed since the `ETag` in `If-None-Match`.")}


class RulePages(CursorPages):
    """In the order of the law."""

    ordering = ("position", "rule_id")


@extend_schema(
    summary="The rules of 14 CFR Part 117",
    parameters=[RuleQuery],
    responses={200: RegulatoryRuleSerializer(many=True), **_UNCHANGED},
)
@method_decorator(conditional_page, name="dispatch")
class RuleListView(ListAPIView[RegulatoryRule]):
    permission_classes = [AllowAny]
    serializer_class = RegulatoryRuleSerializer
    pagination_class = RulePages

    def get_queryset(self) -> RegulatoryRuleQuerySet:
        query = checked_query(self.request, RuleQuery)
        return rules_in_force(category=query.get("category", ""), computed=query["computed"], text=query.get("q", ""))


@extend_schema(
    summary="One rule of 14 CFR Part 117",
    responses={200: RegulatoryRuleSerializer, **_UNCHANGED},
)
@method_decorator(conditional_page, name="dispatch")
class RuleDetailView(RetrieveAPIView[RegulatoryRule]):
    permission_classes = [AllowAny]
    serializer_class = RegulatoryRuleSerializer
    queryset = RegulatoryRule.objects.in_force()
    lookup_field = "rule_id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        checked_query(request, NoQuery)
        return super().get(request, *args, **kwargs)


@method_decorator(conditional_page, name="dispatch")
class LimitsView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="regulations_limits_retrieve",
        summary="Flight time and FDP limits of one duty period",
        parameters=[LimitsQuery],
        responses={200: RegulatoryLimitsSerializer, **_UNCHANGED},
    )
    def get(self, request: Request) -> Response:
        """Tables A, B and C and the limits for three and four pilots, for a report on the acclimated clock."""
        return Response(limits_answer(checked_query(request, LimitsQuery)))
