"""Proposed improvements over the API."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import IsPerson
from accounts.idempotency import idempotent
from config.api.serializers import NoQuery, StrictSerializer
from contracts.api import community, queries
from contracts.api.views.contracts import KEY_HEADER, PartListView
from contracts.community.selectors import improvements_seen
from contracts.models import ContractImprovement
from contracts.services import improvements as services


class ContractImprovementsView(PartListView):
    """What pilots propose to change in the contract's record, newest first; and the way to propose."""

    query_serializer: type[StrictSerializer] = community.ImprovementsQuery
    serializer_class = community.ImprovementSerializer
    queryset = ContractImprovement.objects.none()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST":
            self.query_serializer = NoQuery
        super().initial(request, *args, **kwargs)

    def get_permissions(self) -> list[Any]:
        return [IsPerson()] if self.request.method == "POST" else list(super().get_permissions())

    def rows(self) -> QuerySet[ContractImprovement]:
        return _asked(self, improvements_seen(self.caller).filter(contract=self.contract))

    @extend_schema(parameters=[community.ImprovementsQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        parameters=[KEY_HEADER], request=community.ProposeSerializer, responses={201: community.ImprovementSerializer}
    )
    @idempotent
    def post(self, request: Request, contract_id: UUID) -> Response:
        """Propose: pilots of the airline, for active contracts."""
        given = self.body(community.ProposeSerializer)
        given["rule_id"] = given.pop("rule", None)
        improvement = services.improvement_propose(actor=self.person, contract_id=self.contract.pk, **given)
        address = f"/api/v1/improvements/{improvement.pk}/"
        return _answer(self, improvement.pk, status=201, headers={"Location": address})


class ImprovementListView(ListView):
    """Improvements of every contract that the caller sees, newest first; `mine` for one's own."""

    query_serializer = community.ImprovementsQuery
    serializer_class = community.ImprovementSerializer
    queryset = ContractImprovement.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "caller": self.caller}

    def rows(self) -> QuerySet[ContractImprovement]:
        return _asked(self, improvements_seen(self.caller))

    @extend_schema(parameters=[community.ImprovementsQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ImprovementView(ApiView):
    """One improvement."""

    @extend_schema(responses={200: community.ImprovementSerializer})
    def get(self, request: Request, improvement_id: UUID) -> Response:
        return _answer(self, improvement_id)


class _PersonView(ApiView):
    permission_classes = [IsPerson]


class WithdrawView(_PersonView):
    """Take one's own back while it is open."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={200: community.ImprovementSerializer})
    def post(self, request: Request, improvement_id: UUID) -> Response:
        community.seen_improvement(self.person, improvement_id)
        services.improvement_withdraw(actor=self.person, improvement_id=improvement_id)
        return _answer(self, improvement_id)


class ApplyView(_PersonView):
    """Approvers: make the change in a revision, named by `applied_in`, that somebody else approves."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={200: community.ImprovementSerializer})
    def post(self, request: Request, improvement_id: UUID) -> Response:
        community.seen_improvement(self.person, improvement_id)
        services.improvement_apply(actor=self.person, improvement_id=improvement_id)
        return _answer(self, improvement_id)


class DeclineView(_PersonView):
    """Approvers: decide against it. Its author reads the reason."""

    @extend_schema(request=community.ReasonSerializer, responses={200: community.ImprovementSerializer})
    def post(self, request: Request, improvement_id: UUID) -> Response:
        given = self.body(community.ReasonSerializer)
        community.seen_improvement(self.person, improvement_id)
        services.improvement_decline(actor=self.person, improvement_id=improvement_id, **given)
        return _answer(self, improvement_id)


def _asked(view: ListView, rows: QuerySet[ContractImprovement]) -> QuerySet[ContractImprovement]:
    """As the query string narrows them."""
    rows = queries.filtered(rows, status=view.query.get("status"))
    mine = view.query.get("mine")
    if mine is None:
        return rows
    return rows.filter(author=view.caller.pk) if mine else rows.exclude(author=view.caller.pk)


def _answer(view: ApiView, improvement_id: UUID, **answer: Any) -> Response:
    improvement = community.seen_improvement(view.caller, improvement_id)
    return Response(community.ImprovementSerializer(improvement, context={"caller": view.caller}).data, **answer)
