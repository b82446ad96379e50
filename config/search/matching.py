"""Which rows hold what was asked, and how well."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQueryField, TrigramStrictWordSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, DecimalField, Expression, F, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Round
from django.db.models.sql.compiler import SQLCompiler

from config.search.asking import Question
from config.search.marking import Marker

M = TypeVar("M", bound=Model)
_RANK: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=6)


# From 0 to 1. PostgreSQL's own 0.5 does not take "perod" for "period"; below 0.4 "rest" would be "reset".
LEAST_LIKENESS = 0.4


class Match(StrEnum):
    """How a row was found: by the words as they were typed, or by words that look like them."""

    WORDS = "words"
    SPELLING = "spelling"


class _TextQuery(Expression):
    """The question as a tsquery. Made of constants alone: the planner computes it once and knows which words are rare."""

    output_field = SearchQueryField()

    def __init__(self, question: Question) -> None:
        super().__init__(output_field=SearchQueryField())
        self.question = question

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        parts = list(_parts(self.question))
        params = tuple(word for _, words in parts for word in words)
        return f"({' && '.join(sql for sql, _ in parts)})" if parts else "''::tsquery", params

    def __hash__(self) -> int:
        return hash(self.question)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TextQuery) and other.question == self.question


def _parts(question: Question) -> Iterator[tuple[str, list[str]]]:
    """SQL with its parameters, to be joined by and."""
    if question.loose:
        yield "search_words(%s)", [" ".join(question.loose)]
    for term in question.terms:
        phrase = " ".join(term.words)
        if term.is_prefix:
            beginning = " <-> ".join(f"'{word}'" for word in term.words) + ":*"
            sql, params = "to_tsquery('simple', %s)", [beginning]
            if len(term.words) == 1:
                sql, params = f"({sql} || plainto_tsquery('english', %s))", [beginning, phrase]
        elif len(term.words) > 1:
            sql, params = "search_phrase(%s)", [phrase]
        elif term.is_excluded:
            sql, params = "search_words(%s)", [phrase]
        else:
            continue
        yield (f"!!{sql}" if term.is_excluded else sql), params


class _Holds(Func):
    """Whether a vector holds what a query asks."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _CoverRank(Func):
    """From 0 to 1: more where the words stand close together, often, in a weighty field and in a short text."""

    template = "round(ts_rank_cd('{0.1, 0.2, 0.4, 1}', %(expressions)s, 33)::numeric, 6)"
    output_field = _RANK


def holds(question: Question) -> Q:
    """Whether a searched row holds the words; none does where the question has none."""
    return Q(_Holds(F("search_entry__vector"), _TextQuery(question)))


@contextmanager
def matching_loosely() -> Iterator[None]:
    """Where rows are fetched by spelling. The index knows no other way to be told how much likeness is enough."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true)", [str(LEAST_LIKENESS)])
        yield


def ranked(rows: QuerySet[M], question: Question, match: Match) -> QuerySet[Any]:
    """Those of `rows` that match so, each with its `rank` (0 to 1, six decimals) and `match`.

    Those that match by spelling are to be fetched `matching_loosely`.
    """
    if match == Match.WORDS:
        rank: Expression = _CoverRank(F("search_entry__vector"), _TextQuery(question))
        found = rows.filter(holds(question))
    else:
        found, rank = _look_alikes(rows, question)
    return found.annotate(rank=rank, match=Value(match.value))


def _look_alikes(rows: QuerySet[M], question: Question) -> tuple[QuerySet[M], Expression]:
    """Each word that may be misspelt has one that looks like it; the rank is how much they do, on average."""
    if not question.misspelt:
        return rows.none(), Value(Decimal(0), output_field=_RANK)
    condition = ~_common(question.misspelt)
    for word in question.misspelt:
        condition &= Q(search_entry__spelling__trigram_strict_word_similar=word) | _common([word])
    certain = question.certain
    if certain.terms:
        held = holds(certain)
        condition &= held | _common(certain.loose) if len(certain.loose) == len(certain.terms) else held
    alike = [TrigramStrictWordSimilarity(word, "search_entry__spelling") for word in question.misspelt]
    total = sum(alike[1:], start=alike[0])
    return rows.filter(condition), Round(Cast(total / Value(float(len(alike))), _RANK), 6)


def _common(words: Iterable[str]) -> Q:
    """Whether these are all among the commonest words, which are not looked for beside others."""
    return Q(Func(Value(" ".join(words)), function="search_is_common", output_field=BooleanField()))


def marker(question: Question, match: Match, texts: Iterable[str]) -> Marker:
    """What marks the question's words in `texts`: in one query, however many texts there are."""
    made = Marker(question, texts)
    with connection.cursor() as cursor:
        if match == Match.WORDS:
            cursor.execute(
                "SELECT word, (ts_lexize('english_stem', word))[1] FROM unnest(%s::text[]) word", [made.akin]
            )
            made.learn_stems(dict(cursor.fetchall()))
        else:
            cursor.execute(
                "SELECT asked, word FROM unnest(%s::text[]) asked JOIN unnest(%s::text[]) word "
                "ON strict_word_similarity(asked, word) >= %s",
                [question.misspelt, list(made.words), LEAST_LIKENESS],
            )
            made.learn_alike(cursor.fetchall())
    return made
