"""Rule packs in the OpenAPI document. Their exact shapes are VectorBid's, or described in docs/rule-packs.md."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

_RULES: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
_GROUP: dict[str, Any] = {
    "type": "object",
    "properties": {
        "min_rest_hours": {"type": "number"},
        "max_duty_hours_per_day": {"type": "number"},
        "hard": _RULES,
        "soft": _RULES,
    },
    "additionalProperties": False,
}
_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}


def _pack(title: str, properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_HEAD = {"version": _TEXT, "airline": _TEXT, "id": _TEXT}
PACK: dict[str, Any] = {
    "oneOf": [
        _pack(
            "native",
            {
                "shape": {"const": "native"},
                **_HEAD,
                "title": _TEXT,
                "effective_start": _DAY,
                "effective_end": {"anyOf": [_DAY, {"type": "null"}]},
                "etag": _TEXT,
                "figures": {"type": "object"},
                "expressions": _TEXT,
                "rules": _RULES,
                "not_expressed": _RULES,
            },
        ),
        _pack("flat", {**_HEAD, "rules": _RULES}),
        _pack("sectioned", {**_HEAD, "rules": _RULES, "far117": _GROUP, "union": _GROUP}),
        _pack(
            "compiled",
            {
                "airline": _TEXT,
                "version": _TEXT,
                "effective_start": _DAY,
                "effective_end": _DAY,
                "checksum": _TEXT,
                "metadata": {"type": "object"},
                "hard": _RULES,
                "soft": _RULES,
                "derived": _RULES,
            },
            optional=("effective_end",),
        ),
    ]
}


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, response=[200])


HEADERS = [
    _header("ETag", "Strong. That of the native pack in JSON is `pack.etag` of validation."),
    _header("X-Signature-Ed25519", "Base64 of the signature over the body's bytes."),
    _header("X-Signature-Key-Id", "Which key of `/.well-known/jwks.json` verifies it."),
    _header("X-Rules-Not-Expressed-Count", "How many rules the shape cannot say."),
    _header("X-Rules-Not-Expressed", "Their ids, percent-encoded, by comma, where the shape has no room for them."),
]
