"""Why a schedule document is refused: every fault at once, each with the place where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong with a member, for programs."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    INVALID = "invalid"
    NAIVE_INSTANT = "naive_instant"
    SUB_MINUTE = "sub_minute"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_STATION = "unknown_station"
    NOT_AFTER_START = "not_after_start"
    OUT_OF_ORDER = "out_of_order"
    OUTSIDE_PERIOD = "outside_period"
    CONFLICT = "conflict"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One fault. `pointer` is a JSON Pointer (RFC 6901) to the member, there or missing; "" is the whole document."""

    pointer: str
    code: FaultCode
    detail: str


class DocumentRefused(ValueError):
    """The document has faults and was not judged."""

    def __init__(self, faults: Sequence[DocumentFault]) -> None:
        super().__init__("; ".join(f"{fault.pointer or 'the document'}: {fault.detail}" for fault in faults))
        self.faults = tuple(faults)
