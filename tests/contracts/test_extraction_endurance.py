"""Odd pages neither stop a reading nor hold it up, and whoever waits hears from it."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.extraction import Proposal, extract_proposals
from contracts.extraction.candidates import Candidate
from contracts.extraction.quantities import find_quantities
from contracts.extraction.repair import build_view
from contracts.extraction.sentences import split_sentences
from contracts.extraction.writing import write_proposal
from tests.contracts.extraction_pages import only_proposal, pages_of

LIMIT = "A Pilot shall have at least nine (9) hours of rest."


@pytest.mark.parametrize("blank", ["\n", " \n", "\n ", "\v", "\u3000\n"])
def test_hundreds_of_thousands_of_blank_lines_are_read_to_the_end(blank: str) -> None:
    pages = pages_of(f"SECTION 1\nREST\n\nA. {LIMIT}{blank * 200_000}")

    extraction = extract_proposals(pages)

    assert [proposal.citation for proposal in extraction.proposals] == ["Section 1.A"]


def test_blank_lines_part_sentences_wherever_they_stand() -> None:
    view, _ = build_view(pages_of("One part\n\n \n\nAnother part\n\n\n"))

    sentences = [sentence.text for sentence in split_sentences(view, 0, len(view.text))]

    assert sentences == ["One part", "Another part"]


def test_chain_of_hyphens_behind_a_number_is_read_in_one_pass() -> None:
    text = "A Pilot shall have 2 " + "b-" * 1_400 + "hours."

    found = find_quantities(text)

    assert [quantity.value for quantity in found] == [Decimal(2)]


@pytest.mark.parametrize(
    "sentence",
    [
        "A Pilot shall be paid $12345678901234567890 per month.",
        "A Pilot shall receive between 2 and 9999999999999 days off.",
        "A Pilot shall be paid $1000000000000 per month.",
    ],
)
def test_figure_larger_than_a_rule_can_hold_is_named_and_left_out(sentence: str) -> None:
    pages = pages_of(f"SECTION 1\nPAY\n\nA. Pay.\fB. {sentence}\n\nC. {LIMIT}")

    extraction = extract_proposals(pages)

    assert [proposal.citation for proposal in extraction.proposals] == ["Section 1.C"]
    assert extraction.warnings == ("Page 2 has a figure larger than any limit, which was left out.",)


def test_rate_of_nothing_is_read_without_dividing() -> None:
    proposal = only_proposal("A Pilot shall be credited with 0 PCH for every 4.90 hours on duty.")

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.value, predicate.unit) == (Decimal(0), "PCH")


@pytest.mark.parametrize("fault", [ArithmeticError, ValueError])
def test_one_odd_passage_costs_only_itself(fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(candidate: Candidate, *others: Any) -> Proposal:
        if candidate.quantity.value == Decimal(7):
            raise fault
        return write_proposal(candidate, *others)

    monkeypatch.setattr("contracts.extraction.extractor.write_proposal", stumbling)

    extraction = extract_proposals(pages_of(f"A. Rest shall be at least 7 hours.\n\nB. {LIMIT}"))

    assert [proposal.predicate.value for proposal in extraction.proposals if proposal.predicate] == [Decimal(9)]
    assert extraction.warnings == ("Page 1 has a passage with figures that could not be read.",)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2\u00bd", "2.5"),
        ("12\u00bd", "12.5"),
        ("two and one-half (2\u00bd)", "2.5"),
        ("\u00be", "0.75"),
        ("3\u2153", "3.3333"),
    ],
)
def test_fraction_sign_behind_a_digit_is_added_to_it(written: str, value: str) -> None:
    sentence = f"Rest shall be at least {written} hours."

    proposal = only_proposal(sentence)

    assert proposal.predicate is not None
    assert proposal.predicate.value == Decimal(value)
    assert proposal.evidence.quote == sentence


def test_every_letter_of_a_fraction_sign_stands_where_the_sign_stood() -> None:
    view, _ = build_view(pages_of("at 2\u00bd hours"))

    shown = list(zip(view.text[3:8], view.offsets[3:8], strict=True))

    assert shown == [("2", 3), (" ", 4), ("1", 4), ("/", 4), ("2", 4)]


def test_caller_hears_of_it_long_before_the_first_block_and_within_a_long_page() -> None:
    pages = pages_of("\f".join(["A quiet page of words."] * 400) + "\f" + f"A. {(LIMIT + chr(32)) * 100}")
    heard: list[int] = []

    extract_proposals(pages, on_progress=heard.append)

    assert heard == sorted(heard)
    assert heard.count(0) > 40
    assert heard.count(400) >= 100
    assert heard[-1] == len(pages)
