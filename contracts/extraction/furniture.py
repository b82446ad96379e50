"""Running headers and footers: what every page repeats and no rule says.

Furniture is looked for only in the outermost lines of a page. It may share a line with the last words of the body, as
the text layers of stamped or signed PDFs often have it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.extraction.pacing import Tick, paced, silent

EDGE_LINES = 3
LEAST_PAGES = 3
LEAST_SHARE = 0.25
LEAST_SHARE_OF_A_PART = 0.5
LEAST_LENGTH = 6
LEAST_LENGTH_OF_A_PART = 12
FARTHEST = 160
PAGES_PER_TICK = 50

_PAGE_LABEL = re.compile(
    r"^[\s|\-\u2013\u2014]*(?:page\s*)?(?:(?:\d{1,2}|[A-Z]{1,3})-)?(?P<number>\d{1,4})(?:\s*(?:of|"
    r"/)\s*\d{1,4})?[\s|\-\u2013\u2014]*$",
    re.IGNORECASE,
)
_STAMP = re.compile(r"(?:DocuSign|Docusign)\s+Envelope\s+ID:\s*[0-9A-F-]{10,}")
_DIGITS = re.compile(r"\d+")
_PRINTED = re.compile(r"\bpage\s+(?P<number>\d{1,4})\b", re.IGNORECASE)
# A heading, or a line that rules something, is never furniture, however often it comes.
_HEADING = re.compile(
    r"\s*(?:section|article|chapter|appendix|exhibit|letter|loa|mou)\b|.*\b(?:shall|must|may not)\b", re.IGNORECASE
)
_HEADING_WORD = re.compile(r"\b(?:section|article|chapter|appendix|exhibit)\b", re.IGNORECASE)
_WORD_START = re.compile(r"(?:(?<=\s)|^)(?=\S)")
_WORD_END = re.compile(r"(?<=\S)(?=\s|$)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What to leave out of one page (offsets in its text), and the number printed on it."""

    spans: tuple[Span, ...]
    printed_number: int | None


def _edges(text: str) -> list[tuple[Span, str]]:
    """The first and last lines that are not blank: (span, "head" or "foot")."""
    lines: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((start, start + len(line)))
        start += len(line) + 1
    heads = [(span, "head") for span in lines[:EDGE_LINES]]
    feet = [(span, "foot") for span in lines[max(EDGE_LINES, len(lines) - EDGE_LINES) :]]
    return heads + feet


def _candidates(line: str, side: str) -> Iterator[Span]:
    """The parts of a line that could repeat by themselves, longest first: its last words (foot) or its first (head)."""
    end = len(line.rstrip())
    begin = len(line) - len(line.lstrip())
    if _HEADING.match(line):
        return
    if side == "foot":
        for match in _WORD_START.finditer(line, max(0, end - FARTHEST), end):
            if end - match.start() >= LEAST_LENGTH_OF_A_PART:
                yield match.start(), end
    else:
        stops = [match.start() for match in _WORD_END.finditer(line, begin, min(end, begin + FARTHEST))]
        for stop in reversed(stops):
            if stop - begin >= LEAST_LENGTH_OF_A_PART and _HEADING_WORD.search(line, begin, stop) is None:
                yield begin, stop


def _masked(text: str) -> str:
    return _DIGITS.sub("0", " ".join(text.split()))


def find_furniture(texts: Sequence[str], tick: Tick = silent) -> list[Furniture]:
    """The furniture of each page of one document; `tick` is called every few pages."""
    edges = [_edges(text) for text in paced(texts, tick, every=PAGES_PER_TICK)]
    whole: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for text, lines in paced(zip(texts, edges, strict=True), tick, every=PAGES_PER_TICK):
        whole.update({_masked(text[s:e]) for (s, e), _ in lines if not _HEADING.match(text[s:e])})
        parts.update({_masked(text[s:e][a:b]) for (s, e), side in lines for a, b in _candidates(text[s:e], side)})
    repeated = {line for line, count in whole.items() if count >= _threshold(len(texts), LEAST_SHARE)}
    repeated |= {part for part, count in parts.items() if count >= _threshold(len(texts), LEAST_SHARE_OF_A_PART)}
    both = zip(texts, edges, strict=True)
    return [_of_page(text, lines, repeated) for text, lines in paced(both, tick, every=PAGES_PER_TICK)]


def _threshold(pages: int, share: float) -> int:
    return max(min(LEAST_PAGES, max(pages, 2)), math.ceil(share * pages))


def _of_page(text: str, lines: list[tuple[Span, str]], repeated: set[str]) -> Furniture:
    spans = [match.span() for match in _STAMP.finditer(text)]
    printed: int | None = None
    for (start, end), side in lines:
        line = text[start:end]
        label = _PAGE_LABEL.match(line)
        if label is not None and (side == "foot" or line.strip() != label["number"]):
            spans.append((start, end))
            printed = int(label["number"])
            continue
        left, right = _repeated_part(line, side, repeated)
        if right > left:
            spans.append((start + left, start + right))
            number = _PRINTED.search(line, left, right)
            printed = int(number["number"]) if number is not None else printed
    return Furniture(tuple(sorted(spans)), printed)


def _repeated_part(line: str, side: str, repeated: set[str]) -> Span:
    if len(line.strip()) >= LEAST_LENGTH and _masked(line) in repeated and not _HEADING.match(line):
        return 0, len(line)
    for left, right in _candidates(line, side):
        if _masked(line[left:right]) in repeated:
            return left, right
    return 0, 0
