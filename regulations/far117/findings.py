"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class FindingStatus(StrEnum):
    """`report`: legal, and the certificate holder owes the FAA a report. `info`: neither for nor against."""

    VIOLATION = "violation"
    REPORT = "report"
    UNKNOWN = "unknown"
    INFO = "info"


class FindingUnit(StrEnum):
    """What limit, actual and margin are counted in."""

    MINUTES = "minutes"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word on one item. `margin` is what is left, negative where the limit is broken."""

    rule_id: str
    status: FindingStatus
    item: int
    explanation: str
    limit: int | None = None
    actual: int | None = None
    margin: int | None = None
    unit: FindingUnit = FindingUnit.MINUTES


def over(
    rule_id: str,
    item: int,
    *,
    limit: int,
    actual: int,
    explanation: str,
    status: FindingStatus = FindingStatus.VIOLATION,
    unit: FindingUnit = FindingUnit.MINUTES,
) -> Finding:
    """A maximum that is exceeded."""
    return Finding(rule_id, status, item, explanation, limit=limit, actual=actual, margin=limit - actual, unit=unit)


def under(
    rule_id: str,
    item: int,
    *,
    limit: int,
    actual: int | None,
    explanation: str,
    status: FindingStatus = FindingStatus.VIOLATION,
    unit: FindingUnit = FindingUnit.MINUTES,
) -> Finding:
    """A minimum that is not reached, or not known to be."""
    margin = None if actual is None else actual - limit
    return Finding(rule_id, status, item, explanation, limit=limit, actual=actual, margin=margin, unit=unit)
