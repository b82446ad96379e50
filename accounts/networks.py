"""Networks that a program may call from."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.exceptions import ValidationError


def normal_network(text: str) -> str:
    """`203.0.113.7` as `203.0.113.7/32`, `203.0.113.9/24` as `203.0.113.0/24`. Raises ValidationError."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise ValidationError(
            f"{text.strip()[:60]} is no address or network such as 203.0.113.7 or 2001:db8::/32.", code="no_network"
        ) from error


def validate_network(text: str) -> None:
    """Raises ValidationError unless it is a network in its normal form."""
    if normal_network(text) != text:
        raise ValidationError(f"Write {normal_network(text)} for {text}.", code="no_normal_network")


def admits(networks: Sequence[str], address: str | None) -> bool:
    """Whether a program that is held to these networks may call from that address. No networks: from everywhere."""
    return not networks or (address is not None and _is_within(tuple(networks), address))


@lru_cache(maxsize=4096)
def _is_within(networks: tuple[str, ...], address: str) -> bool:
    given = ip_address(address)
    meant = given.ipv4_mapped if isinstance(given, IPv6Address) and given.ipv4_mapped else given
    return any(meant in ip_network(network) for network in networks)
