"""Copies of one's data over the API."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import IsPerson
from accounts.privacy.exporting import export_open, export_request
from accounts.privacy.models import DataExport
from accounts.privacy.serving import copy_as_attachment, copy_name


class DataExportSerializer(serializers.ModelSerializer[DataExport]):
    """One copy. `sha256` and `bytes` are its file's; it can be downloaded while it is `ready`."""

    class Meta:
        model = DataExport
        fields: ClassVar[list[str]] = [
            "id",
            "created_at",
            "state",
            "ready_at",
            "expires_at",
            "taken_at",
            "sha256",
            "bytes",
        ]
        read_only_fields = fields


class DataExportListView(ListView):
    """The caller's own copies; a new one is made by a worker, one a day."""

    permission_classes = [IsPerson]
    serializer_class = DataExportSerializer
    methods_without_body = frozenset({"POST"})

    def rows(self) -> Any:
        return DataExport.objects.filter(user=self.person)

    @extend_schema(request=None, responses={202: DataExportSerializer})
    def post(self, request: Request) -> Response:
        export = export_request(actor=self.person)
        export.refresh_from_db()
        return Response(DataExportSerializer(export).data, status=202)


class DataExportFileView(ApiView):
    """The file of one of the caller's own copies, while it is ready."""

    permission_classes = [IsPerson]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        return copy_as_attachment(export_open(actor=self.person, export_id=export_id), copy_name(export_id))
