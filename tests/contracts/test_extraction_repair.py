"""The reading view: damage repaired, every character still known in the original; odd pages do no harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.extraction import extract_proposals
from contracts.extraction.repair import build_view
from tests.contracts.extraction_pages import pages_of

REPLACED = {"\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " ", "\t": " "}
WORDS = [
    "Pilot",
    "shall",
    "per cent",
    "no t",
    "sched-\nuled",
    "sixty -five",
    "(6 5)",
    "of\ufb01ce",
    "\u201cDuty\u201d",
    "3.B.",
    "\u00ad",
    "\n\n",
]


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("minute -by-\nminute", "minute-by-minute"),
        ("sixty -five (6 5)", "sixty-five (65)"),
        ("The sched-\nuled time. The scheduled time.", "The scheduled time. The scheduled time."),
        ("of\ufb01ce", "office"),
        ("a\u00adb", "ab"),
        ("no les s than. It is less.", "no less than. It is less."),
        ("A Pilot s hall go. Pilots shall go. Pilots shall.", "A Pilot shall go. Pilots shall go. Pilots shall."),
    ],
)
def test_damage_is_repaired(text: str, repaired: str) -> None:
    view, _ = build_view(pages_of(text))

    shown = view.text.rstrip("\f")

    assert shown == repaired


@settings(max_examples=200)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.integers(min_value=1, max_value=3))
def test_every_character_of_the_view_comes_from_its_place_in_the_original(words: list[str], pages: int) -> None:
    text = "\f".join([" ".join(words)] * pages)

    view, _ = build_view(pages_of(text))

    assert len(view.offsets) == len(view.text)
    assert view.offsets == sorted(view.offsets)
    for shown, offset in zip(view.text, view.offsets, strict=True):
        original = text[offset]
        if shown != "\f":
            assert shown == REPLACED.get(original, original) or (original == "\ufb01" and shown in "fi")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=400), max_size=4))
def test_any_pages_are_read_without_error(texts: list[str]) -> None:
    text = "\f".join(body.replace("\f", " ") for body in texts)

    extraction = extract_proposals(pages_of(text))

    for proposal in extraction.proposals:
        assert text[proposal.evidence.char_start : proposal.evidence.char_end] == proposal.evidence.quote


@pytest.mark.parametrize(
    "body",
    ["1 " * 40_000, "(" * 60_000, "a" * 100_000, "." * 100_000, " " * 100_000, "one (1) " * 10_000, "- \n" * 30_000],
)
def test_monotonous_pages_are_read_to_the_end(body: str) -> None:
    pages = pages_of(f"SECTION 1\nREST\n\nA. A Pilot shall have at least nine hours of rest.\n\n\f{body}")

    extraction = extract_proposals(pages)

    assert extraction.proposals[0].citation == "Section 1.A"


def test_pages_without_text_are_named_in_the_warnings() -> None:
    pages = pages_of("SECTION 1\nREST\n\nA. Rest.\f   \f")

    extraction = extract_proposals(pages)

    assert extraction.proposals == ()
    assert [warning.split(" has")[0] for warning in extraction.warnings] == ["Page 2", "Page 3"]


def test_no_pages_give_a_warning() -> None:
    extraction = extract_proposals([])

    assert extraction.proposals == ()
    assert extraction.warnings == ("The document has no pages.",)
