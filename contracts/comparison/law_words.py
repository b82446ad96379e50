"""How the comparison with the law is said: "the contract allows 15 h, the law 13 h"."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from contracts.comparison.law import LawLimit
from contracts.comparison.rules import ComparedRule
from contracts.comparison.verdicts import Where
from contracts.vocabulary import Operator
from regulations.far117.clock import MINUTES_PER_HOUR, clock_text

_CREWS = {2: "two", 3: "three", 4: "four"}
_BINDS = {
    "law_binds": "the law binds",
    "contract_binds": "the contract binds",
    "equal": "both say the same",
    "depends": "it depends on the segments or the rest facility",
}


def amount(minutes: Decimal | int) -> str:
    """A length of time: "15 h", "10 h 30 min", "45 min"; seconds are not told."""
    hours, rest = divmod(round(minutes), MINUTES_PER_HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest} min" if rest else f"{hours:,} h"


def contract_words(rule: ComparedRule, value: Decimal, law: LawLimit) -> str:
    """As in "the contract allows 15 h" or "the contract requires 12 h"."""
    verb = "allows" if law.is_most else "requires"
    if rule.operator == Operator.EQUAL:
        verb = "fixes"
    elif rule.operator in {Operator.BELOW, Operator.ABOVE}:
        verb = "allows less than" if law.is_most else "requires more than"
    if not rule.is_hard_constraint:
        verb = f"{verb} (as a wish)"
    told = f"{value.normalize():f} segments" if law.is_count else amount(value)
    period = ""
    if rule.period and law.window is not None:
        period = f" in {rule.period}" if rule.period[0].isdigit() else f" in a {rule.period}"
    return f"the contract {verb} {told}{period}"


def law_words(law: LawLimit) -> str:
    """As in "the law 13 h", "the law 9 h to 14 h (Table B)"."""
    if law.is_count:
        return f"the law {law.least} segments ({law.rule.citation})"
    figures = amount(law.least) if law.least == law.most else f"{amount(law.least)} to {amount(law.most)}"
    if law.window is not None and law.rule.predicate is not None:
        figures += f" in {law.rule.predicate.period}"
    less = f", {amount(-law.not_acclimated)} less where not acclimated" if law.not_acclimated else ""
    return f"the law {figures}{less} ({law.rule.citation})"


def who_words(law: LawLimit) -> str:
    """As in "with three or four pilots "; "" where the crew does not matter."""
    return f"with {' or '.join(_CREWS[crew] for crew in law.crews)} pilots " if law.crews else ""


def where_words(where: Sequence[Where]) -> str:
    """As in "the law binds at starts 00:00-04:59 and 22:00-23:59; the contract binds at starts 05:00-21:59"."""
    if {span.verdict for span in where} <= {"contract_binds", "equal"}:
        return "the contract binds, unless the pilot is not acclimated"
    told: dict[str, list[str]] = {}
    for span in where:
        told.setdefault(span.verdict, []).append(f"{clock_text(span.from_minute)}–{clock_text(span.to_minute)}")
    return "; ".join(f"{_BINDS[verdict]} at starts {_listed(spans)}" for verdict, spans in told.items())


def _listed(items: Iterable[str]) -> str:
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
