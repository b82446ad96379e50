"""Reads the plain-text markup in which the demo agreements are written.

One line is one block; blank lines and lines that begin with ``#`` are skipped. The first characters say
what a block is:

===========================  =====================================================================================
``SECTION 3 | COMPENSATION``  a section (also ``APPENDIX A | ...`` and ``LETTER OF AGREEMENT 1 | ...``)
``A. `` ``1. `` ``a. ``       an item of level 1, 2 or 3; ``(1) `` and ``(a) `` are levels 4 and 5
``A. Pay Guarantee``          an item that ends without punctuation is a heading
``1. Rest | Text.``           an item with a run-in heading
``> ``                        an unnumbered paragraph, set under the item before it
``% ``                        a centred line
``^ ``                        the caption of the table that follows
``| a | b``                   one row of a table; the first row holds the column heads
``_ left | right``            one row of a signature block
===========================  =====================================================================================
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class BlockKind(StrEnum):
    """What a block of the markup is."""

    SECTION = "section"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    CENTRED = "centred"
    CAPTION = "caption"
    TABLE = "table"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a source.

    ``marker`` is what numbers the block ("SECTION 3", "A.", "(1)"), ``heading`` its title, ``level`` 1 to 5 for an
    item and the level of the item above for other text; ``rows`` is filled for tables and signature blocks alone.
    """

    kind: BlockKind
    level: int = 0
    marker: str = ""
    heading: str = ""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


class MarkupError(Exception):
    """A line of a source that means nothing; says which one."""


_SECTION = re.compile(r"(SECTION \d+|APPENDIX [A-Z]|LETTER OF AGREEMENT \d+) \| (.+)")
_ITEM_LEVELS = (
    (1, re.compile(r"([A-Z]\.) +(.+)")),
    (2, re.compile(r"(\d{1,2}\.) +(.+)")),
    (3, re.compile(r"([a-z]\.) +(.+)")),
    (4, re.compile(r"(\(\d{1,2}\)) +(.+)")),
    (5, re.compile(r"(\([a-z]\)) +(.+)")),
)
_SENTENCE_END = (".", ":", ";", "; or", "; and", ",")
_LINE_KINDS = {">": BlockKind.PARAGRAPH, "%": BlockKind.CENTRED, "^": BlockKind.CAPTION}
_ROW_KINDS = {"|": BlockKind.TABLE, "_": BlockKind.SIGNATURES}


def read_sources(folder: Path) -> tuple[Block, ...]:
    """Returns the blocks of all ``*.txt`` files of a folder, in the order of their names.

    Raises:
        MarkupError: a line is none of the blocks above; names file and line.
    """
    blocks: list[Block] = []
    for path in sorted(folder.glob("*.txt")):
        blocks.extend(_read_file(path))
    return tuple(blocks)


def _read_file(path: Path) -> list[Block]:
    blocks: list[Block] = []
    level = 0
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        block = _read_line(line, level)
        if block is None:
            raise MarkupError(f"{path.name}, line {number}: not a block of the markup: {line[:60]!r}")
        if block.kind in (BlockKind.ITEM, BlockKind.SECTION):
            level = block.level
        if block.rows and blocks and blocks[-1].kind is block.kind:
            blocks[-1] = Block(block.kind, rows=blocks[-1].rows + block.rows)
        else:
            blocks.append(block)
    return blocks


def _read_line(line: str, level: int) -> Block | None:
    if match := _SECTION.fullmatch(line):
        return Block(BlockKind.SECTION, marker=match[1], heading=match[2])
    first, rest = line[0], line[1:].strip()
    if first in _ROW_KINDS:
        return Block(_ROW_KINDS[first], rows=(tuple(cell.strip() for cell in rest.split("|")),))
    if first in _LINE_KINDS:
        return Block(_LINE_KINDS[first], level=level, text=rest)
    for item_level, pattern in _ITEM_LEVELS:
        if match := pattern.fullmatch(line):
            return _item(item_level, match[1], match[2])
    return None


def _item(level: int, marker: str, content: str) -> Block:
    heading, bar, text = content.partition(" | ")
    if bar:
        return Block(BlockKind.ITEM, level, marker, heading.strip(), text.strip())
    if content.endswith(_SENTENCE_END):
        return Block(BlockKind.ITEM, level, marker, text=content)
    return Block(BlockKind.ITEM, level, marker, heading=content)
