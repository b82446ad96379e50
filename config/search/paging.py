"""Pages of what was found, the best first, by cursor.

A row's rank follows from the row and the question alone, so that a cursor of rank and key loses and repeats nothing while
rows come and go. Rows of several tables are merged.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from config.search.asking import MAXIMUM_LENGTH, Instead, Question, is_word
from config.search.matching import ranked
from config.search.spelling import TAKEN, respelt

# With it come the words that were taken for others, so that each page asks what the first did.
LONGEST_CURSOR = 10_000
# A decimal of six places between 0 and 1, as Python writes it.
_RANK = re.compile(r"[01]\.[0-9]{6}|0E-6", re.ASCII)


class BadCursor(ValueError):
    """A cursor that was not made here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Between two rows: after the one of that rank and key, or before it. `instead` is as in the question."""

    instead: tuple[Instead, ...]
    rank: Decimal
    key: UUID
    is_before: bool = False

    def written(self) -> str:
        """As a cursor."""
        parts = [self.instead, str(self.rank), str(self.key), int(self.is_before)]
        return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode()

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Raises BadCursor."""
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor
        try:
            instead, rank, key, is_before = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
            if not isinstance(rank, str) or not _RANK.fullmatch(rank):
                raise BadCursor
            place = cls(_instead(instead), Decimal(rank), UUID(key), is_before == 1)
        except (ValueError, TypeError, AttributeError, InvalidOperation, RecursionError, binascii.Error) as error:
            raise BadCursor from error
        if place.rank > 1:
            raise BadCursor
        return place

    def beyond(self) -> Q:
        """What lies on its far side."""
        if self.is_before:
            return Q(rank__gt=self.rank) | Q(rank=self.rank, pk__lt=self.key)
        return Q(rank__lt=self.rank) | Q(rank=self.rank, pk__gt=self.key)


def _instead(given: Any) -> tuple[Instead, ...]:
    """Raises BadCursor for anything but words."""
    read = [(typed, tuple(taken)) for typed, taken in given]
    words = [word for typed, taken in read for word in (typed, *taken)]
    are_words = all(isinstance(word, str) and len(word) <= MAXIMUM_LENGTH and is_word(word) for word in words)
    if not are_words or len(read) > MAXIMUM_LENGTH or any(len(taken) > TAKEN for _, taken in read):
        raise BadCursor
    return tuple(Instead(typed, taken) for typed, taken in read)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some rows, each with `rank` and `match`, and the cursors beside them, empty where nothing more lies.

    `question` is what they were found by.
    """

    rows: list[Any]
    question: Question
    following: str = ""
    previous: str = ""


def found_page(tables: Sequence[QuerySet[Any]], question: Question, cursor: str, size: int) -> FoundPage:
    """By the words as they were typed; where none is found so, with known words for those that stand nowhere.

    Raises:
        BadCursor: for a cursor that was not made here.
    """
    if not question.wanted:
        return FoundPage([], question)  # all that lacks a word is no answer
    if cursor:
        place = Place.read(cursor)
        return _page(tables, question.respelt(place.instead), place, size)
    page = _page(tables, question, None, size)
    if page.rows:
        return page
    meant = respelt(question, tables)
    return _page(tables, meant, None, size) if meant else page


def _page(tables: Sequence[QuerySet[Any]], question: Question, place: Place | None, size: int) -> FoundPage:
    backwards = place is not None and place.is_before
    order = ("rank", "-pk") if backwards else ("-rank", "pk")
    rows: list[Any] = []
    for table in tables:
        found = ranked(table, question)
        rows += list((found.filter(place.beyond()) if place else found).order_by(*order)[: size + 1])
    rows.sort(key=lambda row: (-row.rank, row.pk), reverse=backwards)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return FoundPage([], question)
    first, last = (Place(question.instead, row.rank, row.pk) for row in (rows[0], rows[-1]))
    before = has_more if backwards else place is not None
    after = backwards or has_more
    return FoundPage(
        rows, question, last.written() if after else "", replace(first, is_before=True).written() if before else ""
    )
