"""Where requests may go: to a provider's own address or a named one, by HTTPS, and by HTTP to this machine where allowed."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from config.addresses import Hosts
from contracts.language_models.interface import Provider

OWN_ADDRESSES = {
    Provider.OPENAI_COMPATIBLE: "https://api.openai.com/v1",
    Provider.ANTHROPIC: "https://api.anthropic.com",
}
_BEDROCK = re.compile(r"https://bedrock-runtime(?:-fips)?\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com")


def checked_address(provider: Provider, base_url: str, *, hosts: Hosts, allow_loopback: bool) -> str:
    """The address without a slash at its end; the provider's own where none is given.

    Raises:
        ValueError: with a sentence for a person.
    """
    address = base_url.strip().rstrip("/") or OWN_ADDRESSES.get(provider, "")
    if not address:
        raise ValueError("Name the region's address, such as https://bedrock-runtime.us-east-1.amazonaws.com.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ValueError("This is not an address.") from error
    if not parts.hostname or port == 0 or not re.fullmatch(r"[!-~]+", address):
        raise ValueError("This is not an address.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment or "?" in address:
        raise ValueError("Leave out names, passwords, queries and fragments.")
    if refusal := hosts.refusal(parts.hostname):
        raise ValueError(refusal)
    if parts.scheme == "http" and allow_loopback and is_loopback(parts.hostname):
        return address
    if parts.scheme != "https":
        raise ValueError("Only https:// addresses are used, and http:// ones of this machine where that is allowed.")
    return address


def is_own_address(provider: Provider, base_url: str) -> bool:
    """Whether the address is the provider's own, and not one that somebody runs himself."""
    if provider is Provider.BEDROCK:
        return _BEDROCK.fullmatch(base_url) is not None
    return base_url == OWN_ADDRESSES[provider]


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by number or by its usual name."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
