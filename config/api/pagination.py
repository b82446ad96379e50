"""Lists are pages by cursor, at most 200 rows each."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.exceptions import ValidationError as InvalidParameter
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from config.search.paging import BadCursor

NUL = "\x00"
_DIGITS = 9
LARGEST_PAGE, USUAL_PAGE = 200, 50
CURSOR: dict[str, Any] = {
    "name": "cursor",
    "in": "query",
    "required": False,
    "description": "From `next` or `previous` of a page.",
    "schema": {"type": "string"},
}
PAGE_SIZE: dict[str, Any] = {
    "name": "page_size",
    "in": "query",
    "required": False,
    "description": f"How many rows. More than {LARGEST_PAGE} are taken for {LARGEST_PAGE}.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 10**_DIGITS - 1, "default": USUAL_PAGE},
}


def asked_page_size(asked: str) -> int:
    """The rows of a page that was asked for. Raises ValidationError for what is no number of rows."""
    size = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS else 0
    if not size:
        raise InvalidParameter({"page_size": ["This is not a number of rows: ask for 1 to 200."]})
    return min(size, LARGEST_PAGE)


class HasNeighbours(Protocol):
    """A page of results with the cursors of those beside it, empty where there is none."""

    @property
    def following(self) -> str: ...

    @property
    def previous(self) -> str: ...


Results = TypeVar("Results", bound=HasNeighbours)


class CursorPages(CursorPagination):
    """Answers `{"next", "previous", "results"}`. Views with another natural order set `ordering` on the view."""

    page_size = USUAL_PAGE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering: tuple[str, ...] = ("-created_at", "id")

    def get_page_size(self, request: Request) -> int | None:
        """As asked for, at most `max_page_size`. Raises ValidationError for what is no number of rows."""
        asked = request.query_params.get(self.page_size_query_param)
        return self.page_size if asked is None else asked_page_size(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [CURSOR, PAGE_SIZE]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        page["required"] = ["next", "previous", "results"]
        for name in ("next", "previous"):
            page["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return page

    def decode_cursor(self, request: Request) -> Any:
        """Raises NotFound for what is no cursor."""
        cursor = super().decode_cursor(request)
        if cursor is not None and NUL in str(cursor.position or ""):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """A page. Raises NotFound for a cursor that was tampered with and names no position."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, OverflowError, ValidationError) as error:
            raise NotFound(self.invalid_cursor_message) from error


class FoundPages(CursorPages):
    """Pages of a search, by cursors of its own: a rank is no column. `found` is asked with a cursor and a size."""

    def get_found(self, request: Request, found: Callable[[str, int], Results]) -> Results:
        """The page that `request` asks for. Raises NotFound for what is no cursor."""
        try:
            self._found = found(request.query_params.get(self.cursor_query_param, ""), self._size(request))
        except BadCursor as error:
            raise NotFound(self.invalid_cursor_message) from error
        self._address = request.build_absolute_uri()
        return self._found

    def _size(self, request: Request) -> int:
        return self.get_page_size(request) or self.page_size

    def get_next_link(self) -> str | None:
        return self._link(self._found.following)

    def get_previous_link(self) -> str | None:
        return self._link(self._found.previous)

    def _link(self, cursor: str) -> str | None:
        return replace_query_param(self._address, self.cursor_query_param, cursor) if cursor else None
