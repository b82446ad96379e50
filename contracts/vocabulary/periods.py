"""The words of periods: within what a limit holds, or for each of what.

A period is a short phrase in the document's own terms ("7 consecutive days", "bid period", "each award"), so it is no closed
list. These are its usual words: the extractor looks for the nouns, and of a language model's period each word must be one of
these or stand on the page.
"""

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
