"""What somebody typed, as terms.

Words must all be there, in any form; "words in quotes" stand side by side; a word or quote after - must not be there; rest*
begins a word. A code such as 12.C.3 is its parts side by side.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

MAXIMUM_LENGTH = 200
# What is more than anybody asks for is dear to look for: further terms, and further words of a phrase, are passed over.
MOST_TERMS, MOST_SIDE_BY_SIDE = 24, 16
# Shorter words, and those with digits in them, have too many others that look like them.
SHORTEST_MISSPELT = 4

# What stands between words and in codes: as the SQL function `search_plain` has it, so that both find the same words.
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§°·•…–—‒−‐‘’“”„«»\u00a0\u00ad"  # noqa: RUF001 - they are what is meant
_SPACED = str.maketrans(PUNCTUATION, " " * len(PUNCTUATION))
_STRAIGHT = str.maketrans("“”„«»", '"' * 5)
_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<quoted>[^"]*)"?(?P<quoted_star>\*?)|(?P<bare>[^\s"]+))')


class Instead(NamedTuple):
    """A word that was typed, and those that are taken for it, the nearest first; with none, it is left out."""

    typed: str
    taken: tuple[str, ...]


class Match(StrEnum):
    """How a row was found: by the words as they were typed, or by known words in place of some of them."""

    WORDS = "words"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side, one at the least. With `is_prefix` the last is the beginning of a word."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The terms of a search in the order in which they were typed. `instead` stands for words that were not found."""

    terms: tuple[Term, ...]
    instead: tuple[Instead, ...] = ()

    @property
    def match(self) -> Match:
        return Match.SPELLING if self.instead else Match.WORDS

    @property
    def wanted(self) -> list[Term]:
        return [term for term in self.terms if not term.is_excluded]

    @property
    def loose(self) -> list[str]:
        """Words that may stand anywhere, in any form."""
        return [term.words[0] for term in self.wanted if len(term.words) == 1 and not term.is_prefix]

    @property
    def beginnings(self) -> list[str]:
        """Words that may not be whole."""
        return [term.words[-1] for term in self.wanted if term.is_prefix]

    @property
    def misspelt(self) -> list[str]:
        """Words that another spelling may stand for."""
        words = (word for term in self.wanted for word in term.words)
        return list(dict.fromkeys(word for word in words if len(word) >= SHORTEST_MISSPELT and word.isalpha()))

    def taken_for(self, word: str) -> tuple[str, ...]:
        """The words that may stand for it: itself where it was not replaced, none where it is left out."""
        return dict(self.instead).get(word, (word,))

    def is_as_typed(self, term: Term) -> bool:
        """Whether no other word stands for one of the term's."""
        return all(self.taken_for(word) == (word,) for word in term.words)

    def respelt(self, instead: Iterable[Instead]) -> "Question":
        """The same question with other words for some of its own."""
        own = {word for term in self.wanted for word in term.words}
        return replace(self, instead=tuple(replaced for replaced in instead if replaced.typed in own))


def plain(text: str) -> str:
    """`text` with a space for each sign between words: as long as it was, so that places in one are places in the other."""
    return text.translate(_SPACED)


def is_word(text: str) -> bool:
    """Whether `text` is one word as questions hold them."""
    return text.isprintable() and plain(text).lower().split() == [text]


def question_of(text: str, *, is_typing: bool = False) -> Question:
    """Any text makes a question, if only one without terms. `is_typing`: the last word may not be whole yet."""
    terms = list(islice(_terms(text.replace("\0", " ").translate(_STRAIGHT)), MOST_TERMS))
    if is_typing and terms and text[-1:].isalnum() and not terms[-1].is_excluded:
        terms[-1] = Term(terms[-1].words, is_prefix=True)
    return Question(tuple(terms))


def _terms(text: str) -> Iterator[Term]:
    for found in _TERM.finditer(text):
        inside = found["quoted"] if found["quoted"] is not None else found["bare"]
        words = tuple(plain(inside).lower().split()[:MOST_SIDE_BY_SIDE])
        if words:
            is_prefix = bool(found["quoted_star"]) or (found["bare"] or "").endswith("*")
            yield Term(words, bool(found["minus"]), is_prefix)
