"""The marks at the head of a line: sections, letters, appendices, and items such as "B.", "3.", "a.", "(1)"."""

import re
from dataclasses import dataclass
from enum import IntEnum

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class MarkKind(IntEnum):
    """The kinds of item marks, in the usual order of their depth."""

    SECTION = -1
    UPPER = 0
    DIGIT = 1
    LOWER = 2
    DIGIT_IN_BRACKETS = 3
    LOWER_IN_BRACKETS = 4
    DIGIT_BRACKET = 5
    LOWER_BRACKET = 6
    ROMAN = 7
    ROMAN_IN_BRACKETS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """An item's mark: `value` counts from 1 within its kind; `text` is how a citation writes it."""

    kind: MarkKind
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a new root: a section, a letter of agreement or an appendix.

    `word` is what the document calls it: "article", "section"; "LOA", "MOU" or "Side Letter".
    """

    kind: str
    number: str
    title: str
    path: str = ""
    word: str = ""

    @property
    def holds_sections(self) -> bool:
        """Whether "Section 3." below it is one of its items: so it is in articles and chapters."""
        return self.word in {"article", "chapter"}


_SECTION_ITEM = re.compile(r"[ ]*(?:SECTION|Section|Sec\.)[ ]+(?P<number>\d{1,2})(?:[.:]|[ ]*[\u2013-]|(?=[ ]*$))[ ]*")
_ITEM = re.compile(
    r"[ ]*\u00b6?[ ]?(?:(?P<upper>[A-Z]{1,2})\.|(?P<digit>\d{1,2})\.|(?P<lower>[a-z]{1,2}|[ivx]{1,4})\."
    r"|\((?P<bracket_digit>\d{1,2})\)|\((?P<bracket_lower>[a-z]{1,2}|[ivx]{1,4})\)"
    r"|(?P<digit_bracket>\d{1,2})\)|(?P<lower_bracket>[a-z]{1,2}|[ivx]{1,4})\))(?=\s|$)"
)
_BRACKETED = r"\((?:\d{1,2}|[a-z]{1,3})\)"
_STEP = rf"(?:[A-Z]{{1,2}}|[a-z]|\d{{1,2}}|{_BRACKETED})"
_FULL_PATH = re.compile(
    # "12.B.4.a.(1)", "7-B-3-c", "4.2.1(a)"; but neither "3-4 segments" nor "2-1/2 hours".
    rf"[ ]*(?P<path>\d{{1,2}}(?:(?:\.|-(?=[A-Z]\b)){_STEP}|\.?{_BRACKETED})(?:[.-]{_STEP}|{_BRACKETED}){{0,5}})\.?[ ]+(?=[A-Z(\"\u201c])"
)
# "25. C. 2. b. The Company ...": each step with its own full stop.
_SPACED_PATH = re.compile(
    r"[ ]*(?P<path>\d{1,2}\. ?[A-Z]\.(?: ?(?:\d{1,2}|[a-z])\.| ?\(\w{1,3}\)\.?){0,5})[ ]+(?=[A-Z(\"\u201c])"
)
_SECTION = re.compile(
    r"[ ]*(?P<word>SECTION|Section|ARTICLE|Article|CHAPTER|Chapter)[ ]+(?P<number>\d{1,2}|"
    r"[IVXL]{1,6})(?P<path>(?:[.-]?[A-Z](?:\.?\d{1,2})?)?)"
    r"[ ]*(?P<gap>[.:\u2013-]*)[ ]*(?P<title>[^\n]*)$"
)
_LETTER = re.compile(
    r"[ ]*(?:LETTER OF (?:AGREEMENT|UNDERSTANDING)|Letter of (?:Agreement|Understanding)|LOA|MOU|MEMORANDUM "
    r"OF UNDERSTANDING|SIDE LETTER|Side Letter)"
    r"(?:[ ]+(?:No\.?|NO\.?|Number|NUMBER|#))?[ ]*#?(?P<number>\d[\d-]*|[A-Z](?=[ .:-]|$))?(?P<gap>[ "
    r".:\u2013-]*)(?P<title>[^\n]*)$"
)
_APPENDIX = re.compile(
    r"[ ]*(?P<kind>APPENDIX|EXHIBIT|ATTACHMENT|Appendix|Exhibit|Attachment)[ ]+(?P<number>[A-Z]|"
    r"\d{1,2}(?:-?[A-Z])?)\b[ ]*[.:\u2013-]*[ ]*(?P<title>[^\n]*)$"
)
_SHOWN = {"bracket_digit": "({})", "bracket_lower": "({})", "digit_bracket": "{})", "lower_bracket": "{})"}
_DIGIT_KINDS = {
    "digit": MarkKind.DIGIT,
    "bracket_digit": MarkKind.DIGIT_IN_BRACKETS,
    "digit_bracket": MarkKind.DIGIT_BRACKET,
}
_LETTER_KINDS = {
    "lower": (MarkKind.LOWER, MarkKind.ROMAN),
    "bracket_lower": (MarkKind.LOWER_IN_BRACKETS, MarkKind.ROMAN_IN_BRACKETS),
    "lower_bracket": (MarkKind.LOWER_BRACKET, MarkKind.ROMAN_IN_BRACKETS),
}
_LIMIT_OF_TITLE = 90
_PROSE = re.compile(r"\b(?:shall|will|may|must|is|are|of this|as provided|herein|pursuant)\b|^[,;()a-z]|[,;]$")


def value_of_roman(text: str) -> int:
    """The value of a lower-case roman numeral up to a few hundred; 0 where it is none."""
    if not text or any(letter not in _ROMAN for letter in text):
        return 0
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def value_of_letters(text: str) -> int:
    """Place of a letter mark: a is 1, z is 26, aa is 27, bb is 28; 0 for pairs that are no mark ("ab")."""
    letters = text.lower()
    if len(set(letters)) != 1:
        return 0
    return ord(letters[0]) - ord("a") + 1 + 26 * (len(letters) - 1)


def section_item_of_line(line: str) -> tuple[Mark, int] | None:
    """The mark of a line that opens a section within an article, "Section 3. The Company ...", and where it ends."""
    match = _SECTION_ITEM.match(line)
    return None if match is None else (Mark(MarkKind.SECTION, int(match["number"]), match["number"]), match.end())


def marks_of_line(line: str) -> tuple[list[Mark], int]:
    """The readings of the mark at the head of a line (a letter may be a roman numeral too), and where it ends."""
    match = _ITEM.match(line)
    if match is None or match.lastgroup is None:
        return [], 0
    text = match[match.lastgroup]
    readings = _readings(match.lastgroup, text)
    return [mark for mark in readings if mark.value > 0], match.end()


def _readings(group: str, text: str) -> list[Mark]:
    shown = _SHOWN.get(group, "{}").format(text)
    if group == "upper":
        return [Mark(MarkKind.UPPER, value_of_letters(text), shown)]
    if group in _DIGIT_KINDS:
        return [Mark(_DIGIT_KINDS[group], int(text), shown)]
    letters, romans = _LETTER_KINDS[group]
    return [Mark(letters, value_of_letters(text), shown), Mark(romans, value_of_roman(text), shown)]


def heading_of_line(line: str) -> Heading | None:
    """The root that a line opens; None for a line of prose that merely begins with "Section 14 (Scheduling)"."""
    if len(line) > _LIMIT_OF_TITLE + 60:
        return None
    for kind, pattern in (("section", _SECTION), ("letter", _LETTER), ("appendix", _APPENDIX)):
        match = pattern.match(line)
        if match is None:
            continue
        title = " ".join(match["title"].split())
        if len(title) > _LIMIT_OF_TITLE or (title and _PROSE.search(title)) or title.startswith("and "):
            return None
        path = match["path"].strip(".-") if kind == "section" else ""
        word = match["word"].lower() if kind == "section" else _letter_word(match[0]) if kind == "letter" else ""
        return Heading(kind, match["number"] or "", title.strip(" .:-"), path, word)
    return None


def _letter_word(line: str) -> str:
    text = line.strip().upper()
    if text.startswith(("MOU", "MEMORANDUM")):
        return "MOU"
    return "Side Letter" if text.startswith("SIDE") else "LOA"


def full_path_of_line(line: str) -> tuple[str, int] | None:
    """A line that carries the whole path of its item, "12.B.4.a.(1) Text": (path, where the text begins)."""
    match = _SPACED_PATH.match(line) or _FULL_PATH.match(line)
    if match is None or not re.search(r"[.-] ?(?:[A-Z]|\d)", match["path"]):
        return None
    return match["path"], match.end()
