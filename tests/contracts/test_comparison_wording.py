"""Word by word: nothing is lost, and nothing takes long."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.comparison.wording import Change, Part, parts_of

TEXTS = st.text(alphabet="ab c.,-(é", max_size=60)


def told(parts: list[Part], without: Change) -> str:
    return "".join(part.text for part in parts if part.change is not without)


def test_what_was_amended_stands_beside_what_stayed() -> None:
    parts = parts_of("shall not exceed fourteen (14) hours.", "shall not exceed thirteen (13) hours, ever.")

    assert [(part.change.value, part.text) for part in parts] == [
        ("same", "shall not exceed "),
        ("removed", "fourteen"),
        ("added", "thirteen"),
        ("same", " ("),
        ("removed", "14"),
        ("added", "13"),
        ("same", ") hours"),
        ("added", ", ever"),
        ("same", "."),
    ]


def test_a_phrase_that_was_replaced_is_one_change() -> None:
    parts = parts_of("rest at the hotel shall be given", "rest in a room shall be given")

    assert [part.text for part in parts] == ["rest ", "at the hotel", "in a room", " shall be given"]


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_from_the_parts(before: str, after: str) -> None:
    parts = parts_of(before, after)

    assert (told(parts, Change.ADDED), told(parts, Change.REMOVED)) == (before, after)
    assert all(part.text for part in parts)


@given(TEXTS)
def test_a_wording_does_not_differ_from_itself(text: str) -> None:
    assert [part.change for part in parts_of(text, text)] == ([Change.SAME] if text else [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 12_000, "b a " * 12_000),
        ("x " * 25_000, "x " * 12_000),
        ("a b c d e f g " * 3_500, "g f e d c b a " * 3_500),
        ("w" * 50_000, "v" * 50_000),
        ("." * 50_000, ".," * 25_000),
    ],
)
def test_no_text_is_slow(before: str, after: str) -> None:
    start = process_time()

    parts = parts_of(before, after)

    assert process_time() - start < 2, "bounded steps take a tenth of this"
    assert (told(parts, Change.ADDED), told(parts, Change.REMOVED)) == (before, after)
