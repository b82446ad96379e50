"""Numbers as contracts write them: "sixty-five (65)", "3.82", "one-sixth (1/6)", "4:54", "$1,200.50"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from contracts.extraction.lexicon import MONTH_NAMES, NUMBER_WORDS, SCALE_WORDS

FRACTION_WORDS: dict[str, int] = {
    "half": 2,
    "third": 3,
    "thirds": 3,
    "fourth": 4,
    "fourths": 4,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
    "twelfth": 12,
    "twelfths": 12,
}
PRECISION = Decimal("0.0001")
MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24

_ONE_WORD = "|".join(sorted([*NUMBER_WORDS, *SCALE_WORDS], key=len, reverse=True))
_FRACTION = "|".join(sorted(FRACTION_WORDS, key=len, reverse=True))
_WORDS = (
    rf"(?:{_ONE_WORD})\b(?:(?:[ -]| and )(?:{_ONE_WORD})\b)*(?:(?:(?: and |[ -])(?:one|two|three|a)|)[ "
    rf"-](?:{_FRACTION})\b)?"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_CLOCK = r"\d{1,3}:\d{2}(?!\d)"
_SIMPLE_FRACTION = r"\d{1,2}/\d{1,2}(?![/\d])"
_FIGURE = rf"{_CLOCK}|\d+ {_SIMPLE_FRACTION}|{_SIMPLE_FRACTION}|{_DIGITS}"
# As scans give it: "(9O)", "(1 6)", "(l2)".
_SCANNED = r"(?=[\dOoIl ]*\d)[\dOoIl](?: ?[\dOoIl])*(?=\s?\))"
_MISREAD = str.maketrans("OoIl", "0011", " ")
_BRACKET = (
    rf"\(\s?(?P<bracket_money>\$\s?)?(?P<bracket>{_SCANNED}|{_FIGURE})\s?(?P<bracket_percent>%|percent)?(?P<bracket_unit> "
    rf"?(?:hours?|minutes?|days?|months?|years?|PCH))?\s?\)?"
)

_MULTIPLE = r"(?:double|triple)[ -]time(?: and (?:one|a)[ -]half)?|time and (?:one|a)[ -]half"
_MULTIPLES = (("triple", Decimal(300)), ("double", Decimal(200)), ("time", Decimal(100)))

_NUMBER = re.compile(
    rf"(?P<money>\$\s?)?(?:\b(?P<multiple>{_MULTIPLE})\b|\b(?P<words>{_WORDS})|(?<![\w.,/:+#-])(?P<figure>{_FIGURE})(?![\d]))"
    rf"(?P<tail_money>\s?\$(?!\s?\d))?"
    rf"(?P<percent>\s?%|\s?-?\s?per ?cent(?:age points?)?\b)?"
    rf"(?P<unit_words> (?:dollars?|cents?|hours?|minutes?|days?|months?|weeks?|years?)(?: and "
    rf"(?P<minutes>{_WORDS}|\d+)(?: \(\d+\))? minutes?)?"
    rf"(?: and (?P<cents>{_WORDS}) cents?)?)?"
    rf"(?:\s?{_BRACKET}(?P<more_money> dollars?(?: \(\$[\d,.]+\))?)?)?",
    re.IGNORECASE,
)
_BARE_ARTICLE_ONE = re.compile(r"\b(?:no|any|every|each|only|the|this|that|which) $", re.IGNORECASE)
_CITED = re.compile(
    r"(?:\b(?:sub)?(?:sections?|paragraphs?|articles?|parts?|items?|clauses?)|\b(?:appendix|exhibit|"
    r"attachment|form|page|pages|chapter|title|"
    r"table|figure|note|step|level|phase|type|tier|schedule|option|example|assignment|class|category|line|"
    r"letter|loa|mou|"
    r"amendment|flight|gate|no\.|nos\.|number|far|far's|cfr|u\.s\.c\.|usc|version|revision|rev\.|act of|code|"
    r"group|year|stage)|§|¶|#|"
    r"\b(?:sections?|paragraphs?|subsections?) [\w.()]+,? (?:and|or|through|to|,))\s*(?:no\.\s*)?$",
    re.IGNORECASE,
)
_MONTHS = "|".join(sorted(MONTH_NAMES, key=len, reverse=True))
_AFTER_MONTH = re.compile(rf"\b(?:{_MONTHS})\.? $", re.IGNORECASE)
_DATE_AHEAD = re.compile(
    rf"(?:st|nd|rd|th)?(?:,? (?:day of )?(?:{_MONTHS})\b(?! (?:not|only|be|bid|elect|use|request))|/\d|-\d+-\d+)",
    re.IGNORECASE,
)
_ATTACHED_AHEAD = re.compile(
    r" ?(?:CFR|C\.F\.R|U\.?S\.?C)\b|:[.\d]|(?:st|nd|rd|th)\b|[A-Za-z_]|\.\d+\.|\.[A-Z]\b|\.[a-z]\.|\(\w\)|"
    r"-[A-Z]\b|-\d|/[A-Za-z]|\+"
)
_ORDINAL_AHEAD = re.compile(r"st|nd|rd|th")
_CLOCK_AHEAD = re.compile(
    r" ?(?:[ap]\.?m\b|noon|midnight|(?:hours )?(?:local|(?-i:[A-Z]{1,2}T)\b|UTC|HBT|home base time|domicile time|base "
    r"time|Z\b))",
    re.IGNORECASE,
)
_TO = r" ?(?:and|to|through|until|or|-|\u2013) ?"
_CLOCK_BESIDE_BEFORE = re.compile(
    rf"(?:(?<!\d)0\d{{3}}(?: ?(?:hours|L[DBS]?T|local(?: time)?))?{_TO}|\bhours of )$", re.IGNORECASE
)
_CLOCK_BESIDE_BEHIND = re.compile(
    rf"{_TO}(?:0\d{{3}}(?!\d)|[012]\d{{3}} ?(?:(?:hours )?local|L[DBS]?T\b|UTC|HBT|Z\b))", re.IGNORECASE
)
_CLOCK_REACH = 40
_MILITARY = re.compile(r"^(?:[01]\d|2[0-4])[0-5]\d$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_DATE_BEFORE = re.compile(rf"\b(?:{_MONTHS})\.? \d{{1,2}},? (?:and \d{{1,2}},? )?$", re.IGNORECASE)
# Not in brackets, where it only repeats "one hour for every two".
_RIG = re.compile(r"(?<![\w(:.])1:(?P<hours>\d(?:\.\d+)?)(?![\d:])")
_LIST_MARK_AHEAD = re.compile(r"^\)(?! ?(?:or|and|through)\b)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence, from `start` up to `end`.

    `minutes` is set for what was written with a colon or as hours and minutes (whole minutes); `value` is then hours.
    `is_rig` marks a rig, "1:3.5": `value` is the hours that earn one of credit. `agrees` is False where words and digits say
    different numbers, None where only one of them stands.
    """

    start: int
    end: int
    value: Decimal
    is_money: bool = False
    is_percent: bool = False
    has_colon: bool = False
    unit_word: str | None = None
    agrees: bool | None = None
    words_only: bool = False
    is_clock: bool = False
    is_rig: bool = False


def value_of_words(words: str) -> Decimal | None:
    """The value of a number in words, fractions included; None where the words make no number."""
    total = current = 0
    fraction: Decimal | None = None
    parts = [part for part in re.split(r"[ -]+", words.lower()) if part not in {"and", "a"}]
    for position, part in enumerate(parts):
        if part in FRACTION_WORDS:
            return _with_fraction(parts[:position], FRACTION_WORDS[part])
        if part in SCALE_WORDS:
            scale = SCALE_WORDS[part]
            current = max(current, 1) * scale
            if scale > SCALE_WORDS["hundred"]:
                total, current = total + current, 0
        elif part in NUMBER_WORDS:
            current += NUMBER_WORDS[part]
        else:
            return fraction
    return Decimal(total + current)


def _with_fraction(before: list[str], denominator: int) -> Decimal | None:
    """ "two and one half" -> 2.5, "one-sixth" -> 0.1667, "half" -> 0.5."""
    if not before:
        return (Decimal(1) / denominator).quantize(PRECISION).normalize()
    numerator = NUMBER_WORDS.get(before[-1])
    if numerator is None:
        return None
    whole = value_of_words(" ".join(before[:-1])) if before[:-1] else Decimal(0)
    if whole is None:
        return None
    return tidied(whole + Decimal(numerator) / denominator)


def tidied(value: Decimal) -> Decimal:
    """At most four decimals, no trailing zeros, never an exponent."""
    rounded = value.quantize(PRECISION)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral() else rounded.normalize()


def value_of_figure(figure: str) -> Decimal | None:
    """The value of digits: "1,200.50", "1/6", "1 1/2", "4:54" (in hours); None where they make no number."""
    text = figure.replace(",", "").replace("$", "").strip()
    try:
        if ":" in text:
            hours, minutes = text.split(":")
            if int(minutes) >= MINUTES_PER_HOUR:
                return None
            return tidied(Decimal(hours) + Decimal(minutes) / MINUTES_PER_HOUR)
        if "/" in text:
            whole, _, part = text.rpartition(" ")
            numerator, denominator = part.split("/")
            return tidied(Decimal(whole or 0) + Decimal(numerator) / Decimal(denominator))
        return tidied(Decimal(text))
    except (InvalidOperation, ValueError, ZeroDivisionError):
        return None


def find_numbers(text: str) -> Iterator[Number]:
    """The numbers of a sentence that could be limits: no citations, dates, ordinals or names of things."""
    rigs = {match.start(): match for match in _RIG.finditer(text)}
    for match in _NUMBER.finditer(text):
        if match.start() in rigs:
            yield _rig(rigs[match.start()])
            continue
        if _is_name(text, match):
            continue
        number = _clock_time(text, match) or _read(match)
        if number is not None:
            yield number


def _rig(match: re.Match[str]) -> Number:
    return Number(match.start(), match.end(), Decimal(match["hours"]), is_rig=True)


def _multiple(match: re.Match[str]) -> Number:
    """ "Time and one-half" as 150 percent, "double time" as 200."""
    said = match["multiple"].lower()
    value = next(share for word, share in _MULTIPLES if said.startswith(word))
    return Number(match.start(), match.end(), value + (50 if "half" in said else 0), is_percent=True, words_only=True)


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Whether the digits name something (a section, a date, an aircraft) and do not count anything."""
    before = text[max(0, match.start() - 60) : match.start()]
    after = text[match.end() : match.end() + 30]
    if match["words"]:
        if match["bracket"] and _ORDINAL_AHEAD.match(text, match.end("bracket")):
            return True
        counted = match["words"].lower() != "one" and before.lower().endswith(("every ", "each "))
        article = _BARE_ARTICLE_ONE.search(before) is not None and not counted
        named = match["bracket"] is None and (article or after.startswith("-to-"))
        return named or (_CITED.search(before) is not None and match["bracket"] is None)
    if match["multiple"] or match["money"] or match["tail_money"] or match["percent"]:
        return False
    if _CITED.search(before) or _AFTER_MONTH.search(before) or _DATE_BEFORE.search(before):
        return True
    if before.endswith("(") and _LIST_MARK_AHEAD.match(after):
        return True
    ahead = text[match.end("figure") :]
    is_year = _YEAR.match(match["figure"]) is not None and _CLOCK_AHEAD.match(ahead) is None
    return is_year or bool(_ATTACHED_AHEAD.match(ahead) or _DATE_AHEAD.match(ahead))


def _clock_time(text: str, match: re.Match[str]) -> Number | None:
    """A time of day, in hours from midnight: "0500", "2200 local", "10:30 p.m."; None for anything else."""
    figure = match["figure"]
    if figure is None or match["bracket"] is not None or match["percent"] or match["money"]:
        return None
    ahead = _CLOCK_AHEAD.match(text, match.end("figure"))
    military = _MILITARY.match(figure) is not None
    if not (ahead or (military and _is_told_as_clock(text, match))) or match["unit_words"] not in {None, " hours"}:
        return None
    value = Decimal(figure[:2]) + Decimal(figure[2:]) / MINUTES_PER_HOUR if military else value_of_figure(figure)
    if value is None or value > HOURS_PER_DAY:
        return None
    end = ahead.end() if ahead else match.end("figure")
    if ahead and ahead[0].strip().lower().startswith("p") and value < HOURS_PER_DAY // 2:
        value += HOURS_PER_DAY // 2
    return Number(start=match.start(), end=end, value=tidied(value), is_clock=True)


def _written(bracket: str) -> Decimal | None:
    is_plain = not any(mark in bracket for mark in ".,:/")
    return value_of_figure(bracket.translate(_MISREAD) if is_plain else bracket)


def _is_told_as_clock(text: str, match: re.Match[str]) -> bool:
    """Whether four digits without a word for it are a time of day: "0500", and "2200" beside such a one."""
    if match["figure"].startswith("0"):
        return True
    before, behind = text[max(0, match.start() - _CLOCK_REACH) : match.start()], text[match.end("figure") :]
    return _CLOCK_BESIDE_BEFORE.search(before) is not None or _CLOCK_BESIDE_BEHIND.match(behind) is not None


def _read(match: re.Match[str]) -> Number | None:
    if match["multiple"]:
        return _multiple(match)
    spoken = value_of_words(match["words"]) if match["words"] else None
    written = _written(match["bracket"]) if match["bracket"] else None
    value = spoken if match["words"] else value_of_figure(match["figure"])
    if value is None:
        return None
    unit = (match["unit_words"] or match["bracket_unit"] or "").split()
    unit_word = unit[0].lower() if unit else None
    if match["minutes"]:
        minutes = value_of_words(match["minutes"]) if not match["minutes"].isdigit() else Decimal(match["minutes"])
        value = tidied(value + (minutes or Decimal(0)) / MINUTES_PER_HOUR)
    if match["cents"]:
        value += (value_of_words(match["cents"]) or Decimal(0)) / 100
    agrees = None if written is None else abs(written - value) < Decimal("0.01")
    shown = match["bracket"] or match["figure"] or ""
    end = match.end()
    return Number(
        start=match.start(),
        end=end - (len(match[0]) - len(match[0].rstrip())),
        value=value,
        is_money=bool(match["money"] or match["tail_money"] or match["bracket_money"] or match["more_money"])
        or unit_word in {"dollar", "dollars"},
        is_percent=bool(match["percent"] or match["bracket_percent"]),
        has_colon=":" in shown,
        unit_word=unit_word,
        agrees=agrees,
        words_only=bool(match["words"]) and written is None,
    )
