"""What somebody typed, as terms; and where they stand in a text."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.search.asking import Question, Term, plain, question_of
from config.search.marking import ELLIPSIS, Marker, Segment


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("minimum rest", [Term(("minimum",)), Term(("rest",))]),
        ('"minimum rest"', [Term(("minimum", "rest"))]),
        ("“minimum rest”", [Term(("minimum", "rest"))]),
        ("duty -reserve", [Term(("duty",)), Term(("reserve",), is_excluded=True)]),
        ('-"long call"', [Term(("long", "call"), is_excluded=True)]),
        ("rest*", [Term(("rest",), is_prefix=True)]),
        ('"minimum rest"*', [Term(("minimum", "rest"), is_prefix=True)]),
        ("12.C.3", [Term(("12", "c", "3"))]),
        ("12.C*", [Term(("12", "c"), is_prefix=True)]),
        ("LOA 14", [Term(("loa",)), Term(("14",))]),
        ("117.25(b)", [Term(("117", "25", "b"))]),
        ('"left open', [Term(("left", "open"))]),
        ('a"b c"d', [Term(("a",)), Term(("b", "c")), Term(("d",))]),
        ("pilot's", [Term(("pilot", "s"))]),
        ("a\0b", [Term(("a",)), Term(("b",))]),
        ("", []),
        ('- "" * -* & | ! ( ) <-> :* \\', []),
    ],
)
def test_what_is_typed_becomes_terms(typed: str, terms: list[Term]) -> None:
    assert list(question_of(typed).terms) == terms


@pytest.mark.parametrize(
    ("typed", "is_prefix"), [("minimum re", True), ("minimum re ", False), ('"min re"', False), ("rest -re", False)]
)
def test_while_typing_the_last_word_may_not_be_whole(*, typed: str, is_prefix: bool) -> None:
    assert question_of(typed, is_typing=True).terms[-1].is_prefix is is_prefix


def test_short_words_and_numbers_are_not_taken_for_misspelt() -> None:
    question = question_of('minimun rst 10 B737 "duty periot" -reserv')

    assert question.misspelt == ["minimun", "duty", "periot"]


@given(st.text(max_size=400))
def test_any_text_makes_a_question_and_keeps_its_length(text: str) -> None:
    question = question_of(text, is_typing=True)

    assert len(plain(text)) == len(text)
    assert all(word and "'" not in word and "\\" not in word for term in question.terms for word in term.words)


def marker(typed: str, *texts: str, commonest: Iterable[str] = ("the", "of")) -> Marker:
    """One that takes a plural for the word, as a stem would have it."""
    made = Marker(question_of(typed), texts)
    made.learn_stems({word: None if word in commonest else word.rstrip("s") for word in made.words})
    return made


@pytest.mark.parametrize(
    ("typed", "text", "hits"),
    [
        ("rest", "Rest, rests; resting", ["Rest", "rests"]),
        ("rest*", "Rest, rests; resting", ["Rest", "rests", "resting"]),
        ('"rest period"', "A rest period. Rest, a period.", ["rest period"]),
        ("12.C.3", "Section 12.C.3 and 3, 12.C.4", ["12.C.3"]),
        ("rest of the", "The rest of the day", ["rest"]),
        ("of the", "The rest of the day", ["The", "of", "the"]),
        ("rest -day", "The rest of the day", ["rest"]),
        ("rest", "", []),
    ],
)
def test_what_was_asked_for_is_marked_and_nothing_else(typed: str, text: str, hits: list[str]) -> None:
    marked = marker(typed, text).whole(text)

    assert [segment.text for segment in marked if segment.hit] == hits
    assert "".join(segment.text for segment in marked) == text


def test_an_excerpt_is_cut_between_words_where_most_hits_are() -> None:
    text = "rest " + "filler words " * 60 + "a rest period is a rest without duty " + "more words " * 60

    excerpt = marker("rest", text).excerpt(text)

    assert [segment.text for segment in excerpt if segment.hit] == ["rest", "rest"]
    assert excerpt[0] == excerpt[-1] == Segment(ELLIPSIS, hit=False)
    assert "".join(segment.text for segment in excerpt[1:-1]) in text
    assert sum(len(segment.text) for segment in excerpt) < 360


@given(st.text(alphabet="ab <>&\n.", max_size=800), st.integers(min_value=70, max_value=300))
def test_an_excerpt_is_the_text_as_it_was_written(text: str, length: int) -> None:
    excerpt = marker("ab a", text).excerpt(text, length)

    inner = [segment for segment in excerpt if segment.text != ELLIPSIS]
    assert "".join(segment.text for segment in inner) in text


def test_a_question_without_terms_marks_nothing() -> None:
    assert marker("...", "some text").spans("some text") == []
    assert question_of("...") == Question(())
