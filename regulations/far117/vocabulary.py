"""The closed words of the catalogue."""

from enum import StrEnum


class RuleCategory(StrEnum):
    """What a rule is about, in the order of the law."""

    APPLICABILITY = "applicability"
    DEFINITIONS = "definitions"
    FITNESS = "fitness"
    FLIGHT_TIME = "flight_time"
    FLIGHT_DUTY_PERIOD = "flight_duty_period"
    EXTENSION = "extension"
    RESERVE = "reserve"
    CUMULATIVE = "cumulative"
    REST = "rest"
    CONSECUTIVE_NIGHTS = "consecutive_nights"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """The words a person reads, as in "Flight duty period"."""
        return self.value.replace("_", " ").capitalize()


class PredicateOperator(StrEnum):
    """Read as "actual <operator> value". Every limit of Part 117 is inclusive."""

    AT_MOST = "<="
    AT_LEAST = ">="

    @property
    def label(self) -> str:
        """The words a person reads before the value."""
        return "at most" if self is PredicateOperator.AT_MOST else "at least"


class PredicateUnit(StrEnum):
    """Lengths of time are minutes; days count calendar days."""

    MINUTES = "minutes"
    DAYS = "days"
    SEGMENTS = "segments"


class TableLetter(StrEnum):
    """The tables at the end of the part."""

    A = "A"
    B = "B"
    C = "C"
