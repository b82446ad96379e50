"""Where a limit stands on a page: the quote in the document's own characters, and its box."""

from bisect import bisect_left, bisect_right

from contracts.documents.pages import Box, Page, Word
from contracts.extraction.furniture import Span
from contracts.extraction.proposals import Evidence
from contracts.extraction.repair import PageFinder
from contracts.extraction.sentences import Sentence


def evidence_for(finder: PageFinder, sentence: Sentence, quote: Span, anchor: Span) -> Evidence:
    """The quoted words on the page that holds the value; what lies on the neighbouring page is left out."""
    page = finder.page_at(sentence.offsets[anchor[0]])
    first, last = page.char_start, page.char_start + len(page.text)
    on_page = [offset for offset in sentence.offsets[quote[0] : quote[1]] if first <= offset < last]
    start = min(on_page, default=sentence.offsets[anchor[0]])
    end = max(on_page, default=start) + 1
    text = page.text[start - first : end - first]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    return Evidence(
        page.number, box_of(page, start - first, end - first), page.text[start - first : end - first], start, end
    )


def box_of(page: Page, start: int, end: int) -> Box:
    """The union of the boxes of the words between two offsets of the page; the whole page where it has none."""
    low = max(0, bisect_right(page.words, start, key=_start_of) - 1)
    high = bisect_left(page.words, end, key=_start_of)
    words = [word for word in page.words[low:high] if word.char_end > start]
    if not words:
        return (0.0, 0.0, page.width, page.height)
    return (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )


def _start_of(word: Word) -> int:
    return word.char_start
