"""The OpenAPI document: bearer tokens, and problem documents on every route."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework import serializers

PROBLEM_MEDIA_TYPE = "application/problem+json"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself by an untyped hook
    """`Authorization: Bearer <access token>`."""

    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        definition: dict[str, Any] = build_bearer_security_scheme_object(
            header_name="Authorization",
            token_prefix="Bearer",  # noqa: S106 - a scheme's name
            bearer_format="JWT",
        )
        return definition


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong with a request."""

    pointer = serializers.CharField(allow_blank=True, help_text="JSON Pointer into the request; empty for the whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    code = serializers.CharField(help_text="Stable name of the error, for programs.")
    errors: Any = FaultSerializer(many=True)


class ProblemSchema(AutoSchema):
    """Adds to every operation that it may be refused, with a problem document."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, direction)
        content = {PROBLEM_MEDIA_TYPE: {"schema": problem.ref}}
        return {**bodies, "4XX": {"content": content, "description": "Refused; `code` says why."}}
