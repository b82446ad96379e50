"""What the page of one's own key says of it and of its readings."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from contracts.language_models.interface import FaultCode
from contracts.models import ModelCredential, ModelOutcome, ModelRun
from contracts.selectors import MonthOfUse

_TONES: dict[str, str] = {
    ModelOutcome.RUNNING: "info",
    ModelOutcome.COMPLETE: "good",
    ModelOutcome.INCOMPLETE: "warn",
    ModelOutcome.OVER_BUDGET: "warn",
    ModelOutcome.OUT_OF_TIME: "warn",
    ModelOutcome.UNAVAILABLE: "bad",
    ModelOutcome.REFUSED: "bad",
    ModelOutcome.FAILED: "bad",
}
_FAULTS: dict[str, str] = {
    FaultCode.UNREACHABLE: "Nobody answered at the address.",
    FaultCode.TIMED_OUT: "The answer took too long.",
    FaultCode.OVERLOADED: "The provider was overloaded or turned the requests away.",
    FaultCode.STOPPED: "It was stopped before its end.",
    FaultCode.REVOKED: "The key was revoked meanwhile.",
    FaultCode.KEY_REFUSED: "The provider refused the key. Replace it, or look whether the account has credit.",
    FaultCode.REQUEST_REFUSED: "The provider refused the request. Look whether the model's name is right.",
    FaultCode.CONTENT_REFUSED: "The model would not answer for some pages.",
    FaultCode.REDIRECTED: "The address sends elsewhere. Nothing was sent there.",
    FaultCode.HOST_REFUSED: "Its host is not on this installation's list of outgoing hosts. Nothing was sent.",
    FaultCode.TOO_LARGE: "An answer was too large.",
    FaultCode.NOT_THE_PROTOCOL: "What answered does not speak the provider's protocol.",
    FaultCode.TRUNCATED: "An answer broke off at its greatest length.",
    FaultCode.NOT_JSON: "An answer was not in the form that was asked for.",
    FaultCode.WRONG_SCHEMA: "An answer was not in the form that was asked for.",
    FaultCode.UNEXPECTED: "An answer could not be worked on.",
    "undecipherable": "The stored key cannot be decrypted. Replace it.",
    "interrupted": "It was interrupted. What had been set aside for it counts as spent.",
}
_MILLISECONDS = 1000
_SECONDS_PER_MINUTE = 60
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RunCard:
    """One reading as the page shows it."""

    run: ModelRun
    tone: str
    fault: str
    tokens: str
    cost: str
    set_aside: str
    duration: str


def run_cards(runs: Iterable[ModelRun]) -> list[RunCard]:
    return [
        RunCard(
            run=run,
            tone=_TONES.get(run.outcome, ""),
            fault=_FAULTS.get(run.fault_code, run.fault_code.replace("_", " ")),
            tokens=tokens_in_words(run.input_tokens, run.output_tokens),
            cost=dollars(run.cost),
            set_aside=dollars(run.reserved) if run.reserved else "",
            duration=duration_in_words(run.duration_ms) if run.finished_at else "",
        )
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class MonthCard:
    """A month's use against its ceiling. `percent` is how much of it is spent, and None where there is none."""

    runs: int
    tokens: str
    spent: str
    set_aside: str
    ceiling: str
    percent: int | None


def month_card(credential: ModelCredential, use: MonthOfUse) -> MonthCard:
    ceiling = credential.monthly_budget
    spent = use.cost + use.reserved
    percent = None if ceiling is None else 100 if spent >= ceiling else int(spent * 100 / ceiling)
    return MonthCard(
        runs=use.runs,
        tokens=tokens_in_words(use.input_tokens, use.output_tokens),
        spent=dollars(use.cost),
        set_aside=dollars(use.reserved) if use.reserved else "",
        ceiling="" if ceiling is None else dollars(ceiling),
        percent=percent,
    )


def tokens_in_words(sent: int, answered: int) -> str:
    return f"{sent:,} tokens sent, {answered:,} answered"


def dollars(amount: Decimal) -> str:
    """ "$1,234.50"; of less than ten cents four decimals, and never less than was spent."""
    if amount == 0 or amount >= 10 * _CENT:
        return f"${amount:,.2f}"
    return f"${max(amount, Decimal('0.0001')):.4f}"


def duration_in_words(milliseconds: int) -> str:
    """ "0.4 s", "12 s", "3 min 20 s"."""
    seconds = milliseconds / _MILLISECONDS
    if seconds < 10:  # noqa: PLR2004 - where a tenth of a second stops to matter
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _SECONDS_PER_MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def host_of(credential: ModelCredential) -> str:
    """Where it is sent, as people know the place."""
    return urlsplit(credential.base_url).netloc
