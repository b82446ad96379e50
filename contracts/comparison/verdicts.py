"""Which of two limits binds, a contract's or the law's, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Which limit a pilot meets first. The law always holds; a contract binds where it is the stricter."""

    LAW_BINDS = "law_binds"
    CONTRACT_BINDS = "contract_binds"
    EQUAL = "equal"
    DEPENDS = "depends"
    LAW_SETS_NONE = "law_sets_none"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Where:
    """Minutes of the day, both inclusive, at which an FDP starts on the acclimated clock, and which limit binds then."""

    from_minute: int
    to_minute: int
    verdict: Verdict
