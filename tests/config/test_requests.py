"""Whose address a request has, and what is said of one that cannot be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.requests import client_address

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, "", "192.0.2.7", "192.0.2.7"),
        (0, "198.51.100.1", "192.0.2.7", "192.0.2.7"),
        (0, "", "", None),
        (0, "", "unix:", None),
        (1, "198.51.100.1", "192.0.2.7", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "192.0.2.7", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "192.0.2.7", "203.0.113.9"),
        (1, "unknown", "192.0.2.7", None),
        (1, "198.51.100.1:4711", "192.0.2.7", None),
        (1, "2001:DB8::1", "192.0.2.7", "2001:db8::1"),
        (1, "fe80::1%eth0", "192.0.2.7", "fe80::1"),
        (1, "", "192.0.2.7", "192.0.2.7"),
    ],
)
def test_the_address_is_one_that_the_database_takes_or_none(
    settings: Settings, proxies: int, forwarded: str, peer: str, address: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=peer)

    assert client_address(request) == address


def test_a_page_that_cannot_be_read_is_a_plain_400(client: Client) -> None:
    answer = client.post("/login/", {f"field{number}": "x" for number in range(1001)})

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("given", [{}, {"TRUSTED_PROXY_COUNT": "1"}])
def test_production_must_be_told_how_many_proxies_there_are(given: dict[str, str]) -> None:
    needed = {
        "SECRET_KEY": "x",
        "JWT_SECRET_KEY": "y",
        "CREDENTIAL_KEYS": "1:z",
        "PACK_SIGNING_KEYS": "z",
        "AUDIT_SIGNING_KEYS": "z",
        "DATABASE_URL": "postgresql://a@127.0.0.1/a",
    }
    system = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = {**system, **needed, "REDIS_URL": "redis://127.0.0.1/0", **given}

    done = subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) == bool(given), done.stderr
    assert given or "TRUSTED_PROXY_COUNT" in done.stderr
