"""Where a text names the law: "14 CFR 117.25(b)", "FAR 117.11", "§ 117.25", "29 CFR Part 825"; and which rule that is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from regulations.far117.loading import catalogue

_SIGN = r"(?i:,?\s*(?:parts?|sections?|secs?\.|§{1,2}))?\s*"
_PARAGRAPHS = r"(?P<paragraphs>(?:\s?\((?:[a-z]{1,3}|\d{1,2})\))*)"
_SECTION = rf"(?P<section>\d{{1,4}}(?:\.\d{{1,4}})?(?!\d)){_PARAGRAPHS}"
_PART_NAMED = "61|63|67|91|117|119|121|125|135"
_CODE = re.compile(
    r"\b(?i:title\s+)?(?P<title>\d{1,2}),?\s+"
    r"(?P<code>(?i:C\.?\s?F\.?\s?R\.?|U\.?\s?S\.?\s?C\.?(?:\s?A\.?)?|Code\s+of\s+Federal\s+Regulations))(?![A-Za-z])"
    rf"{_SIGN}{_SECTION}"
)
_AVIATION = re.compile(
    r"\b(?:F\.?A\.?R\.?s?|(?i:federal\s+aviation\s+regulations?)(?:\s+\(\s?\"?FARs?\"?\s?\))?)(?![A-Za-z])"
    rf"{_SIGN}{_SECTION}"
)
_BARE = re.compile(
    rf"(?:§{{1,2}}\s*|\b(?i:sections?)\s+)(?P<section>(?:{_PART_NAMED})\.\d{{1,4}}(?!\d)){_PARAGRAPHS}"
    rf"|\bParts?\s+(?P<part>{_PART_NAMED})(?![\d.]\d|\d)"
)
_MORE = re.compile(
    r"\s*(?:,\s*(?:and\s+|or\s+)?|\s(?:and/or|and|or)\s+)(?:Parts?\s+|§{1,2}\s*)?"
    r"(?P<section>\d{2,4}\.\d{1,4}(?!\d)|(?<=Part )\d{2,4}(?![\d.]\d|\d))"
    rf"{_PARAGRAPHS}"
)
_OURS = "117"


@dataclass(frozen=True, slots=True)
class LawMention:
    """A place in the law that a text names between two positions. `section` is that of Part 117, where it is one that exists."""

    start: int
    end: int
    target: str
    section: str
    is_known: bool


def law_mentions(text: str, start: int, end: int) -> Iterator[LawMention]:
    """All places in the law that the text names between two positions, in order."""
    matches = [match for pattern in (_CODE, _AVIATION, _BARE) for match in pattern.finditer(text, start, end)]
    at = start
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() < at:
            continue
        groups = match.groupdict()
        name = f"{groups['title']} {_code(groups['code'])}" if groups.get("title") else "14 CFR"
        mention = _mention(match, name, groups.get("section") or groups.get("part") or "")
        yield mention
        while (more := _MORE.match(text, mention.end, end)) is not None:
            mention = _mention(more, name, more["section"])
            yield mention
        at = mention.end


def _code(written: str) -> str:
    return "USC" if written.upper().startswith("U") else "CFR"


def _mention(match: re.Match[str], name: str, section: str) -> LawMention:
    paragraphs = "".join((match.groupdict().get("paragraphs") or "").split())
    part, _, number = section.partition(".")
    target = f"{name} {section}{paragraphs}" if number or name.endswith("USC") else f"{name} Part {section}"
    ours = name == "14 CFR" and part == _OURS
    exists = section in _sections()
    start = match.start("section") if match.re is _MORE else match.start()
    return LawMention(start, match.end(), target, section if ours and exists else "", ours and (exists or not number))


@cache
def _sections() -> frozenset[str]:
    return frozenset(section.number for section in catalogue().sections)


@cache
def law_rule_id(target: str) -> str:
    """The catalogue's rule for a citation such as "14 CFR 117.25(b)(1)": the nearest that is one rule; "" where none is."""
    cited = target
    while True:
        fitting = [rule.rule_id for rule in catalogue().rules if _is_at(rule.citation, cited)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting or not cited.endswith(")"):
            return ""
        cited = cited[: cited.rindex("(")]


def _is_at(citation: str, cited: str) -> bool:
    return citation.startswith(cited) and not citation[len(cited) : len(cited) + 1].isalnum()
