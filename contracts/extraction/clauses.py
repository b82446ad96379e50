"""What each quantity does in its sentence: a limit, a condition for something else, a window of time, or an aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.extraction.furniture import Span
from contracts.extraction.quantities import Quantity, Role, find_quantities
from contracts.extraction.sentences import Sentence
from contracts.vocabulary import Unit

_MODAL_WORDS = (
    r"shall|must|will|may|can|cannot|should|need not|is entitled|are entitled|is required|are required|agrees? to|is "
    r"limited|are limited|means?"
)
_MODAL = re.compile(rf"\b(?:{_MODAL_WORDS})\b|=", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(
    r";\s*(?:and|or|provided|plus|however)?,?\s*|,\s*provided,?(?: however,?)?(?: that)?,?\s+|"
    r"(?<!\bis )(?<!\bare )(?<!\bbe )\bprovided,?(?: however,?)? that,?\s+|"
    r",\s*(?=nor\b)|,\s*(?:except|but|however)\b,?(?: that\b)?\s*"
    r"|\.\s+(?=[A-Z])|,\s*(?=which (?:may|shall|will|must|can)\b)",
    re.IGNORECASE,
)
_OPENS_CONDITION = re.compile(
    r"^(?:\(?[a-z0-9]{1,3}[).]\s+)?(?:if|when|where|whenever|wherever|unless|in the event|should|once|until|"
    r"while|upon|for any|for each|for a|for|"
    r"during|after|before|prior to|following|in cases?|notwithstanding|except|other than|on the|with|to be)\b",
    re.IGNORECASE,
)
_STARTS_IF = re.compile(r"^\W*(?:if|when|whenever|unless|in the event|once)\b", re.IGNORECASE)
_LATER_CONDITION = re.compile(
    r"\b(?:if|when|whenever|where|unless|in the event|until|once|because|except when|except that if|due to|"
    r"so long as|as long as|whose|who has|who have|"
    r"who is|who are|having|that (?:is|are|exceeds?|has|have|results? in)|"
    r"which (?:is|are|exceeds?|has|have))\b",
    re.IGNORECASE,
)
# "Layovers are built to no fewer than eleven hours, and may not be reduced below ten": all before the comma is said already.
_FURTHER_VERB = re.compile(r"\b(?:is|are|receives?|accrues?)\b[^;]*?,? (?:and|but) (?=(?:\w+ ){0,3}$)", re.IGNORECASE)
_STOPS_CONDITION = re.compile(
    rf"[,;]|\bthen\b|\b(?:{_MODAL_WORDS})\b"
    r"|\b(?:is|are) (?:paid|credited|entitled|given|granted|guaranteed|charged|reimbursed|compensated)\b"
    r"|\b(?:receives?|accrues?|earns?|pays)\b",
    re.IGNORECASE,
)
_MAIN_AFTER_COMMA = re.compile(rf",(?=\s*(?:then\s+)?(?:[\w'/()&\"-]+\s+){{0,9}}?(?:{_MODAL_WORDS})\b)", re.IGNORECASE)
_ASIDE = re.compile(
    r"\((?:\s*(?:e\.g\.|i\.e\.|for example|see|including))[^)]*\)?|\bfor example\b.*$|\bexamples?\s*(?:#?\d+)?\s*:.*$",
    re.IGNORECASE,
)
_WINDOW_BEFORE = re.compile(
    r"\b(?:(?:in|during|within|over|throughout|for|of)\s+(?:any|a|an|each|every|the|such|that|any one|any "
    r"single|his)(?:\s+(?:period of|rolling|consecutive|preceding|"
    r"previous|prior|following|next|successive|moving|continuous|trailing|calendar))*"
    r"|(?:per|every|rolling|in any|each|preceding|previous)(?:\s+(?:rolling|consecutive))?)\s+$",
    re.IGNORECASE,
)
_TOLERANCE_BEFORE = re.compile(r"(?:\bplus or minus|\bplus/minus|\+/-|\u00b1) ?$", re.IGNORECASE)
_INTERVAL_BEFORE = re.compile(r"\bevery $", re.IGNORECASE)
# "At least sixty percent of the lines shall be regular": the value is the subject, and a limit.
_OPENS_SUBJECT = re.compile(
    r"^\W*(?:(?:at least|at most|up to|(?:no|not) (?:more|fewer|less|greater) than)\s+)?$", re.IGNORECASE
)
_LISTED = re.compile(
    r"^(?:of\b|items?|options?|ways?|methods?|conditions?|categor\w+|parts?|steps?|criteria|types?|groups?|"
    r"classes|paragraphs?|sections?|provisions?|"
    r"exceptions?|following|forms?|sets?|kinds?|reasons?|factors?|separate|different|or more of the|sides?|"
    r"levels?|phases?)\b",
    re.IGNORECASE,
)


MOST_QUANTITIES = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """A quantity with its role, and the clause that holds it as positions in the sentence."""

    quantity: Quantity
    role: Role
    clause: Span
    has_modal: bool
    window: str | None = None


def read_sentence(sentence: Sentence) -> list[Finding]:
    """Every quantity of a sentence with its role, in order; none for a run of figures that is a table in disguise."""
    text = sentence.text
    quantities = find_quantities(text)
    if not 0 < len(quantities) <= MOST_QUANTITIES:
        return []
    asides = [match.span() for match in _ASIDE.finditer(text)]
    sentence_has_modal = _MODAL.search(text) is not None
    findings: list[Finding] = []
    for start, end in _clauses(text, quantities):
        inside = [quantity for quantity in quantities if start <= quantity.start < end]
        conditions = list(_condition_spans(text, start, end))
        has_modal = _MODAL.search(text, start, end) is not None
        for quantity in inside:
            role = _role(text, quantity, start, asides, conditions, has_modal=has_modal)
            # A condition that stands alone has no force of its own: what it is a condition of is said elsewhere.
            alone = (start, end) in conditions
            binds = not alone and (has_modal or (sentence_has_modal and start == 0))
            findings.append(Finding(quantity, role, (start, end), binds))
    return _with_windows(text, findings)


def _clauses(text: str, quantities: list[Quantity]) -> Iterator[Span]:
    """The clauses of a sentence; none begins inside a quantity."""
    start = 0
    for match in _CLAUSE_BREAK.finditer(text):
        if any(quantity.start < match.end() and quantity.end > match.start() for quantity in quantities):
            continue
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _condition_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """The parts of a clause that say when it applies: up to the main verb's subject, and after a later "if"."""
    clause = text[start:end]
    main = 0
    if _OPENS_CONDITION.match(clause):
        commas = [match.start() for match in _MAIN_AFTER_COMMA.finditer(clause) if _depth(clause, match.start()) == 0]
        if commas:
            main = commas[0]
            yield start, start + main
        elif _STARTS_IF.match(clause) and "," not in clause and _MODAL.search(clause) is None:
            yield start, end
            return
    modal = _MODAL.search(clause, main)
    label = clause.find(": ") if modal is None else -1
    if label > 0:
        yield start, start + label
    for match in _LATER_CONDITION.finditer(clause, main):
        stop = _STOPS_CONDITION.search(clause, match.end())
        yield start + match.start(), start + (stop.start() if stop is not None else len(clause))
    if modal is not None and modal[0] != "=" and modal.start() > main:
        earlier = _FURTHER_VERB.search(clause, main, modal.start())
        yield start + (main if earlier is None else earlier.end()), start + modal.start()


def _depth(text: str, at: int) -> int:
    return text.count("(", 0, at) - text.count(")", 0, at)


def _role(
    text: str, quantity: Quantity, clause_start: int, asides: list[Span], conditions: list[Span], *, has_modal: bool
) -> Role:
    if any(start <= quantity.start < end for start, end in asides):
        return Role.ASIDE
    if quantity.unit is Unit.COUNT and _LISTED.match(quantity.noun) is not None:
        return Role.ASIDE
    before = text[clause_start : quantity.start]
    if _TOLERANCE_BEFORE.search(before):
        return Role.ASIDE
    if _WINDOW_BEFORE.search(before) and quantity.unit in _WINDOW_UNITS:
        return Role.WINDOW
    is_subject = has_modal and _OPENS_SUBJECT.match(before) is not None
    if not is_subject and any(start <= quantity.start < end for start, end in conditions):
        return Role.CONDITION
    return Role.LIMIT


_WINDOW_UNITS = {
    Unit.HOURS,
    Unit.DAYS,
    Unit.WEEKS,
    Unit.MONTHS,
    Unit.YEARS,
    Unit.MINUTES,
    Unit.DUTY_PERIODS,
    Unit.PERIODS,
}


def _with_windows(text: str, findings: list[Finding]) -> list[Finding]:
    """Give each window to the nearest limit before it in the clause, or else to the one after it.

    "Shall meet every sixty days" has no limit but the interval itself.
    """
    windows = {index for index, finding in enumerate(findings) if finding.role is Role.WINDOW}
    owned: dict[int, str] = {}
    intervals: set[int] = set()
    for index in sorted(windows):
        same = [
            place
            for place, other in enumerate(findings)
            if other.clause == findings[index].clause and place not in windows
        ]
        owner = max((place for place in same if place < index), default=min(same, default=-1))
        quantity = findings[index].quantity
        if owner >= 0 and findings[owner].role is Role.LIMIT:
            owned.setdefault(owner, _window_text(text, quantity))
        elif _INTERVAL_BEFORE.search(text[: quantity.start]):
            intervals.add(index)
    return [
        Finding(
            finding.quantity,
            Role.LIMIT if index in intervals else finding.role,
            finding.clause,
            finding.has_modal,
            owned.get(index),
        )
        for index, finding in enumerate(findings)
    ]


def _window_text(text: str, quantity: Quantity) -> str:
    words = text[max(0, quantity.start - 40) : quantity.start].lower()
    rolling = "rolling " if "rolling" in words.split()[-4:] else ""
    consecutive = "consecutive " if quantity.consecutive or "consecutive" in words.split()[-2:] else ""
    return f"{rolling}{quantity.value} {consecutive}{quantity.unit.value}"
