"""How a quantity is compared: the words right before it, right after it, or the verb that sets it."""

import re
from dataclasses import dataclass

from contracts.extraction.lexicon import NUMBER_WORDS, SCALE_WORDS
from contracts.extraction.quantities import Quantity
from contracts.vocabulary import Dimension, Operator, Unit, dimension_of

_FILLER = (
    r"(?:\W*\b(?:a|an|the|total|of|his|its|their|be|being|is|are|by|or|not|period|periods|interval|than|for|"
    r"any|additional|combined|"
    r"aggregate|value|amount|equal|to|every|each|least|(?:one(?: \(1\))? )?(?:\w+ )?(?:period|block|interval)s? of)\b)"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|prohibited|cannot|none)\b(?:(?!\b(?:if|when|unless|where|who|"
    r"because|until|except)\b)[^,;]){0,120}$",
    re.IGNORECASE,
)
# "No session, briefing excluded, shall last longer than ...".
_NEGATED_FROM_THE_START = re.compile(
    r"^\W*(?:no|neither|none of|in no (?:event|case)|at no time|under no circumstances?)\b[^;]*\b(?:shall|will|may|must|can)\b[^,;]*$",
    re.IGNORECASE,
)
_BEFORE: tuple[tuple[Operator, str], ...] = (
    (
        Operator.AT_MOST,
        r"(?:not|never|nor)(?: (?:to|be|ever|in any event|normally|regularly|otherwise))*,? exceed(?:s|ing)?",
    ),
    (Operator.AT_MOST, r"without exceeding|to a total of"),
    (
        Operator.AT_MOST,
        r"(?:no|not|nor|never) (?:be )?(?:more|greater|longer|later|higher|further|farther|larger|over|in excess of)(?: than)?",
    ),
    (Operator.AT_MOST, r"up to(?: but not)?(?: exceed(?:ing)?| including| and including| a maximum of)?"),
    (
        Operator.AT_MOST,
        r"(?:max(?:imum)?|limit(?:ed)?|cap(?:ped)?|ceiling)(?: \w+){0,3}? (?:of|is|be|to|at|shall be|will "
        r"be)|maximum|at (?:the )?most",
    ),
    (Operator.AT_MOST, r"within(?: the| an?)?(?: (?:first|next|following|last|(?:walk|drive|ride) of))?"),
    (Operator.AT_LEAST, r"(?:no|not|nor) (?:be )?(?:less|fewer|lower|shorter|sooner|earlier|smaller)(?: than)?"),
    (
        Operator.AT_LEAST,
        r"at least(?: the greater of)?|at a minimum,?|min(?:imum)?(?: \w+){0,3}? (?:of|is|be|shall be|will "
        r"be)|minimum|not below",
    ),
    (Operator.AT_LEAST, r"reducible to|reduced to"),
    (Operator.AT_LEAST, r"(?:the )?great(?:er|est)(?! than)(?: of)?:?(?: \(?[a-z1]{1,3}\))?"),
    (Operator.AT_MOST, r"(?:the )?lesser(?: of)?:?(?: \(?[a-z1]{1,3}\))?"),
    (
        Operator.ABOVE,
        r"(?:more|greater|longer|higher|further|farther|larger|later) than|in excess of|exceed(?:s|ed|ing)?|over|"
        r"beyond|above|surpass(?:es|ing)?",
    ),
    (Operator.BELOW, r"(?:less|fewer|lower|shorter|sooner|earlier|smaller) than|under|below"),
    (Operator.BETWEEN, r"between(?: the hours of)?"),
    (Operator.AT_MOST, r"(?:at least )?once (?:every|each|per|in (?:any|each|every))|every"),
    (Operator.EQUAL, r"exactly|equal to|equals|="),
)
_BEFORE_PATTERNS = tuple(
    (
        operator,
        re.compile(rf"\b(?:{phrase}){_FILLER}{{0,4}}\W*$" if phrase[0] != "=" else rf"{phrase}\W*$", re.IGNORECASE),
    )
    for operator, phrase in _BEFORE
)
_CLOCK_PATTERNS = tuple(
    (operator, re.compile(rf"\b(?:{phrase}){_FILLER}{{0,2}}\W*$", re.IGNORECASE))
    for operator, phrase in (
        (Operator.AT_MOST, r"at or before|on or before|by"),
        (Operator.AT_LEAST, r"at or after|on or after"),
        (Operator.BELOW, r"before|prior to|earlier than"),
        (Operator.ABOVE, r"after|later than|past|beyond"),
    )
)
_AFTER: tuple[tuple[Operator, re.Pattern[str]], ...] = (
    (
        Operator.AT_LEAST,
        re.compile(
            r"^[\s,]*(?:\w+ ){0,3}?(?:or|and) (?:more|greater|longer|later|above|over)\b|^\+|^ (?:at a "
            r")?minimum\b|^ as a minimum",
            re.IGNORECASE,
        ),
    ),
    (
        Operator.AT_MOST,
        re.compile(
            r"^[\s,]*(?:\w+ ){0,3}?(?:or|and) (?:less|fewer|shorter|under|below|sooner)\b|^ (?:at (?:the "
            r")?most|maximum|limit\b|limitation|cap\b)",
            re.IGNORECASE,
        ),
    ),
)
_IN_NUMBER = re.compile(
    r"\) or (?P<word>more|greater|longer|less|fewer)\b|^\S+ or (?P<word2>more|greater|longer|less|fewer)\b",
    re.IGNORECASE,
)
_WINDOW_BEFORE = 90
_GUARANTEE = re.compile(r"\bguarantee(?:d|s)?\b(?!.*\bguarantee)", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:reduced|increased|decreased|raised|lowered)\b(?! lines?\b)", re.IGNORECASE)
_LATER_THAN = re.compile(r"\blater than", re.IGNORECASE)
_REDUCED_BEHIND = re.compile(r"^[^.;]{0,80}\b(?:reducible|reduced)\b", re.IGNORECASE)
_AHEAD_OF = re.compile(r"^ ?(?:\w+ ){0,2}?(?:before|prior to|in advance|ahead)\b", re.IGNORECASE)
_GREATER_OF = re.compile(r"\b(?:the )?gr(?:e)?at(?:er|est) (?:of|value)\b", re.IGNORECASE)
_LESSER_OF = re.compile(r"\b(?:the )?lesser (?:of|value)\b", re.IGNORECASE)
_WHICHEVER_GREATER = re.compile(
    r"\bwhichever is (?:the )?(?:greater|greatest|higher|highest|longer|more)\b", re.IGNORECASE
)
_WHICHEVER_LESSER = re.compile(r"\bwhichever is (?:the )?(?:less|lesser|lower|least|shorter)\b", re.IGNORECASE)
_NOTICE_BEHIND = re.compile(
    r"^['\u2019]?s?['\u2019]?,? (?:(?:calendar|business|prior|advanced?|written|of)[ ,]+(?:and )?){0,4}notice\b",
    re.IGNORECASE,
)
_AHEAD_BEHIND = re.compile(r"^ (?:ahead|in advance)\b", re.IGNORECASE)
_NOTICE_BEFORE = re.compile(r"\bnotice of (?:at )?$", re.IGNORECASE)
_TIME_TO_ACT = re.compile(
    r"^ (?:[\w ]{0,40} )?(?:in which |within which )?to (?:respond|reply|accept|elect|file|appeal|answer|decide|notify|bid|submit|request|"
    r"return|report|advise|exercise|acknowledge|protest|grieve|object|claim|apply|complete|cure)\b",
    re.IGNORECASE,
)
_RESPONSE_BEFORE = re.compile(r"\b(?:call-?out|response|contact) (?:time|period)\b[^,;.]{0,60}$", re.IGNORECASE)
_OR_BEFORE = re.compile(r"\bor (?:a |an |the )?$", re.IGNORECASE)
_BEHIND = 120


@dataclass(frozen=True, slots=True)
class Comparison:
    """`explicit` is False where no comparing words stand by the number, only a verb that sets it.

    `negated` is True for a range that is forbidden: "shall not report between 0200 and 0500".
    """

    operator: Operator
    explicit: bool
    words: str
    negated: bool = False


_BETWEEN_BEFORE = re.compile(r"\bbetween (?:the hours of )?$", re.IGNORECASE)
_FLIPPED = {Operator.ABOVE: Operator.AT_MOST, Operator.BELOW: Operator.AT_LEAST}


def compare(clause: str, quantity: Quantity, *, negatable: bool) -> Comparison:
    """The comparison that `clause` makes with `quantity` (positions in `clause`).

    "Shall not be scheduled for more than X" turns round to "at most X"; `negatable` is False in a condition, where the
    negation belongs to the other clause.
    """
    if quantity.upper is not None:
        before = clause[: quantity.start]
        is_window = quantity.unit is Unit.LOCAL_TIME or _BETWEEN_BEFORE.search(before) is not None
        negated = negatable and is_window and _NEGATION.search(before) is not None
        return Comparison(Operator.BETWEEN, explicit=True, words="between", negated=negated)
    after = clause[quantity.end :]
    inside = _IN_NUMBER.search(clause[quantity.start : quantity.end])
    if inside is not None:
        word = (inside["word"] or inside["word2"]).lower()
        operator = Operator.AT_MOST if word in {"less", "fewer"} else Operator.AT_LEAST
        return Comparison(operator, explicit=True, words=f"or {word}")
    for operator, pattern in _AFTER:
        match = pattern.match(after) or pattern.match(clause[quantity.number.end :])
        if match is not None:
            return Comparison(operator, explicit=True, words=match[0].strip(" ,"))
    return _before(clause, quantity, negatable=negatable)


def _before(clause: str, quantity: Quantity, *, negatable: bool) -> Comparison:
    before = clause[max(0, quantity.start - _WINDOW_BEFORE) : quantity.start]
    best: tuple[int, Operator, re.Match[str]] | None = None
    patterns = _BEFORE_PATTERNS + (_CLOCK_PATTERNS if quantity.unit is Unit.LOCAL_TIME else ())
    for operator, pattern in patterns:
        match = pattern.search(before)
        if match is not None and (best is None or (match.start() < best[0] and match.end() >= best[2].end())):
            best = (match.start(), operator, match)
    if best is None:
        return Comparison(Operator.EQUAL, explicit=False, words="")
    _, operator, match = best
    words = " ".join(match[0].split()).strip(" :,")
    if negatable and operator in _FLIPPED:
        earlier = clause[: max(0, quantity.start - _WINDOW_BEFORE) + match.start()]
        if _NEGATION.search(earlier) or _NEGATED_FROM_THE_START.match(earlier):
            operator = _FLIPPED[operator]
    if negatable and words.startswith("within") and _NEGATION.search(before[: match.start()]):
        # "Shall not consume alcohol within twelve hours of report": twelve hours lie between them.
        operator = Operator.AT_LEAST
    if operator is Operator.AT_MOST and _LATER_THAN.search(match[0]) and _AHEAD_OF.match(clause[quantity.end :]):
        # "No later than 90 minutes before report": the time ahead is at least that.
        operator = Operator.AT_LEAST
    return Comparison(operator, explicit=True, words=words)


def implied_operator(clause: str, lead: str, quantity: Quantity) -> Operator:
    """The operator of a value without comparing words.

    A guarantee, a notice and the greater of several are floors; the time that somebody has to act in is a ceiling.
    """
    before, behind = clause[: quantity.start], clause[quantity.end :]
    if _NOTICE_BEHIND.match(behind) or _NOTICE_BEFORE.search(before) or _AHEAD_BEHIND.match(behind):
        return Operator.AT_LEAST
    if dimension_of(quantity.unit) is Dimension.TIME and _REDUCED_BEHIND.match(behind):
        return Operator.AT_LEAST
    if dimension_of(quantity.unit) is Dimension.TIME and (
        _TIME_TO_ACT.match(behind) or _RESPONSE_BEFORE.search(before)
    ):
        return Operator.AT_MOST
    if _GREATER_OF.search(before) or _GREATER_OF.search(lead) or _weighed(_WHICHEVER_GREATER, clause, quantity):
        return Operator.AT_LEAST
    if _LESSER_OF.search(before) or _LESSER_OF.search(lead) or _weighed(_WHICHEVER_LESSER, clause, quantity):
        return Operator.AT_MOST
    guaranteed = _GUARANTEE.search(before) is not None and _CHANGES.search(before) is None
    return Operator.AT_LEAST if guaranteed else Operator.EQUAL


_NO_NUMBER_NEXT = rf"(?!\s+(?:an? |the )?(?:\d|\$|(?:{'|'.join([*NUMBER_WORDS, *SCALE_WORDS])})\b))"
_TABLE_OF_MOST = re.compile(
    rf"\b(?:not|no|nor|never)\b[^.;]{{0,80}}\b(?:exceed|(?:more|greater|longer) than){_NO_NUMBER_NEXT}"
    rf"|\bmaximum\b|\blimits?\b|\bup to{_NO_NUMBER_NEXT}\b",
    re.IGNORECASE,
)
_TABLE_OF_LEAST = re.compile(
    rf"\bat least\b{_NO_NUMBER_NEXT}|\bminimum\b|\b(?:not?|nor) (?:less|fewer|shorter) than\b{_NO_NUMBER_NEXT}|\bguarante",
    re.IGNORECASE,
)


def operator_of_table(introduction: str) -> Operator:
    """What the figures of a table or list are by the words before it: "shall not exceed the values of the following table".

    Comparing words with a number of their own say nothing of those below.
    """
    if _TABLE_OF_MOST.search(introduction):
        return Operator.AT_MOST
    return Operator.AT_LEAST if _TABLE_OF_LEAST.search(introduction) else Operator.EQUAL


def _weighed(pattern: re.Pattern[str], clause: str, quantity: Quantity) -> bool:
    """Whether "whichever is greater" behind a value weighs that very value against another ("X or the actual value")."""
    behind = clause[quantity.end : quantity.end + _BEHIND]
    match = pattern.search(behind)
    if match is None or "." in behind[: match.start()]:
        return False
    return (
        re.search(r"\bor\b", behind[: match.start()]) is not None
        or _OR_BEFORE.search(clause[: quantity.start]) is not None
    )
