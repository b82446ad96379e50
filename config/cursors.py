"""Lists of pages that people leaf through, by cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class CursorPage(Generic[M]):
    """Some rows, and the cursor of those that follow (empty on the last page)."""

    rows: list[M]
    next_cursor: str
    is_first: bool


def page_after(rows: QuerySet[M], order: Sequence[str], cursor: str, size: int) -> CursorPage[M]:
    """The `size` rows that follow the one whose key is `cursor`, in `order`, which must end in a unique column.

    A cursor that names no row of `rows` gives the first page.
    """
    rows = rows.order_by(*order)
    names = [name.removeprefix("-") for name in order]
    last = rows.filter(pk=cursor).values_list(*names).first() if is_uuid(cursor) else None
    if last is not None:
        rows = rows.filter(_follows(order, names, last))
    found = list(rows[: size + 1])
    return CursorPage(found[:size], str(found[size - 1].pk) if len(found) > size else "", last is None)


def _follows(order: Sequence[str], names: Sequence[str], last: Sequence[Any]) -> Q:
    """Row comparison with a direction for each column."""
    condition, equal = Q(pk__in=[]), Q()
    for column, name, value in zip(order, names, last, strict=True):
        comparison = "lt" if column.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return condition


def is_uuid(text: str) -> bool:
    """Whether a text from outside is a key of ours."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
