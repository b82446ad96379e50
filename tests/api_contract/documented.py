"""The OpenAPI document as tests ask it: which operation a request is of, and whether an answer is one that it names."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from config.api.document import document

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def operations() -> dict[tuple[str, str], Json]:
    """Every operation by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Addresses without parameters first: `rules/batch/` is no rule's."""
    paths = sorted({path for _, path in operations()}, key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z"), path) for path in paths]


def path_of(address: str) -> str | None:
    """The document's path of an address. None where it has none."""
    return next((path for pattern, path in _patterns() if pattern.match(address)), None)


def resolved(part: Json) -> Json:
    """What a `$ref` among the components refers to."""
    while "$ref" in part:
        _, _, kind, name = part["$ref"].split("/")
        part = document()["components"][kind][name]
    return part


@cache
def validator(method: str, path: str, status: str, media_type: str) -> Draft202012Validator | None:
    """Of the JSON that an operation answers with that status. None where it is not described."""
    answer = resolved(operations()[method, path]["responses"][status])
    described = answer.get("content", {}).get(media_type)
    return None if described is None else compiled(described["schema"])


def compiled(schema: Json) -> Draft202012Validator:
    """A schema of the document, which may refer to its components."""
    whole = {**schema, "components": {"schemas": document()["components"]["schemas"]}}
    return Draft202012Validator(whole, validate_formats=True)


def faults_of(method: str, path: str, status: int, headers: Mapping[str, str], content: bytes) -> list[str]:
    """What of an answer the document does not say: its status, its headers, its kind, its shape. Empty when it is true."""
    described = operations()[method, path]["responses"].get(str(status))
    if described is None:
        return [f"the status {status}: {content[:300]!r}"]
    answer = resolved(described)
    missing = [
        f"the header {name}"
        for name, header in answer.get("headers", {}).items()
        if resolved(header).get("required") and name not in headers
    ]
    return [*missing, *_content_faults(method, path, str(status), answer, headers, content)]


def _content_faults(
    method: str, path: str, status: str, answer: Json, headers: Mapping[str, str], content: bytes
) -> list[str]:
    if "content" not in answer:
        return ["a body"] if content else []
    media_type = headers.get("Content-Type", "").partition(";")[0]
    if media_type not in answer["content"]:
        return [f"the media type {media_type}"]
    if not media_type.endswith("json"):
        return []
    found = validator(method, path, status, media_type)
    assert found is not None
    parsed = json.loads(content)
    return [f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in found.iter_errors(parsed)]
