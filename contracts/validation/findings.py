"""What a validation says of one rule at one place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_FINDINGS = 200_000


class TooMuchFound(Exception):
    """So much is broken or unknown that no answer could hold it."""


def bounded(found: int) -> None:
    """Raises TooMuchFound for more findings than an answer holds. No list of them is ever cut short."""
    if found > MOST_FINDINGS:
        raise TooMuchFound(
            f"More than {MOST_FINDINGS:,} findings: judge fewer pairings at once, or look first at the rules that all of them break."
        )


class Source(StrEnum):
    """Whose rule it is."""

    CONTRACT = "contract"
    FAR117 = "far117"
    PREFERENCE = "preference"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken at `pointer`. `limit` and `actual` are in `unit`; `fix_hint` names the figure that would pass."""

    rule_id: str
    source: Source
    is_hard: bool
    pointer: str
    message: str
    citation: str
    limit: int | float | None
    actual: int | float | None
    unit: str
    fix_hint: str
    weight: int | float = 1

    def body(self) -> dict[str, Any]:
        """As the answer has it; a soft one with what it costs."""
        body = {
            "rule_id": self.rule_id,
            "source": self.source.value,
            "severity": "hard" if self.is_hard else "soft",
            "pointer": self.pointer,
            "message": self.message,
            "citation": self.citation,
            "limit": self.limit,
            "actual": self.actual,
            "unit": self.unit,
            "fix_hint": self.fix_hint,
        }
        return body if self.is_hard else {**body, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule that could not be decided, and why. It is never a pass."""

    rule_id: str
    source: Source
    is_hard: bool
    pointer: str
    reason: str

    def body(self) -> dict[str, Any]:
        """As the answer has it."""
        return {
            "rule_id": self.rule_id,
            "source": self.source.value,
            "severity": "hard" if self.is_hard else "soft",
            "pointer": self.pointer,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Note:
    """What the law's engine says besides: neither for nor against."""

    rule_id: str
    pointer: str
    message: str
    citation: str

    def body(self) -> dict[str, Any]:
        """As the answer has it."""
        return {
            "rule_id": self.rule_id,
            "source": Source.FAR117.value,
            "pointer": self.pointer,
            "message": self.message,
            "citation": self.citation,
        }
