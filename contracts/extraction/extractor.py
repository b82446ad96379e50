"""The deterministic extractor: pages in, proposals out. No network, no model, the same answer every time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.documents.pages import Page, TextSource
from contracts.extraction.candidates import Candidate, begins_example, candidates_in
from contracts.extraction.comparisons import Comparison, operator_of_table
from contracts.extraction.identity import RuleNames
from contracts.extraction.items import Block, Item
from contracts.extraction.numbers import Number
from contracts.extraction.proposals import Extraction, Proposal
from contracts.extraction.quantities import Quantity, Role
from contracts.extraction.repair import PageFinder, View, build_view
from contracts.extraction.sections import outline
from contracts.extraction.sentences import Sentence, split_sentences
from contracts.extraction.tables import Row, find_tables
from contracts.extraction.writing import write_proposal

LONGEST_SENTENCE = 3_000
VALUE_CEILING = Decimal(10) ** 12
"""What a rule's value (sixteen digits, four of them decimals) does not reach."""


def extract_proposals(pages: Sequence[Page], *, on_progress: Callable[[int], None] | None = None) -> Extraction:
    """The limits of a document, one proposal each, in the order of the text.

    `on_progress` is called with the number of pages done, rising to all of them: first many times with none, while the
    pages are put together, and again and again within a long page. What it raises ends the reading. Pages without
    text, and passages or figures that could not be read, are named in the warnings. Time and memory grow with the
    number of pages.
    """
    if not pages:
        return Extraction((), ("The document has no pages.",))
    report = on_progress or (lambda _done: None)
    view, furniture = build_view(pages, lambda: report(0))
    starts = [view.position_of(page.char_start) for page in pages]
    blocks = outline(view.text, starts, [found.printed_number for found in furniture], lambda: report(0))
    reading = _Reading(view, PageFinder(pages), pages[0].number, report)
    reading.warnings.extend(f"Page {page.number} {_REMARKS[page.source]}" for page in pages if _is_remarked(page))
    for block in blocks:
        reading.read(block)
    report(len(pages))
    return Extraction(tuple(reading.proposals), tuple(dict.fromkeys(reading.warnings)))


_NO_TEXT = "has no text, so no rule was read from it."
_REMARKS = {
    TextSource.LAYER: _NO_TEXT,
    TextSource.BLANK: _NO_TEXT,
    TextSource.SCAN: "is a scan without text (needs OCR), so no rule was read from it.",
    TextSource.RECOGNISED: "is a scan: its text was recognised (OCR) and may hold mistakes.",
}


def _is_remarked(page: Page) -> bool:
    return page.source is TextSource.RECOGNISED or not page.text.strip()


@dataclass(slots=True)
class _Reading:
    """What has been read so far: `done` is the number of pages left behind."""

    view: View
    finder: PageFinder
    first_page: int
    report: Callable[[int], None]
    names: RuleNames = field(default_factory=RuleNames)
    proposals: list[Proposal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    done: int = 0

    def read(self, block: Block) -> None:
        """Read the prose and the tables of one block."""
        reached = self.finder.page_at(self.view.offsets[block.start]).number
        self.done = max(self.done, reached - self.first_page)
        at = block.start
        for table in find_tables(self.view, block.start, block.end, " ".join(reversed(block.item.leads()))):
            self._read_prose(block.item, at, table.start)
            if table.is_wide:
                self._warn(table.start, "has a table of many columns, which was not read as rules.")
            for row in table.rows:
                self._propose([_of_row(self.view, block.item, row, table.introduction)], row.start)
            at = table.end
        self._read_prose(block.item, at, block.end)

    def _read_prose(self, item: Item, start: int, end: int) -> None:
        for sentence in split_sentences(self.view, start, end):
            self.report(self.done)
            if len(sentence.text) > LONGEST_SENTENCE:
                continue
            example = begins_example(sentence)
            if example != 0:
                self._propose(candidates_in(item, sentence), self.view.position_of(sentence.offsets[0]))
            if example is not None:
                return

    def _propose(self, candidates: Iterable[Candidate], position: int) -> None:
        """Write out the limits of one sentence or row. Figures that defy arithmetic cost that sentence and no more."""
        try:
            found = list(candidates)
            kept = [candidate for candidate in found if _fits(candidate.quantity)]
            written = [write_proposal(candidate, len(found), self.finder, self.names) for candidate in kept]
        except (ArithmeticError, ValueError):
            self._warn(position, "has a passage with figures that could not be read.")
            return
        if len(kept) < len(found):
            self._warn(position, "has a figure larger than any limit, which was left out.")
        self.proposals.extend(written)

    def _warn(self, position: int, what: str) -> None:
        page = self.finder.page_at(self.view.offsets[position])
        self.warnings.append(f"Page {page.number} {what}")


def _fits(quantity: Quantity) -> bool:
    return all(abs(value) < VALUE_CEILING for value in (quantity.value, quantity.upper) if value is not None)


def _of_row(view: View, item: Item, row: Row, introduction: str) -> Candidate:
    """A row of a table as a candidate, under the words that introduce the table."""
    text = view.text[row.start : row.end]
    sentence = Sentence(text, view.offsets[row.start : row.end])
    left, right = row.cell[0] - row.start, row.cell[1] - row.start
    number = Number(left, right, row.value)
    opening = introduction[introduction.rfind(". ") + 1 :].strip()
    return Candidate(
        item=item,
        sentence=sentence,
        quantity=Quantity(left, right, row.value, row.unit, row.label, number),
        comparison=Comparison(operator_of_table(f"{opening} {row.header}"), explicit=False, words=row.header),
        role=Role.LIMIT,
        clause=f"{opening} {row.header}: {' '.join(text.split())}".strip(),
        period=row.period,
        quote=(0, len(text)),
        anchor=(left, right),
        has_modal=True,
        from_table=True,
        subject=f"{opening} {row.head} {row.label}".strip(),
    )
