"""The OpenAPI document arranged for reading: operations by tag, shapes as rows. The pages under `/api/v1/docs/` draw it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.api.document import document

Json = dict[str, Any]
PREFIX = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a member: `shape` is the component that describes it further, if one does."""

    name: str
    kind: str
    shape: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of body: its shape, and examples as text by name."""

    media_type: str
    kind: str
    shape: str
    examples: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One status. `codes` are those of a refusal."""

    status: int
    phrase: str
    about: str
    codes: list[str]
    headers: list[Row]
    contents: list[Content]


@dataclass(frozen=True, slots=True)
class Reference:
    """One operation."""

    operation_id: str
    method: str
    path: str
    summary: str
    about: str
    tag: str
    callers: list[str]
    parameters: list[Row]
    bodies: list[Content]
    answers: list[Answer]


@cache
def references() -> dict[str, Reference]:
    """Every operation, by id, in the document's order."""
    return {
        operation["operationId"]: _reference(method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def by_tag() -> Iterator[tuple[Json, list[Reference]]]:
    """Tags with their operations, in the document's order."""
    for tag in document()["tags"]:
        yield tag, [one for one in references().values() if one.tag == tag["name"]]


def shape(name: str) -> tuple[str, list[Row], str] | None:
    """What a component means, its members, and its JSON Schema as text. None where there is none of that name."""
    schema: Json | None = document()["components"]["schemas"].get(name)
    return None if schema is None else (prose(schema.get("description", "")), _members(schema), _text(schema))


def introduction() -> list[SafeString]:
    """What is said of the API as a whole, by paragraph."""
    return [prose(paragraph) for paragraph in document()["info"]["description"].strip().split("\n\n")]


def prose(text: str) -> SafeString:
    """A description as the document has it, what stands between backquotes as code, between double asterisks strong."""
    parts = re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", text)
    return format_html_join("", "{}", ((_marked(part),) for part in parts))


def _marked(part: str) -> str:
    if len(part) > 1 and part[0] == part[-1] == "`":
        return format_html("<code>{}</code>", part[1:-1])
    return format_html("<strong>{}</strong>", part[2:-2]) if part.startswith("**") else part


def _reference(method: str, path: str, operation: Json) -> Reference:
    return Reference(
        operation_id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=prose(operation.get("description", "")),
        tag=operation["tags"][0],
        callers=[_caller(requirement) for requirement in operation["security"]],
        parameters=[_parameter(given) for given in operation.get("parameters", ())],
        bodies=_contents(operation.get("requestBody", {})),
        answers=[_answer(int(status), _resolved(given)) for status, given in operation["responses"].items()],
    )


def _caller(requirement: Json) -> str:
    if not requirement:
        return "everybody"
    ((kind, scopes),) = requirement.items()
    return "people" if kind == "person" else " ".join(["service clients", *(f"with {scope}" for scope in scopes)])


def _parameter(given: Json) -> Row:
    kind, named = _kind(given["schema"])
    about = prose(given.get("description", ""))
    return Row(given["name"], f"{kind} ({given['in']})", named, bool(given.get("required")), about)


def _answer(status: int, given: Json) -> Answer:
    codes = [
        code
        for content in given.get("content", {}).values()
        for part in content["schema"].get("allOf", ())
        for code in part.get("properties", {}).get("code", {}).get("enum", ())
    ]
    headers = [
        Row(name, "", "", bool(_resolved(header).get("required")), _resolved(header).get("description", ""))
        for name, header in given.get("headers", {}).items()
    ]
    contents = [] if codes else _contents(given)
    return Answer(status, HTTPStatus(status).phrase, prose(given["description"]), codes, headers, contents)


def _contents(given: Json) -> list[Content]:
    return [
        Content(
            media_type,
            *_kind(content.get("schema", {})),
            [(name, _text(example["value"])) for name, example in content.get("examples", {}).items()],
        )
        for media_type, content in given.get("content", {}).items()
    ]


def _members(schema: Json) -> list[Row]:
    required = set(schema.get("required", ()))
    return [
        Row(name, *_kind(member), name in required, prose(member.get("description", "")))
        for name, member in schema.get("properties", {}).items()
    ]


def _kind(schema: Json) -> tuple[str, str]:
    """A type in words, and the component behind it."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(PREFIX)
        return name, name
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            parts = [_kind(one) for one in schema[several]]
            return " or ".join(dict.fromkeys(kind for kind, _ in parts)), next((name for _, name in parts if name), "")
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    if schema.get("type") == "array":
        kind, name = _kind(schema.get("items", {}))
        return f"list of {kind}", name
    kinds = schema.get("type", "any")
    plain = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{plain}, {schema['format']}" if "format" in schema else plain, ""


def _resolved(part: Json) -> Json:
    while "$ref" in part:
        _, _, kind, name = part["$ref"].split("/")
        part = document()["components"][kind][name]
    return part


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
