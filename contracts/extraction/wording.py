"""What the words around a limit say: hard or soft, for what period, for whom, with what exception."""

import re
from typing import Any

from contracts.vocabulary import PERIOD_KINDS, PERIOD_NOUNS

_SOFT = re.compile(
    r"\b(?:should|best efforts?|(?:every|all|any)? ?(?:reasonable|possible) efforts?|every effort|good faith "
    r"efforts?|efforts? (?:shall|will) be made|"
    r"attempts? to|endeavou?rs?|prefer(?:s|red|ably|ence)?|when(?:ever)? (?:available|feasible|possible|"
    r"practical|practicable)|"
    r"(?:if|where|wherever|as) (?:possible|feasible|practical|practicable|available)|to the (?:maximum|"
    r"greatest|fullest)? ?extent (?:possible|practical|practicable|feasible)|"
    r"goal|target|normally|ordinarily|generally|encouraged?|intends?|desirable|at its (?:sole )?discretion|"
    r"recommend(?:s|ed)?)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\bmay\b(?! not| only)", re.IGNORECASE)
_BINDING = re.compile(r"\b(?:shall|must|will|is entitled|are entitled|may not|may only|cannot|means)\b", re.IGNORECASE)

_PERIOD_NOUN = (
    rf"(?:{'|'.join(f'{kind} ' for kind in PERIOD_KINDS)}|work)?"
    rf"(?:{'|'.join('anniversary(?: date)?' if noun == 'anniversary' else noun for noun in PERIOD_NOUNS)})s?"
)
_PERIOD = re.compile(
    rf"\b(?P<link>per|each|every|in any|during any|in a|during a|in each|during each|for each|for every|for "
    rf"any one|any one|in any one|of any|at)\s+"
    rf"(?P<noun>(?:[\w'-]+\s+){{0,3}}?{_PERIOD_NOUN})\b",
    re.IGNORECASE,
)
_SPAN_WORDS = re.compile(r"\b(?P<word>daily|weekly|monthly|quarterly|annually|annual|yearly)\b", re.IGNORECASE)
_SPAN_NOUNS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "annually": "year",
    "annual": "year",
    "yearly": "year",
}
_STOPS = {
    "a",
    "an",
    "the",
    "of",
    "in",
    "his",
    "its",
    "their",
    "such",
    "or",
    "and",
    "to",
    "for",
    "with",
    "time",
    "least",
    "any",
}
_EXCEPTION = re.compile(
    r"\b(?:except(?: that| as| when| if| for)?|unless|notwithstanding|other than)\b[^.;]{3,200}", re.IGNORECASE
)
_CONDITION = re.compile(r"^(?:if|when|where|whenever|for any|for each|in the event)\b[^,;]{3,200}", re.IGNORECASE)
_PERIOD_REACH = 110

_APPLIES: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "seat": (
        ("captain", re.compile(r"\bcaptains?\b", re.IGNORECASE)),
        ("first_officer", re.compile(r"\bfirst officers?\b", re.IGNORECASE)),
    ),
    "status": (
        (
            "reserve",
            re.compile(
                r"\breserve (?:pilots?|line|assignment)|\b(?:night|(?:short|long) call) reserves?\b|on reserve\b|\bR-\d\b",
                re.IGNORECASE,
            ),
        ),
        ("lineholder", re.compile(r"\b(?:regular )?line ?holders?\b", re.IGNORECASE)),
        ("probationary", re.compile(r"\bprobationary\b", re.IGNORECASE)),
        ("check_airman", re.compile(r"\bcheck (?:airm[ae]n|pilots?)\b", re.IGNORECASE)),
        ("instructor", re.compile(r"\binstructors?(?: pilots?)?\b", re.IGNORECASE)),
    ),
    "operation": (
        ("international", re.compile(r"\binternational\b", re.IGNORECASE)),
        ("domestic", re.compile(r"\bdomestic\b|\bcontiguous United States\b", re.IGNORECASE)),
    ),
}
_FLEET = re.compile(
    r"\b(?:[AB]-?[237]\d{2}(?:-\d{3})?|7[0-9]7(?:-\d{3})?|A[23]\d{2}|E-?1[79][05]|CRJ-?\d{3}|ATR-?\d{2}|MD-?\d{2})\b"
)


_BASE_NAMED = re.compile(
    r"\b(?:based (?:at|in)|domiciled (?:at|in)|assigned to|at|from|in) (?P<at>[A-Z]{3})\b(?![-\u2019'])"
    r"|\b(?P<of>[A-Z]{3})(?:-based| base\b| domicile\b| Domicile\b| Base\b| crew base\b| pilots\b| Pilots\b)"
)
# Three capitals that name no airport.
_NO_BASES = frozenset(
    {
        *(
            "PCH",
            "RAP",
            "FDP",
            "LOA",
            "CBA",
            "FAR",
            "MPG",
            "DPG",
            "MMG",
            "MOU",
            "PTO",
            "LDT",
            "LCT",
            "HBT",
            "UTC",
            "TFP",
        ),
        *(
            "USA",
            "FAA",
            "DOT",
            "DOL",
            "IRS",
            "ACH",
            "ERB",
            "PBS",
            "PIC",
            "SIC",
            "DHD",
            "CFR",
            "JCC",
            "MEC",
            "LEC",
            "SSN",
        ),
        *("APD", "IOE", "OOS", "VPA", "LTD", "STD", "AME", "ATP", "TSA", "ASO", "NMB", "RLA", "EFB"),
    }
)
_MONTHS_NAMED = re.compile(
    r"\b(?:in|during|through|to|and|of|or) (?:the month of |each )?(?P<month>January|February|March|April|May|June|July|August|"
    r"September|October|November|December)\b(?! \d)"
)


def is_hard(clause: str, sentence: str, leads: list[str], *, explicit: bool) -> bool:
    """Whether the limit binds: not where the company only tries, prefers, or may."""
    if _SOFT.search(sentence) or any(_SOFT.search(lead) for lead in leads):
        return False
    return not (_MAY.search(clause) and not _BINDING.search(clause) and not explicit)


def period_of(clause: str, start: int, end: int) -> str | None:
    """The period a limit is stated for: behind it ("per Day"), or before it ("Monthly Pay Guarantee per Month")."""
    behind = clause[end : end + _PERIOD_REACH]
    stop = re.search(r"[,;]", behind)
    match = _PERIOD.search(behind[: stop.start()] if stop is not None else behind)
    if match is not None and match["link"].lower() != "at":
        return _period_noun(match)
    before = clause[:start]
    found = [
        match
        for match in _PERIOD.finditer(before)
        if match["link"].lower() in {"per", "each", "every", "for each", "for every", "in any"}
    ]
    if found:
        return _period_noun(found[-1])
    spans = list(_SPAN_WORDS.finditer(before)) or list(_SPAN_WORDS.finditer(behind))
    return _SPAN_NOUNS[spans[-1]["word"].lower()] if spans else None


def _period_noun(match: re.Match[str]) -> str:
    words = [word for word in match["noun"].lower().split() if word not in _STOPS]
    return " ".join(words)


def applies_to(text: str, own: str = "") -> dict[str, Any]:
    """Whom and what the words single out: seats, status, operation, fleets, bases, months. Empty for everybody.

    A base that the limit's `own` part of `text` names is the only one: "up to 18 at SEA, and up to 7 at PDX".
    """
    found: dict[str, Any] = {}
    for key, choices in _APPLIES.items():
        named = [name for name, pattern in choices if pattern.search(text)]
        if named:
            found[key] = named
    fleets = sorted({match[0].upper() for match in _FLEET.finditer(text)})
    if fleets:
        found["fleet"] = fleets
    bases = _bases_in(own) or _bases_in(text)
    if bases:
        found["base"] = bases
    months = list(dict.fromkeys(match["month"].lower() for match in _MONTHS_NAMED.finditer(text)))
    if months:
        found["month"] = months
    return found


def _bases_in(text: str) -> list[str]:
    return sorted({match["at"] or match["of"] for match in _BASE_NAMED.finditer(text)} - _NO_BASES)


def exception_in(text: str) -> str | None:
    """The words of an exception, if the sentence makes one."""
    match = _EXCEPTION.search(text)
    return match[0].strip() if match is not None else None


def condition_in(text: str) -> str | None:
    """The words of the condition that opens the sentence, if one does."""
    match = _CONDITION.match(text)
    return match[0].strip() if match is not None else None
