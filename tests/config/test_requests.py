"""Whose address a request has, and what is said of one that cannot be read."""

import pytest
from django.test import Client, RequestFactory

from config.requests import client_address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unix:", None),
    ],
)
def test_the_address_is_one_that_the_database_takes_or_none(peer: str, address: str | None) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR=peer)

    assert client_address(request) == address


def test_a_page_that_cannot_be_read_is_a_plain_400(client: Client) -> None:
    answer = client.post("/login/", {f"field{number}": "x" for number in range(1001)})

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")
