"""Where definitions begin: their heads, found block by block, of the styles that each part of a document is written in."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts.extraction.definition_patterns import IN_WORDS, Head, Style, entry_head, heads_in_words
from contracts.extraction.items import Block, Item, Segment
from contracts.extraction.outlined import OutlinedDocument
from contracts.extraction.pacing import Tick, paced

BLOCKS_PER_TICK = 200
_LEAST_OF_A_STYLE = 3
_LEAST_OF_A_GLOSSARY = 5
_SHARE_IN_ORDER = 0.8
_REACH_BEFORE_A_HEAD = 200
_SIGNS = frozenset({Style.COLON, Style.DASH, Style.EQUALS})

_DEFINES = re.compile(r"\b(?:definitions?|glossary|defined\s+terms|meanings?\s+of\s+terms)\b", re.IGNORECASE)
_ENTRY = re.compile(r"\n[ \f]*\n\s*|(?<=[.;:!?\"])[ ]*\n\s*|\f\s*")
_GLOSSARY_LINE = re.compile(r"\n[ ]*[A-Z][^\n]{1,60}?[ ]{2,}(?=[A-Z(\d])")


@dataclass(frozen=True, slots=True)
class PlacedHead:
    """A head in a block. `opens`: nothing stands before it in its entry. `whole`: its entry is its wording."""

    head: Head
    opens: bool
    whole: bool


class DefinitionHeads:
    """The heads of all blocks of one document, by the block's index. Layouts count only where they come repeatedly."""

    def __init__(self, document: OutlinedDocument, tick: Tick) -> None:
        self._text = document.view.text
        self._defining: dict[int, bool] = {}
        self._found: dict[int, list[PlacedHead]] = {}
        counts: dict[int, Counter[Style]] = {}
        for index, block in enumerate(paced(document.blocks, tick, every=BLOCKS_PER_TICK)):
            found = self._look_at(block)
            if found:
                self._found[index] = found
                counts.setdefault(id(block.item.segment), Counter()).update(one.head.style for one in found)
        self._chosen = {part: _chosen(styles) for part, styles in counts.items()}

    def of(self, index: int, block: Block, *, in_words_only: bool) -> list[PlacedHead]:
        """The heads of a block that hold, in order."""
        chosen = IN_WORDS if in_words_only else self._chosen.get(id(block.item.segment), IN_WORDS)
        return [one for one in self._found.get(index, []) if one.head.style in chosen]

    def defines(self, item: Item) -> bool:
        """Whether the item stands in a part that is there to define terms."""
        if root_defines(item.segment):
            return True
        known = self._defining.get(id(item))
        if known is None:
            above = item.parent is not None and self.defines(item.parent)
            known = self._defining[id(item)] = above or _DEFINES.search(item.title) is not None
        return known

    def _look_at(self, block: Block) -> list[PlacedHead]:
        text, start, end = self._text, block.start, block.end
        defines = self.defines(block.item)
        in_words = heads_in_words(text, start, end, defines=defines)
        by_layout: list[Head] = []
        is_glossary = False
        if defines:
            by_layout = list(_by_layout(text, start, end, in_words))
        elif len(_GLOSSARY_LINE.findall(text, start, end)) >= _LEAST_OF_A_GLOSSARY:
            by_layout = [head for head in _by_layout(text, start, end, in_words) if head.style is Style.GAP]
            is_glossary = _in_order(by_layout)
            by_layout = by_layout if is_glossary else []
        placed = [PlacedHead(head, opens := _opens(text, start, head.start), opens and defines) for head in in_words]
        placed += [PlacedHead(head, opens=True, whole=defines or is_glossary) for head in by_layout]
        return sorted(placed, key=lambda one: one.head.start)


def root_defines(segment: Segment) -> bool:
    """Whether a whole section or letter is there to define terms."""
    return segment.root is not None and _DEFINES.search(segment.root.title) is not None


def _by_layout(text: str, start: int, end: int, in_words: Sequence[Head]) -> Iterator[Head]:
    """The heads of entries that name their term by layout alone."""
    taken = [head.start for head in in_words]
    for at, limit in _entries(text, start, end):
        head = entry_head(text, at, limit)
        if head is not None and bisect_left(taken, head.start) == bisect_left(taken, head.end):
            yield head


def _entries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The paragraphs, and the lines that follow a full stop."""
    at = start + len(text[start:end]) - len(text[start:end].lstrip())
    for match in _ENTRY.finditer(text, at, end):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def _opens(text: str, start: int, at: int) -> bool:
    left = max(start, at - _REACH_BEFORE_A_HEAD)
    before = text[left:at]
    words = before.rstrip()
    if not words:
        return left == start
    gap = before[len(words) :]
    return gap.count("\n") > 1 or "\f" in gap or ("\n" in gap and words[-1] in '.;:!?"')


def _chosen(counts: Counter[Style]) -> frozenset[Style]:
    """The styles that a part defines its terms in: words always, a layout where it comes again and again."""
    chosen = IN_WORDS | {style for style, count in counts.items() if count >= _LEAST_OF_A_STYLE}
    says_so = counts[Style.MEANS] + counts[Style.IS] > 0
    signs = sum(counts[style] for style in _SIGNS)
    if signs >= _LEAST_OF_A_STYLE or not says_so:
        chosen |= _SIGNS
    return chosen


def _in_order(heads: Sequence[Head]) -> bool:
    """Whether these are the entries of a glossary: many, and in the order of the alphabet."""
    names = [head.names[0].casefold() for head in heads]
    ordered = sum(first <= second for first, second in pairwise(names))
    return len(names) >= _LEAST_OF_A_GLOSSARY and ordered >= _SHARE_IN_ORDER * (len(names) - 1)
