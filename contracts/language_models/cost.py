"""What requests cost, in dollars, and how much may still be spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from contracts.documents.pages import Page
from contracts.language_models.envelopes import tokens_asked
from contracts.language_models.interface import ModelRequest, Usage
from contracts.language_models.prompt import batches_of, request_for

MILLION = Decimal(1_000_000)
STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars for a million tokens. Zero for a model of one's own."""

    input_per_million: Decimal
    output_per_million: Decimal

    def of(self, usage: Usage) -> Decimal:
        """The cost of what was used, rounded up to a millionth of a dollar."""
        cost = usage.input_tokens * self.input_per_million + usage.output_tokens * self.output_per_million
        return (cost / MILLION).quantize(STEP, rounding=ROUND_UP)

    def at_most(self, request: ModelRequest) -> Decimal:
        """What one try may cost: the estimated question and the longest answer."""
        return self.of(Usage(tokens_asked(request), request.maximum_tokens))


def reading_at_most(prices: Prices, pages: Sequence[Page]) -> Decimal:
    """What asking about all the pages once may cost."""
    return sum((prices.at_most(request_for(batch)) for batch in batches_of(pages)), Decimal(0))


@dataclass(slots=True)
class Purse:
    """What a run has spent of its ceiling; None is no ceiling.

    Tries that were never answered count in full, because they may have been billed: `held` is what they may have cost.
    """

    prices: Prices
    ceiling: Decimal | None
    spent: Decimal = Decimal(0)
    held: Decimal = Decimal(0)

    def allows(self, request: ModelRequest) -> bool:
        """Whether even the dearest answer to the request stays under the ceiling."""
        return self.ceiling is None or self.spent + self.held + self.prices.at_most(request) <= self.ceiling

    def pay(self, usage: Usage) -> None:
        """An answer came, and cost this."""
        self.spent += self.prices.of(usage)

    def hold(self, request: ModelRequest, unanswered: int) -> None:
        """So many tries of the request were sent and not answered."""
        self.held += self.prices.at_most(request) * unanswered
