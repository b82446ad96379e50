"""Text on scans, recognised by tesseract's command where it is installed.

A page without words goes out as a picture that we drew, at `DOTS_PER_INCH`, and comes back as words with their boxes.
"""

import logging
import resource
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from contracts.documents.isolation import render_page_in_child
from contracts.documents.pages import PAGE_SEPARATOR, Page, TextSource, Word
from contracts.documents.sniffing import MediaType

logger = logging.getLogger(__name__)

COMMAND = "tesseract"
LANGUAGE = "eng"
DOTS_PER_INCH = 300
PAGE_SECONDS = 10
"""For one page; a reading renews its lease more often than that would let it lapse."""
READING_SECONDS = 180
"""For all pages of a document; further scans stay scans."""
MEMORY_BYTES = 1024**3
_WORD_LEVEL = "5"
_PAGE_LEVEL = "1"
_TEXT = 11  # the column of a word's text
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


def recogniser() -> str | None:
    """The command that recognises text; None where it is not installed."""
    return shutil.which(COMMAND)


def with_scans_read(pages: Iterable[Page], path: Path, media_type: MediaType) -> Iterator[Page]:
    """The pages in order, scans among them with the text that was recognised, as far as there is a command and time.

    Offsets of pages behind a scan move by its text.

    Raises:
        DocumentFault: a page cannot be drawn.
    """
    command, until, char_start = recogniser(), time.monotonic() + READING_SECONDS, 0
    for page in pages:
        moved = _moved(page, char_start)
        if page.source is TextSource.SCAN and command is not None and time.monotonic() < until:
            picture = render_page_in_child(path, media_type, page.number, dots_per_inch=DOTS_PER_INCH)
            moved = recognised(moved, picture, command)
        yield moved
        char_start += len(moved.text) + len(PAGE_SEPARATOR)


def _moved(page: Page, char_start: int) -> Page:
    return page if page.char_start == char_start else replace(page, char_start=char_start)


def recognised(page: Page, picture: bytes, command: str) -> Page:
    """The page with the words that stand on its picture (PNG); as it was where none are found or it takes too long."""
    try:
        run = subprocess.run(  # noqa: S603 # found in the path; the picture is our own drawing
            [command, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DOTS_PER_INCH), "tsv"],
            input=picture,
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=False,
            env=_ENVIRONMENT,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        logger.warning("recognising the text of page %d took too long", page.number)
        return page
    if run.returncode != 0:
        logger.warning("recognising the text of page %d ended with status %d", page.number, run.returncode)
        return page
    text, words = _read_tsv(run.stdout.decode(errors="replace"), page)
    if not words:
        return replace(page, source=TextSource.BLANK)
    return replace(page, text=text, words=words, source=TextSource.RECOGNISED)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PAGE_SECONDS, PAGE_SECONDS))


def _read_tsv(table: str, page: Page) -> tuple[str, tuple[Word, ...]]:
    """Text and words of tesseract's table: a line a line, an empty one between paragraphs.

    Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text; in pixels.
    """
    rows = [line.split("\t") for line in table.splitlines()]
    whole = next((row for row in rows if row[0] == _PAGE_LEVEL), None)
    if whole is None:
        return "", ()
    across, down = page.width / int(whole[8]), page.height / int(whole[9])
    pieces: list[str] = []
    words: list[Word] = []
    length = 0
    before: list[str] | None = None
    found = [row for row in rows if row[0] == _WORD_LEVEL and len(row) > _TEXT and row[_TEXT].strip()]
    for _, line in groupby(found, key=lambda row: row[2:5]):
        for number, row in enumerate(line):
            gap = " " if number else "" if before is None else "\n" if before[2:4] == row[2:4] else "\n\n"
            pieces += [gap, row[_TEXT].strip()]
            start = length + len(gap)
            length = start + len(row[_TEXT].strip())
            left, top, width, height = (int(cell) for cell in row[6:10])
            box = (left * across, top * down, (left + width) * across, (top + height) * down)
            words.append(Word(row[_TEXT].strip(), tuple(round(side, 2) for side in box), start, length))  # type: ignore[arg-type] # four sides
            before = row
    return "".join(pieces), tuple(words)
