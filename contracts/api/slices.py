"""Pages of a list that was computed, not queried: the cursor is bound to what the list was computed from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from config.api.pagination import CursorPages, asked_page_size
from config.errors import WrongState

T = TypeVar("T")
_TAG_LENGTH = 16
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some rows, and the addresses of those before and after them."""

    rows: list[T]
    next: str | None
    previous: str | None

    @property
    def links(self) -> dict[str, str | None]:
        """As every list begins."""
        return {"next": self.next, "previous": self.previous}


class Slices:
    """The page that a request asks for. `digests` name what the list was computed from."""

    def __init__(self, request: Request, *, digests: Sequence[str]) -> None:
        self._request = request
        self._tag = hashlib.sha256(" ".join(digests).encode()).hexdigest()[:_TAG_LENGTH]

    def of(self, rows: Sequence[T]) -> Slice[T]:
        """The page of `rows`.

        Raises:
            NotFound: the cursor is none of ours.
            ValidationError: the page's size is no number of rows.
            WrongState: what was compared has changed since the cursor was given.
        """
        size, start = self._size(), self._start()
        return Slice(
            rows=list(rows[start : start + size]),
            next=self._link(start + size) if start + size < len(rows) else None,
            previous=self._link(max(0, start - size)) if start else None,
        )

    def _size(self) -> int:
        """As other lists take it."""
        asked = self._request.query_params.get(CursorPages.page_size_query_param)
        return CursorPages.page_size if asked is None else asked_page_size(asked)

    def _start(self) -> int:
        cursor = self._request.query_params.get("cursor", "")
        if not cursor:
            return 0
        start, _, tag = cursor.partition(".")
        if not (start.isascii() and start.isdigit() and len(start) <= _DIGITS and len(tag) == _TAG_LENGTH):
            raise NotFound("Invalid cursor")
        if tag != self._tag:
            raise WrongState("One of the two sides has changed since. Begin again without a cursor.")
        return int(start)

    def _link(self, start: int) -> str:
        parts = urlsplit(self._request.build_absolute_uri())
        query = dict(parse_qsl(parts.query)) | {"cursor": f"{start}.{self._tag}"}
        return urlunsplit(parts._replace(query=urlencode(query)))
