"""A limit on one metric: whether a figure keeps it, and the figure next to one that does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any

from contracts.predicates.measures import MEASURES, Measure
from contracts.predicates.windows import Window
from contracts.vocabulary import Operator

# Values have four decimals: 8 h 20 min is stored as 8.3333 hours, which are 499.998 minutes.
_ROUNDED_AWAY = Decimal("0.01")


class Standing(StrEnum):
    """How a figure stands to a limit. Unknown is never kept."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """The figures that a rule allows: from `low` to `high`, both allowed; None is no end. `forbidden` is the one that is not.

    They are counted as the measure counts (minutes, days, ...), `factor` of which make one of the rule's own `unit`.
    """

    measure: Measure
    operator: Operator
    unit: str
    factor: int
    low: int | None = None
    high: int | None = None
    forbidden: int | None = None
    window: Window | None = None

    def standing(self, figure: int | None, *, is_floor: bool = False) -> Standing:
        """How a figure stands. None is not known; of a floor only that the figure is not less."""
        if figure is None:
            return Standing.UNKNOWN
        if self.high is not None and figure > self.high:
            return Standing.BROKEN
        if is_floor and (self.high is not None or self.forbidden is not None):
            return Standing.UNKNOWN
        if self.low is not None and figure < self.low:
            return Standing.UNKNOWN if is_floor else Standing.BROKEN
        return Standing.BROKEN if figure == self.forbidden else Standing.KEPT

    def nearest(self, figure: int) -> int:
        """The figure nearest to a broken one that keeps the limit."""
        if self.high is not None and figure > self.high:
            return self.high
        if self.low is not None and figure < self.low:
            return self.low
        return figure + 1

    def stated(self, figure: int) -> int | float:
        """A figure in the rule's own unit, to four decimals."""
        value = Decimal(figure) / self.factor
        return int(value) if value == value.to_integral_value() else round(float(value), 4)


def limit_of(
    predicate: Mapping[str, Any], parameters: Mapping[str, Any], *, factor: int, window: Window | None
) -> Limit:
    """The limit of a predicate, `factor` of whose measure's units make one of its own.

    Raises:
        ValueError: a range without an upper end, or that allows nothing.
    """
    measure, operator = MEASURES[predicate["metric"]], Operator(predicate["operator"])
    value = _counted(predicate["value"], factor)
    low, high, forbidden = _ends(operator, value, _upper(parameters, factor))
    if low is not None and high is not None and low > high:
        raise ValueError("The limit allows nothing.")
    return Limit(measure, operator, predicate["unit"], factor, low, high, forbidden, window)


def _ends(operator: Operator, value: Decimal, upper: Decimal | None) -> tuple[int | None, int | None, int | None]:
    """Least and most whole figure that is allowed, and the one that is forbidden."""
    floor, ceiling = int(value.to_integral_value(ROUND_FLOOR)), int(value.to_integral_value(ROUND_CEILING))
    if operator is Operator.BETWEEN:
        if upper is None:
            raise ValueError("The range lacks its upper end.")
        return ceiling, int(upper.to_integral_value(ROUND_FLOOR)), None
    ends: dict[Operator, tuple[int | None, int | None, int | None]] = {
        Operator.AT_MOST: (None, floor, None),
        Operator.BELOW: (None, ceiling - 1, None),
        Operator.AT_LEAST: (ceiling, None, None),
        Operator.ABOVE: (floor + 1, None, None),
        Operator.EQUAL: (ceiling, floor, None),
        Operator.NOT_EQUAL: (None, None, floor if floor == ceiling else None),
    }
    return ends[operator]


def _counted(value: Any, factor: int) -> Decimal:
    """In what the measure counts; what four decimals rounded away is put back."""
    exact = Decimal(str(value)) * factor
    whole = exact.to_integral_value()
    return whole if abs(exact - whole) <= _ROUNDED_AWAY else exact


def _upper(parameters: Mapping[str, Any], factor: int) -> Decimal | None:
    text = str(parameters.get("upper_value"))
    is_number = text.isascii() and text.replace(".", "", 1).isdigit()
    return _counted(text, factor) if is_number else None
