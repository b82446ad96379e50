"""The words of periods: within what a limit holds, or for each of what.

A period is a short phrase in the document's own terms ("7 consecutive days", "bid period", "each award"), so it is no closed
list. These are its usual words: the extractor looks for the nouns, and of a language model's period each word must be one of
these or stand on the page.
"""

import re

PERIOD_NOUNS = (
    "hour",
    "day",
    "week",
    "month",
    "year",
    "period",
    "quarter",
    "night",
    "trip",
    "pairing",
    "workday",
    "segment",
    "leg",
    "landing",
    "line",
    "event",
    "occurrence",
    "assignment",
    "module",
    "anniversary",
    "layover",
    "deadhead",
    "reserve period",
    "rap",
    "fdp",
    "session",
    "pilot",
    "mile",
    "award",
    "selection",
    "bag",
    "room",
    "meal",
)
PERIOD_KINDS = ("calendar", "contract", "bid", "pay", "duty", "flight duty", "vacation", "sick")
PERIOD_FORMS = ("rolling", "consecutive", "any", "each", "every", "per", "in", "within", "of", "the", "a", "an")
LONGEST_PERIOD = 60
PERIOD_WORDS = frozenset(" ".join((*PERIOD_NOUNS, *PERIOD_KINDS, *PERIOD_FORMS, "minute", "flight")).split())

_WINDOW = re.compile(r"(?:rolling )?(\d{1,4}) (?:consecutive |calendar |rolling )*(hour|day|week)s?\Z")
_WINDOW_MINUTES = {"hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


def window_minutes(period: str | None) -> int | None:
    """The minutes of "168 consecutive hours", "7 days" or "week"; None for months, bid periods and all else."""
    text = " ".join((period or "").lower().split())
    if text in _WINDOW_MINUTES:
        return _WINDOW_MINUTES[text]
    match = _WINDOW.match(text)
    return int(match[1]) * _WINDOW_MINUTES[match[2]] if match and int(match[1]) else None
