"""A limit as an expression of the programs that load rule packs: True is kept, False broken, None not known.

Only these are ever written: names of figures, whole and decimal numbers, `None`, the word 'none', comparisons, `and`, `or` and
brackets. Nothing of a document gets in. Python reads them, and so does every subset of it that has these.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.predicates.limits import Limit
from contracts.predicates.measures import End, Level, usual
from contracts.vocabulary import Operator

# What stands for a figure where there is no such thing: the rest of a trip that has one duty period.
LACKING = "none"


@dataclass(frozen=True, slots=True)
class FigureName:
    """One figure that expressions ask for: a metric, over a window where it has one, and which end of several."""

    limit: Limit
    end: End

    @property
    def name(self) -> str:
        """The metric's own name for the end that limits usually guard, else with the end: "duty_period_least"."""
        measure, window = self.limit.measure, self.limit.window
        parts = [measure.metric]
        if measure.is_windowed and window is not None:
            parts.append(window.suffix)
        if self.end is not measure.guarded and not measure.is_single:
            parts.append(self.end.value)
        return "_".join(parts)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a shape's expressions name a figure of a trip, and one of the whole line."""

    trip: Callable[[str], str]
    line: Callable[[str], str]

    def reference(self, figure: FigureName) -> str:
        """The figure's expression."""
        of_a_trip = figure.limit.measure.level is Level.TRIP
        return (self.trip if of_a_trip else self.line)(figure.name)


FLAT = Dialect(trip=lambda name: f"trip.get('{name}')", line=lambda name: f"context.get('{name}')")
SECTIONED = Dialect(trip=lambda name: f"pairing.{name}", line=lambda name: f"context.{name}")
COMPILED = Dialect(trip=lambda name: f"obj.{name}", line=lambda name: f"ctx['{name}']")


def can_be_written(limit: Limit) -> bool:
    """Whether ends of figures tell how they stand: not of "other than", unless there is one figure."""
    return limit.forbidden is None or limit.measure.is_single


def figures_of(limit: Limit) -> Iterator[FigureName]:
    """The figures that the limit's expression asks for."""
    names = {}
    if limit.low is not None:
        names[FigureName(limit, End.LEAST).name] = FigureName(limit, End.LEAST)
    if limit.high is not None or limit.forbidden is not None:
        names[FigureName(limit, End.MOST).name] = FigureName(limit, End.MOST)
    yield from names.values()


def check(limit: Limit, dialect: Dialect) -> str:
    """The expression. Call it only for what `can_be_written`."""
    parts = [
        f"{dialect.reference(FigureName(limit, end))} {operator} {usual(limit.measure, bound)!r}"
        for end, operator, bound in _comparisons(limit)
    ]
    if not parts:
        return "True"
    references = [dialect.reference(figure) for figure in figures_of(limit)]
    known = [f"({reference} != None or None)" for reference in references]
    kept = " and ".join([*known, *parts])
    if not limit.measure.may_lack:
        return kept
    return f"{references[0]} == '{LACKING}' or {kept}"


def _comparisons(limit: Limit) -> Iterator[tuple[End, str, int]]:
    """As the rule has them: of whole figures "less than 4 hours" allows what "at most 3 h 59 min" does, and reads better."""
    if limit.low is not None:
        yield (End.LEAST, ">", limit.low - 1) if limit.operator is Operator.ABOVE else (End.LEAST, ">=", limit.low)
    if limit.high is not None:
        yield (End.MOST, "<", limit.high + 1) if limit.operator is Operator.BELOW else (End.MOST, "<=", limit.high)
    if limit.forbidden is not None:
        yield End.MOST, "!=", limit.forbidden


def score(limit: Limit, dialect: Dialect) -> str:
    """1.0 where the limit is known to be kept, else 0.0."""
    return f"(({check(limit, dialect)}) == True) and 1.0 or 0.0"
