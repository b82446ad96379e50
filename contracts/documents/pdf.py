"""PDF files: pages with words and boxes, read by pdfium.

pdfium crashes on some hostile files; callers that have something to lose go through `contracts.documents.isolation`.
"""

import ctypes
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from contracts.documents.faults import (
    MAX_PAGE_CHARACTERS,
    MAX_PAGES,
    DocumentFault,
    DocumentFaultCode,
    fault_broken_page,
    fault_too_many_pages,
    fault_without_text,
)
from contracts.documents.pages import PAGE_SEPARATOR, Box, Page, TextSource, Word

# A whole PDF ends in "startxref", an offset and "%%EOF"; readers look for them in the last kilobyte, we in the last 8.
_END_BYTES = 8 * 1024
_END_MARKS = (b"startxref", b"%%EOF")

# pdfium writes a line's closing hyphen as a character of its own, which differs by call, and leaves out the line break.
_LINE_HYPHEN = "\x02"
_RAW_WORD = re.compile(rf"[^\s{_LINE_HYPHEN}]+{_LINE_HYPHEN}?|{_LINE_HYPHEN}")

# Control characters, which neither JSON nor the database holds well, become spaces.
_CLEANED = {code: " " for code in range(0x20) if chr(code) not in "\t\n\r\x02"} | {
    0xFFFE: _LINE_HYPHEN,
    0xFFFF: "\ufffd",
}

_SURROGATES = range(0xD800, 0xE000)
_HALF_TURN_DEGREES = 180
_FORM_DEPTH = 3  # pictures may lie within forms


@dataclass(frozen=True, slots=True)
class _Frame:
    """How a page is shown: the part of its coordinate system in view (y pointing up), and its rotation."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int  # degrees clockwise: 0, 90, 180 or 270
    scale: float  # points for each unit of the page's coordinates

    def shows(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Whether any of this rectangle, in the page's coordinates, is in view."""
        return right >= self.left and left <= self.right and top >= self.bottom and bottom <= self.top

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The part in view of a rectangle in the page's coordinates, as a box from the shown page's top left."""
        left, right = max(left, self.left), min(right, self.right)
        bottom, top = max(bottom, self.bottom), min(top, self.top)
        match self.rotation:
            case 90:
                sides = (bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
            case 180:
                sides = (self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
            case 270:
                sides = (self.top - top, self.right - right, self.top - bottom, self.right - left)
            case _:
                sides = (left - self.left, self.top - top, right - self.left, self.top - bottom)
        x0, y0, x1, y1 = (round(side * self.scale, 2) for side in sides)
        return x0, y0, x1, y1


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """The file as pdfium's document; one that opens with an empty password needs none.

    Raises:
        DocumentFault: encrypted, broken, or too many pages.
    """
    _check_end(path)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise DocumentFault(DocumentFaultCode.ENCRYPTED) from error
        raise DocumentFault(DocumentFaultCode.BROKEN) from error
    try:
        if len(document) == 0:
            raise DocumentFault(DocumentFaultCode.BROKEN)
        if len(document) > MAX_PAGES:
            raise fault_too_many_pages(len(document))
        yield document
    finally:
        document.close()


def inspect_pdf(path: Path, *, scans: bool = False) -> int:
    """The number of pages, once every page has been opened and one with text, or of `scans` a scan, was found.

    Raises:
        DocumentFault: encrypted, broken, too many pages, or without text.
    """
    with open_pdf(path) as document:
        page_count = len(document)
        has_text = False
        for number in range(1, page_count + 1):
            with open_page(document, number) as page:
                source = _read_page(page, number, char_start=0).source
                has_text = has_text or source is TextSource.LAYER or (scans and source is TextSource.SCAN)
        if not has_text:
            raise fault_without_text(page_count)
    return page_count


def read_pdf_pages(path: Path) -> Iterator[Page]:
    """The pages in order.

    Raises:
        DocumentFault: encrypted, broken, too many pages, or too much text on one page.
    """
    char_start = 0
    with open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            with open_page(document, number) as opened:
                page = _read_page(opened, number, char_start)
            yield page
            char_start += len(page.text) + len(PAGE_SEPARATOR)


@contextmanager
def open_page(document: Any, number: int) -> Iterator[Any]:
    """Page `number`, from 1, of pdfium's document.

    Raises:
        DocumentFault: the page is broken.
    """
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise fault_broken_page(number) from error
    try:
        yield page
    finally:
        page.close()


def _check_end(path: Path) -> None:
    """Refuse a file that was cut off: pdfium would read what is left of it and say nothing of the lost pages."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 16 * _END_BYTES))
        end = file.read().rstrip(b"\0 \t\r\n")[-_END_BYTES:]
    if not any(mark in end for mark in _END_MARKS):
        raise DocumentFault(
            DocumentFaultCode.BROKEN,
            "The end of this file is missing, as after a download that was interrupted. Download or export it again "
            "from its source and upload the new copy.",
        )


def _read_page(page: Any, number: int, char_start: int) -> Page:
    width, height = page.get_size()
    left, bottom, right, top = page.get_bbox()
    rotation = page.get_rotation()
    upright_width = width if rotation % _HALF_TURN_DEGREES == 0 else height
    scale = upright_width / (right - left) if right > left else 1.0
    frame = _Frame(left, bottom, right, top, rotation, scale)
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise fault_broken_page(number) from error
    try:
        text, words = _read_text(textpage.raw, frame)
    finally:
        textpage.close()
    source = TextSource.LAYER if words else _source_without_words(page)
    return Page(number, round(width, 2), round(height, 2), text, words, char_start, source)


def _source_without_words(page: Any) -> TextSource:
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_FORM_DEPTH)
    return TextSource.SCAN if next(iter(pictures), None) is not None else TextSource.BLANK


def _read_text(textpage: Any, frame: _Frame) -> tuple[str, tuple[Word, ...]]:
    """The page's text and its words, joined from characters up to the next whitespace or end of line."""
    raw = _raw_text(textpage)
    pieces: list[str] = []
    words: list[Word] = []
    length = end = 0
    for match in _RAW_WORD.finditer(raw):
        start = match.start()
        gap = raw[end:start].replace("\r\n", "\n").replace("\r", "\n")
        end = match.end()
        pieces.append(gap)
        length += len(gap)
        box = _word_box(textpage, start, end - 1, frame)
        if box is None:  # it stands outside the part of the page that is shown, as printers' marks do
            continue
        word = match.group()
        ends_line = word[-1] == _LINE_HYPHEN
        if ends_line:
            word = word[:-1] + "-"
        pieces.append(word)
        words.append(Word(word, box, length, length + len(word)))
        length += len(word)
        if ends_line and raw[end : end + 1] not in {"\r", "\n"}:
            pieces.append("\n")
            length += 1
    pieces.append(raw[end:].replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(pieces), tuple(words)


def _raw_text(textpage: Any) -> str:
    """The text layer with one character for each of pdfium's indexes."""
    count = pdfium.FPDFText_CountChars(textpage)
    if count > MAX_PAGE_CHARACTERS:
        raise DocumentFault(DocumentFaultCode.TOO_MUCH_TEXT)
    if count <= 0:
        return ""
    units = (ctypes.c_ushort * (2 * count + 1))()  # a character takes up to two UTF-16 units; one more for the NUL
    written = pdfium.FPDFText_GetText(textpage, 0, count, units)
    text = bytes(units)[: 2 * max(0, written - 1)].decode("utf-16-le", errors="replace")
    if len(text) != count:  # pdfium leaves some characters out of the whole text, so ask for each
        get_unicode = pdfium.FPDFText_GetUnicode
        codes = (get_unicode(textpage, index) for index in range(count))
        text = "".join("\ufffd" if code in _SURROGATES or code > sys.maxunicode else chr(code) for code in codes)
    return text.translate(_CLEANED)


def _word_box(textpage: Any, first: int, last: int, frame: _Frame) -> Box | None:
    """The union of the characters' boxes (advance width by the font's height), or None if all are out of view.

    The first and the last character span a word of one size on one straight line; only others need every character.
    """
    get_box = pdfium.FPDFText_GetLooseCharBox
    a, b = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    if not (get_box(textpage, first, a) and get_box(textpage, last, b)):
        return None
    left, bottom, right, top = a.left, a.bottom, a.right, a.top
    level = bottom == b.bottom and top == b.top
    upright = left == b.left and right == b.right
    left, bottom = min(left, b.left), min(bottom, b.bottom)
    right, top = max(right, b.right), max(top, b.top)
    if not (level or upright):
        for index in range(first + 1, last):
            if get_box(textpage, index, a):
                left, bottom = min(left, a.left), min(bottom, a.bottom)
                right, top = max(right, a.right), max(top, a.top)
    return frame.box(left, bottom, right, top) if frame.shows(left, bottom, right, top) else None
