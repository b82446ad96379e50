"""Limits and quantities as a person reads them: "at most 14 hours per duty period", "$98.00", "19:00"."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from contracts.vocabulary.operators import Operator
from contracts.vocabulary.units import Unit

MINUTES_PER_HOUR = 60


class Limited(Protocol):
    """What has a limit, or none: a stored rule, or one that is compared."""

    @property
    def operator(self) -> str | None: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def period(self) -> str | None: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...


def limit_in_words(rule: Limited) -> str:
    """As in "at most 14 hours per duty period" or "not before 19:00"; "" without a limit."""
    if rule.value is None or rule.operator is None or rule.unit is None:
        return ""
    operator, unit = Operator(rule.operator), rule.unit
    words = _CLOCK_WORDS[operator] if unit == Unit.LOCAL_TIME else operator.label
    text = f"{words} {quantity_in_words(rule.value, unit)}"
    upper = upper_value(rule)
    if operator == Operator.BETWEEN and upper is not None:
        text += f" and {quantity_in_words(upper, unit)}"
    return text + _period_in_words(rule.period or "")


_CLOCK_WORDS = {
    Operator.AT_MOST: "not after",
    Operator.BELOW: "before",
    Operator.AT_LEAST: "not before",
    Operator.ABOVE: "after",
    Operator.EQUAL: "at",
    Operator.NOT_EQUAL: "other than",
    Operator.BETWEEN: "between",
}


def quantity_in_words(value: Decimal, unit: str) -> str:
    """A value with its unit: "8 h 15 min", "1 day", "$98.00", "150%", "19:00" for 19 hours from midnight."""
    hours, minutes = divmod(round(value * MINUTES_PER_HOUR), MINUTES_PER_HOUR)
    match unit:
        case Unit.LOCAL_TIME:
            words = f"{hours:02}:{minutes:02}"
        case Unit.DOLLARS:
            words = f"${value:,.2f}"
        case Unit.PERCENT:
            words = f"{_plain(value)}%"
        case Unit.COUNT:
            words = _plain(value)
        case Unit.RATIO:
            words = f"{_plain(value)} to 1"
        case Unit.HOURS if minutes:
            words = f"{hours} h {minutes} min" if hours else f"{minutes} minutes"
        case _:
            words = f"{_plain(value)} {unit.removesuffix('s') if value == 1 else unit}"
    return words


def _plain(value: Decimal) -> str:
    """Without trailing zeros, with commas between thousands."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def upper_value(rule: Limited) -> Decimal | None:
    """The upper end of a range, which is a parameter; None where there is none."""
    text = str(rule.parameters.get("upper_value"))
    return Decimal(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


_STANDS_ALONE = ("after ", "before ", "between ", "during ", "within ", "each ", "every ", "once", "on ", "from ")


def _period_in_words(period: str) -> str:
    if not period or period == "any":
        return ""
    if period[0].isdigit():
        return f" in {period}"
    if period.startswith(_STANDS_ALONE):
        return f", {period}"
    if period.partition(" ")[0].istitle():
        return f", {period}"  # a date or a name
    return f" per {period}"


def plain_number(value: Decimal | None) -> str:
    """Without the zeros that the column's scale adds: 14, 4.5."""
    return "" if value is None else format(value.normalize(), "f")
