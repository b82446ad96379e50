"""Words that were probably meant, for those that stand in nothing that is searched.

The known words are shared by all texts (`regulations.KnownWord`); what is taken from them is only what stands in the rows
that are searched, which are those that the caller may see.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from config.search.asking import Instead, Question
from config.search.keeping import SearchEntry

# From 0 to 1. PostgreSQL's own 0.3 is what the index knows; below 0.4 "rest" would be "reset".
LEAST_LIKENESS = 0.4
# Of the known words, how many are looked for in what is searched; of those that stand there, how many are taken at most.
LOOKED_FOR, TAKEN = 20, 3
# None is taken that looks less like the word than this part of the best.
BESIDE_THE_BEST = 0.75
MOST_WORDS = 12

_NEAR = """
    SELECT asked.word, search_is_common(asked.word), near.word, near.likeness
    FROM unnest(%s::text[], %s::boolean[]) AS asked (word, may_be_misspelt)
    LEFT JOIN LATERAL (
        SELECT known.word, similarity(known.word, asked.word) AS likeness
        FROM search_known_words AS known
        WHERE known.word %% asked.word AND similarity(known.word, asked.word) >= %s
        GROUP BY known.word
        ORDER BY likeness DESC, known.word
        LIMIT %s
    ) AS near ON asked.may_be_misspelt
"""
_HOLDING_IT = """CASE tried.how
                WHEN 'beginning' THEN to_tsquery('simple', quote_literal(tried.word) || ':*')
                WHEN 'any form' THEN search_words(tried.word)
                ELSE quote_literal(tried.word)::tsquery
            END"""
# The limit keeps each word's rows to the index: joined as sets, all rows would be read.
_STANDING = """
    SELECT tried.word, tried.how
    FROM unnest(%s::text[], %s::text[]) AS tried (word, how)
    CROSS JOIN LATERAL (SELECT FROM {found} AS found (key) WHERE found.key IN ({rows}) LIMIT 1) AS there
"""
BEGINNING, ANY_FORM, AS_WRITTEN = "beginning", "any form", "as written"
# A word, and how it is looked for.
Tried = tuple[str, str]


def respelt(question: Question, tables: Sequence[QuerySet[Any]]) -> Question | None:
    """The question with other words for those that stand nowhere in `tables`. None where that would find nothing."""
    asked = question.misspelt
    if not asked or len(asked) > MOST_WORDS:
        return None
    common, near = _nearest(question)
    tried = [(word, ANY_FORM) for word in asked] + [(word, BEGINNING) for word in question.beginnings]
    there = _standing([*tried, *((word, AS_WRITTEN) for word in dict.fromkeys(chain(*near.values())))], tables)
    instead: list[Instead] = []
    for word in asked:
        if word in common or {(word, ANY_FORM), (word, BEGINNING)} & there:
            continue
        nearest = {known: likeness for known, likeness in near[word].items() if (known, AS_WRITTEN) in there}
        if not nearest:
            return None
        least = max(nearest.values()) * BESIDE_THE_BEST
        taken = [known for known, likeness in nearest.items() if likeness >= least]
        instead.append(Instead(word, tuple(taken[:TAKEN])))
    if not instead:
        return None
    left_out = [Instead(word, ()) for word in dict.fromkeys(question.loose) if word in common]
    return question.respelt([*instead, *left_out])


def _nearest(question: Question) -> tuple[set[str], dict[str, dict[str, float]]]:
    """Which of the question's words are among the commonest; for each that may be misspelt known words, the nearest first."""
    misspelt = question.misspelt
    words = list(dict.fromkeys([*misspelt, *question.loose]))
    may_be = [word in misspelt for word in words]
    common: set[str] = set()
    near: dict[str, dict[str, float]] = {word: {} for word in words}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [words, may_be, LEAST_LIKENESS, LOOKED_FOR])
        for word, is_common, known, likeness in cursor.fetchall():
            if is_common:
                common.add(word)
            elif known is not None:
                near[word][known] = likeness
    return common, near


def _standing(tried: Sequence[Tried], tables: Sequence[QuerySet[Any]]) -> set[Tried]:
    """Those that stand in some row."""
    there: set[Tried] = set()
    with connection.cursor() as cursor:
        for rows in tables:
            left = [item for item in tried if item not in there]
            entry = rows.model._meta.get_field("search_entry").related_model
            try:
                visible, chosen_by = rows.order_by().values("pk").query.sql_with_params()
            except EmptyResultSet:  # a queryset that can hold nothing has no SQL
                continue
            cursor.execute(
                _STANDING.format(found=_found(entry), rows=visible),
                [[word for word, _ in left], [how for _, how in left], *chosen_by],
            )
            there.update(cursor.fetchall())
    return there


def _found(entry: type[SearchEntry]) -> str:
    """The keys of what holds the tried word: behind policies by the owner's function, which alone may use the index."""
    if entry.found_by:
        return f"{entry.found_by}({_HOLDING_IT})"
    return f"(SELECT {entry._meta.pk.column} FROM {entry._meta.db_table} WHERE vector @@ {_HOLDING_IT})"  # noqa: S608 - names of ours
