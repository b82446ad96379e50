"""Lists are pages by cursor, at most 200 rows each."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Answers `{"next", "previous", "results"}`. Views with another natural order set `ordering` on the view."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("-created_at", "id")
