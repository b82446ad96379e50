"""Sending one message to a receiver: bounded in time and size, to the public internet alone, following nothing."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import httpcore

from config.addresses import AddressRefused, Resolver, system_resolver
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


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, with the headers that sign it. `challenge` is what the answer must hold; empty: nothing."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    challenge: str = ""


class Sender:
    """Sends messages one after the other over connections that it keeps. `seconds` bounds each from end to end."""

    def __init__(self, *, seconds: float, allow_loopback: bool, resolve: Resolver = system_resolver) -> None:
        self._seconds = seconds
        self._leash = Leash()
        backend = PublicBackend(self._leash, resolve=resolve, allow_loopback=allow_loopback)
        self._pool = httpcore.ConnectionPool(network_backend=backend)

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    def send(self, message: Message) -> Outcome:
        """One attempt. Nothing that a receiver does raises."""
        begun = time.monotonic()
        self._leash.end = begun + self._seconds
        status, text, fault = self._tried(message)
        milliseconds = round((time.monotonic() - begun) * 1000)
        return Outcome(
            fault=fault,
            status_code=status,
            duration_ms=milliseconds,
            response=text.replace("\0", "")[:KEPT_CHARACTERS],
        )

    def _tried(self, message: Message) -> tuple[int | None, str, Fault | None]:
        headers = {"host": urlsplit(message.url).netloc, **OWN_HEADERS, **message.headers}
        patience = {"timeout": {"connect": CONNECT_SECONDS, "pool": CONNECT_SECONDS}}
        try:
            with self._pool.stream(
                "POST", message.url, headers=list(headers.items()), content=message.body, extensions=patience
            ) as response:
                text = _beginning(response)
                return response.status, text, _judged(response.status, text, message.challenge)
        except AddressRefused:
            return None, "", Fault.ADDRESS_REFUSED
        except httpcore.TimeoutException:
            return None, "", Fault.TIMED_OUT
        except (httpcore.ConnectError, httpcore.UnsupportedProtocol) as error:
            return None, "", Fault.UNTRUSTED if isinstance(error.__context__, ssl.SSLError) else Fault.UNREACHABLE
        except httpcore.NetworkError:
            return None, "", Fault.UNREACHABLE
        except httpcore.ProtocolError:
            return None, "", Fault.NOT_HTTP


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


def _judged(status: int, text: str, challenge: str) -> Fault | None:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Fault.REDIRECTED
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Fault.STATUS
    return Fault.CHALLENGE_MISSING if challenge and challenge not in text else None
