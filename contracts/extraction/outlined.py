"""A document put together for reading: its repaired text, the outline over it, and the way back to its pages."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.documents.pages import Page
from contracts.extraction.items import Block
from contracts.extraction.pacing import Tick, silent
from contracts.extraction.places import evidence_for
from contracts.extraction.proposals import Evidence
from contracts.extraction.repair import PageFinder, View, build_view
from contracts.extraction.sections import outline
from contracts.extraction.sentences import Sentence, split_sentences


@dataclass(frozen=True, slots=True)
class OutlinedDocument:
    """What all readers of one document share. Positions are those of `view`."""

    view: View
    finder: PageFinder
    blocks: list[Block]

    def page_at(self, position: int) -> int:
        """The number of the page on which a position lies."""
        return self.finder.page_at(self.view.offsets[position]).number

    def evidence(self, start: int, end: int, anchor: int | None = None) -> Evidence:
        """Where the text from `start` up to `end` (not empty) stands: what of it lies on the page of `anchor`, else of its start."""
        quoted = Sentence(self.view.text[start:end], self.view.offsets[start:end])
        at = (anchor if anchor is not None else start) - start
        return evidence_for(self.finder, quoted, (0, end - start), (at, at + 1))

    def words(self, start: int, end: int) -> str:
        """The repaired text between two positions, on one line."""
        return " ".join(self.view.text[start:end].split())


def outline_document(pages: Sequence[Page], tick: Tick = silent) -> OutlinedDocument:
    """Put the pages of one document together; `tick` is called every so often. `pages` are not empty."""
    view, furniture = build_view(pages, tick)
    starts = [view.position_of(page.char_start) for page in pages]
    blocks = outline(view.text, starts, [found.printed_number for found in furniture], tick)
    return OutlinedDocument(view, PageFinder(pages), blocks)


class SentenceFinder:
    """The sentences of one block as spans of positions, split when first asked for."""

    def __init__(self, view: View, block: Block) -> None:
        self._view = view
        self._block = block
        self._starts: list[int] | None = None

    def around(self, position: int) -> tuple[int, int]:
        """Where the sentence at a position of the block begins and ends."""
        if self._starts is None:
            sentences = split_sentences(self._view, self._block.start, self._block.end)
            self._starts = [self._view.position_of(sentence.offsets[0]) for sentence in sentences]
        index = bisect_right(self._starts, position)
        start = max(self._block.start, self._starts[index - 1] if index else self._block.start)
        end = self._starts[index] if index < len(self._starts) else self._block.end
        return start, end
