"""Names that a text gives in passing, in brackets: `Monthly Pay Guarantee ("MPG")`, `Cascadia Air, Inc. (the "Company")`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTED = r'"(?P<{}>[^"\f]{{1,60}})"'
_INTRODUCED = (
    r"(?:hereinafter|hereafter|herein|the|each|every|an?|and|or|collectively|individually|together|referred|to|called|known|as|"
    r"also|simply|sometimes|either)"
)
_IN_BRACKETS = re.compile(
    rf"\(\s*(?P<lead>(?:{_INTRODUCED}[\s,]+){{0,10}}){_QUOTED.format('name')}"
    rf"(?:\s*,?\s*(?:or|and)\s+(?:the\s+)?{_QUOTED.format('other')})?\s*\)",
    re.IGNORECASE,
)
_HEREINAFTER = re.compile(
    r"\b(?:hereinafter|hereafter|herein)(?:\s*,)?\s+(?:(?:sometimes\s+|collectively\s+)*(?:referred\s+to|called|known)(?:\s+as)?\s+)?(?:the\s+|as\s+)*"
    r"(?:\"(?P<name>[^\"\f]{1,60})\"|(?P<plain>(?-i:[A-Z][\w'&.-]*(?:[ ][A-Z][\w'&.-]*){0,3})))",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\(\s*(?P<name>[A-Z][A-Z&/-]{1,7}s?)\s*\)")
_CAPITAL = re.compile(r"[A-Z0-9][\w'&./-]*")
_TOKEN = re.compile(r"\S+")
_COMPANY = re.compile(r"(?:Inc|LLC|L\.L\.C|Ltd|Corp|Co)\b")
_LINKING = frozenset({"of", "the", "and", "for", "in", "from", "on", "to", "by", "with", "&"})
_MOST_LINKING = 2
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
_SMALL = frozenset({"of", "the", "and", "or", "for", "to", "in", "from", "at", "by", "a", "an", "on", "with"})
_REACH = 160
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class ShortName:
    """`names` stand for what is written from `start` on; the passage ends at `end`. Positions in the text.

    `full` is what they stand for, "" where no words of the text can be singled out; then `start` is where the name is
    introduced.
    """

    start: int
    end: int
    names: tuple[str, ...]
    full: str


def short_names(text: str, start: int, end: int) -> Iterator[ShortName]:
    """The short names that the text between two positions gives, in order."""
    for match in _IN_BRACKETS.finditer(text, start, end):
        names = tuple(_cleaned(name) for name in (match["name"], match["other"]) if name)
        found = _named(text, start, match.start(), match.end(), names, introduced=bool(match["lead"].strip()))
        if found is not None:
            yield found
    for match in _ABBREVIATION.finditer(text, start, end):
        begins = _initials(text, start, match.start(), match["name"])
        if begins is not None:
            yield ShortName(begins, match.end(), (match["name"],), " ".join(text[begins : match.start()].split()))
    for match in _HEREINAFTER.finditer(text, start, end):
        name = match["name"] or match["plain"]
        inside = text[max(start, match.start() - 2) : match.start()].rstrip().endswith("(")
        if match["name"] is not None and inside:
            continue
        at = text.rindex("(", start, match.start()) if inside else match.start()
        found = _named(text, start, at, match.end(), (_cleaned(name),), introduced=True)
        if found is not None:
            yield found


def _cleaned(name: str) -> str:
    return " ".join(name.split()).strip(" .,;:").removesuffix("'s")


def _named(text: str, least: int, at: int, end: int, names: tuple[str, ...], *, introduced: bool) -> ShortName | None:
    """The short names given at `at`, with the words before it that they stand for."""
    if not names or not any(letter.isalpha() for letter in names[0]):
        return None
    begins = _initials(text, least, at, names[0])
    if begins is None:
        phrase = _phrase(text, least, at)
        full = text[phrase:at] if phrase is not None else ""
        within = set(_words(names[0])) <= set(_words(full))
        if not introduced and not (full and (within or _shortens(names[0], full))):
            return None
        begins = phrase
    if begins is None:
        return ShortName(at, end, names, "")
    return ShortName(begins, end, names, " ".join(text[begins:at].split()).rstrip(" ,"))


def _shortens(name: str, full: str) -> bool:
    """Whether `name` is an abbreviation whose letters follow one another in `full`: ETOPS of "Extended Twin Operations"."""
    rest = iter(full.upper())
    return len(name) >= _LEAST_LETTERS and name.isupper() and all(letter in rest for letter in name if letter.isalnum())


def _words(text: str) -> list[str]:
    return [word.lower().removesuffix("s") for word in _WORD.findall(text)]


def _phrase(text: str, least: int, at: int) -> int | None:
    """Where the capitals that end at `at` begin: "Cascadia Air, Inc." or "Department of the Air Force"."""
    begins: int | None = None
    following, linking = "", 0
    for token in reversed(list(_TOKEN.finditer(text, max(least, at - _REACH), at))):
        word = token[0]
        if begins is not None and word.endswith(",") and not _COMPANY.match(following):
            break
        if _CAPITAL.fullmatch(word.rstrip(",")):
            begins, linking = token.start(), 0
        elif begins is None or word not in _LINKING or linking == _MOST_LINKING:
            break
        else:
            linking += 1
        following = word
    return begins


def _initials(text: str, least: int, at: int, name: str) -> int | None:
    """Where the words begin whose initials `name` is: R, A and P for RAP."""
    letters = [letter for letter in name.removesuffix("s") if letter.isalnum()]
    if len(letters) < _LEAST_LETTERS or not name.removesuffix("s").isupper():
        return None
    words = list(_WORD.finditer(text, max(least, at - _REACH), at))
    begins: int | None = None
    for letter in reversed(letters):
        while words and words[-1][0][0].upper() != letter and words[-1][0].lower() in _SMALL:
            words.pop()
        if not words or words[-1][0][0].upper() != letter:
            return None
        begins = words.pop().start()
    return begins
