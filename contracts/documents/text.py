"""Plain text files: decoding, and pages parted by form feeds.

Offsets are those of the decoded text, without the byte order mark, with line ends as they are in the file.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from contracts.documents.faults import MAX_PAGES, MAX_WORDS, DocumentFault, DocumentFaultCode, fault_too_many_pages
from contracts.documents.layout import columns_for, lay_out_page, part_by_rows
from contracts.documents.pages import PAGE_SEPARATOR, Page, count_words

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
_ASCII_TEXT = bytes(range(0x20, 0x7F)) + b"\t\n\f\r"

# Shares of bytes. Real text has next to no control characters; old one-byte encodings are told from binary data by
# being mostly ASCII.
_MOST_CONTROLS = 0.002
_LEAST_ASCII = 0.70


def decode_text(data: bytes) -> str:
    """The text in UTF-8, UTF-16 with a byte order mark, or else Windows-1252 or Latin-1.

    Raises:
        ValueError: this is not text.
    """
    if data.startswith(_UTF_16_MARKS):
        text = data.decode("utf-16")
        _refuse_controls(text.encode("utf-8"))
        return text
    _refuse_controls(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(data.translate(None, _ASCII_TEXT)) > (1 - _LEAST_ASCII) * len(data):
            raise
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def inspect_text(path: Path) -> int:
    """The number of pages.

    Raises:
        DocumentFault: not text, empty, too many pages, or too much text.
    """
    text = _read(path)
    if not text.strip():
        raise DocumentFault(DocumentFaultCode.EMPTY)
    if count_words(text) > MAX_WORDS:
        raise DocumentFault(DocumentFaultCode.TOO_MUCH_TEXT)
    page_count = sum(1 for _ in _part(text, columns_for(text)))
    if page_count > MAX_PAGES:
        raise fault_too_many_pages(page_count)
    return page_count


def read_text_pages(path: Path, *, first: int = 1) -> Iterator[Page]:
    """The pages in order, from number `first` on.

    Raises:
        DocumentFault: not text, too many pages, or too much text on one page.
    """
    text = _read(path)
    columns = columns_for(text)
    for number, (start, end) in enumerate(_part(text, columns), start=1):
        if number > MAX_PAGES:
            raise DocumentFault(DocumentFaultCode.TOO_MANY_PAGES)
        if number < first:
            continue
        yield lay_out_page(number, text[start:end], start, columns)


def _read(path: Path) -> str:
    try:
        return decode_text(path.read_bytes())
    except ValueError as error:
        raise DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE) from error


def _part(text: str, columns: int) -> Iterator[tuple[int, int]]:
    """The start and end of each page.

    Form feeds alone part the pages where there are any, whatever the pages' length; what follows the last one is a
    page only if it holds something, since many programs end each page with a form feed.
    """
    if PAGE_SEPARATOR not in text:
        yield from part_by_rows(text, columns)
        return
    start = 0
    while (end := text.find(PAGE_SEPARATOR, start)) >= 0:
        yield start, end
        start = end + len(PAGE_SEPARATOR)
    if text[start:].strip():
        yield start, len(text)


def _refuse_controls(data: bytes) -> None:
    """
    Raises:
        ValueError: there are NULs or too many other control characters.
    """
    if b"\0" in data:
        raise ValueError("NUL characters")
    if len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        raise ValueError("too many control characters")
