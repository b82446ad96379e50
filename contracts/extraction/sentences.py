"""Sentences of a stretch of the view, on one line each, still mapped to the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.extraction.furniture import Span
from contracts.extraction.repair import View

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|No|Nos|Sec|Secs|Sect|Art|para|approx|Inc|Corp|Co|Ltd|Mr|Ms|Mrs|Dr|St|Jr|Sr|cf|"
    r"viz|hrs?|mins?|a\.m|p\.m|U\.S|max|min)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?][\"')\]]*(?=\s+[\"'(]?[A-Z0-9$]|\s*\f)|\n[ \f]*\n\s*")
_SPACE = re.compile(r"\s+")
_TERMINAL = ".:;!?"
_OPEN_BRACKETS_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` has single spaces only; `offsets[i]` is where its character i stands in the text of the whole file."""

    text: str
    offsets: list[int]

    def original_span(self, start: int, end: int) -> Span:
        """Where the characters from `start` up to `end` (not empty) stand in the file."""
        return self.offsets[start], self.offsets[end - 1] + 1


def split_sentences(view: View, start: int, end: int) -> Iterator[Sentence]:
    """The sentences between two positions of the view, in order, without empty ones."""
    at = start
    for match in _STOP.finditer(view.text, start, end):
        if _ends_sentence(view.text, at, match):
            yield from _flattened(view, at, match.end())
            at = match.end()
    yield from _flattened(view, at, end)


def _ends_sentence(text: str, at: int, match: re.Match[str]) -> bool:
    if match[0][0] == "\n":
        before = text[max(at, match.start() - 40) : match.start()].rstrip()
        following = text[match.end() : match.end() + 1]
        if not before or before[-1] in _TERMINAL:
            return True
        return following.isupper() and before[-1] != "," and "\f" not in match[0]
    head = text[max(at, match.start() - 12) : match.start() + 1]
    if _ABBREVIATION.search(head):
        return False
    unclosed = text.count("(", max(at, match.start() - _OPEN_BRACKETS_LIMIT), match.start()) - text.count(
        ")", max(at, match.start() - _OPEN_BRACKETS_LIMIT), match.end()
    )
    return unclosed <= 0 or match.start() - at > _OPEN_BRACKETS_LIMIT


def _flattened(view: View, start: int, end: int) -> Iterator[Sentence]:
    texts: list[str] = []
    offsets: list[int] = []
    at = start
    for space in _SPACE.finditer(view.text, start, end):
        if space.start() > at:
            texts.append(view.text[at : space.start()])
            offsets.extend(view.offsets[at : space.start()])
        if texts and space.end() < end:
            texts.append(" ")
            offsets.append(view.offsets[space.start()])
        at = space.end()
    if at < end:
        texts.append(view.text[at:end])
        offsets.extend(view.offsets[at:end])
    text = "".join(texts)
    if text.strip():
        yield Sentence(text, offsets)
