"""Sending one message to a receiver: bounded in time and size, to the public internet alone, following nothing."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpcore

from config.addresses import AddressRefused, Hosts, Resolver, system_resolver
from config.network import Leash, PublicBackend
from contracts.webhooks.outcomes import Fault, Outcome

OWN_HEADERS = {
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": "vectorbid-contracts-webhooks",
}
CONNECT_SECONDS = 5.0
KEPT_CHARACTERS = 1000
_READ_BYTES = 4096
# A receiver that asks for more is asked again all the same.
LONGEST_ASKED = timedelta(days=1)
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, with the headers that sign it. `challenge` is what the answer must hold; empty: nothing."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    challenge: str = ""


class Sender:
    """Sends messages one after the other over connections that it keeps. `seconds` bounds each from end to end."""

    def __init__(
        self, *, seconds: float, hosts: Hosts, allow_loopback: bool, resolve: Resolver = system_resolver
    ) -> None:
        self._seconds = seconds
        self._leash = Leash()
        backend = PublicBackend(self._leash, hosts=hosts, resolve=resolve, allow_loopback=allow_loopback)
        self._pool = httpcore.ConnectionPool(network_backend=backend)

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    def send(self, message: Message) -> Outcome:
        """One attempt. Nothing that a receiver does raises."""
        begun = time.monotonic()
        self._leash.end = begun + self._seconds
        outcome = self._tried(message)
        return replace(outcome, duration_ms=round((time.monotonic() - begun) * 1000))

    def _tried(self, message: Message) -> Outcome:
        headers = {"host": urlsplit(message.url).netloc, **OWN_HEADERS, **message.headers}
        patience = {"timeout": {"connect": CONNECT_SECONDS, "pool": CONNECT_SECONDS}}
        try:
            with self._pool.stream(
                "POST", message.url, headers=list(headers.items()), content=message.body, extensions=patience
            ) as response:
                text = _beginning(response)
                return Outcome(
                    fault=_judged(response.status, text, message.challenge),
                    status_code=response.status,
                    response=text.replace("\0", "")[:KEPT_CHARACTERS],
                    retry_after=_asked_for(response),
                )
        except AddressRefused:
            return Outcome(fault=Fault.ADDRESS_REFUSED)
        except httpcore.TimeoutException:
            return Outcome(fault=Fault.TIMED_OUT)
        except (httpcore.ConnectError, httpcore.UnsupportedProtocol) as error:
            is_untrusted = isinstance(error.__context__, ssl.SSLError)
            return Outcome(fault=Fault.UNTRUSTED if is_untrusted else Fault.UNREACHABLE)
        except httpcore.NetworkError:
            return Outcome(fault=Fault.UNREACHABLE)
        except httpcore.ProtocolError:
            return Outcome(fault=Fault.NOT_HTTP)


def _beginning(response: httpcore.Response) -> str:
    """The first bytes of the body as text. A body that breaks off or never ends changes nothing: the status is said."""
    found = b""
    try:
        for part in response.iter_stream():
            found += part[:_READ_BYTES]
            if len(found) >= _READ_BYTES:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return found[:_READ_BYTES].decode(errors="replace")
    return found[:_READ_BYTES].decode(errors="replace")


def _asked_for(response: httpcore.Response) -> timedelta | None:
    """What a `Retry-After` says, in seconds or as a date (RFC 9110); None without one, or for one that says neither."""
    given = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"")
    text = given.decode("ascii", errors="replace").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:_MOST_DIGITS])), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year or an offset that no calendar has
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(min(until - datetime.now(tz=UTC), LONGEST_ASKED), timedelta(0))


def _judged(status: int, text: str, challenge: str) -> Fault | None:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Fault.REDIRECTED
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Fault.STATUS
    return Fault.CHALLENGE_MISSING if challenge and challenge not in text else None
