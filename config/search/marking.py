"""Where in a text the words of a question stand, and the part of it to show.

The text goes out in segments, each marked or not, never with markup in it: whoever shows it escapes it as any other text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from config.search.asking import Question, Term, plain

EXCERPT_LENGTH = 280
LEAD = 60
ELLIPSIS = "…"
# A page may be a hundred times as long as pages are; only so much of it is looked through for marks.
LONGEST_MARKED = 100_000
_SPACE = re.compile(r"\s+")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text as it was written. `hit`: it is what was asked for."""

    text: str
    hit: bool


class Marker:
    """Marks one question's words in some texts. Has to learn first which of their `words` mean the same."""

    def __init__(self, question: Question, texts: Iterable[str]) -> None:
        self._terms = question.wanted
        asked = chain.from_iterable(term.words for term in self._terms)
        self.words = set(asked).union(*(_words(text) for text in texts))
        self._pattern: re.Pattern[str] | None = None

    @property
    def akin(self) -> list[str]:
        """Those of the texts' words that may share a stem with one that was asked for: no stem has another first letter."""
        initials = {word[0] for term in self._terms for word in term.words}
        return [word for word in self.words if word[0] in initials]

    def learn_stems(self, stems: Mapping[str, str | None]) -> None:
        """English stems by word; None for the commonest words, which have none."""
        by_stem: dict[str, set[str]] = {}
        for word, stem in stems.items():
            if stem is not None:
                by_stem.setdefault(stem, set()).add(word)
        telling = [term for term in self._terms if term.is_prefix or any(stems.get(word) for word in term.words)]
        self._look_for(_by_stems(term, stems, by_stem) for term in telling or self._terms)

    def learn_alike(self, pairs: Iterable[tuple[str, str]]) -> None:
        """A word that was asked for with each that looks like it."""
        alike: dict[str, set[str]] = {}
        for asked, word in pairs:
            alike.setdefault(asked, set()).add(word)
        self._look_for(_any_of({word} | alike.get(word, set())) for term in self._terms for word in term.words)

    def _look_for(self, patterns: Iterable[str]) -> None:
        longest_first = sorted(patterns, key=len, reverse=True)
        if longest_first:
            self._pattern = re.compile(rf"(?<!\S)(?:{'|'.join(longest_first)})(?!\S)", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """Where they stand in `text`, in order and apart from each other; words side by side are one span."""
        return [found.span() for found in self._pattern.finditer(plain(_part(text)))] if self._pattern else []

    def whole(self, text: str) -> list[Segment]:
        """All of `text`."""
        return segments(text, self.spans(text))

    def excerpt(self, text: str, length: int = EXCERPT_LENGTH) -> list[Segment]:
        """The part of `text` with the most marks, begun and ended between words; its beginning where there is none."""
        spans = self.spans(text)
        first = _busiest(spans, length) if spans else 0
        begin = _word_begin(text, max(0, first - LEAD)) if first > LEAD else 0
        end = _word_end(text, max(begin + length, max((e for b, e in spans if b == first), default=0)))
        inside = [(max(b, begin) - begin, min(e, end) - begin) for b, e in spans if b < end and e > begin]
        cut = segments(text[begin:end], inside)
        before, after = [Segment(ELLIPSIS, hit=False)] * (begin > 0), [Segment(ELLIPSIS, hit=False)] * (end < len(text))
        return [*before, *cut, *after]


def segments(text: str, spans: Iterable[Span]) -> list[Segment]:
    """`text` cut at the spans' ends; joined they are `text` again."""
    cut, last = [], 0
    for begin, end in spans:
        cut += [Segment(text[last:begin], hit=False), Segment(text[begin:end], hit=True)]
        last = end
    return [segment for segment in (*cut, Segment(text[last:], hit=False)) if segment.text]


def _by_stems(term: Term, stems: Mapping[str, str | None], by_stem: Mapping[str, set[str]]) -> str:
    is_literal = len(term.words) > 1 and (term.is_prefix or any(stems.get(word) is None for word in term.words))
    words = [
        _any_of({word} if is_literal else {word} | by_stem.get(stems.get(word) or "", set())) for word in term.words
    ]
    if term.is_prefix:
        words[-1] = rf"(?:{words[-1]}|{re.escape(term.words[-1])}\S*)"
    return r"\s+".join(words)


def _any_of(words: Iterable[str]) -> str:
    """The longest first, so that none hides another that begins with it."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def _part(text: str) -> str:
    return text[:LONGEST_MARKED]


def _words(text: str) -> set[str]:
    return set(plain(_part(text)).lower().split())


def _busiest(spans: list[Span], length: int) -> int:
    """Where the stretch begins that holds the most spans; the first such."""
    last, most, best = 0, 0, spans[0][0]
    for number, (begin, _) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= begin + length - LEAD:
            last += 1
        if last - number > most:
            most, best = last - number, begin
    return best


def _word_begin(text: str, place: int) -> int:
    """The beginning of the next word, unless it is far."""
    space = _SPACE.search(text, place, place + LEAD)
    return space.end() if space else place


def _word_end(text: str, place: int) -> int:
    """The end of the last word before `place`, unless it is far."""
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - LEAD, place + 1)
    return space if space > 0 else place
