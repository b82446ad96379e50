"""One request, sent as often as it may be."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import httpx

from vectorbid_contracts.errors import ConnectionFailed, ProblemError, TimedOut, refusal
from vectorbid_contracts.retries import RetryPolicy
from vectorbid_contracts.transports import Transport

VERSION = "0.1.0"
USER_AGENT = f"vectorbid-contracts-client/{VERSION}"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOO_MANY_REQUESTS = 429
PASSING_FAULTS = frozenset({500, 502, 503, 504})
# While the attempt that was lost is still being handled, its Idempotency-Key is answered with 409.
IN_DOUBT_FAULTS = PASSING_FAULTS | {409}
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
        is_in_doubt = False  # whether an attempt was lost that the server may still be at work on
        for attempt in count(1):
            fault: ConnectionFailed | ProblemError
            try:
                response = await self._transport.send(self._request(call, token))
            except httpx.RequestError as error:
                fault, may_repeat = _failure(error), call.is_repeatable or isinstance(error, NEVER_SENT)
                wait = self._policy.wait_seconds(attempt) if may_repeat else None
                if wait is None:
                    raise fault from error
                is_in_doubt = is_in_doubt or not isinstance(error, NEVER_SENT)
            else:
                if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
                    return response
                fault = refusal(response)
                passes = fault.status == TOO_MANY_REQUESTS or (
                    call.is_repeatable and fault.status in (IN_DOUBT_FAULTS if is_in_doubt else PASSING_FAULTS)
                )
                wait = self._policy.wait_seconds(attempt, fault.retry_after_seconds) if passes else None
                if wait is None:
                    raise fault
            logger.info("%s: %s; asking again in %.2f s", call.name, type(fault).__name__, wait)
            await self._transport.sleep(wait)
        raise AssertionError("attempts do not run out before the policy ends them")

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
