"""The outline of a document: which item each stretch of text belongs to, and how that item is cited."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from contracts.extraction.contents import is_contents_line, is_contents_page
from contracts.extraction.furniture import PAGES_PER_TICK
from contracts.extraction.lexicon import NUMBER_WORDS
from contracts.extraction.markers import (
    Heading,
    Mark,
    MarkKind,
    full_path_of_line,
    heading_of_line,
    marks_of_line,
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
_ENDS_OPEN = re.compile(r"(?:[,;]|\b(?:and|or|and/or))$")
_STARTS_ANEW = re.compile(r"\W*(?:[A-Z]|$)")
_TITLE_LIMIT = 90
_LARGEST_SKIP = 3
_TAIL_OF_A_LEAD = 80
_LONGEST_LEAD = 600


@dataclass(slots=True)
class Item:
    """One item of the outline. `path` holds the marks from below its root; `title` is its heading, if it has one.

    `lead` is the sentence that the items below go on with; `stem` that of the item before, which this one goes on with.
    """

    segment: "Segment"
    path: list[str]
    parent: "Item | None" = None
    title: str = ""
    lead: str = ""
    stem: str = ""

    def inner_titles(self) -> list[str]:
        """The headings in force below the section's or letter's own, nearest first."""
        found: list[str] = []
        item: Item | None = self
        while item is not None:
            if item.title:
                found.append(item.title)
            item = item.parent
        return found

    def titles(self) -> list[str]:
        """The headings in force, nearest first."""
        root = self.segment.root
        return [*self.inner_titles(), root.title] if root is not None and root.title else self.inner_titles()

    def leads(self) -> list[str]:
        """The words that introduce this item in the items around it, nearest first: "... shall be paid as follows:"."""
        found: list[str] = [self.stem] if self.stem else []
        item = self.parent
        while item is not None:
            if item.lead:
                found.append(item.lead)
            item = item.parent
        return found


@dataclass(slots=True)
class Segment:
    """A run of pages and lines under one root."""

    root: Heading | None
    appendix: str = ""
    start: int = 0


@dataclass(slots=True)
class Block:
    """The text of one item up to the next mark, as positions in the view."""

    item: Item
    start: int
    end: int


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
        self._find_titles_and_leads()
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
        self.segments[-1].root = Heading(root.kind, root.number, title, root.path)
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

    def _find_titles_and_leads(self) -> None:
        before: tuple[Item, str] | None = None
        for block in paced(self.blocks, self.tick):
            text = self.text[block.start : block.end].strip()
            if before is not None and not block.item.stem:
                block.item.stem = _stem_of(block.item, text, *before)
            before = (block.item, text)
            if not block.item.title:
                block.item.title = _title_of(text)
            if text.endswith((":", ":-")) or "following" in text[-_TAIL_OF_A_LEAD:] or _is_unfinished(text):
                block.item.lead = " ".join(re.split(r"(?<=[.;])\s+(?=[A-Z])", text[-_LONGEST_LEAD:])[-1].split())


def _stem_of(item: Item, text: str, sibling: Item, opening: str) -> str:
    """ "a. Pilots shall report one hour before departure at the base and / b. forty minutes at others": the words of a. for b."""
    goes_on = (
        item.parent is sibling.parent
        and item.segment is sibling.segment
        and item is not sibling
        and not _STARTS_ANEW.match(text)
    )
    if not goes_on or _ENDS_OPEN.search(opening) is None or (item.parent is not None and item.parent.lead):
        return ""
    last = re.split(r"(?<=[.:])\s", opening[-_LONGEST_LEAD:])[-1]
    return sibling.stem or (" ".join(last.split()) if _MODAL.search(last) else "")


def _is_unfinished(text: str) -> bool:
    """Whether a sentence stops in the middle, for the items below to go on: "The Pilot must"."""
    last = re.split(r"(?<=[.;:])\s", text[-_LONGEST_LEAD:])[-1]
    return bool(text) and (text[-1].isalpha() or text[-1] == ",") and _MODAL.search(last) is not None


def _title_of(text: str) -> str:
    """The heading that opens an item's text, or nothing: a short line by itself, or one that ends in a full stop."""
    first, _, rest = text.partition("\n")
    stop = re.search(r"(?<=[A-Za-z)\"])\s?\.(?=\s|$)", first)
    title = first[: stop.start()] if stop is not None else first
    following = rest.split("\n", 1)[0].strip()
    if stop is None and first.isupper() and following.rstrip(" .").isupper():
        title = f"{first} {following}"
    alone = stop is not None or not rest or not following or title.isupper()
    title = " ".join(title.strip(" .:-").split())
    if not alone or not title or len(title) > _TITLE_LIMIT or _MODAL.search(title) or title.endswith((",", ";")):
        return ""
    return title if title[0].isupper() and not re.search(r"\d", title) else ""


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


def citation_of(item: Item, page: int) -> str:
    """How the item is cited: "Section 3.E.1.d.(1)", "LOA 15 ¶2", "Section 3, Appendix A", or the page where nothing is known."""
    root, segment = item.segment.root, item.segment
    path = ".".join(item.path)
    if root is None:
        return f"Page {page}, item {path}" if path else f"Page {page}"
    if root.kind == "letter":
        name = f"LOA {root.number}".strip() if root.number else (root.title or "LOA")
        name = f"{name}, Appendix {segment.appendix}" if segment.appendix else name
        if not path:
            return name
        return f"{name}.{path}" if item.path[0].isupper() else f"{name} ¶{path}"
    if segment.appendix:
        return f"Section {root.number}, Appendix {segment.appendix}" + (f", {path}" if path else "")
    return f"Section {root.number}.{path}" if path else f"Section {root.number}"
