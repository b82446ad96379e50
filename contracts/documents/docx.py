"""Word files (.docx): paragraphs, tables by row, notes; pages as Word last laid them out, where it says so.

The XML is read directly rather than through python-docx, which leaves out inserted (tracked) text and content controls,
and which unpacks every picture. Deleted (tracked) text, headers and footers are left out.
"""

from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from contracts.documents.archive import content_types, open_archive, read_xml
from contracts.documents.docx_numbering import Numbering, attribute, child, children, local_name, value
from contracts.documents.faults import (
    MAX_PAGES,
    MAX_WORDS,
    DocumentFault,
    DocumentFaultCode,
    fault_too_many_pages,
    fault_without_text,
)
from contracts.documents.layout import lay_out_page, part_by_rows
from contracts.documents.pages import PAGE_SEPARATOR, Page, count_words

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_PICTURES = "word/media/"
_CELL_SEPARATOR = "\t"

# Read through to what they hold, beside paragraphs and tables.
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_LEFT_OUT = frozenset({"pPr", "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "instrText", "Fallback"})
_CHARACTERS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}


class _Break(Enum):
    """Where a page ends, inside a paragraph."""

    ASKED_FOR = auto()  # by the author, between what is before and after it
    RENDERED = auto()  # by Word, wherever the paper was full; a paragraph stays on the page on which it starts


def inspect_docx(path: Path) -> int:
    """The number of pages.

    Raises:
        DocumentFault: broken, encrypted, zip bomb, empty, without text, too many pages, or too much text.
    """
    with open_archive(path) as archive:
        page_texts = _page_texts(archive)
        has_pictures = any(name.startswith(_PICTURES) for name in archive.namelist())
    if not any(text.strip() for text in page_texts):
        raise fault_without_text(len(page_texts)) if has_pictures else DocumentFault(DocumentFaultCode.EMPTY)
    if len(page_texts) > MAX_PAGES:
        raise fault_too_many_pages(len(page_texts))
    if sum(count_words(text) for text in page_texts) > MAX_WORDS:
        raise DocumentFault(DocumentFaultCode.TOO_MUCH_TEXT)
    return len(page_texts)


def read_docx_pages(path: Path, *, first: int = 1) -> Iterator[Page]:
    """The pages in order, from number `first` on, laid out nominally: see `contracts.documents.layout`.

    Raises:
        DocumentFault: broken, encrypted, zip bomb, too many pages, or too much text on one page.
    """
    with open_archive(path) as archive:
        page_texts = _page_texts(archive)
    if len(page_texts) > MAX_PAGES:
        raise fault_too_many_pages(len(page_texts))
    char_start = 0
    for number, text in enumerate(page_texts, start=1):
        if number >= first:
            yield lay_out_page(number, text, char_start)
        char_start += len(text) + len(PAGE_SEPARATOR)


def _page_texts(archive: ZipFile) -> list[str]:
    """The text of each page, at least one."""
    parts = {media_type: name for name, media_type in content_types(archive).items()}

    def part(kind: str) -> Any | None:
        name = parts.get(_TYPE.format(kind))
        return None if name is None else read_xml(archive, name)

    document = part("document.main")
    body = None if document is None else child(document, "body")
    if body is None:
        raise DocumentFault(DocumentFaultCode.BROKEN)
    notes = _notes(part("footnotes"), "footnote") | _notes(part("endnotes"), "endnote")
    reader = _Reader(Numbering(part("numbering"), part("styles")), notes)
    reader.read(body)
    texts = ["\n".join(lines) for lines in reader.pages]
    if len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    if reader.has_rendered_breaks:
        return texts
    return [text[start:end] for text in texts for start, end in part_by_rows(text)]


def _notes(root: Any | None, name: str) -> dict[tuple[str, str], str]:
    """The text of each footnote or endnote by its kind and id."""
    notes = {}
    for note in children(root, name) if root is not None else ():
        reader = _Reader(Numbering(None, None), {})
        reader.read(note)
        notes[name, attribute(note, "id") or ""] = reader.flat_text()
    return notes


class _Reader:
    """Collects the lines of a body, a cell or a note, page by page."""

    def __init__(self, numbering: Numbering, notes: dict[tuple[str, str], str]) -> None:
        self.pages: list[list[str]] = [[]]
        self.has_rendered_breaks = False
        self._numbering = numbering
        self._notes = notes
        self._asides: list[str] = []  # notes and text boxes of the paragraph being read, which follow it

    def read(self, container: Any) -> None:
        """Read the paragraphs and tables in this element."""
        for element in container:
            match local_name(element):
                case "p":
                    self._read_paragraph(element)
                case "tbl":
                    self._read_table(element)
                case wrapper if wrapper in _WRAPPERS:
                    self.read(element)

    def flat_text(self) -> str:
        """All that was read, on one line."""
        return " ".join(" ".join(lines) for lines in self.pages if any(lines)).strip()

    def _break_page(self) -> None:
        if any(line.strip() for line in self.pages[-1]):
            self.pages.append([])

    def _read_paragraph(self, paragraph: Any) -> None:
        properties = child(paragraph, "pPr")
        if properties is not None and _is_on(child(properties, "pageBreakBefore")):
            self._break_page()
        label = self._numbering.label(paragraph)
        text = f"{label} " if label else ""
        breaks_after = properties is not None and _ends_page(child(properties, "sectPr"))
        for token in self._tokens(paragraph):
            if isinstance(token, str):
                text += token
            elif token is _Break.ASKED_FOR:
                if text.strip():
                    self.pages[-1].append(text)
                self._break_page()
                text = ""
            elif text.strip() and text.strip() != label:
                breaks_after = True
            else:
                self._break_page()
        if text or self.pages[-1]:  # no page starts with the empty end of the paragraph that held its page break
            self.pages[-1].append(text.rstrip() if text.strip() == label else text)
        self.pages[-1].extend(self._asides)
        self._asides.clear()
        if breaks_after:
            self._break_page()

    def _read_table(self, table: Any) -> None:
        for row in _through_wrappers(table, "tr"):
            cells = []
            for cell in _through_wrappers(row, "tc"):
                reader = _Reader(self._numbering, self._notes)
                reader.read(cell)
                cells.append(reader.flat_text().replace("\n", " "))
                self.has_rendered_breaks |= reader.has_rendered_breaks
            if child(row, "tc") is not None and any(
                local_name(found) == "lastRenderedPageBreak" for found in row.iter()
            ):
                self._break_page()
            if any(cells):
                self.pages[-1].append(_CELL_SEPARATOR.join(cells))

    def _tokens(self, element: Any) -> Iterator[str | _Break]:
        for found in element:
            name = local_name(found)
            if name == "t":
                yield found.text or ""
            elif name in _CHARACTERS:
                yield _CHARACTERS[name]
            elif name == "br":
                yield _Break.ASKED_FOR if attribute(found, "type") == "page" else "\n"
            elif name == "lastRenderedPageBreak":
                self.has_rendered_breaks = True
                yield _Break.RENDERED
            elif name == "sym":
                yield _symbol(attribute(found, "char"))
            elif name in {"footnoteReference", "endnoteReference"}:
                note = self._notes.get((name.removesuffix("Reference"), attribute(found, "id") or ""))
                self._asides.extend([note] if note else [])
            elif name == "txbxContent":
                reader = _Reader(self._numbering, self._notes)
                reader.read(found)
                self._asides.extend(line for lines in reader.pages for line in lines if line.strip())
            elif name not in _LEFT_OUT:
                yield from self._tokens(found)


def _through_wrappers(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, also those inside content controls and tracked insertions."""
    for found in element:
        if local_name(found) == name:
            yield found
        elif local_name(found) in _WRAPPERS:
            yield from _through_wrappers(found, name)


def _is_on(flag: Any | None) -> bool:
    return flag is not None and attribute(flag, "val") not in {"0", "false", "off"}


def _ends_page(section: Any | None) -> bool:
    """Whether this end of a section is also the end of a page."""
    return section is not None and value(section, "type") != "continuous"


def _symbol(code: str | None) -> str:
    """A character of a symbol font; fonts of symbols use the private area, where only bullets are common."""
    try:
        character = chr(int(code or "", 16))
    except (ValueError, OverflowError):
        return ""
    return character if character.isprintable() else "•"
