"""The reading view of a document: its text without the damage done by scanning and layout, mapped back to the original.

The view only leaves characters out and replaces some (a ligature becomes its letters), so that every character of it
comes from one character of the file. Quotes and offsets are always taken from the original through that map.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracts.documents.pages import PAGE_SEPARATOR, Page
from contracts.extraction.furniture import PAGES_PER_TICK, Furniture, Span, find_furniture
from contracts.extraction.lexicon import COMMON_WORDS
from contracts.extraction.pacing import Tick, paced, silent

_LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "⅓": "1/3",
    "⅔": "2/3",
    "⅛": "1/8",
    "⅜": "3/8",
    "⅝": "5/8",
    "⅞": "7/8",
    "…": "...",
}
_PLAIN = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201b": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\t": " ",
    # The rules of tables, and the bars that mark amended lines.
    "|": " ",
    "\v": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
}
_REPLACED = str.maketrans(_PLAIN)
# Control characters, soft hyphen, zero-width and direction marks, byte order mark: never part of a sentence.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\r]")
_LIGATURE = re.compile("[" + "".join(_LIGATURES) + "]")

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_LOOSE_HYPHEN = re.compile(r"(?<=[A-Za-z0-9]) +-(?=[A-Za-z0-9])|(?<=[A-Za-z]-) (?=(?:by|for|of)-)")
_LINE_END_HYPHEN = re.compile(r"(?<![A-Za-z])(?P<left>[A-Za-z]+)(?P<hyphen> ?-[ \f]*\n\s*)(?P<right>[A-Za-z]+)")
_BROKEN_PAIR = re.compile(
    r"(?=(?<![A-Za-z'])(?P<left>[A-Za-z]+)(?P<gap> )(?P<right>[A-Za-z]+(?:'[a-z]+)?)(?![A-Za-z-])(?: "
    r"(?P<next>[a-z]+))?)"
)
_NUMBER_IN_BRACKETS = re.compile(r"\(\s{0,3}\$?\s{0,3}\d[\d\s.,:/]{0,30}%?\)")
_LOOSE_POINT = re.compile(r"(?<=\d) +(?=\.\d)|(?<=\w) +(?=[.,;:](?:\s|$))|(?<=[\s(]\$) +(?=\d)|(?<=\d) +(?=%)")
# Not the space of "2 1/2".
_SPACE_IN_NUMBER = re.compile(r"(?<!\d)\s+|(?<=\d)\s+(?!\s|\d{1,2}/\d)")

RARE_SHARE = 10
KNOWN_COUNT = 2


@dataclass(frozen=True, slots=True)
class View:
    """Readable text; `offsets[i]` is where `text[i]` stands in the text of the whole file. Pages end in a form feed."""

    text: str
    offsets: list[int]

    def without(self, spans: Iterable[Span]) -> "View":
        """The view with these spans (sorted, apart) left out."""
        texts: list[str] = []
        offsets: list[int] = []
        at = 0
        for start, end in spans:
            texts.append(self.text[at:start])
            offsets.extend(self.offsets[at:start])
            at = end
        texts.append(self.text[at:])
        offsets.extend(self.offsets[at:])
        return View("".join(texts), offsets)

    def position_of(self, offset: int) -> int:
        """The first position of the view that stands at or after `offset` of the file."""
        return bisect_left(self.offsets, offset)

    def original_span(self, start: int, end: int) -> Span:
        """Where the view's characters from `start` up to `end` stand in the file; an empty span stays empty."""
        if start >= end:
            where = self.offsets[start] if start < len(self.offsets) else 0
            return where, where
        return self.offsets[start], self.offsets[end - 1] + 1


class PageFinder:
    """Which page an offset of the whole file lies on."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._starts = [page.char_start for page in pages]

    def page_at(self, offset: int) -> Page:
        """The page that holds the character at `offset`."""
        return self._pages[max(0, bisect_right(self._starts, offset) - 1)]


def build_view(pages: Sequence[Page], tick: Tick = silent) -> tuple[View, list[Furniture]]:
    """The repaired view of all pages, with the furniture that was left out of it; `tick` is called every so often."""
    furniture = find_furniture([page.text for page in pages], tick)
    texts: list[str] = []
    offsets: list[int] = []
    for page, found in paced(zip(pages, furniture, strict=True), tick, every=PAGES_PER_TICK):
        at = 0
        for start, end in [*found.spans, (len(page.text), len(page.text))]:
            if start > at:
                texts.append(page.text[at:start].replace(PAGE_SEPARATOR, "\n"))
                offsets.extend(range(page.char_start + at, page.char_start + start))
            at = max(at, end)
        if page.text:
            texts.append(PAGE_SEPARATOR)
            offsets.append(page.char_start + len(page.text) - 1)
    return _repaired(View("".join(texts), offsets), tick), furniture


def _repaired(view: View, tick: Tick) -> View:
    view = view.without(match.span() for match in paced(_UNSEEN.finditer(view.text), tick))
    tick()
    view = _with_plain_letters(view)
    view = _with_line_ends_joined(view, _word_counts(view.text, tick))
    view = view.without(paced(_loose_hyphens(view.text), tick))
    # Twice, because a word may be broken in three.
    for _ in range(2):
        view = view.without(_broken_words(view.text, _word_counts(view.text, tick), tick))
    view = view.without(paced(_spaces_in_bracketed_numbers(view.text), tick))
    tick()
    return view.without(match.span() for match in paced(_LOOSE_POINT.finditer(view.text), tick))


def _with_plain_letters(view: View) -> View:
    texts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _LIGATURE.finditer(view.text):
        letters = _LIGATURES[match[0]]
        if "/" in letters and match.start() > 0 and view.text[match.start() - 1].isdigit():
            # Two and a half, not twenty-one halves.
            letters = f" {letters}"
        texts.append(view.text[at : match.start()])
        offsets.extend(view.offsets[at : match.start()])
        texts.append(letters)
        offsets.extend([view.offsets[match.start()]] * len(letters))
        at = match.end()
    texts.append(view.text[at:])
    offsets.extend(view.offsets[at:])
    return View("".join(texts).translate(_REPLACED), offsets)


def _word_counts(text: str, tick: Tick) -> Counter[str]:
    return Counter(match[0].lower() for match in paced(_WORD.finditer(text), tick))


def _loose_hyphens(text: str) -> Iterator[Span]:
    for match in _LOOSE_HYPHEN.finditer(text):
        yield match.start(), match.end() - (1 if match[0].endswith("-") else 0)


def _with_line_ends_joined(view: View, counts: Counter[str]) -> View:
    """Join words parted at the end of a line, keeping the hyphen of a compound ("minute-by-minute")."""
    spans: list[Span] = []
    for match in _LINE_END_HYPHEN.finditer(view.text):
        left, right = match["left"].lower(), match["right"].lower()
        joined = left + right
        compound = (
            match["right"][0].isupper()
            or match["hyphen"].startswith(" ")
            or (counts[joined] == 0 and _stands_alone(left, counts, 1) and _stands_alone(right, counts, 1))
        )
        hyphen = match.start("hyphen") + match["hyphen"].index("-")
        if not compound:
            spans.append(match.span("hyphen"))
            continue
        if hyphen > match.start("hyphen"):
            spans.append((match.start("hyphen"), hyphen))
        spans.append((hyphen + 1, match.end("hyphen")))
    return view.without(spans)


def _stands_alone(word: str, counts: Counter[str], count_of_joined: int) -> bool:
    """Whether `word` is a word here by itself, and not the piece of a broken one."""
    if word in COMMON_WORDS:
        return True
    return len(word) > 1 and counts[word] > max(KNOWN_COUNT, count_of_joined // RARE_SHARE)


def _broken_words(text: str, counts: Counter[str], tick: Tick) -> Iterator[Span]:
    """The spaces inside words: where the halves are no words and the whole is one."""
    last = -1
    for match in paced(_BROKEN_PAIR.finditer(text), tick):
        left, right = match["left"].lower(), match["right"].lower()
        joined = left + right
        known = counts[joined] if joined not in COMMON_WORDS else max(counts[joined], KNOWN_COUNT)
        one_case = match["right"].islower() or match["left"].isupper()
        if known < KNOWN_COUNT or match.start("left") < last or not one_case:
            continue
        if _stands_alone(left, counts, known) and _stands_alone(right, counts, known):
            continue
        if match["next"] and _belongs_to_next(right, match["next"], counts):
            continue
        last = match.end("right")
        yield match.span("gap")


def _belongs_to_next(piece: str, following: str, counts: Counter[str]) -> bool:
    """Whether a piece starts the next word rather than ends the one before: "Pilot s hall"."""
    joined = piece + following
    known = max(counts[joined], KNOWN_COUNT if joined in COMMON_WORDS else 0)
    if known < KNOWN_COUNT or _stands_alone(piece, counts, known):
        return False
    return not _stands_alone(following, counts, known)


def _spaces_in_bracketed_numbers(text: str) -> Iterator[Span]:
    for bracket in _NUMBER_IN_BRACKETS.finditer(text):
        for space in _SPACE_IN_NUMBER.finditer(text, bracket.start(), bracket.end()):
            yield space.span()
