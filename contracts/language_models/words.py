"""What a person is told of a model's reading."""

from collections.abc import Sequence

from contracts.language_models.comparison import Comparison
from contracts.language_models.interface import FaultCode
from contracts.language_models.reading import ModelReading, Outcome, every_dropped

_PAGES_NAMED = 6

_ENDINGS = {
    Outcome.OVER_BUDGET: "The language model's budget did not reach for the whole document.",
    Outcome.OUT_OF_TIME: "The language model was too slow for the whole document.",
    Outcome.UNAVAILABLE: "The language model's provider did not answer.",
    Outcome.REFUSED: "The language model's provider refused to answer. Its key or its settings may be wrong.",
    Outcome.FAILED: "The reading by the language model failed.",
}


def remarks_on(reading: ModelReading, compared: Comparison, model_name: str, page_count: int) -> list[str]:
    """Sentences for the reading's remarks, the model's share first; `page_count` counts the pages that have text."""
    remarks: list[str] = []
    if reading.pages_read:
        remarks.append(
            f"The language model {model_name} read {len(reading.pages_read)} of {page_count} pages: it agrees with "
            f"{compared.agreed} of the extractor's proposals, reads {compared.differing} otherwise and adds "
            f"{compared.added}."
        )
    quotes, others = every_dropped(reading.dropped)
    if quotes or others:
        remarks.append(
            f"Of what the language model reported, {quotes} did not stand on the page and {others} were not in the "
            "product's terms. They were left out."
        )
    if reading.pages_unanswered:
        remarks.append(f"The language model gave no usable answer for {pages_in_words(reading.pages_unanswered)}.")
    if reading.fault is FaultCode.REVOKED:
        remarks.append("The key of the language model was revoked while it was used, and no more was sent.")
    if ending := _ENDINGS.get(reading.outcome):
        remarks.append(f"{ending} The extractor's own proposals are complete.")
    return remarks


def pages_in_words(numbers: Sequence[int]) -> str:
    """ "page 3", "pages 3, 4 and 9", "pages 1, 2, 3, 4, 5, 6 and 40 more"."""
    distinct = sorted(set(numbers))
    if len(distinct) == 1:
        return f"page {distinct[0]}"
    more = len(distinct) - _PAGES_NAMED
    named = distinct[:_PAGES_NAMED] if more > 1 else distinct[:-1]
    return f"pages {', '.join(map(str, named))} and {f'{more} more' if more > 1 else distinct[-1]}"
