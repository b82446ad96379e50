"""Validation: a pilot's preferences, pairings and schedules against what binds him."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.api.permissions import Validates
from config.api.parsers import LargeJSONParser, Lines, NdjsonParser
from config.api.throttles import CallerThrottle, ValidationThrottle
from contracts.api import queries
from contracts.api.validating import validation_body, validation_lines
from contracts.api.validation_schema import ANSWER, DOCUMENT, NDJSON
from contracts.api.views.lookup import PILOT_ID
from contracts.publication.binding import pilot_binding
from pilots.selectors import visible_pilot


class ValidateView(ApiView):
    """A pilot has his own judged; a service client with the scope `validate` its airlines' pilots'. Nothing is kept or logged."""

    permission_classes = [Validates]
    throttle_classes = [CallerThrottle, ValidationThrottle]
    parser_classes: Any = [LargeJSONParser, NdjsonParser]
    query_serializer = queries.ValidationQuery
    body_maximum_bytes = settings.VALIDATION_MAXIMUM_BYTES

    @extend_schema(
        operation_id="pilots_validate",
        summary="Judge preferences, pairings and schedules",
        parameters=[PILOT_ID, queries.ValidationQuery],
        request={"application/json": DOCUMENT, "application/x-ndjson": NDJSON},
        responses={
            (200, "application/json"): OpenApiResponse(ANSWER, description="Judged. Same input and rules, same bytes."),
            (200, "application/x-ndjson"): OpenApiResponse(
                NDJSON, description="An answer a line, in their order; a problem document for a line that has faults."
            ),
        },
    )
    def post(self, request: Request, pilot_id: str) -> HttpResponseBase:
        """The rules of his contract and 14 CFR Part 117: what is broken, what it costs, what cannot be told, what would pass."""
        pilot = visible_pilot(self.caller, pilot_id)
        binding = pilot_binding(pilot, day=pilot.airline.today())
        given: object = request.data
        wanted = self.query.get("unknown")
        if isinstance(given, Lines):
            lines = validation_lines(given, binding, with_untested=wanted == queries.UNKNOWN_ALL)
            return StreamingHttpResponse(lines, content_type=NdjsonParser.media_type)
        body = validation_body(given, binding, with_untested=wanted != queries.UNKNOWN_INPUT)
        return HttpResponse(body, content_type="application/json")
