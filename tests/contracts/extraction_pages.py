"""Pages made of plain text for the extractor's tests, with a box for each word as a page of a document has it."""

import re

from contracts.documents.pages import PAGE_SEPARATOR, Page, Word
from contracts.extraction import Proposal, extract_proposals


def pages_of(text: str) -> list[Page]:
    """The pages of a text whose pages are parted by form feeds."""
    pages: list[Page] = []
    start = 0
    for number, body in enumerate(text.split(PAGE_SEPARATOR), start=1):
        words = tuple(
            Word(match[0], (float(match.start()), 10.0, float(match.end()), 20.0), match.start(), match.end())
            for match in re.finditer(r"\S+", body)
        )
        pages.append(Page(number, 612.0, 792.0, body, words, start))
        start += len(body) + 1
    return pages


def proposals_of(text: str) -> tuple[Proposal, ...]:
    """What is proposed from a text."""
    return extract_proposals(pages_of(text)).proposals


def only_proposal(sentence: str, heading: str = "SECTION 12\nWORKING CONDITIONS\n\nA. ") -> Proposal:
    """The one proposal of a sentence standing in an item."""
    (proposal,) = proposals_of(heading + sentence)
    return proposal
