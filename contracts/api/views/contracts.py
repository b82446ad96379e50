"""Contracts: reading, uploading, moving."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import IsPerson
from accounts.idempotency import HEADER, KEY, idempotent
from audit.models import AuditEntry
from config.api.pagination import CursorPages
from config.api.serializers import NoQuery, StrictSerializer
from config.door import as_product
from config.errors import NotFoundForActor
from contracts.api import queries, serializers
from contracts.api.documents import original_response
from contracts.api.reading import (
    active_contract,
    airline_to_upload_for,
    visible_contract,
    visible_contracts,
)
from contracts.models import MediaType, PilotContract
from contracts.selectors import history_for, latest_run, takes_part
from contracts.services import lifecycle
from contracts.services.activation import contract_undo_activation
from contracts.services.readings import reading_again_request
from contracts.services.uploads import Terms, contract_upload

KEY_HEADER = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{KEY.pattern}$"},
    OpenApiParameter.HEADER,
    description="Sent again within a day, it gives the first answer and creates nothing.",
)
AIRLINE = OpenApiParameter(
    "code", {"type": "string", "pattern": "^[A-Z0-9]{2,3}$"}, OpenApiParameter.PATH, description="An airline's code."
)


class ContractListView(ListView):
    """Contracts that the caller may see, newest first; and the way to upload one."""

    query_serializer: type[StrictSerializer] = queries.ContractsQuery
    serializer_class = serializers.ContractSerializer
    queryset = PilotContract.objects.none()

    parser_classes: Any = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST":
            self.query_serializer = NoQuery
        super().initial(request, *args, **kwargs)

    def get_permissions(self) -> list[Any]:
        return [IsPerson()] if self.request.method == "POST" else list(super().get_permissions())

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "caller": self.caller}

    def rows(self) -> QuerySet[PilotContract]:
        asked = self.query
        return queries.filtered(
            visible_contracts(self.caller),
            airline__code=asked.get("airline"),
            contract_type=asked.get("type"),
            status=asked.get("status"),
        )

    @extend_schema(parameters=[queries.ContractsQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        parameters=[KEY_HEADER],
        request={"multipart/form-data": queries.UploadSerializer},
        responses={201: serializers.ContractDetailSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.body(queries.UploadSerializer)
        airline = airline_to_upload_for(self.person, given.pop("airline"))
        upload = given.pop("document")
        contract = contract_upload(actor=self.person, airline=airline, terms=Terms(**given), upload=upload)
        location = {"Location": serializers.contract_url(contract)}
        return _detail(self, contract, status=201, headers=location)


class ContractView(ApiView):
    """One contract."""

    @extend_schema(responses={200: serializers.ContractDetailSerializer})
    def get(self, request: Request, contract_id: UUID) -> Response:
        return _detail(self, visible_contract(self.caller, contract_id))


class ActiveContractView(ApiView):
    """The contract of a type in force at an airline, today or on a day."""

    query_serializer = queries.ActiveContractQuery

    @extend_schema(
        parameters=[queries.ActiveContractQuery, AIRLINE],
        responses={200: serializers.ContractDetailSerializer},
    )
    def get(self, request: Request, code: str) -> Response:
        asked = self.query
        return _detail(self, active_contract(self.caller, code, contract_type=asked["type"], day=asked.get("as_of")))


class DocumentView(ApiView):
    """The original, byte for byte, as a download."""

    @extend_schema(
        responses={(200, media_type): OpenApiResponse(OpenApiTypes.BINARY) for media_type in MediaType.values}
        | {304: None}
    )
    def get(self, request: Request, contract_id: UUID) -> HttpResponseBase:
        contract = visible_contract(self.caller, contract_id)
        return original_response(self.caller, contract, if_none_match=request.headers.get("If-None-Match"))


class ExtractionView(ApiView):
    """How far the reading of the document is, for those who take part in the review; and the way to have it tried again."""

    methods_without_body = frozenset({"POST"})

    def get_permissions(self) -> list[Any]:
        return [IsPerson()] if self.request.method == "POST" else list(super().get_permissions())

    @extend_schema(responses={200: serializers.ExtractionSerializer})
    def get(self, request: Request, contract_id: UUID) -> Response:
        contract = visible_contract(self.caller, contract_id)
        run = latest_run(contract) if takes_part(self.caller, contract) else None
        if run is None:
            raise NotFoundForActor("There is no reading of this document.")
        run.contract = contract
        return Response(serializers.ExtractionSerializer(run).data)

    @extend_schema(request=None, responses={202: serializers.ExtractionSerializer})
    def post(self, request: Request, contract_id: UUID) -> Response:
        """Read a document anew whose reading failed."""
        contract = visible_contract(self.person, contract_id)
        run = reading_again_request(actor=self.person, contract_id=contract.pk)
        run.contract = contract
        return Response(serializers.ExtractionSerializer(run).data, status=202)


class PartListView(ListView):
    """A list that hangs on one contract, in `self.contract`."""

    contract: PilotContract

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.contract = visible_contract(self.caller, kwargs["contract_id"])

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "caller": self.caller}


class _LatestFirst(CursorPages):
    ordering = ("-timestamp", "-id")


class HistoryView(PartListView):
    """What was done to the contract and its rules, newest first: to those outside its review, the steps alone."""

    serializer_class = serializers.HistorySerializer
    pagination_class = _LatestFirst
    queryset = AuditEntry.objects.none()

    def rows(self) -> QuerySet[AuditEntry]:
        return history_for(self.caller, self.contract)

    def paginate_queryset(self, queryset: Any) -> Any:
        """The rows are read here, and no further than `rows` goes."""
        with as_product("the trail is told as far as the caller may be told, which its selector says"):
            return super().paginate_queryset(queryset)


class _MoveView(ApiView):
    """One step of the lifecycle: `service` takes the actor, the contract's id and what `input_serializer` lets in."""

    permission_classes = [IsPerson]
    input_serializer: type[queries.MoveSerializer] = queries.MoveSerializer
    service: Callable[..., PilotContract]

    def move(self, contract_id: UUID) -> Response:
        given = self.body(self.input_serializer)
        visible_contract(self.person, contract_id)
        type(self).service(actor=self.person, contract_id=contract_id, **given)
        return _detail(self, visible_contract(self.person, contract_id))


def _move_view(
    name: str, service: Callable[..., PilotContract], takes: type[queries.MoveSerializer], says: str
) -> type[_MoveView]:
    """A view class of its own for each step, so that the OpenAPI document knows each one's body."""

    @extend_schema(request=takes, responses={200: serializers.ContractDetailSerializer}, description=says)
    def post(self: _MoveView, request: Request, contract_id: UUID) -> Response:
        return self.move(contract_id)

    members = {"__module__": __name__, "__doc__": says, "input_serializer": takes, "post": post}
    return type(name, (_MoveView,), {**members, "service": staticmethod(service)})


SubmitView = _move_view("SubmitView", lifecycle.contract_submit, queries.MoveSerializer, "Hand it to reviewers.")
WithdrawView = _move_view("WithdrawView", lifecycle.contract_withdraw, queries.WithdrawSerializer, "Take it back.")
ApproveView = _move_view(
    "ApproveView", lifecycle.contract_approve, queries.MoveSerializer, "Approve it. Nobody approves what he uploaded."
)
RejectView = _move_view(
    "RejectView", lifecycle.contract_reject, queries.ReasonedMoveSerializer, "End its review for good."
)
RequestChangesView = _move_view(
    "RequestChangesView",
    lifecycle.contract_request_changes,
    queries.ReasonedMoveSerializer,
    "Send it back to its uploader.",
)
UndoActivationView = _move_view(
    "UndoActivationView",
    contract_undo_activation,
    queries.ReasonedMoveSerializer,
    "Take its activation back, within the airline's hours. What it replaced is in force again.",
)
ActivateView = _move_view("ActivateView", lifecycle.contract_activate, queries.MoveSerializer, "Put it in force.")


def _detail(view: ApiView, contract: PilotContract, **answer: Any) -> Response:
    body = serializers.ContractDetailSerializer(contract, context={"caller": view.caller}).data
    return Response(body, **answer)
