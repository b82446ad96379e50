"""The law, for everybody, and judgement of schedules for whoever has an account or a client with the scope `validate`.

Each answer about the law has an ETag; `If-None-Match` gets 304.
"""

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.pagination import CursorPages
from config.api.permissions import ScopePermission
from config.api.serializers import NoQuery, checked_query
from config.api.throttles import CallerThrottle, ValidationThrottle
from config.api.views import StrictApiView
from regulations.api.answers import limits_answer, schedule_answer
from regulations.api.schedule_schema import ANSWER, SCHEDULE_DOCUMENT
from regulations.api.serializers import (
    LimitsQuery,
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


class ValidatesSchedules(ScopePermission):
    """People, and service clients with the scope `validate`."""

    scope = "validate"


class EvaluateView(StrictApiView):
    """Nothing of the document is kept or logged."""

    permission_classes = [ValidatesSchedules]
    throttle_classes = [CallerThrottle, ValidationThrottle]

    @extend_schema(
        operation_id="regulations_evaluate",
        summary="Judge a schedule document against 14 CFR Part 117",
        request={"application/json": SCHEDULE_DOCUMENT},
        responses={(200, "application/json"): OpenApiResponse(ANSWER, description="Judged. Same input, same bytes.")},
    )
    def post(self, request: Request) -> HttpResponse:
        """Every rule that can be calculated, on every item; 400 names each fault of a document that cannot be judged."""
        return HttpResponse(orjson.dumps(schedule_answer(request.data)), content_type="application/json")
