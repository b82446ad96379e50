"""What introduces the items of an outline: their headings, and the sentences that go on in them."""

import re
from collections.abc import Sequence

from contracts.extraction.items import Block, Item
from contracts.extraction.pacing import Tick, paced

_MODAL = re.compile(r"\b(?:shall|will|may|must|is|are|has|have)\b")
_TITLE_LIMIT = 90
_ENDS_OPEN = re.compile(r"(?:[,;]|\b(?:and|or|and/or))$")
_STARTS_ANEW = re.compile(r"\W*(?:[A-Z]|$)")
_TAIL_OF_A_LEAD = 80
_LONGEST_LEAD = 600


def name_items(view_text: str, blocks: Sequence[Block], tick: Tick) -> None:
    """Give each item its heading, the sentence that its own items go on with, and the one that it goes on with itself."""
    before: tuple[Item, str] | None = None
    for block in paced(blocks, tick):
        text = view_text[block.start : block.end].strip()
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
