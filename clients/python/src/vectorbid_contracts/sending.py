"""One request, sent as often as it may be."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import httpx

from vectorbid_contracts.errors import ConnectionFailed, TimedOut, problem
from vectorbid_contracts.retries import RetryPolicy, retry_after_seconds
from vectorbid_contracts.transports import Transport

USER_AGENT = "vectorbid-contracts-client/0.1.0"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOO_MANY_REQUESTS = 429
PASSING_FAULTS = frozenset({500, 502, 503, 504})
# Nothing of these requests has reached the server.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

logger = logging.getLogger("vectorbid_contracts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request. `name` is what logs call it: addresses hold pilots' ids, bodies more.

    `is_repeatable` says that to do it twice is to do it once: true of what reads and of what has an Idempotency-Key.
    """

    name: str
    method: str
    path: str
    is_repeatable: bool
    is_public: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    fields: Mapping[str, str] | None = field(default=None, repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)


class Sender:
    """Sends calls to one server. Redirects are not followed: a token goes nowhere else."""

    def __init__(self, base_url: str, transport: Transport, policy: RetryPolicy, *, allow_plain_http: bool) -> None:
        self._base_url = _checked(base_url, allow_plain_http=allow_plain_http)
        self._transport = transport
        self._policy = policy

    def url(self, call: Call) -> str:
        """Where the call goes, with its parameters."""
        return str(httpx.URL(f"{self._base_url}{call.path}", params=call.parameters or None))

    async def sent(self, call: Call, *, token: str | None = None) -> httpx.Response:
        """A successful answer, or 304.

        Raises:
            ConnectionFailed: when there was none after the last attempt.
            ProblemError: for any other answer.
        """
        for attempt in count(1):
            fault: Exception
            try:
                response = await self._transport.send(self._request(call, token))
            except httpx.RequestError as error:
                fault = _failure(error)
                wait = self._policy.wait_seconds(attempt)
                if wait is None or not (call.is_repeatable or isinstance(error, NEVER_SENT)):
                    raise fault from error
            else:
                if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
                    return response
                fault = problem(response)
                wait = self._wait_after(response, call, attempt)
                if wait is None:
                    raise fault
            logger.info("%s: %s; asking again in %.2f s", call.name, type(fault).__name__, wait)
            await self._transport.sleep(wait)
        raise AssertionError("attempts do not run out before the policy ends them")

    def _wait_after(self, response: httpx.Response, call: Call, attempt: int) -> float | None:
        """How long to wait before the call is sent again; None where it is not."""
        is_passing = call.is_repeatable and response.status_code in PASSING_FAULTS
        if not is_passing and response.status_code != TOO_MANY_REQUESTS:
            return None
        return self._policy.wait_seconds(attempt, retry_after_seconds(response.headers.get("Retry-After")))

    def _request(self, call: Call, token: str | None) -> httpx.Request:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **call.headers}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return httpx.Request(
            call.method,
            self.url(call),
            headers=headers,
            json=call.json,
            data=call.fields,
            files=None if call.file is None else {"document": call.file},
        )


def _checked(base_url: str, *, allow_plain_http: bool) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("The base URL is https:// and a host, with a path before /api/v1/ at most.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not allow_plain_http:
        raise ValueError("Over plain HTTP anybody on the way reads secrets: use https, or say allow_plain_http=True.")
    return base_url.rstrip("/")


def _failure(error: httpx.RequestError) -> ConnectionFailed:
    """Without the address, which may hold a pilot's id; the cause has it."""
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"No answer in time ({type(error).__name__}).")
    return ConnectionFailed(f"No answer ({type(error).__name__}).")
