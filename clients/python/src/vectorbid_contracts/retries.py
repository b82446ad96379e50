"""When a request is sent again, and how long to wait before."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently. Waits double from `first_wait_seconds` to `longest_wait_seconds`, less a random part.

    A `Retry-After` is honoured; where it asks for more than `longest_retry_after_seconds` the refusal is raised at once.
    `attempts` counts the first one: 1 sends nothing again.
    """

    attempts: int = 5
    first_wait_seconds: float = 0.25
    longest_wait_seconds: float = 8.0
    longest_retry_after_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or min(self.first_wait_seconds, self.longest_wait_seconds) < 0:
            raise ValueError("A retry policy has at least one attempt, and no negative waits.")

    def wait_seconds(self, attempt: int, retry_after: float | None = None) -> float | None:
        """How long to wait after the attempt of that number (from 1); None when it was the last."""
        if attempt >= self.attempts or (retry_after or 0) > self.longest_retry_after_seconds:
            return None
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (attempt - 1))
        # Half of it is random, so that many clients do not come back all at once.
        return max(retry_after or 0, random.uniform(longest / 2, longest))  # noqa: S311 - spreads load, guards nothing


def retry_after_seconds(header: str | None) -> float | None:
    """What a `Retry-After` says, from now: seconds or a date (RFC 9110); None where it says nothing that can be read."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
