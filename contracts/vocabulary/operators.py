"""How an actual figure is compared with a rule's value."""

from enum import StrEnum


class Operator(StrEnum):
    """Read as "actual <operator> value"."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="
    ABOVE = ">"
    EQUAL = "=="
    NOT_EQUAL = "!="
    BETWEEN = "between"

    @property
    def label(self) -> str:
        """The words a person reads before the value, as in "at most"."""
        return _LABELS[self]


_LABELS = {
    Operator.AT_MOST: "at most",
    Operator.BELOW: "less than",
    Operator.AT_LEAST: "at least",
    Operator.ABOVE: "more than",
    Operator.EQUAL: "exactly",
    Operator.NOT_EQUAL: "other than",
    Operator.BETWEEN: "between",
}
