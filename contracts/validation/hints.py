"""What is told of a broken limit: what was found, what is allowed, and which figure would pass."""

from contracts.predicates import Limit
from contracts.predicates.measures import MINUTES_PER_HOUR
from contracts.vocabulary import METRICS, Operator


def amount(minutes: int) -> str:
    """A length of time: "15 h", "10 h 30 min", "45 min"."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest} min" if rest else f"{hours:,} h"


def told(limit: Limit, figure: int) -> str:
    """A figure as a person reads it: "14 h 30 min", "5 days"."""
    if limit.measure.is_time:
        return amount(figure)
    unit = limit.measure.unit.value
    return f"{figure} {unit.removesuffix('s') if figure == 1 else unit}"


def message(limit: Limit, figure: int) -> str:
    """As in "Duty period is 14 h 30 min; at most 14 h is allowed."."""
    label = METRICS[limit.measure.metric].label
    window = f" in {limit.window.words}" if limit.window is not None and limit.window.minutes is not None else ""
    return f"{label} is {told(limit, figure)}{window}; {allowed(limit)}."


def allowed(limit: Limit) -> str:
    """As in "at most 14 h is allowed", "from 70 h to 88 h are allowed"."""
    if limit.forbidden is not None:
        return f"{told(limit, limit.forbidden)} is not allowed"
    if limit.low is not None and limit.high is not None:
        if limit.low == limit.high:
            return f"{told(limit, limit.low)} is called for"
        return f"from {told(limit, limit.low)} to {told(limit, limit.high)} is allowed"
    if limit.high is not None:
        return f"at most {told(limit, limit.high)} is allowed"
    if limit.low is not None:
        return f"at least {told(limit, limit.low)} is called for"
    return "anything is allowed"


def hint(limit: Limit, figure: int) -> str:
    """The nearest figure that would pass, and how far off it is: "Shorten it by 30 min, to 14 h."."""
    nearest = limit.nearest(figure)
    down, up = ("Shorten", "Lengthen") if limit.measure.is_time else ("Lower", "Raise")
    return f"{down if nearest < figure else up} it by {told(limit, abs(nearest - figure))}, to {told(limit, nearest)}."


def broken_end(limit: Limit, figure: int) -> int:
    """The value of the rule that the figure is beyond: of "less than 4 hours" 4 hours, which are not allowed themselves."""
    if limit.high is not None and figure > limit.high:
        return limit.high + (limit.operator is Operator.BELOW)
    if limit.low is not None and figure < limit.low:
        return limit.low - (limit.operator is Operator.ABOVE)
    return figure
