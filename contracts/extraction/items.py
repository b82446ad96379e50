"""The items of a document: where each stands in the outline, what heads and introduces it, how it is cited."""

from dataclasses import dataclass

from contracts.extraction.markers import Heading


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


def citation_of(item: Item, page: int) -> str:
    """How the item is cited: "Section 3.E.1.d.(1)", "LOA 15 ¶2", "Section 3, Appendix A", or the page where nothing is known."""
    root, segment = item.segment.root, item.segment
    path = ".".join(item.path)
    if root is None:
        return f"Page {page}, item {path}" if path else f"Page {page}"
    if root.kind == "letter":
        word = root.word or "LOA"
        name = f"{word} {root.number}".strip() if root.number else (root.title or word)
        name = f"{name}, Appendix {segment.appendix}" if segment.appendix else name
        if not path:
            return name
        return f"{name}.{path}" if item.path[0].isupper() else f"{name} ¶{path}"
    if segment.appendix:
        return f"Section {root.number}, Appendix {segment.appendix}" + (f", {path}" if path else "")
    return f"Section {root.number}.{path}" if path else f"Section {root.number}"
