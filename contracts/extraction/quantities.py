"""A number with what it counts, and how the numbers of a sentence belong together (ratios, ranges, windows)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from contracts.extraction.numbers import Number, find_numbers, tidied
from contracts.vocabulary import Unit


class Role(StrEnum):
    """What a quantity does in its sentence."""

    LIMIT = "limit"
    CONDITION = "condition"
    WINDOW = "window"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit. `end` lies after the unit's word; `noun` is the counted thing as written.

    `upper` is the other end of a range; `per` what one of it is given for ("every two hours"), as written.
    """

    start: int
    end: int
    value: Decimal
    unit: Unit
    noun: str
    number: Number
    upper: Decimal | None = None
    per: str | None = None
    consecutive: bool = False


_UNITS: tuple[tuple[Unit, str], ...] = (
    (Unit.PAY_CREDIT_HOURS, r"PCH|pay credit hours?"),
    (
        Unit.CREDIT_HOURS,
        r"(?:flight )?credit(?:ed)? hours?|CHs?|TFPs?|FCHs?|FPHs?|trips? for pay|"
        r"hours? (?:of )?(?:flight )?(?:pay(?: and |/)?credit|pay|credit)\b|"
        r"pay hours?",
    ),
    (Unit.HOURS, r"hours?|hrs?\b\.?"),
    (Unit.MINUTES, r"minutes?|mins?\b\.?"),
    (Unit.DAYS, r"days?|workdays?"),
    (Unit.WEEKS, r"weeks?"),
    (Unit.MONTHS, r"months?|bid periods?"),
    (Unit.YEARS, r"years?"),
    (Unit.PERCENT, r"percent(?:age)?(?: points?)?"),
    (Unit.DOLLARS, r"dollars?|USD"),
    (Unit.DUTY_PERIODS, r"(?:flight )?duty periods?|FDPs?"),
    (Unit.LANDINGS, r"landings?"),
    (Unit.SEGMENTS, r"(?:flight )?segments?|legs?"),
    (Unit.PAIRINGS, r"pairings?"),
    (Unit.TRIPS, r"trips?"),
    (Unit.LINES, r"lines?"),
    (Unit.NIGHTS, r"nights?"),
    (Unit.MILES, r"miles?"),
    (Unit.SQUARE_FEET, r"square feet|sq\. ?ft\.?"),
    (Unit.FEET, r"feet"),
    (Unit.POUNDS, r"pounds?|lbs?"),
    (Unit.KILOGRAMS, r"kilograms?|kgs?"),
    (Unit.BAGS, r"bags?"),
    (Unit.ROOMS, r"rooms?"),
    (Unit.MEALS, r"meals?"),
    (Unit.PASSES, r"passes|pass"),
    (Unit.PERIODS, r"periods?|RAPs?"),
    (Unit.EVENTS, r"events?|occurrences?|assignments?"),
    (Unit.TIMES, r"times?|occasions?"),
    (Unit.BIDS, r"bids?"),
    (Unit.COPIES, r"copies|copy"),
    (Unit.PILOTS, r"pilots?"),
    (Unit.REPRESENTATIVES, r"representatives?|members?"),
)
_ANY_UNIT = "|".join(f"(?P<u{place}>{pattern})" for place, (_, pattern) in enumerate(_UNITS))
_NOT_MODIFIERS = (
    "of|in|to|for|the|a|an|and|shall|will|may|must|is|are|be|if|when|that|which|with|at|on|by|from|per|than|"
    "but|as|not|no|"
    "who|he|his|their|its|any|each|every|prior|before|after|during|within|until|whichever|plus|times|has|"
    "have|had|was|were|since"
)
_MODIFIER = rf"(?!(?:{_NOT_MODIFIERS})\b)[A-Za-z'/][\w'/-]*"
# Without hyphens: "calendar-day" can then be parted in one way only, however long a chain of hyphens is.
_SIMPLE_MODIFIER = rf"(?!(?:{_NOT_MODIFIERS})\b)[A-Za-z'/][\w'/]*+"
_UNIT_AHEAD = re.compile(
    rf"[ -]{{0,2}}(?:or (?:more|less|fewer|greater|longer)\b,? ?(?:of |in )?)?(?:\(\d[^)]*\) "
    rf")?(?P<modifiers>(?:{_SIMPLE_MODIFIER}[ -]){{0,5}}?)(?:{_ANY_UNIT})\b(?:\(s\))?",
    re.IGNORECASE,
)
_NOUN_AHEAD = re.compile(
    rf"[ -](?P<noun>(?!(?:nor|or|through|more|less|unless|also|then)\b){_MODIFIER}(?: (?!(?:nor|or|"
    rf"through)\b){_MODIFIER})?)"
)
_SHARED_UNIT = re.compile(
    r"^,? ?(?:nor|or|and|but)?(?: (?:not|no))?(?: (?:be )?(?:more|less|greater|fewer|longer) than)? ?$"
)
_CREDITED_BEFORE = re.compile(r"\bcredit(?:ed|s)?\b|\bguarantee\b|\bpay of $", re.IGNORECASE)
_CREDITED_BEHIND = re.compile(r"^ (?:is|are|shall be|will be) credited\b", re.IGNORECASE)
_CREDITED_WITH = re.compile(
    r"\bcredited(?: with| at)?(?: the great(?:er|est) of| no (?:less|fewer) than| at least| a minimum of)? $",
    re.IGNORECASE,
)
_REACH = 80
_CENTS = 100
_WHOLE = Decimal(100)
_HOURS = re.compile(r"\b(?:hours?|hrs?|PCH)\b", re.IGNORECASE)
_PAY_HOURS_BEHIND = re.compile(r"^ (?:of )?(?:pay|credit|flight pay|guarantee)\b", re.IGNORECASE)
_RATIO_LINK = re.compile(r"^.{0,50}?\b(?:for every|for each|per|for) $", re.IGNORECASE)
_RANGE_LINK = re.compile(
    r"^(?:[ -]?(?:%|percent|hours?|minutes?|days?|months?)?)? ?(?P<word>to|through|and|-) ?\$?$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\bbetween (?:the hours of )?$", re.IGNORECASE)
_UNIT_OF_WORD = {
    "hour": Unit.HOURS,
    "minute": Unit.MINUTES,
    "day": Unit.DAYS,
    "week": Unit.WEEKS,
    "month": Unit.MONTHS,
    "year": Unit.YEARS,
    "dollar": Unit.DOLLARS,
    "pch": Unit.PAY_CREDIT_HOURS,
}
# "One-half of his hourly rate", "two times his rate of pay": shares, whatever words say them.
_SHARE_AHEAD = re.compile(
    r" (?:of )?(?:the|his|her|their|its|such|all|any|each|what|scheduled|actual|that)\b", re.IGNORECASE
)
_RATE_AHEAD = re.compile(
    r"^ (?:the|his|her|their|its|a|an|such|that)?\b[\w' -]{0,60}?\b(?:rates?|pay|compensation|credit|wages?|salary)\b",
    re.IGNORECASE,
)
# "Up to eight lines at one base, and up to four at another": what the second number counts is said with the first.
_COMPARED_ANEW = re.compile(
    r"\b(?:up to|at least|at most|minimum of|maximum of|reducible to|reduced to|(?:more|fewer|less|greater|longer) than|over)"
    r"(?: an? (?:\w+ )?| another | a further )?\s*$|(?:,|\)|\w) (?:or|and)(?: (?:to|for|by|of))? $",
    re.IGNORECASE,
)
_SHARED_REACH = 160
DECIMALS_OF_A_PLAIN_RATIO = 2


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of a sentence, ranges and ratios put together."""
    found = [quantity for number in find_numbers(text) if (quantity := _with_unit(text, number)) is not None]
    return _with_ratios(text, _with_shared_units(text, _with_ranges(text, found)))


def _with_unit(text: str, number: Number) -> Quantity | None:
    start, end, value = number.start, number.end, number.value
    if number.is_rig:
        return _of_rig(text, number)
    if number.is_percent or number.is_clock:
        unit, noun = (Unit.PERCENT, "percent") if number.is_percent else (Unit.LOCAL_TIME, "local time")
        return Quantity(start, end, value, unit, noun, number)
    in_cents = number.unit_word in {"cent", "cents"}
    if number.is_money or in_cents:
        return Quantity(start, end, value / _CENTS if in_cents else value, Unit.DOLLARS, "dollars", number)
    ahead = _UNIT_AHEAD.match(text, end)
    if number.has_colon and (ahead is None or _HOURS.search(ahead[0]) is None):
        credited = _CREDITED_BEFORE.search(text[max(0, start - _REACH) : start]) or _CREDITED_BEHIND.match(text[end:])
        return Quantity(start, end, value, Unit.CREDIT_HOURS if credited else Unit.HOURS, "hours", number)
    if number.unit_word is not None:
        unit = _UNIT_OF_WORD[number.unit_word.rstrip("s")]
        return Quantity(start, end, value, _hours_of_pay(unit, text[:start], text[end:]), number.unit_word, number)
    return _of_unit_ahead(text, number, ahead)


def _of_unit_ahead(text: str, number: Number, ahead: re.Match[str] | None) -> Quantity | None:
    if ahead is None or ahead.lastgroup is None:
        return _of_fraction(text, number) or _of_uncounted(text, number)
    unit = next(unit for place, (unit, _) in enumerate(_UNITS) if ahead[f"u{place}"])
    if unit is Unit.TIMES and _RATE_AHEAD.match(text[ahead.end() :]):
        return Quantity(number.start, ahead.end(), tidied(number.value * _WHOLE), Unit.PERCENT, "percent", number)
    consecutive = "consecutive" in ahead["modifiers"].lower()
    noun = " ".join((ahead["modifiers"] + ahead[ahead.lastgroup]).split())
    unit = _hours_of_pay(unit, text[: number.start], text[ahead.end() :])
    return Quantity(number.start, ahead.end(), number.value, unit, noun, number, consecutive=consecutive)


def _of_rig(text: str, number: Number) -> Quantity | None:
    """ "1:2 for time on duty" as half an hour of credit for each, "1:3.5 for time away" as hours for one."""
    around = text[max(0, number.start - _REACH) : number.end + _REACH].lower()
    if re.search(r"trip rig|away from|\btaf[bd]\b", around):
        return Quantity(number.start, number.end, number.value, Unit.TAFD_HOURS_PER_PCH, "hours", number)
    if re.search(r"\bduty\b", around) is None or number.value == 0:
        return None
    return Quantity(number.start, number.end, tidied(1 / number.value), Unit.PCH_PER_DUTY_HOUR, "hours", number)


def _of_fraction(text: str, number: Number) -> Quantity | None:
    if not 0 < number.value < 1 or _SHARE_AHEAD.match(text, number.end) is None:
        return None
    return Quantity(number.start, number.end, tidied(number.value * _WHOLE), Unit.PERCENT, "percent", number)


def _hours_of_pay(unit: Unit, before: str, behind: str) -> Unit:
    """ "4:54 hours of pay" are hours of credit, and so is what somebody "is credited with"."""
    of_pay = _PAY_HOURS_BEHIND.match(behind) or _CREDITED_WITH.search(before[-_REACH:])
    return Unit.CREDIT_HOURS if unit is Unit.HOURS and of_pay else unit


def _of_uncounted(text: str, number: Number) -> Quantity | None:
    """A number without a known unit counts the noun that follows."""
    noun = _NOUN_AHEAD.match(text, number.end)
    if number.words_only and number.value == 1:
        return None
    if noun is None:
        return Quantity(number.start, number.end, number.value, Unit.COUNT, "", number)
    return Quantity(number.start, noun.end(), number.value, Unit.COUNT, noun["noun"], number)


def _with_ranges(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "ten (10) to twelve (12) hours" and "between 2200 and 0600" as one quantity with an upper bound."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        if last is not None and last.upper is None:
            link = _RANGE_LINK.match(text[last.number.end : quantity.start])
            between = _BETWEEN.search(text[: last.start]) is not None
            if link and (between or link["word"].lower() != "and") and (last.value < quantity.value or between):
                joined[-1] = _range(last, quantity)
                continue
        joined.append(quantity)
    return joined


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "not less than 11 nor more than 16 days": the first number takes the unit of the second.

    "Up to 18 lines, and up to 8 at another base": the second that of the first. Others without a unit go.
    """
    kept: list[Quantity] = []
    for place, quantity in enumerate(found):
        if quantity.noun or quantity.upper is not None:
            kept.append(quantity)
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        if following is not None and following.noun and _SHARED_UNIT.match(text[quantity.end : following.start]):
            kept.append(replace(quantity, unit=following.unit, noun=following.noun))
            continue
        last = kept[-1] if kept else None
        if last is not None and _takes_up(text, last, quantity):
            kept.append(replace(quantity, unit=last.unit, noun=last.noun))
    return kept


def _takes_up(text: str, last: Quantity, quantity: Quantity) -> bool:
    """Whether comparing words before a bare number set it beside the quantity before it, in the same sentence."""
    between = text[last.end : quantity.start]
    if last.unit is Unit.LOCAL_TIME:
        return False
    return len(between) <= _SHARED_REACH and ";" not in between and _COMPARED_ANEW.search(between) is not None


def _range(low: Quantity, high: Quantity) -> Quantity:
    return Quantity(
        low.start, high.end, low.value, high.unit, high.noun, low.number, high.value, None, high.consecutive
    )


def _with_ratios(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "one (1) PCH for every two (2) hours of duty" as one quantity."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        if last is not None and last.per is None and last.upper is None and quantity.value > 0:
            between = text[last.end : quantity.start]
            if (
                _RATIO_LINK.match(between)
                and not re.search(r"[,;:]", between)
                and (quantity.unit in {Unit.HOURS, Unit.DAYS} or quantity.unit is last.unit is Unit.MINUTES)
            ):
                joined[-1] = _ratio(text, last, quantity)
                continue
        joined.append(quantity)
    return joined


def _ratio(text: str, top: Quantity, bottom: Quantity) -> Quantity:
    """In the direction that keeps the printed figures: 1 for 2 is 0.5 each, 1 for 4.9 is 4.9 for one."""
    per = text[bottom.start : bottom.end]
    if top.unit is bottom.unit is Unit.MINUTES:
        top, bottom = replace(top, unit=Unit.HOURS), replace(bottom, unit=Unit.HOURS)
    if bottom.unit is not Unit.HOURS or top.unit not in _RATIO_UNITS or bottom.value == 1:
        return Quantity(top.start, bottom.end, top.value, top.unit, top.noun, top.number, None, per)
    plain, inverse = _RATIO_UNITS[top.unit]
    behind = text[bottom.end : bottom.end + 40].lower()
    if top.unit in _CREDIT_UNITS or top.unit is Unit.HOURS:
        if re.match(r".{0,12}(?:tafd|tafb|time away|away from)", behind):
            plain, inverse = Unit.PCH_PER_HOUR, Unit.TAFD_HOURS_PER_PCH
        elif re.match(r".{0,12}duty", behind):
            plain, inverse = Unit.PCH_PER_DUTY_HOUR, Unit.DUTY_HOURS_PER_PCH
    if not top.value or not bottom.value:
        return Quantity(top.start, bottom.end, top.value, top.unit, top.noun, top.number, None, per)
    share = top.value / bottom.value
    whole = bottom.value == bottom.value.to_integral()
    if whole and share == share.quantize(Decimal(1).scaleb(-DECIMALS_OF_A_PLAIN_RATIO)):
        return Quantity(top.start, bottom.end, share.normalize(), plain, top.noun, top.number, None, per)
    rest = (bottom.value / top.value).quantize(Decimal("0.0001")).normalize()
    return Quantity(top.start, bottom.end, rest, inverse, top.noun, top.number, None, per)


_CREDIT_UNITS = {Unit.PAY_CREDIT_HOURS, Unit.CREDIT_HOURS}
_RATIO_UNITS: dict[Unit, tuple[Unit, Unit]] = {
    Unit.PAY_CREDIT_HOURS: (Unit.PCH_PER_HOUR, Unit.HOURS_PER_PCH),
    Unit.CREDIT_HOURS: (Unit.HOURS_PER_HOUR, Unit.HOURS_PER_HOUR),
    Unit.HOURS: (Unit.HOURS_PER_HOUR, Unit.HOURS_PER_HOUR),
    Unit.DAYS: (Unit.DAYS_PER_HOUR, Unit.HOURS_PER_DAY),
}
