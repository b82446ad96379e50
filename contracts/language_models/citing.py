"""The place in the document's outline, for what a model reported by page alone."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from contracts.documents.pages import Page
from contracts.extraction.items import citation_of
from contracts.extraction.repair import build_view
from contracts.extraction.sections import outline
from contracts.language_models.answers import ModelRule


class Citations:
    """Cites by the same outline as the extractor, which is made when the first citation is asked for."""

    def __init__(self, pages: Sequence[Page], tick: Callable[[], None]) -> None:
        self._pages = pages
        self._tick = tick
        self._known: Callable[[int, int], str] | None = None

    def cite(self, rule: ModelRule) -> str:
        """How the item is cited in which the rule's quote begins."""
        if self._known is None:
            self._known = self._outlined()
        return self._known(rule.char_start, rule.page.number)

    def _outlined(self) -> Callable[[int, int], str]:
        view, furniture = build_view(self._pages, self._tick)
        starts = [view.position_of(page.char_start) for page in self._pages]
        blocks = outline(view.text, starts, [found.printed_number for found in furniture], self._tick)
        begins = [block.start for block in blocks]

        def known(char_start: int, page: int) -> str:
            place = bisect_right(begins, view.position_of(char_start)) - 1
            return citation_of(blocks[place].item, page) if place >= 0 else f"Page {page}"

        return known
