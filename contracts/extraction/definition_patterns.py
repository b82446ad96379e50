"""How contracts write definitions, as patterns over repaired text (straight quotes, plain hyphens)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_SMALL = r"(?:of|the|and|or|for|to|in|from|at|by|a|an|on|per|with|than|off|de)"
_CAPITAL = r"[A-Z][\w'/&.-]*(?:\([\w-]{1,10}\))?"
# "Time Away from Base", "Day(s) Off", "R-4 Reserve": capitals joined by small words.
TERM = rf"{_CAPITAL}(?:(?:[ ]\n?[ ]?|\n[ ]?)(?:{_SMALL}\s+){{0,2}}(?:{_CAPITAL}|\d[\w/-]*)){{0,7}}"
_TERM_ANY = r"[A-Z0-9][\w'/&.-]*(?:\([\w-]{1,10}\))?(?:[ ]\n?[\w'/&(][\w'/&().-]*){0,6}"
_QUOTED = r'"[^"\f]{1,80}"'
_ABBREVIATION = r"\(\s*(?:(?:or|the|hereinafter|also)\s+)?(?:\"[^\"\f]{1,40}\"|[A-Z][A-Za-z0-9/&.-]{1,11})\s*\)"
_NAMES = (
    rf"{_QUOTED}(?:\s*{_ABBREVIATION})?"
    rf"(?:(?:\s*,(?:\s*(?:and/or|or|and))?|\s+(?:and/or|or|and))\s+(?:the\s+)?{_QUOTED}(?:\s*{_ABBREVIATION})?){{0,4}}"
)
_USED = r"(?:(?:\s*,)?\s+(?:as|when|where|wherever)\s+used\s+(?:herein|in\s+this\s+[\w.]+(?:\s+[\dA-Z.]{1,8})?)\s*,?)?"
_TO_MEAN = (
    r"(?:(?:shall|will)\s+mean|means|mean|(?:(?:shall|will)\s+be|is|are)\s+(?:hereby\s+)?(?:defined\s+(?:as|to\s+mean|to\s+be)|"
    r"construed\s+(?:as|to\s+mean)|understood\s+to\s+mean))(?!\s+(?:to|of|that\s+are)\b)"
)
_TO_REFER = (
    r"(?:(?:(?:shall|will)\s+)?(?:refers?\s+to|includes?|denotes?|have\s+the\s+(?:same\s+)?meanings?)|"
    r"ha(?:s|ve)\s+the\s+(?:same\s+)?meanings?)"
)
_QUOTED_MEANS = re.compile(
    rf"(?:\b(?:the\s+)?(?:terms?|words?|phrases?|expressions?)\s+)?(?P<names>{_NAMES})"
    rf"(?:{_USED}|,\s[^,\"\f]{{3,60}},)\s+(?:{_TO_MEAN}|{_TO_REFER})\b",
    re.IGNORECASE,
)
_QUOTED_IS = re.compile(rf"(?P<names>{_NAMES})\s+(?:is|are)\s+(?:an?|the|any|each|all|those|that)\b")
_PURPOSE = re.compile(
    rf"\b(?:for\s+(?:the\s+)?purposes?\s+of\s+[^;\"\f]{{3,80}}?,|as\s+used\s+in\s+this\s+\w+(?:\s+[\dA-Z][\w.]{{0,8}})?,)\s*"
    rf"(?:the\s+(?:term|word|phrase)s?\s+)?(?:an?\s+|the\s+)?"
    rf"(?:(?P<names>{_NAMES})\s+(?:shall\s+be(?:\s+considered)?|(?:is|are)(?:\s+considered)?)\s+(?:to\s+be\s+)?(?:an?|the|any|each|all)\b"
    rf"|(?P<plain>(?-i:{TERM}))\s+{_TO_MEAN})",
    re.IGNORECASE,
)
_MEANS = re.compile(rf"\b{_TO_MEAN}\b")
_BEFORE_MEANS = re.compile(
    rf"(?:\A\s*|[.;:!?][\"')]*\s+|\n[ ]*)(?:(?:The\s+term|A|An|The)\s+)?(?P<names>{TERM}(?:\s*{_ABBREVIATION})?)\s*,?\s*\Z"
)
_AFTER_MEANS = re.compile(r"\s+(?:an?|the|any|all|that|those|each|every|one|when|time|either|both)\b")
_REACH_OF_A_TERM = 110
_NAME = re.compile(r'"(?P<quoted>[^"]+)"|\(\s*(?P<bracketed>[A-Z][A-Za-z0-9/&.-]{1,11})\s*\)')

_WITH_OTHER = re.compile(r"(.*?)(?:\s+\(([A-Z\"][^()]{1,40})\))?")

# Heads of entries, in a part of the document that is there to define terms. The order is that of trial.
_HEADS = {
    "colon": re.compile(rf"(?P<names>{_QUOTED}|{_TERM_ANY})[ ]?:\s+(?=\S)"),
    "dash": re.compile(rf"(?P<names>{_QUOTED}|{_TERM_ANY})[ ]+-{{1,2}}\s+(?=\S)"),
    "equals": re.compile(rf"(?P<names>{_QUOTED}|{_TERM_ANY})[ ]+=\s+(?=\S)"),
    "gap": re.compile(
        rf"(?P<names>{TERM}(?:[ ]*\n[ ]*(?:\([^()\n]{{1,40}}\)|{TERM}))?)[ ]{{2,}}(?=[A-Z0-9(])(?!\([A-Z][\w ]*\)[ ]*\n)"
    ),
    "stop": re.compile(rf"(?P<names>{TERM})[ ]?\.\s+(?=[A-Z\"(])"),
    "line": re.compile(rf"(?P<names>{TERM})[ ]*\n[ \n]*(?=[A-Z])"),
}
_NO_TERM = re.compile(
    r"(?:notes?|examples?|exceptions?|sections?|articles?|pages?|general|purpose|definitions?|references?|see|tables?)"
    r"(?:\s+[\dA-Z]{1,3})?\Z|(?:provided|this|that|these|those|it|which|such|what|he|she|they|by|if|when|where|nothing)\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:shall|will|may|must|is|are|was|were|has|have|had|can|should|means)\b")
_TRAILING = " \t\n,.;:-"
LONGEST_TERM = 80


class Style(StrEnum):
    """How a definition is written. The first three say so in words; the others only in a part that defines terms."""

    MEANS = "means"
    PURPOSE = "purpose"
    IS = "is"
    COLON = "colon"
    DASH = "dash"
    EQUALS = "equals"
    GAP = "gap"
    STOP = "stop"
    LINE = "line"


IN_WORDS = frozenset({Style.MEANS, Style.PURPOSE, Style.IS})


@dataclass(frozen=True, slots=True)
class Head:
    """The names of a definition, from `start` up to `end`, where its meaning begins. Positions in the text."""

    start: int
    end: int
    names: tuple[str, ...]
    style: Style


def heads_in_words(text: str, start: int, end: int, *, defines: bool) -> list[Head]:
    """The definitions that say in words that they are some, in order; `defines`: whether the part is there to define."""
    found = [_head(match, Style.MEANS) for match in _QUOTED_MEANS.finditer(text, start, end)]
    found += [_head(match, Style.PURPOSE) for match in _PURPOSE.finditer(text, start, end)]
    if defines:
        found += [_head(match, Style.IS) for match in _QUOTED_IS.finditer(text, start, end)]
    found += _plain_heads(text, start, end, defines=defines)
    heads: list[Head] = []
    for head in sorted(filter(_is_good, found), key=lambda head: head.start):
        if not heads or head.start >= heads[-1].end:
            heads.append(head)
    return heads


def _head(match: re.Match[str], style: Style) -> Head:
    groups = match.groupdict()
    name = "names" if groups.get("names") else "plain"
    start = match.start(name) if style is not Style.MEANS else match.start()
    return Head(start, match.end(), names_in(match[name]), style)


def _plain_heads(text: str, start: int, end: int, *, defines: bool) -> Iterator[Head]:
    """Without quotes: "Block Time means the time ..." at the head of a sentence."""
    for means in _MEANS.finditer(text, start, end):
        after = _AFTER_MEANS.match(text, means.end(), end)
        if after is None and not defines:
            continue
        left = max(start, means.start() - _REACH_OF_A_TERM)
        before = _BEFORE_MEANS.search(text[left : means.start()])
        if before is not None and not (before.start() == 0 and left > start):
            yield Head(left + before.start("names"), means.end(), names_in(before["names"]), Style.MEANS)


def entry_head(text: str, at: int, end: int) -> Head | None:
    """The head of an entry at `at` that names its term by its layout alone: "Block Time: the time ..."."""
    for style, pattern in _HEADS.items():
        match = pattern.match(text, at, end)
        if match is None:
            continue
        head = Head(at, match.end(), names_in(match["names"]), Style(style))
        if _is_good(head) and _VERB.search(match["names"]) is None:
            return head
    return None


def names_in(written: str) -> tuple[str, ...]:
    """The names, each once: quoted ones with those in brackets behind them, or the whole without its brackets."""
    names: list[str] = []
    if not written.lstrip().startswith('"'):
        names.append(written)
    else:
        names += [match["quoted"] or match["bracketed"] for match in _NAME.finditer(written)]
    parted = (part for name in names for part in _WITH_OTHER.fullmatch(" ".join(name.split())).groups())  # type: ignore[union-attr] # it matches anything
    cleaned = (name.strip(_TRAILING + '"') for name in parted if name)
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _is_good(head: Head) -> bool:
    if not head.names:
        return False
    term = head.names[0]
    return len(term) <= LONGEST_TERM and any(letter.isalpha() for letter in term) and not _NO_TERM.match(term)
