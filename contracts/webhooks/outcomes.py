"""What came of one attempt to tell a receiver."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from http import HTTPStatus


class Fault(Enum):
    """Why an attempt failed. The value is for programs, the label ends the sentence “It was not taken: …”."""

    ADDRESS_REFUSED = ("address_refused", "its name leads to an address that is not public")
    UNREACHABLE = ("unreachable", "no connection came about")
    UNTRUSTED = ("untrusted", "its certificate is not good")
    TIMED_OUT = ("timed_out", "it did not answer in time")
    NOT_HTTP = ("not_http", "it did not answer as HTTP has it")
    REDIRECTED = ("redirected", "it points elsewhere, and redirects are not followed")
    STATUS = ("status", "it answered with another status than 2xx")
    CHALLENGE_MISSING = ("challenge_missing", "its answer to the ping lacks the challenge")
    UNSIGNED = ("unsigned", "its secret cannot be opened: the product's keys have changed")

    label: str

    def __new__(cls, value: str, label: str) -> "Fault":
        fault = object.__new__(cls)
        fault._value_ = value
        fault.label = label
        return fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`response` is the beginning of the answer's body, as text without NUL; `retry_after` how long it asks to be left alone."""

    fault: Fault | None
    status_code: int | None = None
    duration_ms: int = 0
    response: str = ""
    retry_after: timedelta | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants to hear no more."""
        return self.status_code == HTTPStatus.GONE
