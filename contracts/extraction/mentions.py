"""Where a text names another part of a document: "Section 3.D.1", "paragraphs 1, 2 and 3", "Appendix A of this Section 3".

A mention says what was written, not whether there is such a part. Text is repaired text; all positions are in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.extraction.markers import letter_word

_SECTION_WORD = r"sections?|secs?\.|sects?\.|articles?|arts?\.|chapters?"
_PARAGRAPH_WORD = r"sub-?sections?|(?:sub-?)?paragraphs?|paras?\.|items?"
_APPENDIX_WORD = r"appendix|appendices|exhibits?|attachments?"
_LETTER_WORD = (
    r"letters?\s+of\s+(?:agreement|understanding)|side\s+letters?|memorand(?:um|a)\s+of\s+understanding|LOAs?|MOUs?"
)
_WORD = re.compile(
    rf"(?<![\w-])(?P<this>this\s+)?(?:(?P<section>{_SECTION_WORD})|(?P<paragraph>{_PARAGRAPH_WORD})|(?P<appendix>{_APPENDIX_WORD})"
    rf"|(?P<letter>{_LETTER_WORD})|(?<=this\s)(?P<plain>letter))(?![\w-])",
    re.IGNORECASE,
)
_NUMBER_SIGN = re.compile(r"\s+(?:(?:no|nos|number|numbers)\b\.?\s*|#\s*)?#?", re.IGNORECASE)
# "Section 3 days" is no reference but a slip: what is counted follows.
_UNIT = (
    r"(?!\s+(?:(?:calendar|consecutive|business|duty|credit|block)\s+)?"
    r"(?:days?|hours?|minutes?|months?|years?|weeks?|percent|pilots?)\b)"
)
_FIRST = {
    "section": re.compile(
        rf"\d{{1,4}}(?![\d%:,]\d|%|\w){_UNIT}|[IVXL]{{1,6}}(?!\w)|[A-Z](?=[.-][\dA-Za-z(])(?!\.\s)|[A-Z](?=[.,;)]|\s+of\b)"
    ),
    "paragraph": re.compile(
        rf"\(\s?(?:\d{{1,2}}|[a-z]{{1,4}}|[A-Z]{{1,2}})\s?\)|\d{{1,2}}(?![\d%:]|\w){_UNIT}"
        r"|[A-Z]{1,2}(?=[.,;)]|\s+(?:above|below|of|and|or|through|to)\b|$)"
        r"|[a-z]{1,2}(?=\.[\dA-Za-z(]|[.,;)]|\s+(?:above|below|of|and|or|through)\b|\(|$)"
    ),
    "appendix": re.compile(r"(?:[A-Z]|\d{1,2}(?:-?[A-Z])?)(?![\w'])"),
    "letter": re.compile(r"\d{1,3}(?:-\d{1,4})?(?!\w|\.\d)|[A-Z](?=[.,;)]|\s+(?:of|and|or)\b|$)"),
}
_FOLLOWS = (
    r"(?=\s*(?:[,;:)]|\.(?:\s|\Z)|\Z)|[ ](?:\d{1,2}|[a-z]|\(\w{1,3}\))(?![\w'])|"
    r"\s+(?:shall|will|may|must|is|are|of|and|or|above|below|applies|apply|does|do|through)\b)"
)
_NEXT = re.compile(
    rf"[ ]?\.?[ ]?(?P<bracket>\(\s?(?:\d{{1,2}}|[a-z]{{1,4}}|[A-Z]{{1,2}})\s?\)){_UNIT}"
    r"|[ ]?\.(?P<dot>\d{1,2}|[A-Z]{1,2}|[ivx]{1,4}|[a-z]{1,2})(?![A-Za-z0-9])"
    r"|-(?P<hyphen>(?<=\d-)[A-Za-z]|(?<=[A-Za-z]-)\d{1,2})(?!\w)"
    rf"|[ ](?P<space>[A-Z]|\d{{1,2}}|[a-z])(?!\w){_FOLLOWS}"
)
_TITLE = re.compile(r"\s?\(\s?[A-Z][^()\f]{2,60}\)")
_APPENDIX_BEHIND = re.compile(r",?\s+(?:appendix|exhibit|attachment)\s+(?P<name>[A-Z]|\d{1,2})(?![\w'])", re.IGNORECASE)
_OF_SECTION = re.compile(
    rf"\.?\s+(?:of|to|in)\s+(?:this\s+|the\s+)?(?:{_SECTION_WORD})\s+(?P<number>\d{{1,4}})(?!\d|\.\d)", re.IGNORECASE
)
_OF_LETTER = re.compile(
    rf"\s+(?:of|to|in)\s+(?P<word>{_LETTER_WORD})\s+(?:no\.?\s*)?#?(?P<number>\d{{1,3}}(?:-\d{{1,4}})?)(?!\w)",
    re.IGNORECASE,
)
_PARAGRAPH_BEHIND = re.compile(rf",?\s+(?:{_PARAGRAPH_WORD})\s+", re.IGNORECASE)
_SECTION_BEHIND = re.compile(r",?\s+(?:sections?|secs?\.)\s+", re.IGNORECASE)
_OF_ARTICLE = re.compile(
    r"\s+(?:of|in)\s+(?:article|chapter)\s+(?P<number>\d{1,2}|[IVXL]{1,6})(?![\w.-]\w|\w)", re.IGNORECASE
)
_SEPARATOR = re.compile(
    r"\.?\s*(?:,\s*(?:and/or\s+|and\s+|or\s+)?|\s(?:and/or|and|or|&)\s+|(?P<range>\s(?:through|thru|to)\s+|-(?=\d)))"
)
_ABOVE = re.compile(r"\s+(?:above|below|hereof)\b")
_BEHIND = re.compile(
    r"(?:\s*,)?(?:\s+Title\s+\w{1,5})?\s+(?:of|to|in|under)\s+(?:the|that|its|said)\s+"
    r"(?P<named>[A-Z][\w.'-]*(?:\s+(?:(?:of|and|on|for)\s+)?[A-Z][\w.'-]*){0,6})"
)
_LONGEST_RANGE = 20


class MentionKind(StrEnum):
    """What a mention names, and from where it counts."""

    SECTION = "section"
    PARAGRAPH = "paragraph"
    APPENDIX = "appendix"
    LETTER = "letter"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Mention:
    """What is written from `start` to `end`. `path` are the marks as written: ("3", "D", "(1)").

    Of an appendix, `path` is its name and `owner` the section it belongs to, "" where none is named. Of a paragraph with
    an `owner_kind`, `owner` is the section or letter that it is said to stand in. Of SELF, `path` is the word: "section".
    `behind` are the words that say whose it is: "Railway Labor Act". `word` is what the place is called: "article" or
    "section", "LOA" or "MOU".
    """

    start: int
    end: int
    kind: MentionKind
    path: tuple[str, ...]
    owner: str = ""
    owner_kind: MentionKind | None = None
    behind: str = ""
    word: str = ""


def mentions(text: str, start: int, end: int) -> Iterator[Mention]:
    """All mentions between two positions, in order; each element of a list or a range is one of its own."""
    at = start
    while (word := _WORD.search(text, at, end)) is not None:
        at = word.end()
        for mention in _mentions_at(text, word, end):
            at = max(at, mention.end)
            yield mention


def _mentions_at(text: str, word: re.Match[str], end: int) -> list[Mention]:
    kind = word.lastgroup if word.lastgroup != "this" else None
    if kind == "plain" or kind is None:
        return [Mention(word.start(), word.end(), MentionKind.SELF, ("letter",))] if word["this"] else []
    sign = _NUMBER_SIGN.match(text, word.end(), end)
    first = _path(text, sign.end(), end, kind) if sign is not None else None
    if first is None:
        if word["this"] is None:
            return []
        named = " ".join(word[kind].lower().split())
        return [Mention(word.start(), word.end(), MentionKind.SELF, ("letter" if kind == "letter" else named,))]
    path, stop = first
    begins = word.start() if word["this"] is None else word.start(kind)
    found = _completed(text, Mention(begins, stop, MentionKind(kind), path, word=_word_of(word[kind], kind)), end)
    if found.owner_kind is not None or (found.kind is MentionKind.APPENDIX and found.owner):
        return [found]
    several = text[word.start(kind) : word.end(kind)].rstrip(".").lower().endswith(("s", "appendices"))
    listed = _listed(text, found, kind, end, several=several)
    behind = _BEHIND.match(text, listed[-1].end, end)
    named = " ".join(behind["named"].split()) if behind is not None else ""
    return [replace(one, behind=named) for one in listed]


def _word_of(written: str, kind: str) -> str:
    if kind == "letter":
        return letter_word(written)
    return "article" if written.lower().startswith(("art", "chap")) else "section"


def _path(text: str, at: int, end: int, kind: str) -> tuple[tuple[str, ...], int] | None:
    """The marks at `at`, and where they end; None where there are none."""
    first = _FIRST[kind].match(text, at, end)
    if first is None:
        return None
    path, stop = ["".join(first[0].split())], first.end()
    while kind in {"section", "paragraph"} and (token := _NEXT.match(text, stop, end)) is not None:
        path.append("".join(token[token.lastgroup or 0].split()))
        stop = token.end()
    return tuple(path), stop


def _completed(text: str, mention: Mention, end: int) -> Mention:
    """With what belongs to it: the title in brackets, its appendix, or the section or letter that it stands in."""
    match mention.kind:
        case MentionKind.SECTION:
            return _of_section(text, mention, end)
        case MentionKind.LETTER:
            return _of_letter(text, mention, end)
        case _:
            return _owned(text, mention, end)


def _of_section(text: str, mention: Mention, end: int) -> Mention:
    """ "Section 3 (Compensation), Appendix A", "Section 3, paragraph D.1", "Article 5, Section 3", "Section 3 of Article 5"."""
    title = _TITLE.match(text, mention.end, end)
    at = title.end() if title is not None else mention.end
    appendix = _APPENDIX_BEHIND.match(text, at, end)
    if appendix is not None and len(mention.path) == 1:
        own, owner = (appendix["name"],), mention.path[0]
        return replace(mention, end=appendix.end(), kind=MentionKind.APPENDIX, path=own, owner=owner)
    is_article = mention.word == "article"
    inner = (_SECTION_BEHIND if is_article else _PARAGRAPH_BEHIND).match(text, at, end)
    below = _path(text, inner.end(), end, "section" if is_article else "paragraph") if inner is not None else None
    if below is not None and (is_article or shape(below[0][0]) != "digit"):
        return replace(mention, end=below[1], path=(*mention.path, *below[0]))
    article = _OF_ARTICLE.match(text, at, end) if not is_article else None
    if article is not None:
        return replace(mention, end=article.end(), path=(article["number"], *mention.path), word="article")
    return replace(mention, end=at)


def _of_letter(text: str, mention: Mention, end: int) -> Mention:
    """ "LOA 15, paragraph 2"."""
    inner = _PARAGRAPH_BEHIND.match(text, mention.end, end)
    below = _path(text, inner.end(), end, "paragraph") if inner is not None else None
    if below is None:
        return mention
    owner = f"{mention.word} {mention.path[0]}"
    return Mention(mention.start, below[1], MentionKind.PARAGRAPH, below[0], owner, MentionKind.LETTER)


def _owned(text: str, mention: Mention, end: int) -> Mention:
    """ "Appendix A of this Section 3", "paragraph 2 of LOA 15", "paragraph C.2 above"."""
    section = _OF_SECTION.match(text, mention.end, end)
    if section is not None and mention.kind is MentionKind.APPENDIX:
        title = _TITLE.match(text, section.end(), end)
        return replace(mention, end=(title or section).end(), owner=section["number"])
    letter = _OF_LETTER.match(text, mention.end, end) if mention.kind is MentionKind.PARAGRAPH else None
    if section is not None:
        return replace(mention, end=section.end(), owner=section["number"], owner_kind=MentionKind.SECTION)
    if letter is not None:
        owner = f"{letter_word(letter['word'])} {letter['number']}"
        return replace(mention, end=letter.end(), owner=owner, owner_kind=MentionKind.LETTER)
    above = _ABOVE.match(text, mention.end, end)
    return replace(mention, end=above.end()) if above is not None else mention


def _listed(text: str, first: Mention, kind: str, end: int, *, several: bool) -> list[Mention]:
    """The mention and those that a list or a range joins to it: "Sections 4.A and 4.B", "Sections 5 through 8"."""
    found, last = [first], first
    while (separator := _SEPARATOR.match(text, last.end, end)) is not None:
        parsed = _path(text, separator.end(), end, kind)
        if parsed is None or (not several and len(parsed[0]) == 1):
            break
        path = _in_full(parsed[0], last.path)
        following = _completed(text, Mention(separator.end(), parsed[1], first.kind, path, word=first.word), end)
        if following.kind is not first.kind or following.owner:
            break
        if separator["range"] is not None:
            found += [replace(following, start=last.start, path=between) for between in _between(last.path, path)]
        found.append(following)
        last = following
    return found


def _in_full(path: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """What "2" means behind "3.A.1": the marks of the one before, with these in place of its last."""
    alike = [shape(one) == shape(other) for one, other in zip(path, before, strict=False)]
    if len(path) > 1 and all(alike):
        return path
    level = next((place for place in range(len(before) - 1, 0, -1) if shape(before[place]) == shape(path[0])), 0)
    return (*before[:level], *path)


def _between(first: tuple[str, ...], last: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The paths that lie in a range between its ends."""
    if first[:-1] != last[:-1] or shape(first[-1]) != shape(last[-1]):
        return []
    low, high = (mark.strip("()") for mark in (first[-1], last[-1]))
    if low.isdigit() and high.isdigit():
        marks = [str(number) for number in range(int(low) + 1, int(high))]
    elif len(low) == len(high) == 1:
        marks = [chr(code) for code in range(ord(low) + 1, ord(high))]
    else:
        return []
    written = "({})" if first[-1].startswith("(") else "{}"
    return [(*first[:-1], written.format(mark)) for mark in marks][:_LONGEST_RANGE]


def shape(mark: str) -> str:
    """What a mark looks like: marks of one level in an outline look alike."""
    inner = mark.strip("().")
    kind = "digit" if inner.isdigit() else "upper" if inner.isupper() else "lower"
    return f"({kind})" if mark.startswith("(") else kind
