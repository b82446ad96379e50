"""Typesets blocks of the demo markup into a PDF with reportlab.

The output depends on nothing but the blocks: no dates, no random identifiers, and streams without compression, since
two builds of zlib pack the same text into different bytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

from contracts.demo.markup import Block, BlockKind

PAGE_WIDTH, PAGE_HEIGHT = letter
MARGIN = inch
INDENT_STEP = 0.3 * inch
MARKER_WIDTH = 0.3 * inch
HEADER_HEIGHT = PAGE_HEIGHT - 0.62 * inch
FOOTER_HEIGHT = 0.6 * inch
BODY_WIDTH = PAGE_WIDTH - 2 * MARGIN
SOFT_HYPHEN = "\u00ad"
EN_DASH = "\u2013"
DEEPEST_HEADING_KEPT = 2


@dataclass(frozen=True, slots=True)
class Pagination:
    """What the first of two builds finds out for the second.

    That is the number of pages, and the section in force on each page, counted from 1.
    """

    total: int = 0
    sections: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frontispiece:
    """What a document says about itself.

    A document with a cover page has a table of contents too; without one, the cover's lines stand above its text.
    """

    title: str
    header: str
    footer: str
    cover: tuple[str, ...]
    has_cover_page: bool


def _style(name: str, **changes: Any) -> ParagraphStyle:
    defaults: dict[str, Any] = {
        "fontName": "Times-Roman",
        "fontSize": 11,
        "leading": 13.6,
        "spaceAfter": 5,
        "allowWidows": 0,
        "allowOrphans": 0,
        "embeddedHyphenation": 1,
    }
    return ParagraphStyle(name, **(defaults | changes))


TITLE = _style("title", fontName="Times-Bold", fontSize=20, leading=27, alignment=TA_CENTER, spaceAfter=10)
CENTRED = _style("centred", alignment=TA_CENTER, fontSize=12, leading=16, spaceAfter=8)
SECTION = _style(
    "section",
    fontName="Times-Bold",
    fontSize=14,
    leading=18,
    alignment=TA_CENTER,
    spaceBefore=8,
    spaceAfter=12,
    keepWithNext=1,
)
CAPTION = _style(
    "caption", fontName="Times-Bold", fontSize=10, leading=13, alignment=TA_CENTER, spaceBefore=4, keepWithNext=1
)
CELL = _style("cell", fontSize=9.5, leading=11.5, spaceAfter=0)
HEAD_CELL = _style("head cell", fontName="Times-Bold", fontSize=9.5, leading=11.5, spaceAfter=0)
CONTENTS = (
    _style("contents 0", fontName="Times-Bold", fontSize=10, leading=15, spaceBefore=4, spaceAfter=0),
    _style("contents 1", fontSize=9.5, leading=12.8, leftIndent=18, spaceAfter=0),
)


def _item_style(level: int, *, is_heading: bool) -> ParagraphStyle:
    left = (level - 1) * INDENT_STEP + MARKER_WIDTH
    return _style(
        f"item {level} {is_heading}",
        fontName="Times-Bold" if is_heading and level == 1 else "Times-Roman",
        alignment=TA_JUSTIFY,
        leftIndent=left,
        bulletIndent=left - MARKER_WIDTH,
        bulletFontName="Times-Bold" if is_heading and level == 1 else "Times-Roman",
        bulletFontSize=11,
        spaceBefore=5 if level == 1 else 0,
        keepWithNext=1 if is_heading else 0,
    )


class _NoticedParagraph(Paragraph):
    """A heading that tells the table of contents, the outline and the running header where it landed."""

    def __init__(self, text: str, style: ParagraphStyle, *, depth: int, entry: str, bullet: str | None = None) -> None:
        super().__init__(text, style, bulletText=bullet)
        self.depth = depth
        self.entry = entry


class _Agreement(BaseDocTemplate):
    """A document with running headers, drawn before a page's text, and footers, drawn after it."""

    def __init__(self, stream: BytesIO, front: Frontispiece, pagination: Pagination) -> None:
        super().__init__(
            stream,
            pagesize=letter,
            title=front.title,
            author="Cascadia Air, Inc. (an invented airline)",
            creator="contracts.demo.build",
            invariant=1,
            pageCompression=0,
        )
        self.front = front
        self.pagination = pagination
        self.sections: dict[int, str] = {}
        frame = Frame(MARGIN, MARGIN, BODY_WIDTH, PAGE_HEIGHT - 2 * MARGIN, 0, 0, 0, 0)
        self.addPageTemplates(
            [
                PageTemplate("cover", [frame]),
                PageTemplate("body", [frame], onPage=self._draw_header, onPageEnd=self._draw_footer),
            ],
        )

    def beforeDocument(self) -> None:  # noqa: N802 (reportlab's hook)
        self.sections.clear()

    def observed(self) -> Pagination:
        """Returns what this build found: each page carries the last section that began on it or before it."""
        running = ""
        sections: dict[int, str] = {}
        for page in range(1, self.page + 1):
            running = self.sections.get(page, running)
            sections[page] = running
        return Pagination(self.page, sections)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's hook)
        if not isinstance(flowable, _NoticedParagraph):
            return
        key = f"heading-{self.page}-{len(flowable.entry)}-{flowable.entry[:20]}"
        if flowable.depth == 0:
            self.sections[self.page] = flowable.entry
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(flowable.entry, key, level=flowable.depth, closed=True)
        self.notify("TOCEntry", (flowable.depth, escape(flowable.entry), self.page))

    def _draw_header(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Times-Italic", 9)
        canvas.drawString(MARGIN, HEADER_HEIGHT, self.front.header)
        canvas.drawRightString(PAGE_WIDTH - MARGIN, HEADER_HEIGHT, self.pagination.sections.get(document.page, ""))
        canvas.setLineWidth(0.4)
        canvas.line(MARGIN, HEADER_HEIGHT - 5, PAGE_WIDTH - MARGIN, HEADER_HEIGHT - 5)
        canvas.restoreState()

    def _draw_footer(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(MARGIN, FOOTER_HEIGHT, self.front.footer)
        canvas.drawRightString(PAGE_WIDTH - MARGIN, FOOTER_HEIGHT, f"Page {document.page} of {self.pagination.total}")
        canvas.restoreState()


class _Setter:
    """Turns blocks into reportlab's flowables."""

    def __init__(self, hyphenation: Mapping[str, str]) -> None:
        self.hyphenation = hyphenation

    def flowables(self, blocks: Sequence[Block], *, sections_on_new_pages: bool) -> Iterator[Flowable]:
        caption: Flowable | None = None
        for block in blocks:
            if block.kind is BlockKind.CAPTION:
                caption = Paragraph(escape(block.text), CAPTION)
            elif block.kind is BlockKind.TABLE:
                yield from self._table(block, caption)
                caption = None
            elif block.kind is BlockKind.SECTION:
                yield from self._section(block, on_new_page=sections_on_new_pages)
            elif block.kind is BlockKind.ITEM:
                yield from self._item(block)
            elif block.kind is BlockKind.SIGNATURES:
                yield _signatures(block)
            elif block.kind is BlockKind.CENTRED:
                yield Paragraph(escape(block.text), CENTRED)
            else:
                yield Paragraph(self._hyphenated(block.text), _paragraph_style(block.level))

    def _section(self, block: Block, *, on_new_page: bool) -> Iterator[Flowable]:
        if on_new_page:
            yield PageBreak()
        else:
            yield CondPageBreak(2 * inch)
        entry = f"{_title_case(block.marker)} {EN_DASH} {_title_case(block.heading)}"
        text = f"{block.marker}<br/>{escape(block.heading)}"
        yield _NoticedParagraph(text, SECTION, depth=0, entry=entry)

    def _item(self, block: Block) -> Iterator[Flowable]:
        is_heading = bool(block.heading) and not block.text
        style = _item_style(block.level, is_heading=is_heading)
        if is_heading and block.level <= DEEPEST_HEADING_KEPT:
            yield CondPageBreak(0.9 * inch)
        if is_heading and block.level == 1:
            entry = f"{block.marker} {block.heading}"
            yield _NoticedParagraph(escape(block.heading), style, depth=1, entry=entry, bullet=block.marker)
            return
        text = self._hyphenated(block.text)
        if is_heading:
            text = f"<i>{escape(block.heading)}</i>"
        elif block.heading:
            text = f"<i>{escape(block.heading)}</i>. {text}"
        yield Paragraph(text, style, bulletText=block.marker)

    def _table(self, block: Block, caption: Flowable | None) -> Iterator[Flowable]:
        head, *body = block.rows
        rows = [[Paragraph(escape(cell), HEAD_CELL) for cell in head]]
        rows += [[Paragraph(self._hyphenated(cell), CELL) for cell in row] for row in body]
        table = Table(
            rows, colWidths=_column_widths(block.rows), repeatRows=1, hAlign="CENTER", spaceBefore=3, spaceAfter=10
        )
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.5, colors.Color(0.45, 0.45, 0.45)),
                    ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.91, 0.91, 0.91)),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ],
            ),
        )
        yield KeepTogether([caption, table] if caption else [table])

    def _hyphenated(self, text: str) -> str:
        """Returns the text as reportlab's markup, with soft hyphens where the word list allows a break."""
        return re.sub(r"[A-Za-z]{7,}", self._with_breaks, escape(text))

    def _with_breaks(self, match: re.Match[str]) -> str:
        word = match[0]
        breaks = self.hyphenation.get(word.lower())
        if breaks is None:
            return word
        parts: list[str] = []
        start = 0
        for syllable in breaks.split("-"):
            parts.append(word[start : start + len(syllable)])
            start += len(syllable)
        return SOFT_HYPHEN.join(parts)


def _paragraph_style(level: int) -> ParagraphStyle:
    left = (level - 1) * INDENT_STEP + MARKER_WIDTH if level else 0
    return _style(f"paragraph {level}", alignment=TA_JUSTIFY, leftIndent=left)


def _title_case(heading: str) -> str:
    small = {"and", "of", "the", "for", "to"}
    words = heading.lower().split()
    return " ".join(word if word in small and place else word.capitalize() for place, word in enumerate(words))


def _column_widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Shares the body's width by each column's longest cell; a table of few words is narrower than the page."""
    longest = [min(max(len(cell) for cell in column), 46) + 3 for column in zip(*rows, strict=True)]
    width = min(BODY_WIDTH, sum(longest) * 6.2)
    return [width * share / sum(longest) for share in longest]


def _signatures(block: Block) -> Flowable:
    table = Table(
        [[Paragraph(escape(cell), CELL) for cell in row] for row in block.rows],
        colWidths=[BODY_WIDTH / 2] * 2,
        spaceBefore=12,
    )
    table.setStyle(TableStyle([("TOPPADDING", (0, 0), (-1, -1), 7), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return KeepTogether([table])


def _contents() -> list[Flowable]:
    contents = TableOfContents(levelStyles=list(CONTENTS), dotsMinLevel=0)
    paddings = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    contents.tableStyle = TableStyle(paddings)
    return [Paragraph("TABLE OF CONTENTS", SECTION), contents]


def _cover(front: Frontispiece) -> list[Flowable]:
    first, *others = front.cover
    lines: list[Flowable] = [Paragraph(escape(first), TITLE)]
    lines += [Paragraph(escape(line), CENTRED) for line in others]
    if not front.has_cover_page:
        return [NextPageTemplate("body"), *lines, Spacer(1, 6)]
    return [Spacer(1, 1.9 * inch), *lines, NextPageTemplate("body"), PageBreak(), *_contents()]


def _built(
    blocks: Sequence[Block],
    front: Frontispiece,
    hyphenation: Mapping[str, str],
    pagination: Pagination,
) -> tuple[bytes, Pagination]:
    stream = BytesIO()
    document = _Agreement(stream, front, pagination)
    if not front.has_cover_page:
        document.pageTemplates.pop(0)
    body = _Setter(hyphenation).flowables(blocks, sections_on_new_pages=front.has_cover_page)
    document.multiBuild([*_cover(front), *body])
    return stream.getvalue(), document.observed()


def typeset(blocks: Sequence[Block], front: Frontispiece, hyphenation: Mapping[str, str]) -> bytes:
    """Returns the PDF of a document.

    ``hyphenation`` maps a lower-case word to the same word with hyphens where it may be broken.

    Built twice: the first time counts the pages and finds the sections, for footers and headers.
    """
    _, pagination = _built(blocks, front, hyphenation, Pagination())
    content, _ = _built(blocks, front, hyphenation, pagination)
    return content
