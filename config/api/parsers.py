"""Reading bodies."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, JSONParser

# The only way to write a NUL in JSON; a backslash of its own before it makes it harmless, so this alone proves nothing.
ESCAPED_NUL = rb"\u0000"


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogates, no nesting that would exhaust the stack.

    Nor is there any NUL in its texts: PostgreSQL keeps none.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return _parsed(stream.read())


class LargeJSONParser(BaseParser):
    """The same for views with a `body_maximum_bytes` of their own.

    Of what DRF knows as a JSON parser it reads no more than `DATA_UPLOAD_MAX_MEMORY_SIZE`.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return _parsed(stream.read())


def _parsed(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"The body is not JSON: {error}") from error
    if ESCAPED_NUL in body and _holds_nul(parsed):
        raise ParseError("The body holds the character U+0000, which no text here may have.")
    return parsed


class Lines(list[bytes]):
    """The lines of an NDJSON body, not parsed yet: a fault in one is that line's own."""


class NdjsonParser(BaseParser):
    """One JSON document a line (`application/x-ndjson`). Empty lines are passed over."""

    media_type = "application/x-ndjson"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return Lines(line for line in stream.read().splitlines() if line.strip())


def _holds_nul(parsed: Any) -> bool:
    """Whether any text of the document, a member's name or a value, holds a NUL."""
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                return True
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
    return False
