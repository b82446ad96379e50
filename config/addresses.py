"""Which addresses are the public internet's. Programs of strangers are asked there, never in our own network."""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

# Host and port in, numeric addresses out, in the order in which they are to be tried. Raises OSError.
Resolver = Callable[[str, int], Sequence[str]]
# Gateways that translate these reach the IPv4 address in their last 32 bits.
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))


class AddressRefused(Exception):
    """The name stands for an address that is not the public internet's: nothing was sent."""


class HostRefused(AddressRefused):
    """The name is not on the installation's list: nothing was sent, and the name was not looked up."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts that may be asked, each by its name or, with a dot in front, all names that end so. None: any."""

    listed: tuple[str, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """As an operator writes them."""
        return cls(tuple(_name(entry) for entry in entries if entry.strip()))

    def admit(self, host: str) -> bool:
        """Whether the host may be asked."""
        name = _name(host)
        return not self.listed or any(
            name == entry or (entry.startswith(".") and name.endswith(entry) and name != entry) for entry in self.listed
        )

    def require(self, host: str) -> None:
        """Raises HostRefused unless the host may be asked."""
        if not self.admit(host):
            raise HostRefused(f"{host} is not on the list of outgoing hosts")

    def refusal(self, host: str) -> str:
        """A sentence for whoever typed its address; empty where it may be asked."""
        return "" if self.admit(host) else f"This installation asks listed hosts alone, and {host} is not on its list."


EVERYWHERE = Hosts()


def system_resolver(host: str, port: int) -> list[str]:
    """What the system says `host` stands for, each address once.

    Raises:
        OSError: when it knows none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(f"{host} is no name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(text: str) -> bool:
    """Whether a numeric address is one of the public internet, also where an IPv6 address only wraps one of IPv4."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast for part in _meant(address))


def is_loopback(text: str) -> bool:
    """Whether a numeric address is this machine's own."""
    try:
        return all(part.is_loopback for part in _meant(ip_address(text)))
    except ValueError:
        return False


def public_addresses(resolve: Resolver, host: str, port: int, *, allow_loopback: bool = False) -> list[str]:
    """What `host` stands for now. With `allow_loopback` this machine's own addresses pass too.

    A name that stands for one public and one private address is refused altogether: an honest one does not.

    Raises:
        AddressRefused: when any address is not public.
        OSError: when the name stands for nothing.
    """
    addresses = list(resolve(host, port))
    if not addresses:
        raise OSError(f"{host} stands for no address")
    for address in addresses:
        if not is_public(address) and not (allow_loopback and is_loopback(address)):
            raise AddressRefused(f"{host} stands for an address that is not public")
    return addresses


def _name(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, or in its place those of IPv4 that it leads to."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    wrapped: list[IPv4Address | IPv6Address] = []
    if address.sixtofour is not None:
        wrapped.append(address.sixtofour)
    if address.teredo is not None:
        wrapped += address.teredo
    if any(address in network for network in _TRANSLATED if isinstance(network, IPv6Network)) and int(address) > 1:
        wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *wrapped]
