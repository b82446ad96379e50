"""The terms that a document defines: each with its wording, its place, and how far it reaches.

Definitions are collected from the parts that are there to define terms, whatever their layout, from sentences that say in
words that they define, and from short names given in passing. What only might be a definition is left out.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from textwrap import shorten

from contracts.extraction.definition_heads import BLOCKS_PER_TICK, DefinitionHeads, PlacedHead, root_defines
from contracts.extraction.furniture import Span
from contracts.extraction.identity import letters
from contracts.extraction.items import Block, Item, citation_of
from contracts.extraction.outlined import OutlinedDocument, SentenceFinder
from contracts.extraction.pacing import Tick, paced, silent
from contracts.extraction.proposals import Evidence
from contracts.extraction.short_names import short_names

LONGEST_WORDING = 2_000
_REACH_OF_A_SCOPE = 120

_LIMITED = re.compile(
    r"\b(?:purposes?\s+of|used\s+in|in)\s+this\s+(?P<part>agreement|contract|policy|manual|section|article|chapter|letter|"
    r"appendix|exhibit|(?:sub-?)?paragraph|sub-?section|item)\b",
    re.IGNORECASE,
)
_WHOLE_DOCUMENT = frozenset({"agreement", "contract", "policy", "manual"})
_PARTS_WITH_ITEMS = frozenset({"section", "article", "chapter", "letter", "appendix", "exhibit"})


class Scope(StrEnum):
    """How far a definition reaches."""

    AGREEMENT = "agreement"
    PART = "part"


class DefinitionKind(StrEnum):
    """Whether a text says what a term means, or only gives a shorter name to what it has just named."""

    MEANING = "meaning"
    SHORT_NAME = "short_name"


@dataclass(frozen=True, slots=True)
class Definition:
    """One term, with its other names. `wording` is the document's text on one line, repaired where a scan damaged it.

    `scope_citation` is the part that the definition holds for, "" for the whole document. `evidence` quotes the page on
    which it begins, in the document's own characters.
    """

    term: str
    aliases: tuple[str, ...]
    kind: DefinitionKind
    wording: str
    citation: str
    scope_citation: str
    evidence: Evidence

    @property
    def scope(self) -> Scope:
        """How far it reaches."""
        return Scope.PART if self.scope_citation else Scope.AGREEMENT


def collect_definitions(document: OutlinedDocument, tick: Tick = silent) -> tuple[Definition, ...]:
    """The definitions of a document, in its order. `tick` is called every so often; time grows with the text."""
    collector = _Collector(document, DefinitionHeads(document, tick))
    for index, block in enumerate(paced(document.blocks, tick, every=BLOCKS_PER_TICK)):
        collector.collect(index, block)
    return merged(collector.meanings, collector.shorter)


@dataclass(slots=True)
class _Collector:
    """`shorter` are short names, each with the words that it stands for."""

    document: OutlinedDocument
    heads: DefinitionHeads
    meanings: list[Definition] = field(default_factory=list)
    shorter: list[tuple[Definition, str]] = field(default_factory=list)
    _defined: set[int] = field(default_factory=set)
    _given: set[tuple[str, str]] = field(default_factory=set)
    _has_sections: bool = False

    def __post_init__(self) -> None:
        roots = (block.item.segment.root for block in self.document.blocks)
        self._has_sections = any(root is not None and root.kind == "section" for root in roots)

    def collect(self, index: int, block: Block) -> None:
        """Write down the definitions of one block."""
        text, item = self.document.view.text, block.item
        # What explains a term in layers defines no further ones by its layout.
        explains = item.parent is not None and id(item.parent) in self._defined
        kept = self.heads.of(index, block, in_words_only=explains)
        sentences = SentenceFinder(self.document.view, block)
        for place, one in enumerate(kept, start=1):
            limit = kept[place].head.start if place < len(kept) else block.end
            self._write(index, one, limit, sentences)
        if explains or any(one.opens and not text[block.start : one.head.start].strip() for one in kept):
            self._defined.add(id(item))
        self._name_shorter(block, kept, sentences)

    def _name_shorter(self, block: Block, kept: Sequence[PlacedHead], sentences: SentenceFinder) -> None:
        """Write down the short names of a block, each once in the document for what it stands for."""
        starts = [one.head.start for one in kept]
        for short in short_names(self.document.view.text, block.start, block.end):
            near = bisect_right(starts, short.end) - 1
            key = (letters(short.names[0]), _alike(short.full))
            if key in self._given or (near >= 0 and short.start < kept[near].head.end):
                continue
            self._given.add(key)
            start = short.start if short.full else sentences.around(short.start)[0]
            span = (max(start, short.end - LONGEST_WORDING), short.end)
            definition = self._definition(block.item, short.names, [span], span[0], DefinitionKind.SHORT_NAME)
            self.shorter.append((definition, short.full))

    def _write(self, index: int, one: PlacedHead, limit: int, sentences: SentenceFinder) -> None:
        text, head, block = self.document.view.text, one.head, self.document.blocks[index]
        first, last = sentences.around(head.start)
        start = head.start if one.opens else first
        end = limit if one.whole else max(head.end, min(last, limit))
        spans = [(start, end)]
        goes_on = one.whole or text[start:end].rstrip().endswith(":")
        if goes_on and not text[end : block.end].strip():
            spans += self._items_below(index)
        if text[head.end : end].strip() or len(spans) > 1:
            self.meanings.append(self._definition(block.item, head.names, spans, head.start, DefinitionKind.MEANING))

    def _items_below(self, index: int) -> list[Span]:
        """The text that goes on the item of a block, and that of the items below it, as far as a wording may reach."""
        blocks, spans = self.document.blocks, []
        item, start = blocks[index].item, blocks[index].start
        for block in islice(blocks, index + 1, None):
            if not _is_within(block.item, item) or block.start - start > LONGEST_WORDING:
                break
            if self.document.view.text[block.start : block.end].strip():
                spans.append((block.start, block.end))
        return spans

    def _definition(
        self, item: Item, names: tuple[str, ...], spans: Sequence[Span], anchor: int, kind: DefinitionKind
    ) -> Definition:
        page = self.document.page_at(anchor)
        start, end = spans[0][0], spans[-1][1]
        introduction = self.document.view.text[start : min(end, anchor + _REACH_OF_A_SCOPE)]
        return Definition(
            term=names[0],
            aliases=names[1:],
            kind=kind,
            wording=shorten(" ".join(self.document.words(*span) for span in spans), LONGEST_WORDING, placeholder=" …"),
            citation=citation_of(item, page),
            scope_citation=self._scope(item, introduction, kind, page),
            evidence=self.document.evidence(start, end, anchor),
        )

    def _scope(self, item: Item, introduction: str, kind: DefinitionKind, page: int) -> str:
        """The part that a definition limits itself to, in its words or by where it stands; "" for the whole document."""
        root = item.segment.root
        if root is None:
            return ""
        part = citation_of(Item(item.segment, []), page)
        limited = _LIMITED.search(introduction.partition(" mean")[0])
        if limited is not None:
            named = limited["part"].lower()
            if named in _WHOLE_DOCUMENT:
                return ""
            return part if named in _PARTS_WITH_ITEMS else citation_of(item, page)
        if root.kind == "letter":
            return part if self._has_sections else ""
        by_title = kind is DefinitionKind.MEANING and self.heads.defines(item)
        if by_title and not root_defines(item.segment):
            return "" if any("agreement" in lead.lower() for lead in item.leads()) else part
        return ""


def _is_within(item: Item | None, ancestor: Item) -> bool:
    while item is not None and item is not ancestor:
        item = item.parent
    return item is ancestor


def merged(meanings: Iterable[Definition], shorter: Iterable[tuple[Definition, str]]) -> tuple[Definition, ...]:
    """All in the order of the text. A short name of a term that is defined joins it; one that is defined itself goes."""
    kept = list(meanings)
    places: dict[str, int] = {}
    for place, one in enumerate(kept):
        for name in (one.term, *one.aliases):
            places.setdefault(_alike(name), place)
    for definition, full in shorter:
        if _alike(definition.term) in places:
            continue
        known = places.get(_alike(full)) if full else None
        if known is None:
            kept.append(definition)
        elif definition.term not in kept[known].aliases:
            kept[known] = replace(kept[known], aliases=(*kept[known].aliases, definition.term))
    return tuple(sorted(kept, key=lambda one: one.evidence.char_start))


def _alike(name: str) -> str:
    return letters(name).removesuffix("s")
