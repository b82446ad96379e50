"""Connections to others that end when they must, and where asked for lead to the public internet alone."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from ssl import SSLContext
from threading import Event
from typing import Any

import httpcore

from config.addresses import Hosts, Resolver, public_addresses, system_resolver

# So often whoever reads looks whether all is over.
LOOK_SECONDS = 0.5
# So many addresses of one name are tried.
MOST_ADDRESSES = 3


@dataclass(slots=True)
class Leash:
    """How long the try under way may last, on the monotonic clock, and whether all is over."""

    end: float = inf
    stopped: Event = field(default_factory=Event)

    def seconds(self, at_most: float | None) -> float:
        """What is left of the try, and no more than `at_most`.

        Raises:
            httpcore.ReadTimeout: when nothing is.
        """
        left = self.end - time.monotonic()
        if left <= 0 or self.stopped.is_set():
            raise httpcore.ReadTimeout
        return left if at_most is None else min(left, at_most)


class LeashedBackend(httpcore.NetworkBackend):
    """httpcore's own sockets, each of whose waits is bounded by the leash as well, to hosts that may be asked."""

    def __init__(self, leash: Leash, *, hosts: Hosts) -> None:
        self._leash = leash
        self._hosts = hosts
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises as httpcore's own, and HostRefused."""
        self._hosts.require(host)
        return self._connected(host, port, timeout, local_address, socket_options)

    def _connected(
        self,
        host: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        seconds = self._leash.seconds(timeout)
        stream = self._sockets.connect_tcp(host, port, seconds, local_address, socket_options)
        return _LeashedStream(stream, self._leash)

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class PublicBackend(LeashedBackend):
    """A leashed backend that looks each name up itself, and connects to the very address that it found to be public.

    Nothing looks the name up again in between, so it does not help a name to stand for another address a moment later.
    Certificates are still checked against the name.
    """

    def __init__(
        self, leash: Leash, *, hosts: Hosts, resolve: Resolver = system_resolver, allow_loopback: bool = False
    ) -> None:
        super().__init__(leash, hosts=hosts)
        self._resolve = resolve
        self._allow_loopback = allow_loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises as httpcore's own, and AddressRefused where the name leads elsewhere than to the public internet."""
        self._hosts.require(host)
        try:
            addresses = public_addresses(self._resolve, host, port, allow_loopback=self._allow_loopback)
        except OSError as error:
            raise httpcore.ConnectError("the name stands for no address") from error
        failure: Exception = httpcore.ConnectError()
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return self._connected(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _LeashedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, leash: Leash) -> None:
        self._stream = stream
        self._leash = leash

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = inf if timeout is None else time.monotonic() + timeout
        while True:
            wait = self._leash.seconds(min(LOOK_SECONDS, patience - time.monotonic()))
            if wait <= 0:
                raise httpcore.ReadTimeout
            try:
                return self._stream.read(max_bytes, wait)
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._leash.seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._leash.seconds(timeout))
        return _LeashedStream(secured, self._leash)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
