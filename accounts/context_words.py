"""Words that whoever guesses passwords here tries first: the product's, the trade's, the airlines' (`docs/accounts.md` has the list)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accounts.models import Airline
from config.door import as_product

WORDS = (
    "vectorbid",
    "vector",
    "contract",
    "agreement",
    "airline",
    "airways",
    "aircraft",
    "airport",
    "aviation",
    "pilot",
    "captain",
    "officer",
    "cockpit",
    "flight",
    "flying",
    "crew",
    "roster",
    "pairing",
    "layover",
    "reserve",
    "standby",
    "union",
    "approver",
    "administrator",
    "admin",
    "password",
)
SHORTEST_WORD = 3
# What has to be left of a password without them, in letters and digits.
SHORTEST_REST = 8
# How letters are often written otherwise.
_ALIKE = {"a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7+"}


class ContextWordsValidator:
    """Refuses a password that is no good without words of the context: too short then, or a common one.

    So `pilot-2026` and `V3ctorb1d!!` are refused; a long one of one's own may have a pilot in it.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        rest = without_words(password, context_words())
        if rest is None:
            return
        if len(rest) < SHORTEST_REST or rest in CommonPasswordValidator().passwords:
            raise ValidationError(
                "This password is little more than words that everybody here knows, such as an airline's or the product's "
                "name. Choose one that is your own.",
                code="password_of_context_words",
            )

    def get_help_text(self) -> str:
        """For forms."""
        return "Your password can't be little more than words that everybody here knows, such as an airline's name."


@as_product("passwords are chosen by people who are not known yet")
def context_words() -> set[str]:
    """Those above, and the airlines' names, their parts, and codes of three letters."""
    words = set(WORDS)
    for code, name in Airline.objects.values_list("code", "name"):
        parts = re.findall(r"\w+", _plain(name))
        words |= {_plain(code), "".join(parts), *parts}
    return {word for word in words if len(word) >= SHORTEST_WORD}


def without_words(password: str, words: Iterable[str]) -> str | None:
    """What letters and digits are left without any of the words, however they are written; None where none is in it."""
    plain = _plain(password)
    taken: set[int] = set()
    for found in _pattern(frozenset(words)).finditer(plain):
        taken |= set(range(found.start(), found.start() + len(found[1])))
    if not taken:
        return None
    return "".join(sign for place, sign in enumerate(plain) if place not in taken and sign.isalnum())


@lru_cache(maxsize=8)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    """Any of the words at each place, the longest first; found where they overlap too."""
    alternatives = ("".join(_written(letter) for letter in word) for word in sorted(words, key=lambda w: (-len(w), w)))
    return re.compile(f"(?=({'|'.join(alternatives)}))")


def _written(letter: str) -> str:
    return f"[{re.escape(_ALIKE[letter])}]" if letter in _ALIKE else re.escape(letter)


def _plain(text: str) -> str:
    """In small letters, without the marks on them."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts.lower() if not unicodedata.combining(sign))
