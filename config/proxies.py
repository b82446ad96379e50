"""Whose words about a request are believed: the proxies' of `TRUSTED_PROXIES`, nobody else's (ADR 0063).

`TrustedProxies` is the first thing that a request meets, in front of the quick lookups and of Django. It settles the caller's
address and the scheme once, in `REMOTE_ADDR` and `wsgi.url_scheme`, and takes every forwarding header out: throttles, sessions,
service clients' networks, lockouts and the audit trail read those two and cannot be told anything else.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
Network = IPv4Network | IPv6Network

# All that proxies are known to say of a request. Host and port are taken from `Host` alone, which a proxy hands on.
FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_FORWARDED_SCHEME",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_FORWARDED",
)


class TrustedProxies:
    """A WSGI application that settles who asks and how, and has `behind` answer."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        settle(environ, tuple(settings.TRUSTED_PROXIES))
        return self._behind(environ, start_response)


def settle(environ: Environ, trusted: tuple[str, ...]) -> None:
    """Put the caller's address and scheme where a direct caller's would be, and remove what proxies say."""
    said = [environ.pop(name, None) for name in FORWARDING]
    hops, schemes = said[0], said[1]
    peer = environ.get("REMOTE_ADDR") or ""
    if not trusted or not is_trusted(peer, trusted):
        return
    environ["REMOTE_ADDR"] = caller_of(peer, (hops or "").split(","), trusted)
    if schemes is not None:
        # The last one is the word of the proxy that we know; those before it were there when the request reached it.
        environ["wsgi.url_scheme"] = "https" if schemes.rpartition(",")[2].strip().lower() == "https" else "http"


def caller_of(peer: str, hops: Sequence[str], trusted: tuple[str, ...]) -> str:
    """The nearest address that is no proxy of ours, from right to left: whatever stands further left, callers may have written.

    "" where a proxy of ours names something that is no address. The outermost proxy's own where there is nobody else.
    """
    nearest = peer
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        address = parsed(hop)
        if address is None:
            return ""
        nearest = address
        if not is_trusted(address, trusted):
            break
    return nearest


@lru_cache(maxsize=4096)
def is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    """Whether a proxy of ours has that address. An IPv4 address counts also where IPv6 wraps it."""
    known = parsed(address)
    if known is None:
        return False
    meant: IPv4Address | IPv6Address = ip_address(known)
    return any(meant in network for network in networks(trusted))


@lru_cache(maxsize=8)
def networks(entries: tuple[str, ...]) -> tuple[Network, ...]:
    """Addresses and networks such as `10.0.0.5` or `10.1.0.0/16`.

    Raises:
        ValueError: for anything else, also for a network whose address has bits beyond its mask.
    """
    return tuple(ip_network(entry.strip()) for entry in entries)


@lru_cache(maxsize=4096)
def parsed(given: str) -> str | None:
    """An IP address in its usual form, without a zone, which PostgreSQL does not know, and without a wrapping; None for anything else."""
    try:
        address = ip_address(given.strip().partition("%")[0])
    except ValueError:
        return None
    wrapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(wrapped or address)
