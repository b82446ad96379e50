"""The lookup, and which contract a pilot is bound by."""

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.permissions import IsPerson
from contracts.api import queries, serializers
from contracts.publication.lookup import Answer, RuleFilter, answer
from contracts.services.assignments import assignment_set
from pilots.selectors import own_pilot, visible_pilot

PILOT_ID = OpenApiParameter("pilot_id", {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}, OpenApiParameter.PATH)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)
PUBLICATION = "X-Publication"
BEHIND = OpenApiParameter(
    PUBLICATION,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=True,
    enum=["behind"],
    description="`behind`: something changed and is not prepared yet. The answer was written from the tables: it is right, and slower.",
)


class PilotRulesView(ApiView):
    """The rules that bind a pilot today. He reads his own; a service client reads its airlines' pilots'.

    The plain question of a caller who is known to be let in does not come here: `contracts.api.quick`.
    """

    query_serializer = queries.LookupQuery

    @extend_schema(
        parameters=[PILOT_ID, IF_NONE_MATCH, BEHIND, queries.LookupQuery],
        responses={200: serializers.LookupSerializer, 304: None},
    )
    def get(self, request: Request, pilot_id: str) -> HttpResponse:
        asked, known = self.query, request.headers.get("If-None-Match")
        pilot = visible_pilot(self.caller, pilot_id)
        kept = RuleFilter(category=asked.get("category"), is_hard=asked["hard"], source=asked.get("source"))
        return _tagged(answer(pilot, day=pilot.airline.today(), rule_filter=kept, if_none_match=known))


class AssignmentView(ApiView):
    """Which contract the caller is bound by."""

    permission_classes = [IsPerson]

    @extend_schema(request=queries.AssignmentSerializer, responses={200: serializers.AssignmentAnswerSerializer})
    def put(self, request: Request) -> Response:
        chosen = self.body(queries.AssignmentSerializer)["contract"]
        assigned = assignment_set(actor=self.person, pilot=own_pilot(self.person), contract_id=chosen)
        answered = {
            "contract": assigned.contract if assigned else None,
            "assigned_at": assigned.created_at if assigned else None,
        }
        return Response(serializers.AssignmentAnswerSerializer(answered).data)


def _tagged(found: Answer) -> HttpResponse:
    """The prepared bytes, or 304 without any: for the caller alone, and asked for anew each time."""
    response = HttpResponse(found.body or b"", status=304 if found.body is None else 200)
    if found.body is None:
        del response["Content-Type"]
    else:
        response["Content-Type"] = "application/json"
    response["ETag"] = found.tag
    response["Cache-Control"] = "private, no-cache"
    if found.was_behind:
        response[PUBLICATION] = "behind"
    patch_vary_headers(response, ["Authorization", "Accept-Encoding"])
    return response
