"""The stretch of time over which a metric is summed or counted."""

from dataclasses import dataclass

from contracts.vocabulary.periods import window_minutes

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
_MONTHS = frozenset({"month", "calendar month", "bid period", "bid month", "contract month"})
_ARTICLES = ("each ", "every ", "any ", "per ", "in ", "a ", "an ", "the ", "one ")
# Periods that say of a metric what its definition says already: it holds each time.
_EACH_TIME = frozenset(
    {
        "",
        "any",
        "duty",
        "duty period",
        "flight duty period",
        "fdp",
        "trip",
        "pairing",
        "trip pairing",
        "segment",
        "leg",
        "flight",
        "connection",
        "rest",
        "rest period",
        "layover",
        "deadhead",
        "rap",
        "reserve period",
        "reserve availability period",
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """So many minutes, anywhere; without minutes each month, or bid period, that is known whole."""

    minutes: int | None

    @property
    def days(self) -> int | None:
        """Its whole calendar days; None where it has none."""
        return None if self.minutes is None or self.minutes % MINUTES_PER_DAY else self.minutes // MINUTES_PER_DAY

    @property
    def suffix(self) -> str:
        """What a figure's name says of it: "168_hours", "90_minutes", "month"."""
        if self.minutes is None:
            return "month"
        hours, rest = divmod(self.minutes, MINUTES_PER_HOUR)
        return f"{self.minutes}_minutes" if rest else f"{hours}_hours"

    @property
    def words(self) -> str:
        """As in "168 hours"."""
        return self.suffix.replace("_", " ")


MONTH = Window(None)


def plain_period(period: str | None) -> str:
    """In small letters, without the articles before it: "Each Bid Period" is "bid period"."""
    text = " ".join((period or "").lower().split())
    while text.startswith(_ARTICLES):
        text = text.split(" ", 1)[1]
    return text


def is_month(period: str | None) -> bool:
    """Whether it is a month or bid period of whatever length."""
    return plain_period(period) in _MONTHS


def is_each_time(period: str | None) -> bool:
    """Whether it says nothing but that the limit holds each time."""
    return plain_period(period) in _EACH_TIME


def window_of(period: str | None) -> Window | None:
    """The window that a period names; None for "12 months" and whatever else has no fixed length."""
    if is_month(period):
        return MONTH
    minutes = window_minutes(plain_period(period))
    return None if minutes is None else Window(minutes)
