"""Which rows hold what was asked, and how well."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, DecimalField, Expression, F, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Round
from django.db.models.sql.compiler import SQLCompiler

from config.search.asking import Question, Term
from config.search.marking import Marker

M = TypeVar("M", bound=Model)
_RANK: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=6)


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
    loose = [word for word in question.loose if question.taken_for(word) == (word,)]
    if loose:
        yield "search_words(%s)", [" ".join(loose)]
    for term in question.terms:
        if term.is_excluded or question.is_as_typed(term):
            sql, params = _as_typed(term)
        else:
            sql, params = _respelt(term, question)
        if sql:
            yield (f"!!{sql}" if term.is_excluded else sql), params


def _as_typed(term: Term) -> tuple[str, list[str]]:
    """Nothing for one word that is wanted: those stand together."""
    phrase = " ".join(term.words)
    if term.is_prefix:
        beginning = " <-> ".join(f"'{word}'" for word in term.words) + ":*"
        if len(term.words) > 1:
            return "to_tsquery('simple', %s)", [beginning]
        return "(to_tsquery('simple', %s) || plainto_tsquery('english', %s))", [beginning, phrase]
    if len(term.words) > 1:
        return "search_phrase(%s)", [phrase]
    return ("search_words(%s)", [phrase]) if term.is_excluded else ("", [])


def _respelt(term: Term, question: Question) -> tuple[str, list[str]]:
    """Side by side, any form of any word that may stand for each. Nothing for a word that is left out."""
    if len(term.words) == 1 and not question.taken_for(term.words[0]):
        return "", []
    places, params = [], []
    for number, word in enumerate(term.words, start=1):
        ending = ":*" if term.is_prefix and number == len(term.words) else ""
        taken = question.taken_for(word) or (word,)
        places.append(" || ".join(["to_tsquery('simple', %s) || plainto_tsquery('english', %s)"] * len(taken)))
        params += [form for word in taken for form in (f"'{word}'{ending}", word)]
    return f"({' <-> '.join(f'({place})' for place in places)})", params


class _Holds(Func):
    """Whether a vector holds what a query asks."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _IsFound(Expression):
    """Whether a row is among those that a function finds."""

    output_field = BooleanField()

    def __init__(self, function: str, question: Question) -> None:
        super().__init__(output_field=BooleanField())
        self.function = function
        self.key: Any = F("pk")
        self.query: Any = _TextQuery(question)

    def get_source_expressions(self) -> list[Any]:
        return [self.key, self.query]

    def set_source_expressions(self, exprs: Any) -> None:
        self.key, self.query = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        (key, of_key), (query, of_query) = compiler.compile(self.key), compiler.compile(self.query)
        return f"({key} IN (SELECT {self.function}({query})))", (*of_key, *of_query)


class _CoverRank(Func):
    """From 0 to 1: more where the words stand close together, often, in a weighty field and in a short text."""

    template = "round(ts_rank_cd('{0.1, 0.2, 0.4, 1}', %(expressions)s, 33)::numeric, 6)"
    output_field = _RANK


class _Likeness(Expression):
    """From 0 to 1: how much the words that a row holds look like those that they stand for."""

    output_field = _RANK

    def __init__(self, question: Question) -> None:
        super().__init__(output_field=_RANK)
        self.question = question
        self.vector: Any = F("search_entry__vector")

    def get_source_expressions(self) -> list[Any]:
        return [self.vector]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.vector,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        vector, _ = compiler.compile(self.vector)
        held = f"WHEN {vector} @@ search_words(%s) THEN similarity(%s, %s)"
        factors, params = ["1"], []  # the last word is the row's where no nearer one is
        for word, taken in self.question.instead:
            for near in taken[:-1]:
                params += [near, word, near]
            if taken:
                factors.append(f"CASE {held * (len(taken) - 1)} WHEN true THEN similarity(%s, %s) END")
                params += [word, taken[-1]]
        return f"({' * '.join(factors)})::numeric", tuple(params)

    def __hash__(self) -> int:
        return hash(self.question)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Likeness) and other.question == self.question


def holds(question: Question, found_by: str = "") -> Q:
    """Whether a searched row holds the words; none does where the question has none. See `SearchEntry.found_by`."""
    if found_by:
        return Q(_IsFound(found_by, question))
    return Q(_Holds(F("search_entry__vector"), _TextQuery(question)))


def ranked(rows: QuerySet[M], question: Question) -> QuerySet[Any]:
    """Those of `rows` that hold what is asked, each with its `rank` (0 to 1, six decimals) and `match`."""
    rank: Expression = _CoverRank(F("search_entry__vector"), _TextQuery(question))
    if question.instead:
        rank = Round(rank * _Likeness(question), 6, output_field=_RANK)
    found_by = rows.model._meta.get_field("search_entry").related_model.found_by  # type: ignore[union-attr] # a searched model has one
    return rows.filter(holds(question, found_by)).annotate(rank=rank, match=Value(question.match.value))


def marker(question: Question, texts: Sequence[str]) -> Marker:
    """What marks the question's words in `texts`: in one query, however many texts there are."""
    made = Marker(question, texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, (ts_lexize('english_stem', word))[1] FROM unnest(%s::text[]) word", [made.akin])
        made.learn_stems(dict(cursor.fetchall()))
    return made
