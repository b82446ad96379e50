"""Lists are pages by cursor, at most 200 rows each."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

NUL = "\x00"


class CursorPages(CursorPagination):
    """Answers `{"next", "previous", "results"}`. Views with another natural order set `ordering` on the view."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: tuple[str, ...] = ("-created_at", "id")

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
