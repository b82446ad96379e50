"""Which addresses webhooks may have."""

import re
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from urllib.parse import urlsplit

from config.addresses import AddressRefused, Hosts, Resolver, is_loopback, is_public, public_addresses, system_resolver

LOOKUP_SECONDS = 2.0
_NUMERIC = re.compile(r"[0-9.]+|0[xX][0-9a-fA-F.xX]+|.*:.*")
# Names that never stand for anything public.
_INNER = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")
_lookups = ThreadPoolExecutor(max_workers=4, thread_name_prefix="webhook-name")
NOT_PUBLIC = "Webhooks go to the public internet alone: this address is private, or of this machine."


def checked_url(url: str, *, hosts: Hosts, allow_loopback: bool, resolve: Resolver = system_resolver) -> str:
    """The address, once it looks right and does not lead to a private network.

    A name that cannot be looked up within LOOKUP_SECONDS passes: no message is sent before it is looked up again.

    Raises:
        ValueError: with a sentence for a person.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("This is not an address.") from error
    host = parts.hostname
    if not host or port == 0 or not re.fullmatch(r"[!-~]+", url):
        raise ValueError("This is not an address: write it as https://host/path, in ASCII.")
    if parts.username is not None or parts.password is not None or "#" in url:
        raise ValueError("Leave out names, passwords and fragments.")
    own_machine = allow_loopback and (host == "localhost" or is_loopback(host))
    if parts.scheme != "https" and not (parts.scheme == "http" and own_machine):
        raise ValueError("Only https:// addresses are told of changes.")
    if refusal := hosts.refusal(host):
        raise ValueError(refusal)
    if not own_machine and not _may_be_public(host, port or 443, resolve):
        raise ValueError(NOT_PUBLIC)
    return url


def _may_be_public(host: str, port: int, resolve: Resolver) -> bool:
    name = host.rstrip(".").lower()
    if any(name == inner or name.endswith(f".{inner}") for inner in _INNER):
        return False
    if is_public(host):
        return True
    if _NUMERIC.fullmatch(name) or "." not in name:  # private, or an unusual way to write a number
        return False
    looking: Future[list[str]] = _lookups.submit(public_addresses, resolve, host, port)
    try:
        looking.result(timeout=LOOKUP_SECONDS)
    except AddressRefused:
        return False
    except (OSError, TookTooLong):
        looking.cancel()
    return True
