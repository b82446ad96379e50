"""Passages of a contract's pages: from a box, from a selection or from its first and last words to evidence.

Evidence is always cut out of the page's own text, and its box is always that of its words, so that a quote stands where
it is said to stand, by construction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.errors import RuleBroken
from contracts.documents.pages import Box, Page, TextSource, Word
from contracts.extraction import Evidence
from contracts.extraction.places import box_of
from contracts.models import ContractPage, ContractRule

LONGEST_QUOTE = 10_000
# Boxes come back from a browser rounded; nearer than this they are the same. PDF points.
SAME_BOX = 0.5


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """Where somebody drew a box: PDF points from the page's top left."""

    page: int
    box: Box


def page_of(row: ContractPage) -> Page:
    """The stored page as the readers give it."""
    words = tuple(Word(text, (x0, y0, x1, y1), start, end) for text, x0, y0, x1, y1, start, end in row.words)
    source = TextSource(row.text_source)
    return Page(row.number, row.width, row.height, row.text, words, row.char_start, source)


def evidence_of_span(page: Page, start: int, end: int) -> Evidence:
    """What stands on the page from offset `start` up to `end`, widened to whole words.

    Raises:
        RuleBroken: when no word stands there, or more than a quote holds.
    """
    words = [word for word in page.words if word.char_end > start and word.char_start < end]
    if not words:
        raise RuleBroken(f"No words stand there on page {page.number}. Choose a place with text.")
    first, last = min(word.char_start for word in words), max(word.char_end for word in words)
    if last - first > LONGEST_QUOTE:
        raise RuleBroken(f"A quote holds at most {LONGEST_QUOTE:,} characters. Choose less of page {page.number}.")
    left, top, right, bottom = (round(edge, 2) for edge in box_of(page, first, last))
    return Evidence(
        page=page.number,
        box=(left, top, right, bottom),
        quote=page.text[first:last],
        char_start=page.char_start + first,
        char_end=page.char_start + last,
    )


def evidence_in_box(page: Page, box: Box) -> Evidence:
    """From the first to the last word whose middle lies in the box. Raises as `evidence_of_span`."""
    left, top, right, bottom = box
    inside = [
        word
        for word in page.words
        if left <= (word.box[0] + word.box[2]) / 2 <= right and top <= (word.box[1] + word.box[3]) / 2 <= bottom
    ]
    if not inside:
        raise RuleBroken(f"The box on page {page.number} holds no words. Move it onto the text.")
    return evidence_of_span(page, min(word.char_start for word in inside), max(word.char_end for word in inside))


def evidence_of_words(page: Page, first: str, last: str = "") -> Evidence:
    """From where the words `first` begin to where `last` ends after them, whatever the lines, spaces and hyphens are.

    Raises:
        RuleBroken: when the page does not have them in that order; else as `evidence_of_span`.
    """
    letters, offsets = _letters_with_offsets(page.text)
    sought, end_sought = _letters_with_offsets(first)[0], _letters_with_offsets(last)[0]
    begin = letters.find(sought) if sought else -1
    if begin < 0:
        raise RuleBroken(
            f"“{_shortened(first)}” does not stand on page {page.number}. Copy the words as they are there."
        )
    finish = begin + len(sought)
    if end_sought:
        found = letters.find(end_sought, begin)
        if found < 0:
            raise RuleBroken(f"“{_shortened(last)}” does not stand behind it on page {page.number}.")
        finish = max(finish, found + len(end_sought))
    return evidence_of_span(page, offsets[begin], offsets[finish - 1] + 1)


def _letters_with_offsets(text: str) -> tuple[str, list[int]]:
    """Letters, digits and signs of money, in small letters, and where in `text` each stands."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character.isalnum() or character in "$%":
            small = character.lower()
            letters.append(small)
            offsets.extend([offset] * len(small))
    return "".join(letters), offsets


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - as much as a sentence carries


# A rule's places


def places_of(rule: ContractRule) -> list[dict[str, Any]]:
    """Where the rule's evidence stands, the first place first, in the shape of `further_places`; none for a rule without."""
    if rule.page is None or rule.box is None:
        return []
    first = {
        "page": rule.page,
        "box": list(rule.box),
        "quote": rule.quote,
        "char_start": rule.char_start,
        "char_end": rule.char_end,
    }
    return [first, *rule.further_places]


def place_body(evidence: Evidence) -> dict[str, Any]:
    """One place as it is stored."""
    return {
        "page": evidence.page,
        "box": list(evidence.box),
        "quote": evidence.quote,
        "char_start": evidence.char_start,
        "char_end": evidence.char_end,
    }


def places_set(rule: ContractRule, places: Sequence[dict[str, Any]]) -> None:
    """Write the places, at least one, into the rule's fields, unsaved; a place is kept once."""
    kept: dict[tuple[int, str], dict[str, Any]] = {}
    for place in places:
        kept.setdefault((place["page"], str(place["char_start"]) + place["quote"]), place)
    first, *further = kept.values()
    rule.page, rule.box, rule.quote = first["page"], first["box"], first["quote"]
    rule.char_start, rule.char_end = first["char_start"], first["char_end"]
    rule.further_places = further


def is_drawn_at(place: dict[str, Any], drawn: DrawnBox) -> bool:
    """Whether the box was left where the place is."""
    same = all(abs(here - there) <= SAME_BOX for here, there in zip(place["box"], drawn.box, strict=True))
    return place["page"] == drawn.page and same
