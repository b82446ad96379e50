"""Rule packs: an airline's rules in the shapes that programs load, signed."""

from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.factors.policies import require_fresh
from accounts.models import User
from config.api.throttles import CallerThrottle, PackThrottle
from contracts.api import queries
from contracts.api.pack_schema import HEADERS, PACK
from contracts.api.reading import pack_airline
from contracts.api.views.contracts import AIRLINE
from contracts.api.views.lookup import IF_NONE_MATCH
from contracts.packs.shapes import Shape
from contracts.packs.writing import MediaType, listed
from contracts.publication.packs import PackAnswer, rule_pack


class YamlRenderer(JSONRenderer):
    """Stands for YAML in what a caller may accept; refusals are JSON all the same."""

    media_type = MediaType.YAML.value
    format = "yaml"


class OldYamlRenderer(YamlRenderer):
    media_type = "application/x-yaml"


class TextYamlRenderer(YamlRenderer):
    media_type = "text/yaml"


class RulePackView(ApiView):
    """For those who may read the airline's rules in force: its pilots, reviewers, administrators, and programs that serve it."""

    throttle_classes = [CallerThrottle, PackThrottle]
    query_serializer = queries.RulePackQuery
    renderer_classes: Any = [JSONRenderer, YamlRenderer, OldYamlRenderer, TextYamlRenderer]

    @extend_schema(
        operation_id="airlines_rule_pack_retrieve",
        summary="The rules in force as a signed rule pack",
        parameters=[
            queries.RulePackQuery,
            AIRLINE,
            IF_NONE_MATCH,
            *HEADERS,
        ],
        responses={
            (200, MediaType.JSON.value): OpenApiResponse(PACK, description="docs/rule-packs.md describes the shapes."),
            (200, MediaType.YAML.value): OpenApiResponse(PACK, description="The same members."),
            304: OpenApiResponse(description="Not changed since the `ETag` in `If-None-Match`."),
        },
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        airline, asked = pack_airline(self.caller, code), self.query
        if isinstance(self.caller, User):
            require_fresh(self.caller)  # what a program takes it is let to take; a person carries it away
        is_yaml = isinstance(request.accepted_renderer, YamlRenderer)
        answer = rule_pack(
            airline,
            day=asked.get("as_of") or airline.today(),
            shape=Shape(asked["shape"]),
            media_type=MediaType.YAML if is_yaml else MediaType.JSON,
            if_none_match=request.headers.get("If-None-Match"),
        )
        return _answered(answer, media_type=request.accepted_renderer.media_type, address=request.path)


def _answered(answer: PackAnswer, *, media_type: str, address: str) -> HttpResponse:
    if answer.pack is None:
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(answer.pack.body, content_type=media_type)
        left_out = answer.pack.not_expressed
        response["X-Rules-Not-Expressed-Count"] = str(len(left_out))
        if left_out and not answer.pack.has_room:
            response["X-Rules-Not-Expressed"] = listed(left_out)
            response["Link"] = f'<{address}?shape=native>; rel="describedby"'
    if answer.signature is not None:
        response["X-Signature-Key-Id"] = answer.signature.key_id
        response["X-Signature-Ed25519"] = answer.signature.value
    response["ETag"] = answer.tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Accept"])
    return response
