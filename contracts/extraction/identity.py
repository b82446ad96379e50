"""Names of rules that stay the same when the document is read again, or edited somewhere else; and of wordings."""

import hashlib
import re
from collections.abc import Iterable

from contracts.extraction.lexicon import COMMON_WORDS, NUMBER_WORDS, SCALE_WORDS

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[a-z]{3,}")
_COUNTING = NUMBER_WORDS.keys() | SCALE_WORDS.keys()
_LONGEST = 90
# With a count behind it, it fits into the 120 characters of a stored id.
_LONGEST_WITH_WORDS = 114
_TELLING_WORDS = 3
_EMPTY_WORDS = {
    "the",
    "and",
    "for",
    "any",
    "his",
    "their",
    "shall",
    "will",
    "may",
    "must",
    "such",
    "that",
    "with",
    "from",
    "than",
    "each",
    "per",
    "not",
    "are",
    "has",
    "have",
}


def slug(text: str) -> str:
    """Lower-case words joined by hyphens."""
    return _NOT_SLUG.sub("-", text.lower()).strip("-")


def telling_words(text: str) -> str:
    """A few words that tell a limit from its neighbours; never its figures, which are what gets amended."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _COUNTING and word not in _EMPTY_WORDS]
    rare = [word for word in words if word not in COMMON_WORDS]
    chosen = list(dict.fromkeys(rare or words))[-_TELLING_WORDS:]
    return slug(" ".join(chosen))


def letters(text: str) -> str:
    """Letters, digits and signs of money only: what stays when line ends, hyphens and spaces are others."""
    return "".join(character for character in text.lower() if character.isalnum() or character in "$%")


def wording_digest(quote: str, *limit: object) -> str:
    """SHA-256, in hexadecimal, of a wording and of which limit in it is meant: its figures and unit.

    The same wording has the same digest on another page, in another version, and whatever its lines and hyphens are.
    """
    return hashlib.sha256("|".join([letters(quote), *map(str, limit)]).encode()).hexdigest()


class RuleNames:
    """Gives out rule ids, each once, and none of those that are `taken` already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken: set[str] = set(taken)

    def name(self, place: str, metric: str, words: str) -> str:
        """An id from the place in the outline and the metric; further limits of the same kind there add their words."""
        base = slug(f"{place} {metric}")[:_LONGEST].strip("-")
        longer = f"{base}-{telling_words(words)}"[:_LONGEST_WITH_WORDS].strip("-")
        for candidate in (base, longer):
            if candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
        count = 2
        while f"{longer}-{count}" in self._taken:
            count += 1
        self._taken.add(f"{longer}-{count}")
        return f"{longer}-{count}"
