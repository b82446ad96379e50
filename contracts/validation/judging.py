"""Contract rules on lines: each rule's limit against the figures of its metric."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.predicates import JudgedRule, Limit, PilotFacts, Reach, Standing
from contracts.predicates.measures import Level
from contracts.predicates.windows import Window
from contracts.validation.findings import Breach, Source, Unknown, bounded
from contracts.validation.hints import broken_end, hint, message
from contracts.validation.line import LONGEST_LINE_DAYS, Line
from contracts.validation.line_figures import OF_A_LINE
from contracts.validation.trip_figures import OF_A_TRIP, Figure

_NO_LINE = (
    f"The duty periods overlap, are not in order of time or span more than {LONGEST_LINE_DAYS} days: they are a choice, not one "
    "line."
)
_NOTHING_GIVEN = "Neither pairings nor a schedule are given."


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one metric, with what settles most limits at a glance: the ends of those that are known."""

    figures: tuple[Figure, ...]
    least: int | None
    most: int | None
    all_known: bool

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "Figures":
        """With their ends."""
        known = [figure.value for figure in figures if figure.value is not None and not figure.is_floor]
        return cls(
            tuple(figures),
            least=min(known, default=None),
            most=max(known, default=None),
            all_known=len(known) == len(figures),
        )

    def keep(self, limit: Limit) -> bool:
        """Whether every figure is known and keeps the limit; False leaves it open."""
        if not self.all_known or limit.forbidden is not None:
            return False
        if self.least is None or self.most is None:
            return True
        return (limit.low is None or self.least >= limit.low) and (limit.high is None or self.most <= limit.high)


class Measured:
    """The figures of some lines, each metric measured once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._known: dict[tuple[str, Window | None], Figures] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to measure."""
        return not self._lines

    def of(self, limit: Limit) -> Figures:
        """The figures that the limit is about."""
        key = (limit.measure.metric, limit.window)
        if key not in self._known:
            self._known[key] = Figures.of([figure for line in self._lines for figure in _measure(line, limit)])
        return self._known[key]


def _measure(line: Line, limit: Limit) -> Iterator[Figure]:
    metric = limit.measure.metric
    if of_a_trip := OF_A_TRIP.get(metric):
        for trip in line.trips:
            yield from of_a_trip(trip, line.base)
    if metric in OF_A_LINE:
        if line.is_line:
            yield from OF_A_LINE[metric](line, limit.window)
        elif limit.measure.level is Level.LINE:
            yield Figure(None, line.pointer, _NO_LINE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What contract rules say. `components` is what each soft rule earns: its weight where it is kept, else 0."""

    breaches: list[Breach] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    components: dict[str, int | float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How much was found."""
        return len(self.breaches) + len(self.unknown)


def judge_rules(rules: Sequence[JudgedRule], measured: Measured, facts: PilotFacts) -> Judgement:
    """Every rule that has a limit and may reach the pilot.

    Raises:
        TooMuchFound: more than an answer holds.
    """
    judgement = Judgement()
    for rule in rules:
        bounded(judgement.size)
        if rule.limit is None:
            continue
        reach = rule.conditions.reach(facts)
        if reach is Reach.DOES_NOT:
            continue
        is_kept = _judge(rule, rule.limit, measured, reach, judgement)
        if not rule.is_hard:
            judgement.components[rule.rule_id] = rule.weight if is_kept else 0
    return judgement


def _judge(rule: JudgedRule, limit: Limit, measured: Measured, reach: Reach, judgement: Judgement) -> bool:
    """Whether it is kept; what is not goes into the judgement."""
    if measured.is_empty:
        judgement.unknown.append(_unknown(rule, "", _NOTHING_GIVEN))
        return False
    figures = measured.of(limit)
    if figures.keep(limit):
        return True
    before = judgement.size
    for figure in figures.figures:
        standing = limit.standing(figure.value, is_floor=figure.is_floor)
        if standing is Standing.UNKNOWN:
            judgement.unknown.append(_unknown(rule, figure.pointer, figure.why))
        elif standing is Standing.BROKEN and figure.value is not None:
            breach = breach_of(rule, limit, figure.value, figure.pointer)
            if reach is Reach.APPLIES:
                judgement.breaches.append(breach)
            else:
                judgement.unknown.append(_unknown(rule, figure.pointer, f"{breach.message} {_whether(rule)}"))
    return judgement.size == before


def _whether(rule: JudgedRule) -> str:
    return f"Whether the rule applies is not known: {rule.conditions.told()}."


def _unknown(rule: JudgedRule, pointer: str, reason: str) -> Unknown:
    return Unknown(rule.rule_id, Source.CONTRACT, rule.is_hard, pointer, reason)


def breach_of(rule: JudgedRule, limit: Limit, figure: int, pointer: str) -> Breach:
    """The rule broken by a figure."""
    return Breach(
        rule_id=rule.rule_id,
        source=Source.CONTRACT,
        is_hard=rule.is_hard,
        pointer=pointer,
        message=message(limit, figure),
        citation=rule.citation,
        limit=limit.stated(broken_end(limit, figure)),
        actual=limit.stated(figure),
        unit=limit.unit,
        fix_hint=hint(limit, figure),
        weight=rule.weight,
    )


def untested(rules: Sequence[JudgedRule]) -> list[Unknown]:
    """The rules that no schedule tells anything of."""
    return [_unknown(rule, "", rule.why_untested) for rule in rules if rule.limit is None]
