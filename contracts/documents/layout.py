"""A nominal layout for files that have none: monospaced lines on letter paper, so that every word has a box.

A line too long for the paper is continued on the next row; the text itself is not changed by that.
"""

import re
from collections.abc import Iterator

from contracts.documents.faults import MAX_PAGE_CHARACTERS, DocumentFault, DocumentFaultCode
from contracts.documents.pages import Page, Word

PAGE_WIDTH, PAGE_HEIGHT = 612.0, 792.0  # points; both grow where the text needs it
MARGIN = 36.0  # points, on all four sides
COLUMN_WIDTH = 6.0  # points: one character
ROW_HEIGHT = 12.0  # points
COLUMNS = int((PAGE_WIDTH - 2 * MARGIN) / COLUMN_WIDTH)
ROWS = int((PAGE_HEIGHT - 2 * MARGIN) / ROW_HEIGHT)

# Tables in plain text were often made for wide paper; up to this many columns the page grows rather than wrap.
WIDEST_COLUMNS = 160

# A page that has to end may end this many rows early to do so after a blank line, between two paragraphs.
_EARLY_ROWS = 20
_TAB_COLUMNS = 8

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_WORD = re.compile(r"\S+")


def lay_out_page(number: int, text: str, char_start: int, columns: int = COLUMNS) -> Page:
    """The page with each word's box, wrapped after `columns` characters.

    Raises:
        DocumentFault: too much text for one page.
    """
    if len(text) > MAX_PAGE_CHARACTERS:
        raise DocumentFault(DocumentFaultCode.TOO_MUCH_TEXT)
    words: list[Word] = []
    row = 0
    right = columns
    for line in _LINE.finditer(text):
        line_row = 0
        for match, line_row, column in _placed_words(text, line.start(), line.end(), columns):
            x0 = MARGIN + column * COLUMN_WIDTH
            y0 = MARGIN + (row + line_row) * ROW_HEIGHT
            length = match.end() - match.start()
            box = (x0, y0, x0 + length * COLUMN_WIDTH, y0 + ROW_HEIGHT)
            words.append(Word(match.group(), box, match.start(), match.end()))
            right = max(right, column + length)
        row += line_row + 1
    width = max(PAGE_WIDTH, 2 * MARGIN + right * COLUMN_WIDTH)
    height = max(PAGE_HEIGHT, 2 * MARGIN + (row - 1) * ROW_HEIGHT)
    return Page(number, width, height, text, tuple(words), char_start)


def columns_for(text: str) -> int:
    """The columns that the text's longest line asks for, within bounds."""
    longest = max((len(line.expandtabs(_TAB_COLUMNS)) for line in text.splitlines()), default=0)
    return min(max(longest, COLUMNS), WIDEST_COLUMNS)


def part_by_rows(text: str, columns: int = COLUMNS) -> Iterator[tuple[int, int]]:
    """The start and end of each page in a text that says nothing of pages.

    Pages are parted at line feeds, after a blank line where one is near. The line feed (or lone carriage return) at
    which they are parted belongs to neither, so pages joined by a one-character separator keep every offset.
    """
    content_end = len(text.rstrip())
    page_start = blank_end = 0  # `blank_end`: the end of the page's latest blank line, 0 if none is near enough
    rows = rows_at_blank = 0
    for line in _LINE.finditer(text):
        start, end = line.span()
        if start >= content_end:
            break
        line_rows = _row_count(text, start, end, columns)
        if rows + line_rows > ROWS and start > page_start:
            parted_at = blank_end or start
            yield page_start, parted_at - 1
            page_start = parted_at
            rows = rows - rows_at_blank if blank_end else 0
            blank_end = rows_at_blank = 0
        rows += line_rows
        if rows > ROWS - _EARLY_ROWS and end > start and not text[start:end].strip():
            blank_end, rows_at_blank = end, rows
    yield page_start, len(text)


def _placed_words(text: str, start: int, end: int, columns: int) -> Iterator[tuple[re.Match[str], int, int]]:
    """Each word of the line with the row (from 0, within the line) and column where it stands."""
    row = column = 0
    previous_end = start
    for match in _WORD.finditer(text, start, end):
        for character in text[previous_end : match.start()]:
            column += _TAB_COLUMNS - column % _TAB_COLUMNS if character == "\t" else 1
        length = match.end() - match.start()
        if column > 0 and column + length > columns:
            row += 1
            column = 0
        yield match, row, column
        column += length
        previous_end = match.end()


def _row_count(text: str, start: int, end: int, columns: int) -> int:
    if end - start <= columns and "\t" not in text[start:end]:
        return 1
    row = 0
    for _, row, _ in _placed_words(text, start, end, columns):  # noqa: B007 -- the last word's row is wanted
        pass
    return row + 1
