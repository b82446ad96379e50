"""What every view of the API does before its handler runs."""

from typing import Any

from django.conf import settings
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from config.api.parsers import StrictJSONParser
from config.api.serializers import NoBody, NoQuery, StrictSerializer, checked_query

MULTIPART = "multipart/form-data"
# What a form may add to the document that it carries.
FORM_MARGIN_BYTES = 1024 * 1024


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_detail = "The body is too large."
    default_code = "too_large"


class StrictApiView(APIView):
    """Refuses unknown query parameters, oversized bodies and, for `methods_without_body`, members of a body before the
    handler runs; what it allows is in `self.query`.
    """

    methods_without_body: frozenset[str] = frozenset({"DELETE"})
    query_serializer: type[StrictSerializer] = NoQuery
    parser_classes: Any = [StrictJSONParser]
    body_maximum_bytes: int | None = None  # where it may be more than `DATA_UPLOAD_MAX_MEMORY_SIZE`
    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            raise exceptions.MethodNotAllowed(str(request.method))  # whatever it carries
        _refuse_oversized(request, self.body_maximum_bytes)
        self.query = checked_query(request, self.query_serializer)
        if request.method in self.methods_without_body:
            NoBody(data=request.data).is_valid(raise_exception=True)


def _refuse_oversized(request: Request, maximum: int | None) -> None:
    given = request.META.get("CONTENT_LENGTH") or "0"
    length = int(given) if str(given).isdecimal() else 0
    is_form = str(request.content_type or "").startswith(MULTIPART)
    data_limit = maximum or settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    limit = settings.DOCUMENT_MAXIMUM_BYTES + FORM_MARGIN_BYTES if is_form else data_limit
    if length > limit:
        raise BodyTooLarge
