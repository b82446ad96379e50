"""Whether a limit got tighter or looser: what it allows now against what it allowed.

A limit is a range of allowed values. The new one is tighter when it lies within the old one, looser when it holds it. A
maximum that falls is tighter: the airline may ask less of the pilot. A guarantee that rises is tighter: it owes him more.
Units of time are converted only where that is exact: hours are no calendar days.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from contracts.comparison.orientation import Favours, favours
from contracts.comparison.rules import ComparedRule
from contracts.vocabulary import METRICS, Operator, Unit
from contracts.vocabulary.words import limit_in_words, upper_value

# Units that convert exactly, in those of the first of each kind.
_EXACT: dict[str, tuple[str, Decimal]] = {
    Unit.MINUTES: ("clock time", Decimal(1)),
    Unit.HOURS: ("clock time", Decimal(60)),
    Unit.DAYS: ("days", Decimal(1)),
    Unit.WEEKS: ("days", Decimal(7)),
    Unit.MONTHS: ("months", Decimal(1)),
    Unit.YEARS: ("months", Decimal(12)),
    Unit.FEET: ("feet", Decimal(1)),
    Unit.MILES: ("feet", Decimal(5280)),
    Unit.KILOGRAMS: ("kilograms", Decimal(1)),
    Unit.POUNDS: ("kilograms", Decimal("0.45359237")),
}
# Parameters under which a limit holds: where they differ, it is another limit.
_CONDITIONS = ("condition", "exception", "is_threshold", "negated", "counted", "consecutive")


class LimitMove(StrEnum):
    """What became of the limit. HIGHER and LOWER are of exact values, which are neither tight nor loose."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class LimitChange:
    """`words` is a sentence that says both limits, whose view it is told from, or why they cannot be compared."""

    move: LimitMove
    favours: Favours | None
    words: str


@dataclass(frozen=True, slots=True)
class _Range:
    """Allowed values, in a common unit; None is no end. An open end is itself not allowed."""

    low: Decimal | None = None
    high: Decimal | None = None
    is_open: bool = False

    def holds(self, other: "_Range") -> bool:
        """Whether all that `other` allows is allowed."""
        return self._reaches(self.low, other.low, other, sign=1) and self._reaches(
            self.high, other.high, other, sign=-1
        )

    def _reaches(self, own: Decimal | None, its: Decimal | None, other: "_Range", *, sign: int) -> bool:
        if own is None:
            return True
        if its is None or own * sign > its * sign:
            return False
        return own != its or not self.is_open or other.is_open


def limit_change(before: ComparedRule, after: ComparedRule) -> LimitChange | None:
    """What became of the limit; None where neither side has one."""
    if before.metric is None and after.metric is None:
        return None
    obstacle = _obstacle(before, after)
    if obstacle:
        return LimitChange(LimitMove.NOT_COMPARABLE, None, f"Not comparable: {obstacle}")
    old, new = _range(before), _range(after)
    hardened = after.is_hard_constraint - before.is_hard_constraint
    move = _move(before, old, new)
    if hardened:
        strength = LimitMove.TIGHTER if hardened > 0 else LimitMove.LOOSER
        if move not in {LimitMove.SAME, strength}:
            words = f"{_both(before, after)}, and it is {_strength(after)} now, so that neither view is the whole one."
            return LimitChange(LimitMove.NOT_COMPARABLE, None, f"Not comparable: {words}")
        move = strength
    return _told(before, after, move, moved_up=_moved_up(old, new, move))


def _obstacle(before: ComparedRule, after: ComparedRule) -> str:
    """Why the two limits cannot be compared; "" where they can."""
    return _other_thing(before, after) or _other_terms(before, after) or _no_range(before) or _no_range(after)


def _other_thing(before: ComparedRule, after: ComparedRule) -> str:
    if before.metric is None or after.metric is None:
        have, lack = ("the new", "the old") if before.metric is None else ("the old", "the new")
        return f"only {have} wording has a limit in figures, {lack} one has none."
    if before.metric != after.metric:
        return f"the old limit is on {_metric(before)}, the new one on {_metric(after)}."
    if _measure(before)[0] != _measure(after)[0]:
        return f"{before.unit} do not convert exactly into {after.unit}."
    return ""


def _other_terms(before: ComparedRule, after: ComparedRule) -> str:
    """Conditions under which the limits hold: where they differ, the figures alone say nothing."""
    if _period(before) != _period(after):
        return f"the old limit is {limit_in_words(before)}, the new one {limit_in_words(after)}."
    if before.applies_to != after.applies_to:
        return "they apply to different pilots or operations."
    if any(before.parameters.get(name) != after.parameters.get(name) for name in _CONDITIONS):
        return "their conditions or exceptions differ."
    if before.parameters.get("is_threshold"):
        return "the figure is the threshold of a condition, not a limit."
    return ""


def _no_range(rule: ComparedRule) -> str:
    operator = Operator(rule.operator or Operator.EQUAL)
    if operator is Operator.NOT_EQUAL:
        return "“other than” allows all values but one."
    if operator is Operator.BETWEEN and (upper_value(rule) is None or rule.unit == Unit.LOCAL_TIME):
        return "a range of clock times may go past midnight." if upper_value(rule) else "a range lacks its upper end."
    return ""


def _measure(rule: ComparedRule) -> tuple[str, Decimal]:
    """The unit that the rule's converts into exactly, and the factor; itself where there is none."""
    return _EXACT.get(rule.unit or "", (rule.unit or "", Decimal(1)))


def _range(rule: ComparedRule) -> _Range:
    factor, operator = _measure(rule)[1], Operator(rule.operator or Operator.EQUAL)
    value = (rule.value or Decimal(0)) * factor
    upper = (upper_value(rule) or Decimal(0)) * factor
    match operator:
        case Operator.AT_MOST | Operator.BELOW:
            return _Range(high=value, is_open=operator is Operator.BELOW)
        case Operator.AT_LEAST | Operator.ABOVE:
            return _Range(low=value, is_open=operator is Operator.ABOVE)
        case Operator.BETWEEN:
            return _Range(low=value, high=upper)
        case _:
            return _Range(low=value, high=value)


def _move(before: ComparedRule, old: _Range, new: _Range) -> LimitMove:
    if old == new:
        return LimitMove.SAME
    if old.holds(new):
        return LimitMove.TIGHTER
    if new.holds(old):
        return LimitMove.LOOSER
    if None not in {old.low, old.high, new.low, new.high} and old.low == old.high and new.low == new.high:
        return LimitMove.HIGHER if (new.low or 0) > (old.low or 0) else LimitMove.LOWER
    return LimitMove.NOT_COMPARABLE


def _moved_up(old: _Range, new: _Range, move: LimitMove) -> bool | None:
    """Whether the one end that both have moved up; a harder maximum counts as a lower one, a harder minimum as a higher one."""
    if move in {LimitMove.HIGHER, LimitMove.LOWER}:
        return move is LimitMove.HIGHER
    if move not in {LimitMove.TIGHTER, LimitMove.LOOSER}:
        return None
    if old.low is None and new.low is None:
        return move is LimitMove.LOOSER
    if old.high is None and new.high is None:
        return move is LimitMove.TIGHTER
    return None


_HEADS = {
    LimitMove.TIGHTER: "Tighter",
    LimitMove.LOOSER: "Looser",
    LimitMove.HIGHER: "Higher",
    LimitMove.LOWER: "Lower",
}
_VIEWS = {
    Favours.PILOT: "; in the pilot's favour.",
    Favours.AIRLINE: "; in the airline's favour.",
    None: "; whom that serves, the wording tells.",
}


def _told(before: ComparedRule, after: ComparedRule, move: LimitMove, *, moved_up: bool | None) -> LimitChange:
    if move is LimitMove.SAME:
        return LimitChange(move, None, f"The limit is the same: {limit_in_words(after)}.")
    if move is LimitMove.NOT_COMPARABLE:
        return LimitChange(
            move, None, f"Not comparable: {_both(before, after)}; neither allows all that the other does."
        )
    served = favours(before.metric or "", moved_up=moved_up)
    hardness = ""
    if before.is_hard_constraint != after.is_hard_constraint:
        hardness = f", a {_strength(after)} limit that was {_strength(before)}"
    return LimitChange(move, served, f"{_HEADS[move]}: {_both(before, after)}{hardness}{_VIEWS[served]}")


def _both(before: ComparedRule, after: ComparedRule) -> str:
    old, new = limit_in_words(before), limit_in_words(after)
    return new if old == new else f"{new} instead of {old}"


def _strength(rule: ComparedRule) -> str:
    return "hard" if rule.is_hard_constraint else "soft"


def _period(rule: ComparedRule) -> str:
    return " ".join((rule.period or "").lower().split())


def _metric(rule: ComparedRule) -> str:
    metric = METRICS.get(rule.metric or "")
    return f"“{metric.label.lower() if metric else rule.metric}”"
