"""The outline of a document: which item each stretch of text belongs to, and how that item is cited."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from contracts.extraction.contents import is_contents_line, is_contents_page
from contracts.extraction.furniture import PAGES_PER_TICK
from contracts.extraction.introductions import name_items
from contracts.extraction.items import Block, Item, Segment
from contracts.extraction.lexicon import NUMBER_WORDS
from contracts.extraction.markers import (
    Heading,
    Mark,
    MarkKind,
    full_path_of_line,
    heading_of_line,
    marks_of_line,
    section_item_of_line,
    value_of_letters,
)
from contracts.extraction.pacing import Tick, paced, silent

_REFERENCE = re.compile(
    r"\b(?:sub)?(?:section|paragraph)s? (?P<number>\d{1,2})\.[A-Z]\b|\b(?i:this section) (?P<this>\d{1,2})\b",
    re.IGNORECASE,
)
_WEIGHT_OF_THIS = 3
_EXPECTS_NUMBER = re.compile(
    rf"\b(?:{'|'.join(NUMBER_WORDS)}|sub-?sections?|sections?|(?:sub)?paragraphs?|articles?|appendix|exhibit|"
    rf"item|items|through|part)$",
    re.IGNORECASE,
)
_ROW = re.compile(r"\S {3,}\S")
_CLOSED = re.compile(r"(?:[.:;!?)\],\"']|\b(?:or|and))$")
_MODAL = re.compile(r"\b(?:shall|will|may|must|is|are|has|have)\b")
_TITLE_LIMIT = 90
_LARGEST_SKIP = 3


@dataclass(slots=True)
class _Entry:
    mark: Mark
    item: Item


@dataclass(slots=True)
class _Line:
    start: int
    text: str
    before: str
    after_blank: bool
    first_on_page: bool


@dataclass(slots=True)
class Outliner:
    """Reads a view line by line.

    `page_starts` are positions in the view; `gaps` the indexes of pages whose printed number does not follow.
    """

    text: str
    page_starts: Sequence[int]
    gaps: frozenset[int]
    tick: Tick = silent
    blocks: list[Block] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    _stack: list[_Entry] = field(default_factory=list)
    _pending: list[Item] = field(default_factory=list)
    _loose: bool = True
    _awaits_title: bool = False

    def outline(self) -> list[Block]:
        """The blocks in order. Text of tables of contents and of headings is in none."""
        self._open_segment(None, 0)
        before, after_blank = "", True
        ends = [*self.page_starts[1:], len(self.text)]
        stretches = zip(self.page_starts, ends, strict=True)
        for index, (at, end) in enumerate(paced(stretches, self.tick, every=PAGES_PER_TICK)):
            if index in self.gaps:
                self._open_segment(None, at)
                before = ""
            page = self.text[at:end]
            if is_contents_page(page):
                self._close(at)
                self._open_item(Item(self.segments[-1], []), end)
                continue
            before, after_blank = self._read_page(page, at, before, after_blank=after_blank)
        self._close(len(self.text))
        self._name_unknown_roots()
        name_items(self.text, self.blocks, self.tick)
        return [block for block in self.blocks if block.end > block.start]

    def _read_page(self, page: str, start: int, before: str, *, after_blank: bool) -> tuple[str, bool]:
        """Read the lines of one page; gives back the last line with text, and whether blank lines follow it."""
        at = start
        first = True
        for line in page.replace("\f", "\n").split("\n"):
            if line.strip():
                self._read(_Line(at, line, before, after_blank or not before, first))
                first = False
                before, after_blank = line.rstrip(), False
            else:
                after_blank = True
            at += len(line) + 1
        return before, after_blank

    def _read(self, line: _Line) -> None:
        if is_contents_line(line.text):
            self._skip(line)
            return
        if self._read_section_item(line):
            return
        heading = heading_of_line(line.text)
        stands_out = line.after_blank or line.first_on_page or line.text.isupper() or line.before.isupper()
        if heading is not None and (stands_out or _CLOSED.search(line.before)):
            self._open_root(heading, line)
            return
        if self._awaits_title:
            self._awaits_title = False
            if self._take_title(line):
                return
        closed = line.after_blank or _CLOSED.search(line.before) is not None or _ROW.search(line.before) is not None
        if _EXPECTS_NUMBER.search(line.before) or not (closed or len(line.before) < _TITLE_LIMIT // 2):
            return
        whole = full_path_of_line(line.text)
        if whole is not None and (line.after_blank or line.before.endswith((".", ":", ";"))):
            self._open_full_path(whole[0], line.start, line.start + whole[1])
            self._read_marks(line, whole[1], nested=True)
            return
        self._read_marks(line, 0, nested=False)

    def _read_section_item(self, line: _Line) -> bool:
        """Within an article a section is an item, with its text or its title on the same line."""
        root = self.segments[-1].root
        found = section_item_of_line(line.text) if root is not None and root.holds_sections else None
        if found is None or not (line.after_blank or line.first_on_page or _CLOSED.search(line.before)):
            return False
        mark, length = found
        last = next((entry.mark.value for entry in self._stack if entry.mark.kind is MarkKind.SECTION), 0)
        if not (mark.value == 1 or 0 < mark.value - last <= _LARGEST_SKIP):
            return False
        self._awaits_title = False
        self._close(line.start)
        self._stack = []
        self._push(mark, line.start + length)
        self._loose = False
        self._read_marks(line, length, nested=True)
        return True

    def _read_marks(self, line: _Line, at: int, *, nested: bool) -> None:
        """The marks at `at` of a line, one behind another: "A. 1. (a) The Company ...". A nested one is the first of its kind."""
        while True:
            marks, length = marks_of_line(line.text[at:])
            usable = [mark for mark in marks if mark.value == 1 or not nested]
            if not usable or not self._place(usable, line.start + at, line.start + at + length):
                return
            at, nested = at + length, True

    def _skip(self, line: _Line) -> None:
        item = self.blocks[-1].item
        self._close(line.start)
        self.blocks.append(Block(item, line.start + len(line.text), line.start + len(line.text)))

    def _close(self, at: int) -> None:
        if self.blocks:
            self.blocks[-1].end = at

    def _open_item(self, item: Item, at: int) -> None:
        self.blocks.append(Block(item, at, at))

    def _open_segment(self, root: Heading | None, at: int, appendix: str = "") -> None:
        self._close(at)
        self.segments.append(Segment(root, appendix, at))
        self._stack, self._pending, self._loose = [], [], True
        self._open_item(Item(self.segments[-1], []), at)

    def _open_root(self, heading: Heading, line: _Line) -> None:
        current = self.segments[-1]
        end = line.start + len(line.text)
        if heading.kind == "appendix" and heading.number == current.appendix:
            self._skip(line)
            return
        if heading.kind == "appendix":
            self._open_segment(current.root, end, f"{heading.number}")
        elif (
            current.root is not None
            and (current.root.kind, current.root.number) == (heading.kind, heading.number)
            and not heading.path
        ):
            self._skip(line)
            return
        else:
            self._open_segment(heading, end)
            self._awaits_title = not heading.title
        self.blocks[-2].end = line.start
        for token in re.findall(r"[A-Z]|\d+", heading.path):
            marks, _ = marks_of_line(f"{token}.")
            self._push(marks[0], end)

    def _take_title(self, line: _Line) -> bool:
        root = self.segments[-1].root
        title = " ".join(line.text.split())
        if root is None or len(title) > _TITLE_LIMIT or _MODAL.search(title) or marks_of_line(line.text)[0]:
            return False
        self.segments[-1].root = replace(root, title=title)
        self._skip(line)
        return True

    def _open_full_path(self, path: str, start: int, text_start: int) -> None:
        number, *tokens = re.findall(r"\(\w+\)|\w+", path)
        root = self.segments[-1].root
        if root is None or root.kind != "section" or root.number != number:
            self._open_segment(Heading("section", number, ""), start)
        self._close(start)
        self._stack = []
        for token in tokens:
            marks, _ = marks_of_line(token if token.startswith("(") else f"{token}.")
            if marks:
                self._push(marks[0], text_start)
        self._loose = False

    def _place(self, marks: list[Mark], start: int, text_start: int) -> bool:
        """Open the item of a mark where it follows from the marks before it; otherwise it is part of the text.

        Returns whether one was opened.
        """
        for skip in range(1, _LARGEST_SKIP + 1):
            for depth in range(len(self._stack) - 1, -1, -1):
                for mark in marks:
                    entry = self._stack[depth].mark
                    if entry.kind is mark.kind and mark.value - entry.value == skip:
                        self._close(start)
                        del self._stack[depth:]
                        self._push(mark, text_start)
                        return True
        for mark in sorted(marks, key=lambda mark: mark.value):
            if self._can_begin(mark):
                self._close(start)
                self._push(mark, text_start)
                return True
        return False

    def _can_begin(self, mark: Mark) -> bool:
        kinds = [entry.mark.kind for entry in self._stack]
        if not kinds:
            return True
        if self._loose and mark.kind not in kinds and mark.kind < kinds[0]:
            self._insert_parents(mark)
            return True
        if mark.value == 1:
            if mark.kind is MarkKind.UPPER and kinds[0] is mark.kind:
                self._stack = []
            elif kinds[-1] is mark.kind:
                self._stack.pop()
            return True
        return mark.value == 2 and mark.kind not in kinds  # noqa: PLR2004 - the first item's mark may be lost in a scan

    def _insert_parents(self, mark: Mark) -> None:
        """The first parent seen in a text that begins in the middle: what came before stood under the mark before it."""
        self._stack = []
        if mark.value == 1:
            return
        number = mark.value - 1
        before = str(number) if mark.kind is MarkKind.DIGIT else chr(ord(mark.text[-1]) - 1)
        for item in self._pending:
            item.path.insert(0, before)

    def _push(self, mark: Mark, text_start: int) -> None:
        parent = self._stack[-1].item if self._stack else None
        path = [*(parent.path if parent is not None else []), mark.text]
        item = Item(self.segments[-1], path, parent)
        self._stack.append(_Entry(mark, item))
        if self._loose:
            self._pending.append(item)
        if mark.kind is MarkKind.UPPER or (self.segments[-1].root is not None and len(path) == 1 and mark.value == 1):
            self._loose, self._pending = False, []
        self._open_item(item, text_start)

    def _name_unknown_roots(self) -> None:
        """A text that begins in the middle of a section usually names it in its own references."""
        ends = [segment.start for segment in self.segments[1:]] + [len(self.text)]
        for segment, end in zip(self.segments, ends, strict=True):
            if segment.root is not None:
                continue
            votes: Counter[str] = Counter()
            for match in _REFERENCE.finditer(self.text, segment.start, end):
                votes[match["number"] or match["this"]] += _WEIGHT_OF_THIS if match["this"] else 1
            if votes:
                segment.root = Heading("section", max(votes, key=lambda number: (votes[number], number)), "")
        self._carry_roots_over_gaps()

    def _carry_roots_over_gaps(self) -> None:
        """After missing pages, letters that go on from those before the gap are of the same section."""
        letters: dict[int, list[str]] = {}
        for block in self.blocks:
            if block.item.path and block.item.path[0].isupper():
                letters.setdefault(id(block.item.segment), []).append(block.item.path[0])
        for last, segment in pairwise(self.segments):
            before, here = letters.get(id(last)), letters.get(id(segment))
            follows = before and here and value_of_letters(here[0]) > value_of_letters(before[-1])
            if segment.root is None and last.root is not None and follows:
                segment.root = last.root


def outline(
    text: str, page_starts: Sequence[int], printed_numbers: Sequence[int | None], tick: Tick = silent
) -> list[Block]:
    """The blocks of a view whose pages begin at `page_starts`; `printed_numbers` are the numbers printed on them."""
    gaps = {
        index
        for index in range(1, len(printed_numbers))
        if (here := printed_numbers[index]) is not None
        and (last := printed_numbers[index - 1]) is not None
        and here not in {last + 1, last, 1}
    }
    return Outliner(text, page_starts, frozenset(gaps), tick).outline()
