"""Search entries: beside each row that is searched, in a table of its own, so that nothing else reads or rewrites them.

A trigger on the searched table writes them; a deletion takes them along. The same trigger adds its words to `search_known_words`,
which all searched tables share and misspelt words are looked up in. Its SQL functions are made by migrations of `regulations`.
"""

from collections.abc import Sequence

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from config.guards import Guard


class SearchEntry(models.Model):
    """Abstract. What one row is found by.

    `vector` holds its words twice, as English stems without the commonest words and as they are written, with the weight
    of the field that they stand in. Of a text that is longer than 100,000 characters the rest is not found.
    """

    vector = SearchVectorField()

    # The function that gives the keys of the rows that hold what is asked, of those that the caller sees; "" where all see
    # all. Behind policies no index of words is used, for PostgreSQL asks them first: `docs/row-security.md`.
    found_by = ""

    class Meta:
        abstract = True
        # Written seldom and read often: no list of what waits to be sorted into the index.
        indexes = [GinIndex(fields=["vector"], name="%(class)s_vector", fastupdate=False)]


def keeps_search_entry(
    *, table: str, key: str, first: Sequence[str], second: Sequence[str] = (), third: Sequence[str] = ()
) -> Guard:
    """On the searched table: its entry in `table` follows the columns, those in `first` weighing most; its words are known."""
    texts = [_joined(columns) for columns in (first, second, third)]
    whole = _joined([*first, *second, *third])
    return Guard(
        name="keeps_search_entry",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*first, *second, *third),  # type: ignore[no-untyped-call] # pgtrigger has no types
        when=pgtrigger.After,
        func=f"""
            INSERT INTO {table} ({key}, vector)
            VALUES (NEW.id, search_vector({", ".join(texts)}))
            ON CONFLICT ({key}) DO UPDATE SET vector = excluded.vector;
            PERFORM search_learn({whole});
            RETURN NULL;
        """,  # noqa: S608 - our own names
    )


def _joined(columns: Sequence[str]) -> str:
    return " || ' ' || ".join(f"NEW.{column}" for column in columns) if columns else "''"
