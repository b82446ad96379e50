"""Which addresses are the public internet's, and that connections lead nowhere else."""

from collections.abc import Iterator, Sequence

import httpcore
import pytest

from config.addresses import EVERYWHERE, AddressRefused, is_public, public_addresses
from config.network import Leash, PublicBackend
from tests.contracts.webhook_receiver import Receiver, running_receiver

PUBLIC = "93.184.215.14"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - asked about, not bound
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "::127.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "localhost",
        "",
    ],
)
def test_nothing_else_is(address: str) -> None:
    assert not is_public(address)


def test_a_name_with_one_private_address_is_refused_altogether() -> None:
    with pytest.raises(AddressRefused):
        public_addresses(lambda *_: [PUBLIC, "10.0.0.1"], "two.example", 443)


def test_a_name_that_stands_for_nothing_is_no_connection() -> None:
    def nobody(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(httpcore.ConnectError):
        PublicBackend(Leash(), hosts=EVERYWHERE, resolve=nobody).connect_tcp("nowhere.example", 80)


def test_a_name_that_has_become_private_is_not_connected_to(receiver: Receiver) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    first = public_addresses(lambda *_: next(answers), "rebinds.example", receiver.port)
    with pytest.raises(AddressRefused):
        PublicBackend(Leash(), hosts=EVERYWHERE, resolve=lambda *_: next(answers)).connect_tcp(
            "rebinds.example", receiver.port
        )

    assert first == [PUBLIC]
    assert receiver.connections == 0


def test_the_connection_goes_to_the_very_address_that_was_checked(receiver: Receiver) -> None:
    asked = []

    def once(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    backend = PublicBackend(Leash(), hosts=EVERYWHERE, resolve=once, allow_loopback=True)
    stream = backend.connect_tcp("named.example", receiver.port, timeout=5)
    peer = stream.get_extra_info("server_addr")
    stream.close()

    assert asked == ["named.example"]
    assert peer == ("127.0.0.1", receiver.port)
