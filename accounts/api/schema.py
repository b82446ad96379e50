"""The OpenAPI document: who may call what, and on every operation each way in which it can be answered."""

from functools import lru_cache
from importlib import import_module
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from accounts.api.permissions import FollowsChanges, IsPerson
from config.api.examples import Example, examples_of, with_examples
from config.api.operations import (
    ANSWERED,
    DESCRIPTIONS,
    GENERAL,
    REQUEST_ID,
    UNREADABLE,
    Operation,
    Refusal,
)
from config.api.permissions import ScopePermission
from config.api.serializers import DIGITS, StrictSerializer
from config.errors import ErrorCode

PROBLEM_MEDIA_TYPE = "application/problem+json"
PERSON, CLIENT = "person", "client"
Json = dict[str, Any]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself by an untyped hook
    """`Authorization: Bearer <access token>`: a person's, or a service client's with the scopes that an operation names."""

    target_class = "accounts.api.authentication.BearerAuthentication"
    name = [PERSON, CLIENT]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[Json]:
        bearer: Json = build_bearer_security_scheme_object(
            header_name="Authorization",
            token_prefix="Bearer",  # noqa: S106 - a scheme's name
            bearer_format="JWT",
        )
        return [
            bearer | {"description": "A person's access token: `auth/token/`, `auth/refresh/`."},
            bearer
            | {"description": "A service client's: `auth/client-token/`. Scopes are named where they are needed."},
        ]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[Json]:
        (permission,) = auto_schema.view.get_permissions()
        return _requirement(permission)


class NumberSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # it registers itself by an untyped hook
    """A number within its bounds, or its digits as a text."""

    target_class = "config.api.serializers.NumberField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Json:
        field = self.target
        beyond = 10 ** (field.max_digits - field.decimal_places)
        bounds = {"exclusiveMinimum": -beyond, "exclusiveMaximum": beyond}
        for name, outer, bound in (
            ("minimum", "exclusiveMinimum", field.min_value),
            ("maximum", "exclusiveMaximum", field.max_value),
        ):
            if bound is not None:
                del bounds[outer]
                bounds[name] = bound
        text = {"type": "string", "pattern": DIGITS, "description": "Exact, as a text."}
        return {"oneOf": [{"type": "number", **bounds}, text]}


def _requirement(permission: object) -> list[Json]:
    """Raises TypeError for a kind of permission that this does not know, so that none goes undescribed."""
    if isinstance(permission, AllowAny):
        return [{PERSON: []}, {CLIENT: []}]  # or nothing: drf-spectacular adds that itself
    if isinstance(permission, IsPerson):
        return [{PERSON: []}]
    if isinstance(permission, FollowsChanges):
        return [{CLIENT: [str(permission.scope)]}]
    if isinstance(permission, ScopePermission):
        return [{PERSON: []}, {CLIENT: [str(permission.scope)]}]
    raise TypeError(f"Say what {permission!r} means in the OpenAPI document.")


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong with a request."""

    pointer = serializers.CharField(allow_blank=True, help_text="JSON Pointer into the request; empty for the whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Some have members of their own besides, such as the address of a first upload."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    code = serializers.CharField(help_text="Stable name of the error, for programs.")
    errors: Any = FaultSerializer(many=True)


IF_NONE_MATCH: Json = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The `ETag` of an answer that the caller has: 304 says that it still holds.",
    "schema": {"type": "string"},
}


@lru_cache
def operations_of(app: str) -> dict[str, Operation]:
    """What an app says of its operations, by operation id."""
    found: dict[str, Operation] = import_module(f"{app}.api.operations").OPERATIONS
    return found


class OperationSchema(AutoSchema):
    """What a view tells of itself, the app's `OPERATIONS`, and its examples."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Json | None:
        operation: Json | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        app, name = type(self.view).__module__.partition(".")[0], operation["operationId"]
        said = operations_of(app)[name]
        operation["summary"] = said.summary
        _with_if_none_match(operation)
        operation["responses"] = self._answers(operation, said)
        examples: list[Example] = examples_of(app, operation["tags"][0], name)
        return with_examples(operation, examples)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Json:
        """What refuses unknown members says so."""
        mapped: Json = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call] # it has no types
        return mapped | ({"additionalProperties": False} if isinstance(serializer, StrictSerializer) else {})

    def _answers(self, operation: Json, said: Operation) -> Json:
        """All that the operation can be answered with, by status."""
        given = dict(operation["responses"])
        for status, answer in given.items():
            answer["description"] = answer.get("description") or ANSWERED[int(status)]
            answer["headers"] = {**self._headers(operation, said, status), **answer.get("headers", {})}
            if said.links and status in {"200", "201"}:
                answer["links"] = {
                    name: {"operationId": link.operation_id, "parameters": dict(link.takes)}
                    for name, link in said.links.items()
                }
        refused = {str(status): answer for status, answer in self._refusals(operation, said).items()}
        return dict(sorted((given | refused).items()))

    def _headers(self, operation: Json, said: Operation, status: str) -> Json:
        headers: Json = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
        if "304" in operation["responses"] and status in {"200", "304"}:
            headers["ETag"] = _text("Names this answer: send it as `If-None-Match`.")
        if status in {"200", "201", "202"}:
            headers |= {name: _text(about) for name, about in said.headers.items()}
            if _takes_key(operation):
                headers["Idempotent-Replayed"] = {
                    "description": "`true` where an earlier answer is given again.",
                    "schema": {"type": "string", "enum": ["true"]},
                }
        return headers

    def _refusals(self, operation: Json, said: Operation) -> dict[int, Json]:
        has_body = "requestBody" in operation
        codes: dict[int, list[str]] = {status: list(GENERAL[status].codes) for status in (400, 401, 406, 429)}
        if not all(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
            codes[403] = list(GENERAL[403].codes)
        if "{" in self.path or any(given["name"] == "cursor" for given in operation.get("parameters", ())):
            codes[404] = list(GENERAL[404].codes)
        if self.method != "GET":
            codes[413] = list(GENERAL[413].codes)
        if has_body:
            codes[400] = list(UNREADABLE.codes)
            codes[415] = list(GENERAL[415].codes)
        if _takes_key(operation):
            codes[409] = [ErrorCode.WRONG_STATE]
            codes[422] = [ErrorCode.IDEMPOTENCY_MISMATCH]
        for status, more in said.refusals.items():
            codes[status] = list(dict.fromkeys([*codes.get(status, ()), *more]))
        return {status: self._refusal(status, names) for status, names in codes.items()}

    def _refusal(self, status: int, codes: list[str]) -> Json:
        self.resolve_serializer(ProblemSerializer, "response")
        for shared in (GENERAL.get(status), UNREADABLE):
            if shared is not None and set(shared.codes) == set(codes):
                return {"$ref": f"#/components/responses/{shared.name}"}
        headers = GENERAL[status].headers if status in GENERAL else {}
        return _refusal_body(codes, DESCRIPTIONS[status], headers)


def with_shared_parts(result: Json, **_: Any) -> Json:
    """drf-spectacular's last step: the refusals, headers and tags that operations refer to."""
    components = result["components"]
    components["headers"] = {"X-Request-ID": REQUEST_ID}
    shared: list[Refusal] = [*GENERAL.values(), UNREADABLE]
    components["responses"] = {
        one.name: _refusal_body(list(one.codes), one.description, one.headers)
        for one in sorted(shared, key=lambda one: one.name)
    }
    return result


def _refusal_body(codes: list[str], description: str, headers: Any) -> Json:
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"code": {"type": "string", "enum": [str(code) for code in codes]}}},
        ]
    }
    return {
        "description": description,
        "headers": {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}, **headers},
        "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}},
    }


def _with_if_none_match(operation: Json) -> None:
    """What can be answered with 304 can be asked so, said alike everywhere."""
    if "304" not in operation["responses"]:
        return
    others = [given for given in operation.get("parameters", ()) if given["name"] != "If-None-Match"]
    operation["parameters"] = [IF_NONE_MATCH, *others]


def _takes_key(operation: Json) -> bool:
    return any(given["name"] == "Idempotency-Key" for given in operation.get("parameters", ()))


def _text(about: str) -> Json:
    return {"description": about, "required": True, "schema": {"type": "string"}}
