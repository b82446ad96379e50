"""Where in a text the words of a question stand, and the part of it to show.

The text goes out in segments, each marked or not, never with markup in it: whoever shows it escapes it as any other text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from config.search.asking import Instead, Question, Term, plain

EXCERPT_LENGTH = 280
LEAD = 60
ELLIPSIS = "…"
# A page may be a hundred times as long as pages are: so much of one is looked through for marks, and so much of all together.
LONGEST_MARKED, MOST_MARKED = 100_000, 2_000_000
_SPACE = re.compile(r"\s+")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text as it was written. `hit`: it is what was asked for."""

    text: str
    hit: bool


class Marker:
    """Marks one question's words in some texts. Has to learn first which of their `words` mean the same."""

    def __init__(self, question: Question, texts: Sequence[str]) -> None:
        self._question = question
        self._length = min(LONGEST_MARKED, MOST_MARKED // max(1, len(texts)))
        self._terms = [term for term in question.wanted if _looked_for(question, term)]
        self._shown = set().union(*(_words(text[: self._length]) for text in texts))
        self.words = self._shown.union(*(chain(term.words, *_looked_for(question, term)) for term in self._terms))
        self._forms: dict[str, set[str]] = {}
        self._pattern: re.Pattern[str] | None = None

    @property
    def akin(self) -> list[str]:
        """Those of the texts' words that may share a stem with one that is looked for: no stem has another first letter."""
        looked_for = (chain(term.words, *_looked_for(self._question, term)) for term in self._terms)
        initials = {word[0] for word in chain.from_iterable(looked_for)}
        return [word for word in self.words if word[0] in initials]

    @property
    def instead(self) -> list[Instead]:
        """For each word that others were taken for those that stand in the texts, the nearest first, or forms of them.

        Nothing is named that the texts do not show.
        """
        named = (Instead(typed, self._named(taken)) for typed, taken in self._question.instead)
        return [replaced for replaced in named if replaced.taken]

    def _named(self, taken: tuple[str, ...]) -> tuple[str, ...]:
        as_taken = tuple(word for word in taken if word in self._shown)
        forms = (form for word in taken for form in sorted(self._forms.get(word, ())) if form in self._shown)
        return as_taken or tuple(forms)[:1]

    def learn_stems(self, stems: Mapping[str, str | None]) -> None:
        """English stems by word; None for the commonest words, which have none."""
        by_stem: dict[str, set[str]] = {}
        for word, stem in stems.items():
            if stem is not None:
                by_stem.setdefault(stem, set()).add(word)
        self._forms = {word: by_stem.get(stem or "", set()) for word, stem in stems.items()}
        looked_for = [(term, _looked_for(self._question, term)) for term in self._terms]
        telling = [
            (term, places)
            for term, places in looked_for
            if term.is_prefix or any(stems.get(word) for place in places for word in place)
        ]
        self._look_for(self._pattern_of(term, places, stems) for term, places in telling or looked_for)

    def _pattern_of(self, term: Term, places: Sequence[tuple[str, ...]], stems: Mapping[str, str | None]) -> str:
        is_whole = self._question.is_as_typed(term) and len(term.words) > 1
        is_literal = is_whole and (term.is_prefix or any(stems.get(word) is None for word in term.words))
        forms = {} if is_literal else self._forms
        patterns = [_any_of(set(place).union(*(forms.get(word, ()) for word in place))) for place in places]
        if term.is_prefix:
            beginnings = "|".join(re.escape(word) for word in places[-1])
            patterns[-1] = rf"(?:{patterns[-1]}|(?:{beginnings})\S*)"
        return r"\s+".join(patterns)

    def _look_for(self, patterns: Iterable[str]) -> None:
        longest_first = sorted(patterns, key=len, reverse=True)
        if longest_first:
            self._pattern = re.compile(rf"(?<!\S)(?:{'|'.join(longest_first)})(?!\S)", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """Where they stand in `text`, in order and apart from each other; words side by side are one span."""
        part = plain(text[: self._length])
        return [found.span() for found in self._pattern.finditer(part)] if self._pattern else []

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


def _looked_for(question: Question, term: Term) -> list[tuple[str, ...]]:
    """For each of the term's words those that may stand for it; nothing for a word that is left out."""
    if len(term.words) == 1:
        taken = question.taken_for(term.words[0])
        return [taken] if taken else []
    return [question.taken_for(word) or (word,) for word in term.words]


def _any_of(words: Iterable[str]) -> str:
    """The longest first, so that none hides another that begins with it."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def _words(text: str) -> set[str]:
    return set(plain(text).lower().split())


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
