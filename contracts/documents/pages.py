"""A document's pages: the text, and where on the page each word stands."""

import re
from dataclasses import dataclass
from enum import StrEnum

# x0, y0, x1, y1 in PDF points (1/72 inch) from the page's top left corner, as the page is shown.
Box = tuple[float, float, float, float]

# The text of a whole file is its pages' texts joined by this one character.
PAGE_SEPARATOR = "\f"

# Of pages' pictures: small print can be read, and a page is some 100 kB.
DEFAULT_DOTS_PER_INCH = 110


_WORD = re.compile(r"\S+")


def count_words(text: str) -> int:
    """How many words `text` has, without making a list of them."""
    return sum(1 for _ in _WORD.finditer(text))


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without whitespace: `page.text[char_start:char_end] == text`."""

    text: str
    box: Box
    char_start: int
    char_end: int


class TextSource(StrEnum):
    """Where a page's text comes from. A scan is a picture whose text nobody has recognised."""

    LAYER = "layer"
    RECOGNISED = "recognised"
    SCAN = "scan"
    BLANK = "blank"

    @property
    def label(self) -> str:
        """Words for a person."""
        return _LABELS[self]


_LABELS = {
    TextSource.LAYER: "text of the document",
    TextSource.RECOGNISED: "text recognised on a scan",
    TextSource.SCAN: "scan without text: needs OCR",
    TextSource.BLANK: "blank",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Its text is the document's own, or what was recognised on its picture; not normalised.

    `char_start` is the offset of the page's first character in the text of the whole file, counted in code points.
    `width` and `height` are in PDF points, after the page's rotation.
    """

    number: int  # from 1
    width: float
    height: float
    text: str
    words: tuple[Word, ...]
    char_start: int
    source: TextSource = TextSource.LAYER
