"""HTTP as providers need it: bounded in time, size and tries, and silent about keys."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpcore
import orjson

from config.addresses import HostRefused, Hosts
from config.network import Leash, LeashedBackend
from contracts.language_models.interface import BadAnswer, FaultCode, ModelFault, Refused, Unavailable

# 529 is Anthropic's "overloaded".
TRIED_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
# What a gateway says that lost patience, or a server that broke off: the model may have written, and been paid, by then.
MAYBE_BILLED = frozenset({408, 500, 502, 504})
KEY_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN})
# What is not packed need not be unpacked: a small body cannot grow.
OWN_HEADERS = {
    "content-type": "application/json",
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": "vectorbid-contracts",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and tries that one question may cost. `answer_seconds` bounds one try from end to end.

    An answer comes in one piece, when all of it is written: a model of one's own takes minutes for a long one.
    """

    connect_seconds: float = 10
    read_seconds: float = 240
    answer_seconds: float = 240
    tries: int = 3
    first_wait_seconds: float = 1
    longest_wait_seconds: float = 30
    answer_bytes: int = 2 * 1024 * 1024


class Transport:
    """Posts JSON and gives JSON back. `deadline` is on the monotonic clock: no try begins after it, and none outlives it.

    Environment variables and .netrc are not asked, and redirects are not followed: the key goes to the named host or
    nowhere. `requests` counts what was sent, `retries` what was sent again, `unanswered` what was sent and may have cost
    something that nobody was told of. One question at a time.
    """

    def __init__(self, limits: Limits, *, hosts: Hosts, deadline: float) -> None:
        self.limits = limits
        self.deadline = deadline
        self.requests = 0
        self.retries = 0
        self.unanswered = 0
        self._leash = Leash()
        self._pool = httpcore.ConnectionPool(network_backend=LeashedBackend(self._leash, hosts=hosts))

    def stop(self) -> None:
        """Let nothing begin, and what is under way end within a second or so. Safe from any thread."""
        self._leash.stopped.set()

    def close(self) -> None:
        """Give the connections back, once nothing is under way."""
        self.stop()
        self._pool.close()

    def post(self, url: str, *, headers: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """The object that the server answers.

        Raises:
            Unavailable, Refused, BadAnswer: as `LanguageModel.ask`.
        """
        content = orjson.dumps(body)
        # httpcore writes IPv6 hosts without their brackets.
        sent = {"host": urlsplit(url).netloc, **OWN_HEADERS, **headers}
        for count in range(1, self.limits.tries + 1):
            outcome = self._try(url, sent, content)
            if isinstance(outcome, bytes):
                return self._object_in(outcome)
            if not isinstance(outcome, _Again):
                raise outcome
            wait = outcome.seconds if outcome.seconds is not None else self._back_off(count)
            if count == self.limits.tries or not self._waited(wait):
                raise Unavailable(outcome.code)
            self.retries += 1
        raise Unavailable(FaultCode.UNREACHABLE)

    def _try(self, url: str, headers: Mapping[str, str], content: bytes) -> "bytes | _Again | ModelFault":
        """One try. What httpcore raises is turned into a code here, where nothing chains it: it may hold what was sent."""
        now = time.monotonic()
        if self._leash.stopped.is_set() or now >= self.deadline:
            return Unavailable(FaultCode.STOPPED)
        self._leash.end = min(self.deadline, now + self.limits.answer_seconds)
        connect, read = self.limits.connect_seconds, self.limits.read_seconds
        patience = {"timeout": {"connect": connect, "pool": connect, "write": read, "read": read}}
        self.requests += 1
        try:
            with self._pool.stream(
                "POST", url, headers=list(headers.items()), content=content, extensions=patience
            ) as response:
                return self._answer(response)
        except HostRefused:
            self.requests -= 1
            return Refused(FaultCode.HOST_REFUSED)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol):
            return _Again(FaultCode.UNREACHABLE)
        except httpcore.TimeoutException:
            self.unanswered += 1
            return _Again(FaultCode.TIMED_OUT)
        except (httpcore.NetworkError, httpcore.ProtocolError):
            self.unanswered += 1
            return _Again(FaultCode.UNREACHABLE)

    def _answer(self, response: httpcore.Response) -> "bytes | _Again | ModelFault":
        """The body, unless it is too large or says no. Of a refusal it is not read: nothing in it is needed."""
        if response.status != HTTPStatus.OK:
            self.unanswered += response.status in MAYBE_BILLED
            return _judged(response.status, response.headers)
        parts: list[bytes] = []
        size = 0
        for part in response.iter_stream():
            size += len(part)
            if size > self.limits.answer_bytes:
                self.unanswered += 1
                return BadAnswer(FaultCode.TOO_LARGE)
            parts.append(part)
        return b"".join(parts)

    def _object_in(self, content: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(content)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            # Answered, and not with what it cost.
            self.unanswered += 1
            raise BadAnswer(FaultCode.NOT_THE_PROTOCOL)
        return found

    def _back_off(self, count: int) -> float:
        return min(self.limits.longest_wait_seconds, self.limits.first_wait_seconds * float(1 << (count - 1)))

    def _waited(self, seconds: float) -> bool:
        """Wait before another try; False where it would be too long, or where all is over."""
        if seconds > self.limits.longest_wait_seconds or time.monotonic() + seconds >= self.deadline:
            return False
        return not self._leash.stopped.wait(seconds)


@dataclass(frozen=True, slots=True)
class _Again:
    """A failure that another try may mend, after `seconds` where the server named them."""

    code: FaultCode
    seconds: float | None = None


def _judged(status: int, headers: Sequence[tuple[bytes, bytes]]) -> "_Again | ModelFault":
    """What a status other than 200 means."""
    if status in TRIED_AGAIN:
        return _Again(FaultCode.OVERLOADED, _retry_after(headers))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Refused(FaultCode.REDIRECTED)
    if status in KEY_REFUSALS:
        return Refused(FaultCode.KEY_REFUSED)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(FaultCode.REQUEST_REFUSED)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Again(FaultCode.OVERLOADED)
    return BadAnswer(FaultCode.NOT_THE_PROTOCOL)


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """Seconds that the header asks to wait: a number, or a date; None where it says neither."""
    value = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"), "")
    if value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - thirty years
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())
