"""References from one place of a document to another, and to the law: each with its quote, and what it points to.

What is not found is kept: that it is missing is what a person wants to know.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from contracts.extraction.items import Block, Item, citation_of
from contracts.extraction.law import LawMention, law_mentions
from contracts.extraction.markers import heading_of_line
from contracts.extraction.mentions import Mention, MentionKind, mentions
from contracts.extraction.outlined import OutlinedDocument, SentenceFinder
from contracts.extraction.pacing import Tick, paced, silent
from contracts.extraction.proposals import Evidence
from contracts.extraction.targets import BLOCKS_PER_TICK, Target, Targets, is_from_section

LONGEST_TARGET = 200
_LAW_WORDS = frozenset(
    {"act", "code", "law", "regulation", "regulations", "constitution", "order", "statute", "u.s.c", "plan"}
)
_AGREEMENT_WORDS = frozenset({"agreement", "contract", "cba"})


class Resolution(StrEnum):
    """What became of a reference."""

    FOUND = "found"
    LAW = "law"
    OUTSIDE = "outside"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Reference:
    """One place named in the text of `citation`.

    `target` is how the place named is cited; where it was FOUND, by its full path, with the page on which it begins. LAW is
    of 14 CFR Part 117, with `law_section` ("117.25") where one is named; OUTSIDE is another document or other law;
    NOT_FOUND should be in this document. `sentence_start` and `sentence_end` are offsets in the text of the whole file.
    """

    citation: str
    target: str
    resolution: Resolution
    target_page: int | None
    law_section: str
    evidence: Evidence
    sentence_start: int
    sentence_end: int


def collect_references(document: OutlinedDocument, tick: Tick = silent) -> tuple[Reference, ...]:
    """The references of a document, in its order. `tick` is called every so often; time grows with the text."""
    targets = Targets(document, tick)
    found: list[Reference] = []
    for block in paced(document.blocks, tick, every=BLOCKS_PER_TICK):
        found.extend(_references_of(document, block, targets))
    return tuple(found)


def _references_of(document: OutlinedDocument, block: Block, targets: Targets) -> list[Reference]:
    text, item = document.view.text, block.item
    sentences = SentenceFinder(document.view, block)
    laws = list(law_mentions(text, block.start, block.end))
    found: list[tuple[Mention | LawMention, _Resolved]] = [(law, _of_law(law)) for law in laws]
    ends = [law.end for law in laws]
    for mention in mentions(text, block.start, block.end):
        # Laws stand apart, so that the first one that ends behind the mention's start is the only one it can lie in.
        near = bisect_right(ends, mention.start)
        is_law = near < len(laws) and laws[near].start < mention.end
        what = None if is_law or _is_heading(text, mention) else _resolved(text, mention, item, targets)
        if what is not None:
            found.append((mention, what))
    found.sort(key=lambda pair: pair[0].start)
    return [_reference(document, item, mention, what, sentences) for mention, what in found]


@dataclass(frozen=True, slots=True)
class _Resolved:
    target: str
    resolution: Resolution
    page: int | None = None
    law_section: str = ""


def _reference(
    document: OutlinedDocument, item: Item, mention: Mention | LawMention, what: _Resolved, sentences: SentenceFinder
) -> Reference:
    evidence = document.evidence(mention.start, mention.end, mention.end - 1)
    start, end = sentences.around(mention.start)
    end = max(end, mention.end)
    return Reference(
        citation=citation_of(item, evidence.page),
        target=what.target[:LONGEST_TARGET],
        resolution=what.resolution,
        target_page=what.page,
        law_section=what.law_section,
        evidence=evidence,
        sentence_start=document.view.offsets[start],
        sentence_end=document.view.offsets[end - 1] + 1,
    )


def _of_law(law: LawMention) -> "_Resolved":
    return _Resolved(law.target, Resolution.LAW if law.is_known else Resolution.OUTSIDE, law_section=law.section)


def _is_heading(text: str, mention: Mention) -> bool:
    """Whether the mention is a heading that opens a line of its own, such as a repeated "Section 3 - Compensation"."""
    start = text.rfind("\n", 0, mention.start) + 1
    if text[start : mention.start].strip():
        return False
    line = text[start : text.find("\n", mention.end) % (len(text) + 1)]
    return text[mention.end : mention.end + 1] != "," and heading_of_line(line) is not None


def _resolved(text: str, mention: Mention, item: Item, targets: Targets) -> _Resolved | None:
    """What a mention points to; None for "this Section" where nobody knows which one that is."""
    behind = mention.behind.lower().split()
    if _LAW_WORDS & {word.strip(".") for word in behind}:
        written = " ".join(text[mention.start : mention.end].split())
        return _Resolved(f"{written} of the {mention.behind}", Resolution.OUTSIDE)
    found = None if _is_of_another(behind, targets) else targets.find(mention, item)
    if found is not None:
        return _found(found)
    if mention.kind is MentionKind.SELF:
        return None
    outside = mention.kind is MentionKind.LETTER or mention.owner_kind is MentionKind.LETTER
    absolute = mention.kind is not MentionKind.PARAGRAPH or mention.owner or is_from_section(mention.path)
    if outside or (absolute and not targets.has_sections):
        return _Resolved(_written(mention), Resolution.OUTSIDE)
    return _Resolved(_written(mention), Resolution.NOT_FOUND)


def _found(target: Target) -> _Resolved:
    return _Resolved(target.citation, Resolution.FOUND, target.page)


def _is_of_another(behind: list[str], targets: Targets) -> bool:
    """Whether the words behind say that it is the agreement's, and this document is but a letter to it."""
    return bool(behind) and behind[0] in _AGREEMENT_WORDS and not targets.has_sections


def _written(mention: Mention) -> str:
    """How the place named would be cited."""
    path = ".".join(mention.path)
    match mention.kind:
        case MentionKind.LETTER:
            return f"{mention.word} {path}"
        case MentionKind.APPENDIX:
            return f"Section {mention.owner}, Appendix {path}" if mention.owner else f"Appendix {path}"
        case MentionKind.PARAGRAPH if mention.owner_kind is MentionKind.LETTER:
            return f"{mention.owner}.{path}" if path[0].isupper() else f"{mention.owner} ¶{path}"
        case MentionKind.PARAGRAPH if mention.owner:
            return f"Section {mention.owner}.{path}"
        case MentionKind.PARAGRAPH if not is_from_section(mention.path):
            return f"paragraph {path}"
        case _:
            return f"Section {path}"
