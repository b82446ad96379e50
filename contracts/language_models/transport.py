"""HTTP as providers need it: bounded in time, size and tries, and silent about keys."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Event
from typing import Any

import httpx
import orjson

from contracts.language_models.interface import BadAnswer, FaultCode, ModelFault, Refused, Unavailable

# 529 is Anthropic's "overloaded".
TRIED_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
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
    nowhere. `requests` counts what was sent, `retries` what was sent again, `unanswered` what was sent and never
    answered, which may have cost all the same.
    """

    def __init__(self, limits: Limits, *, deadline: float) -> None:
        self.limits = limits
        self.deadline = deadline
        self.requests = 0
        self.retries = 0
        self.unanswered = 0
        self._stopped = Event()
        self._client = httpx.Client(follow_redirects=False, trust_env=False)

    def stop(self) -> None:
        """Let nothing begin, and what is under way end as soon as its thread notices. Safe from any thread."""
        self._stopped.set()

    def close(self) -> None:
        """Give the connections back, once nothing is under way."""
        self.stop()
        self._client.close()

    def post(self, url: str, *, headers: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """The object that the server answers.

        Raises:
            Unavailable, Refused, BadAnswer: as `LanguageModel.ask`.
        """
        content = orjson.dumps(body)
        sent = {**OWN_HEADERS, **headers}
        for count in range(1, self.limits.tries + 1):
            outcome = self._try(url, sent, content)
            if isinstance(outcome, bytes):
                return _object_in(outcome)
            if not isinstance(outcome, _Again):
                raise outcome
            wait = outcome.seconds if outcome.seconds is not None else self._back_off(count)
            if count == self.limits.tries or not self._waited(wait):
                raise Unavailable(outcome.code)
            self.retries += 1
        raise Unavailable(FaultCode.UNREACHABLE)

    def _try(self, url: str, headers: Mapping[str, str], content: bytes) -> "bytes | _Again | ModelFault":
        """One try. What httpx raises is turned into a code here, where nothing chains it: it holds the request's headers."""
        now = time.monotonic()
        if self._stopped.is_set() or now >= self.deadline:
            return Unavailable(FaultCode.STOPPED)
        end = min(self.deadline, now + self.limits.answer_seconds)
        timeout = httpx.Timeout(min(self.limits.read_seconds, end - now), connect=self.limits.connect_seconds)
        self.requests += 1
        try:
            with self._client.stream("POST", url, headers=dict(headers), content=content, timeout=timeout) as response:
                if response.status_code != HTTPStatus.OK:
                    return _judged(response)
                return self._body(response, end)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            return _Again(FaultCode.UNREACHABLE)
        except httpx.TimeoutException:
            self.unanswered += 1
            return _Again(FaultCode.TIMED_OUT)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            self.unanswered += 1
            return _Again(FaultCode.UNREACHABLE)

    def _body(self, response: httpx.Response, end: float) -> "bytes | _Again | ModelFault":
        """The body, unless it is too large or comes too slowly."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_raw(64 * 1024):
            size += len(part)
            if size > self.limits.answer_bytes:
                self.unanswered += 1
                return BadAnswer(FaultCode.TOO_LARGE)
            if time.monotonic() > end or self._stopped.is_set():
                self.unanswered += 1
                return _Again(FaultCode.TIMED_OUT)
            parts.append(part)
        return b"".join(parts)

    def _back_off(self, count: int) -> float:
        return min(self.limits.longest_wait_seconds, self.limits.first_wait_seconds * float(1 << (count - 1)))

    def _waited(self, seconds: float) -> bool:
        """Wait before another try; False where it would be too long, or where all is over."""
        if seconds > self.limits.longest_wait_seconds or time.monotonic() + seconds >= self.deadline:
            return False
        return not self._stopped.wait(seconds)


@dataclass(frozen=True, slots=True)
class _Again:
    """A failure that another try may mend, after `seconds` where the server named them."""

    code: FaultCode
    seconds: float | None = None


def _judged(response: httpx.Response) -> "_Again | ModelFault":
    """What a status other than 200 means. The body is not read: nothing in it is needed, and it may repeat the key."""
    status = response.status_code
    if status in TRIED_AGAIN:
        return _Again(FaultCode.OVERLOADED, _retry_after(response.headers.get("retry-after", "")))
    if response.is_redirect or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Refused(FaultCode.REDIRECTED)
    if status in KEY_REFUSALS:
        return Refused(FaultCode.KEY_REFUSED)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(FaultCode.REQUEST_REFUSED)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Again(FaultCode.OVERLOADED)
    return BadAnswer(FaultCode.NOT_THE_PROTOCOL)


def _retry_after(value: str) -> float | None:
    """Seconds that the header asks to wait: a number, or a date; None where it says neither."""
    if value.strip().isascii() and value.strip().isdigit() and len(value) < 10:  # noqa: PLR2004 - thirty years
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())


def _object_in(content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise BadAnswer(FaultCode.NOT_THE_PROTOCOL)
    return found
