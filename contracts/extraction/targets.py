"""What a document's references can point to: its sections, letters, appendices and items, found by what is written."""

from dataclasses import dataclass

from contracts.extraction.items import Item, Segment, citation_of
from contracts.extraction.mentions import Mention, MentionKind, shape
from contracts.extraction.outlined import OutlinedDocument
from contracts.extraction.pacing import Tick, paced

# Kind, number and appendix of a root, then the marks below it without their brackets.
Key = tuple[str, ...]
_ROOT_LENGTH = 3
BLOCKS_PER_TICK = 200


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the document: how it is cited, and the page on which it begins."""

    citation: str
    page: int


class Targets:
    """All parts of one document. Each is looked up in constant time."""

    def __init__(self, document: OutlinedDocument, tick: Tick) -> None:
        self._found: dict[Key, Target] = {}
        self._in_any_case: dict[Key, Target] = {}
        self._appendices: dict[str, set[Key]] = {}
        self._nameless: dict[int, str] = {}
        for block in paced(document.blocks, tick, every=BLOCKS_PER_TICK):
            self._add(block.item, document.page_at(block.start))
        self.has_sections = any(key[0] == "section" for key in self._found)

    def _add(self, item: Item, page: int) -> None:
        key = self.key_of(item)
        if key in self._found:
            return
        if key[2]:
            self._appendices.setdefault(key[2], set()).add(key[:_ROOT_LENGTH])
        for length in range(len(item.path), -1, -1):
            part = key[: _ROOT_LENGTH + length]
            if part in self._found:
                break
            target = Target(citation_of(Item(item.segment, item.path[:length]), page), page)
            self._found[part] = target
            self._in_any_case.setdefault(tuple(mark.lower() for mark in part), target)

    def key_of(self, item: Item) -> Key:
        """The key of an item of the document."""
        return (*self.root_of(item.segment), *(_plain(mark) for mark in item.path))

    def root_of(self, segment: Segment) -> Key:
        """The key of the section, letter or appendix that a run of pages is of."""
        if segment.root is None:
            number = self._nameless.setdefault(id(segment), str(len(self._nameless)))
            return ("nameless", number, segment.appendix)
        root = segment.root
        number = f"{root.word or 'LOA'} {root.number}" if root.kind == "letter" else root.number
        return (root.kind, number, segment.appendix)

    def find(self, mention: Mention, item: Item) -> Target | None:
        """What a mention in `item` names; None where the document has no such part."""
        marks = tuple(_plain(mark) for mark in mention.path)
        root = self.root_of(item.segment)
        match mention.kind:
            case MentionKind.SELF:
                return self._self(mention.path[0], item)
            case MentionKind.LETTER:
                return self._at("letter", f"{mention.word} {marks[0]}", "")
            case MentionKind.APPENDIX:
                return self._appendix(marks[0], mention.owner, root)
            case MentionKind.SECTION:
                return self._section(marks, mention.word, item)
            case MentionKind.PARAGRAPH:
                if mention.owner_kind is not None:
                    return self._at(mention.owner_kind.value, mention.owner, "", *marks)
                return self._relative(mention.path, item)

    def _section(self, marks: tuple[str, ...], word: str, item: Item) -> Target | None:
        """A section of the document; of the article or letter around the item where it holds sections of its own."""
        root = self.root_of(item.segment)
        whole, own = self._at("section", marks[0], "", *marks[1:]), self._at(*root[:2], "", *marks)
        if word == "section" and _holds_sections(item.segment):
            return own or whole
        return whole or (own if marks[0].isalpha() else None)

    def _at(self, *key: str) -> Target | None:
        """By a whole path, which people write "3.b.1" too."""
        return self._found.get(key) or self._in_any_case.get(tuple(mark.lower() for mark in key))

    def _self(self, word: str, item: Item) -> Target | None:
        root = self.root_of(item.segment)
        if root[0] == "nameless" and word in {"section", "article", "chapter", "letter"}:
            return None
        if word in {"section", "article", "chapter"}:
            # In an article or a letter, its first marks are called sections.
            is_item = word == "section" and (root[0] == "letter" or _holds_sections(item.segment))
            return self._at(*root[:2], "", *(self.key_of(item)[_ROOT_LENGTH:][:1] if is_item else ()))
        if word == "letter":
            return self._at(*root[:2], "") if root[0] == "letter" else None
        if word in {"appendix", "exhibit", "attachment"}:
            return self._at(*root) if root[2] else None
        return self._at(*self.key_of(item))

    def _appendix(self, name: str, owner: str, root: Key) -> Target | None:
        if owner:
            return self._at("section", owner, name)
        known = self._appendices.get(name, set())
        own = (*root[:2], name)
        if own in known:
            return self._at(*own)
        return self._at(*next(iter(known))) if len(known) == 1 else None

    def _relative(self, path: tuple[str, ...], item: Item) -> Target | None:
        """Counted from the item: first where its own marks look alike, deepest first, then below it, then from a section."""
        root, own = self.root_of(item.segment), tuple(_plain(mark) for mark in item.path)
        marks = tuple(_plain(mark) for mark in path)
        levels = range(len(own) - 1, -1, -1)
        alike = [level for level in levels if shape(item.path[level]) == shape(path[0])]
        near = [(*root, *own[:level], *marks) for level in (*alike, len(own))]
        far = [(*root, *own[:level], *marks) for level in levels if level not in alike]
        from_section = self._at("section", marks[0], "", *marks[1:]) if is_from_section(path) else None
        found = next((self._found[key] for key in near if key in self._found), from_section)
        return found or next((self._found[key] for key in far if key in self._found), None)


def is_from_section(path: tuple[str, ...]) -> bool:
    """Whether the marks of a paragraph begin with a section's number: "subsection 3.E.1"."""
    return len(path) > 1 and shape(path[0]) == "digit" and shape(path[1]) == "upper"


def _holds_sections(segment: Segment) -> bool:
    return segment.root is not None and segment.root.holds_sections


def _plain(mark: str) -> str:
    return mark.strip("().")
