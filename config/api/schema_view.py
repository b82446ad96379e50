"""`/api/v1/schema/`: the OpenAPI document, as YAML or JSON."""

from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from config.api.document import document, document_bytes
from config.api.serializers import StrictSerializer
from config.api.views import StrictApiView

YAML, JSON = "yaml", "json"


class YamlRenderer(JSONRenderer):
    """Stands for the document in YAML; refusals are JSON all the same."""

    media_type = "application/vnd.oai.openapi"
    format = YAML


class PlainYamlRenderer(YamlRenderer):
    media_type = "application/yaml"


class JsonRenderer(JSONRenderer):
    media_type = "application/vnd.oai.openapi+json"
    format = JSON


class SchemaQuery(StrictSerializer):
    format = serializers.ChoiceField(choices=[(YAML, YAML), (JSON, JSON)], required=False)


@method_decorator(conditional_page, name="dispatch")
class SchemaView(StrictApiView):
    """For everybody. In YAML unless `Accept` or `format` asks for JSON."""

    permission_classes = [AllowAny]
    query_serializer = SchemaQuery
    renderer_classes: Any = [YamlRenderer, PlainYamlRenderer, JsonRenderer, JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        chosen: BaseRenderer = request.accepted_renderer
        wanted = self.query.get("format", chosen.format)
        media_type = chosen.media_type if chosen.format == wanted else _USUAL[wanted]
        body = document_bytes() if wanted == YAML else _as_json()
        response = HttpResponse(body, content_type=f"{media_type}; charset=utf-8")
        response["Cache-Control"] = "public, max-age=300"
        patch_vary_headers(response, ["Accept"])
        return response


_USUAL = {YAML: YamlRenderer.media_type, JSON: JsonRenderer.media_type}


@cache
def _as_json() -> bytes:
    return orjson.dumps(document())
