"""Passwords known from breaches, asked of a real server that speaks Have I Been Pwned's interface."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.checks import breached_passwords_can_be_asked
from accounts.passwords import BreachedPasswordValidator

STOLEN = "correct-horse-battery"


class _Ranges(BaseHTTPRequestHandler):
    asked: list[str] = []
    status = 200

    def do_GET(self) -> None:
        self.asked.append(self.path)
        digest = hashlib.sha1(STOLEN.encode(), usedforsecurity=False).hexdigest().upper()
        padding = hashlib.sha1(b"only padding", usedforsecurity=False).hexdigest().upper()
        body = f"{digest[5:]}:42\r\n{padding[5:]}:0\r\n".encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def ranges(settings: Settings) -> Iterator[type[_Ranges]]:
    _Ranges.asked, _Ranges.status = [], 200
    with ThreadingHTTPServer(("127.0.0.1", 0), _Ranges) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.BREACHED_PASSWORDS_URL = f"http://127.0.0.1:{server.server_port}/range"
        yield _Ranges
        server.shutdown()


def test_a_stolen_password_is_refused_and_not_told(ranges: type[_Ranges]) -> None:
    with pytest.raises(ValidationError, match="stolen"):
        BreachedPasswordValidator().validate(STOLEN)

    (asked,) = ranges.asked
    assert len(asked.rsplit("/", 1)[1]) == 5


def test_one_that_is_not_known_or_only_padding_passes(ranges: type[_Ranges]) -> None:
    for password in ("another-horse-battery", "only padding"):
        BreachedPasswordValidator().validate(password)

    assert len(ranges.asked) == 2


def test_a_service_off_the_list_of_hosts_is_not_asked_and_found_before_people_notice(
    ranges: type[_Ranges], settings: Settings
) -> None:
    settings.OUTGOING_HOSTS = ["127.0.0.1"]
    listed = breached_passwords_can_be_asked(None)
    settings.OUTGOING_HOSTS = ["hooks.example"]

    BreachedPasswordValidator().validate(STOLEN)

    assert ranges.asked == []
    assert listed == []
    assert [fault.id for fault in breached_passwords_can_be_asked(None)] == ["accounts.E006"]


def test_a_service_that_fails_or_is_away_keeps_nobody_out(ranges: type[_Ranges], settings: Settings) -> None:
    ranges.status = 503
    BreachedPasswordValidator().validate(STOLEN)

    settings.BREACHED_PASSWORDS_URL = "http://127.0.0.1:1/range"
    BreachedPasswordValidator().validate(STOLEN)


def test_without_an_address_nobody_is_asked(ranges: type[_Ranges], settings: Settings) -> None:
    settings.BREACHED_PASSWORDS_URL = ""

    BreachedPasswordValidator().validate(STOLEN)

    assert ranges.asked == []


def test_our_own_network_is_not_asked_where_the_product_serves_people(
    ranges: type[_Ranges], settings: Settings
) -> None:
    settings.DEMO = False

    BreachedPasswordValidator().validate(STOLEN)

    assert ranges.asked == []
