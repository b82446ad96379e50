"""The numbers that Word shows before paragraphs ("4.A.2") but does not store as text."""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped] # ships no types

_ROMAN: Final = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MAX_LEVELS: Final = 9
_MAX_COUNT: Final = 10_000  # beyond it letters and Roman numerals would only grow long
_REFERENCE: Final = re.compile(r"%([1-9])")


def local_name(element: Any) -> str:
    """The element's name without its namespace, which differs between Word's two dialects."""
    return str(etree.QName(element).localname)


def child(element: Any, *path: str) -> Any | None:
    """The first descendant along this path of local names."""
    for name in path:
        element = next((found for found in element if local_name(found) == name), None)
        if element is None:
            return None
    return element


def children(element: Any, name: str) -> Iterator[Any]:
    """The children of this local name."""
    return (found for found in element if local_name(found) == name)


def attribute(element: Any | None, name: str) -> str | None:
    """The attribute of this local name, whatever its namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), None)


def value(element: Any | None, *path: str) -> str | None:
    """The `w:val` of the first descendant along this path."""
    return None if element is None else attribute(child(element, *path), "val")


class Numbering:
    """The document's lists, each counting on as its paragraphs are asked for in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._lists: dict[str, dict[int, Any]] = {}  # abstract list -> level -> its definition
        self._list_styles: dict[str, str] = {}  # abstract list that only names a style -> that style
        self._numbers: dict[str, Any] = {}  # number id, as paragraphs name it -> its definition
        self._styles: dict[str, Any] = {}
        self._counts: dict[str, dict[int, int]] = {}  # abstract list -> level -> count
        self._started: set[str] = set()  # number ids whose own starts have been applied
        for definition in numbering if numbering is not None else ():
            if local_name(definition) == "abstractNum":
                identifier = attribute(definition, "abstractNumId") or ""
                self._lists[identifier] = {
                    _integer(attribute(level, "ilvl")): level for level in children(definition, "lvl")
                }
                if style := value(definition, "numStyleLink"):
                    self._list_styles[identifier] = style
            elif local_name(definition) == "num":
                self._numbers[attribute(definition, "numId") or ""] = definition
        for style in styles if styles is not None else ():
            if local_name(style) == "style":
                self._styles[attribute(style, "styleId") or ""] = style

    def label(self, paragraph: Any) -> str:
        """The paragraph's number as shown, "" if it has none; counts it."""
        number_id, level = self._number_of(paragraph)
        if number_id not in self._numbers:
            return ""
        list_id = self._list_of(number_id)
        levels = self._lists.get(list_id, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(list_id, {})
        self._start(number_id, counts)
        counts[level] = counts[level] + 1 if level in counts else _start_of(levels[level])
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _shown(levels, level, counts)

    def _number_of(self, paragraph: Any) -> tuple[str, int]:
        """The number id and the level that apply to the paragraph, from itself or from its style."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return "", 0
        number_id, level = value(properties, "numPr", "numId"), value(properties, "numPr", "ilvl")
        style_id = value(properties, "pStyle")
        for _ in range(_MAX_LEVELS):  # styles may be based on each other in a ring
            style = self._styles.get(style_id or "")
            if number_id is not None or style is None:
                break
            number_id = value(style, "pPr", "numPr", "numId")
            level = level or value(style, "pPr", "numPr", "ilvl") or self._level_of_style(number_id, style_id)
            style_id = value(style, "basedOn")
        return number_id or "", _integer(level)

    def _level_of_style(self, number_id: str | None, style_id: str | None) -> str | None:
        """The level of the list that names this style as its own."""
        if number_id not in self._numbers:
            return None
        for level, definition in self._lists.get(self._list_of(number_id), {}).items():
            if value(definition, "pStyle") == style_id:
                return str(level)
        return None

    def _list_of(self, number_id: str) -> str:
        list_id = value(self._numbers[number_id], "abstractNumId") or ""
        if list_id in self._list_styles:
            style = self._styles.get(self._list_styles[list_id])
            linked = value(style, "pPr", "numPr", "numId")
            if linked in self._numbers:
                return value(self._numbers[linked], "abstractNumId") or ""
        return list_id

    def _start(self, number_id: str, counts: dict[int, int]) -> None:
        """At a number id's first paragraph, set the starts that it has of its own."""
        if number_id in self._started:
            return
        self._started.add(number_id)
        for override in children(self._numbers[number_id], "lvlOverride"):
            start = value(override, "startOverride")
            if start is not None:
                counts[_integer(attribute(override, "ilvl"))] = _integer(start) - 1


def _shown(levels: dict[int, Any], level: int, counts: dict[int, int]) -> str:
    definition = levels[level]
    if value(definition, "numFmt") == "bullet":
        return "•"
    in_figures = child(definition, "isLgl") is not None

    def number(match: re.Match[str]) -> str:
        referred = int(match.group(1)) - 1
        if referred not in levels:
            return ""
        shape = value(levels[referred], "numFmt") or "decimal"
        count = counts.get(referred, _start_of(levels[referred]))
        return _formatted(count, "decimal" if in_figures else shape)

    return _REFERENCE.sub(number, value(definition, "lvlText") or "").strip()


def _formatted(count: int, shape: str) -> str:
    if not 0 < count < _MAX_COUNT:
        return str(count)
    match shape:
        case "upperRoman" | "lowerRoman":
            roman = ""
            rest = count
            for size, numeral in _ROMAN:
                roman += numeral * (rest // size)
                rest %= size
            return roman if shape == "upperRoman" else roman.lower()
        case "upperLetter" | "lowerLetter":  # z is followed by aa, bb
            repeats, index = divmod(count - 1, len(_LETTERS))
            letters = _LETTERS[index] * (repeats + 1)
            return letters.upper() if shape == "upperLetter" else letters
        case "decimalZero":
            return f"{count:02d}"
        case "none":
            return ""
        case _:
            return str(count)


def _start_of(level: Any) -> int:
    start = value(level, "start")
    return 1 if start is None else _integer(start)


def _integer(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
