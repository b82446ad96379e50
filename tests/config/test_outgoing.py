"""The list of hosts that the product may ask of its own accord."""

from collections.abc import Iterator, Sequence

import httpcore
import pytest
from pytest_django import Settings

from config.addresses import EVERYWHERE, AddressRefused, HostRefused, Hosts
from config.network import Leash, LeashedBackend, PublicBackend
from config.outgoing import outgoing_hosts
from tests.contracts.webhook_receiver import Receiver, running_receiver

LISTED = Hosts.of(["Hooks.example.", " .models.example", "127.0.0.1", "::1"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.mark.parametrize(
    "host", ["hooks.example", "HOOKS.EXAMPLE", "hooks.example.", "a.models.example", "a.b.models.example", "[::1]"]
)
def test_what_is_listed_may_be_asked(host: str) -> None:
    assert LISTED.admit(host)
    assert LISTED.refusal(host) == ""


@pytest.mark.parametrize(
    "host",
    [
        "other.example",
        "sub.hooks.example",
        "models.example",
        "evilmodels.example",
        "hooks.example.evil.example",
        "",
        ".",
    ],
)
def test_nothing_else_may(host: str) -> None:
    assert not LISTED.admit(host)
    assert "not on its list" in LISTED.refusal(host)


def test_without_a_list_any_host_may(settings: Settings) -> None:
    settings.OUTGOING_HOSTS = []

    assert outgoing_hosts() == EVERYWHERE
    assert outgoing_hosts().admit("anything.example")


def test_the_list_is_the_settings(settings: Settings) -> None:
    settings.OUTGOING_HOSTS = ["hooks.example", ""]

    assert outgoing_hosts() == Hosts(("hooks.example",))


def test_a_host_off_the_list_is_not_even_looked_up(receiver: Receiver) -> None:
    asked = []

    def looked_up(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    public = PublicBackend(Leash(), hosts=LISTED, resolve=looked_up, allow_loopback=True)
    for backend in (public, LeashedBackend(Leash(), hosts=LISTED)):
        with pytest.raises(HostRefused):
            backend.connect_tcp("localhost", receiver.port, timeout=5)

    assert (asked, receiver.connections) == ([], 0)


def test_a_listed_host_is_connected_to_by_its_name_whatever_its_address(receiver: Receiver) -> None:
    hosts = Hosts.of(["hooks.example"])
    backend = PublicBackend(Leash(), hosts=hosts, resolve=lambda *_: ["127.0.0.1"], allow_loopback=True)

    backend.connect_tcp("hooks.example", receiver.port, timeout=5).close()

    with pytest.raises(AddressRefused):
        backend.connect_tcp("127.0.0.1", receiver.port, timeout=5)


def test_a_listed_host_is_still_held_to_the_public_internet() -> None:
    backend = PublicBackend(Leash(), hosts=Hosts.of(["hooks.example"]), resolve=lambda *_: ["10.0.0.1"])

    with pytest.raises(AddressRefused):
        backend.connect_tcp("hooks.example", 443)


def test_a_whole_request_ends_in_the_refusal(receiver: Receiver) -> None:
    with (
        httpcore.ConnectionPool(network_backend=LeashedBackend(Leash(), hosts=Hosts.of(["hooks.example"]))) as pool,
        pytest.raises(HostRefused),
    ):
        pool.request("GET", f"http://127.0.0.1:{receiver.port}/")

    assert receiver.connections == 0
