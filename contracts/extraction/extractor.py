"""The deterministic extractor: pages in, proposals out. No network, no model, the same answer every time."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from contracts.documents.pages import Page
from contracts.extraction.candidates import Candidate, begins_example, candidates_in
from contracts.extraction.comparisons import Comparison
from contracts.extraction.identity import RuleNames
from contracts.extraction.numbers import Number
from contracts.extraction.proposals import Extraction, Proposal
from contracts.extraction.quantities import Quantity, Role
from contracts.extraction.repair import PageFinder, View, build_view
from contracts.extraction.sections import Block, Item, outline
from contracts.extraction.sentences import Sentence, split_sentences
from contracts.extraction.tables import Row, Table, find_tables
from contracts.extraction.writing import write_proposal
from contracts.vocabulary import Operator

LONGEST_SENTENCE = 3_000


def extract_proposals(pages: Sequence[Page], *, on_progress: Callable[[int], None] | None = None) -> Extraction:
    """The limits of a document, one proposal each, in the order of the text.

    `on_progress` is called with the number of pages done, rising to all of them. Pages without text are named in the
    warnings. Time and memory grow with the number of pages.
    """
    if not pages:
        return Extraction((), ("The document has no pages.",))
    view, furniture = build_view(pages)
    finder = PageFinder(pages)
    starts = [view.position_of(page.char_start) for page in pages]
    blocks = outline(view.text, starts, [found.printed_number for found in furniture])
    names = RuleNames()
    proposals: list[Proposal] = []
    warnings = [
        f"Page {page.number} has no text, so no rule was read from it." for page in pages if not page.text.strip()
    ]
    done = 0
    for block in blocks:
        found, wide = _read_block(view, block)
        for candidates in found:
            proposals.extend(write_proposal(candidate, len(candidates), finder, names) for candidate in candidates)
        for table in wide:
            page = finder.page_at(view.offsets[table.start])
            warnings.append(f"Page {page.number} has a table of many columns, which was not read as rules.")
        reached = finder.page_at(view.offsets[block.start]).number - pages[0].number
        if on_progress is not None and reached > done:
            done = reached
            on_progress(done)
    if on_progress is not None:
        on_progress(len(pages))
    return Extraction(tuple(proposals), tuple(dict.fromkeys(warnings)))


def _read_block(view: View, block: Block) -> tuple[list[list[Candidate]], list[Table]]:
    """The candidates of a block, by sentence, and the tables too wide to read."""
    found: list[list[Candidate]] = []
    wide: list[Table] = []
    at = block.start
    for table in find_tables(view, block.start, block.end):
        found.extend(_read_prose(view, block.item, at, table.start))
        if table.is_wide:
            wide.append(table)
        found.extend([_of_row(view, block.item, row)] for row in table.rows)
        at = table.end
    found.extend(_read_prose(view, block.item, at, block.end))
    return found, wide


def _read_prose(view: View, item: Item, start: int, end: int) -> Iterator[list[Candidate]]:
    for sentence in split_sentences(view, start, end):
        if len(sentence.text) > LONGEST_SENTENCE:
            continue
        example = begins_example(sentence)
        if example != 0:
            kept = list(candidates_in(item, sentence))
            if kept:
                yield kept
        if example is not None:
            return


def _of_row(view: View, item: Item, row: Row) -> Candidate:
    """A row of a table as a candidate, under the words that introduce the table."""
    text = view.text[row.start : row.end]
    sentence = Sentence(text, view.offsets[row.start : row.end])
    left, right = row.cell[0] - row.start, row.cell[1] - row.start
    value = Decimal(row.value)
    number = Number(left, right, value)
    return Candidate(
        item=item,
        sentence=sentence,
        quantity=Quantity(left, right, value, row.unit, row.label, number),
        comparison=Comparison(Operator.EQUAL, explicit=False, words=row.header),
        role=Role.LIMIT,
        clause=f"{row.header}: {' '.join(text.split())}",
        period=row.period,
        quote=(0, len(text)),
        anchor=(left, right),
        has_modal=True,
        from_table=True,
    )
