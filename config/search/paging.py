"""Pages of what was found, the best first, by cursor.

A row's rank follows from the row and the question alone, so that a cursor of rank and key loses and repeats nothing while
rows come and go. Rows of several tables are merged.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from config.search.matching import Match, matching_loosely

# Given how to match: one queryset a table, ranked.
Finder = Callable[[Match], Sequence[QuerySet[Any]]]
LONGEST_CURSOR = 200


class BadCursor(ValueError):
    """A cursor that was not made here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Between two rows: after the one of that rank and key, or before it."""

    match: Match
    rank: Decimal
    key: UUID
    is_before: bool = False

    def written(self) -> str:
        """As a cursor."""
        parts = [self.match.value, str(self.rank), str(self.key), int(self.is_before)]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Raises BadCursor."""
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor
        try:
            match, rank, key, is_before = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
            place = cls(Match(match), Decimal(rank), UUID(key), is_before == 1)
        except (ValueError, TypeError, AttributeError, InvalidOperation, RecursionError, binascii.Error) as error:
            raise BadCursor from error
        if not place.rank.is_finite() or not 0 <= place.rank <= 1:
            raise BadCursor
        return place

    def beyond(self) -> Q:
        """What lies on its far side."""
        if self.is_before:
            return Q(rank__gt=self.rank) | Q(rank=self.rank, pk__lt=self.key)
        return Q(rank__lt=self.rank) | Q(rank=self.rank, pk__gt=self.key)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some rows, each with `rank` and `match`, and the cursors beside them, empty where nothing more lies."""

    rows: list[Any]
    match: Match
    following: str = ""
    previous: str = ""


def found_page(find: Finder, cursor: str, size: int) -> FoundPage:
    """By words; where none is found so, by spelling. Raises BadCursor."""
    if cursor:
        place = Place.read(cursor)
        return _page(find, place.match, place, size)
    page = _page(find, Match.WORDS, None, size)
    return page if page.rows else _page(find, Match.SPELLING, None, size)


def _page(find: Finder, match: Match, place: Place | None, size: int) -> FoundPage:
    with matching_loosely() if match == Match.SPELLING else nullcontext():
        return _merged(find(match), match, place, size)


def _merged(tables: Sequence[QuerySet[Any]], match: Match, place: Place | None, size: int) -> FoundPage:
    backwards = place is not None and place.is_before
    order = ("rank", "-pk") if backwards else ("-rank", "pk")
    rows: list[Any] = []
    for table in tables:
        rows += list((table.filter(place.beyond()) if place else table).order_by(*order)[: size + 1])
    rows.sort(key=lambda row: (-row.rank, row.pk), reverse=backwards)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return FoundPage([], match)
    first, last = _place_of(rows[0], match), _place_of(rows[-1], match)
    before = has_more if backwards else place is not None
    after = backwards or has_more
    return FoundPage(
        rows, match, last.written() if after else "", replace(first, is_before=True).written() if before else ""
    )


def _place_of(row: Any, match: Match) -> Place:
    return Place(match, row.rank, row.pk)
