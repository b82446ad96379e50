"""Numbers as contracts write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.extraction.numbers import find_numbers, value_of_figure, value_of_words


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("sixty-five", "65"),
        ("one hundred fifty", "150"),
        ("two hundred and fifty", "250"),
        ("one thousand two hundred", "1200"),
        ("four hundred thirty-five thousand", "435000"),
        ("one-sixth", "0.1667"),
        ("one-half", "0.5"),
        ("three and one fourth", "3.25"),
    ],
)
def test_words_have_a_value(words: str, value: str) -> None:
    expected = Decimal(value)

    found = value_of_words(words)

    assert found == expected


@pytest.mark.parametrize(
    ("figure", "value"),
    [("1,200.50", "1200.5"), ("4:54", "4.9"), ("1/6", "0.1667"), ("1 1/2", "1.5"), ("10:30", "10.5")],
)
def test_figures_have_a_value(figure: str, value: str) -> None:
    expected = Decimal(value)

    found = value_of_figure(figure)

    assert found == expected


@pytest.mark.parametrize("figure", ["4:75", "1/0", "", "a"])
def test_nonsense_has_no_value(figure: str) -> None:
    found = value_of_figure(figure)

    assert found is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty (20) or 12 hours", ["20", "12"]),
        ("one hour and thirty minutes (1:30)", ["1.5"]),
        ("by one (1) Dollar ($1.00) each", ["1"]),
        ("the twenty-third (23rd) day", []),
        ("R-1, B767 and DOS+1", []),
        ("July 4, 2030 and 4 July", []),
        ("2200 local time", ["22"]),
        ("10:30 p.m. local", ["22.5"]),
    ],
)
def test_numbers_are_found_and_names_are_not(text: str, values: list[str]) -> None:
    expected = [Decimal(value) for value in values]

    found = [number.value for number in find_numbers(text)]

    assert found == expected


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from(["hours", "days", "percent"]))
def test_any_whole_number_is_found_where_it_stands(value: int, unit: str) -> None:
    text = f"shall be at least {value} {unit} of work"

    found = list(find_numbers(text))

    assert [number.value for number in found] == [Decimal(value)] or 1900 <= value <= 2099
    assert all(text[number.start : number.end].startswith(str(value)) for number in found)


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    found = list(find_numbers(text))

    assert all(0 <= number.start < number.end <= len(text) for number in found)
