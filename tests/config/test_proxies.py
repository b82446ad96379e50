"""Who asks and how: told by the peer and by proxies of ours, by nobody else, and the same for all that stands behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory, override_settings
from django.urls import reverse

from accounts.models import User
from accounts.notifications.letters import absolute
from audit.events import CountedBy
from audit.models import SecurityEvent
from config.proxies import FORWARDING, TrustedProxies, settle
from contracts.api.quick import lookups_first

PEER, PROXY, OUTER, CALLER, LIE = "192.0.2.7", "10.0.0.5", "10.1.9.9", "198.51.100.1", "203.0.113.9"
OURS = ("10.0.0.5", "10.1.0.0/16", "fd00::/8")


def settled(peer: str, trusted: tuple[str, ...] = OURS, **headers: str) -> dict[str, Any]:
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "contracts.test", **headers}
    settle(environ, trusted)
    return environ


@pytest.mark.parametrize(
    ("peer", "hops", "address"),
    [
        (PEER, "", PEER),
        (PEER, LIE, PEER),
        (PROXY, CALLER, CALLER),
        (PROXY, f"{LIE}, {CALLER}", CALLER),
        (PROXY, f"{LIE}, {CALLER}, {OUTER}", CALLER),
        (PROXY, f"{LIE},,{CALLER}, {OUTER} ,", CALLER),
        (PROXY, f"{PROXY}, {CALLER}, {OUTER}", CALLER),
        (f"::ffff:{PROXY}", CALLER, CALLER),
        (PROXY, "", PROXY),
        (PROXY, OUTER, OUTER),
        (PROXY, "unknown", ""),
        (PROXY, f"{LIE}, not-an-address", ""),
        (PROXY, f"{CALLER}:4711", ""),
        ("fd00::1", "2001:DB8::1", "2001:db8::1"),
        (PROXY, "fe80::1%eth0", "fe80::1"),
        ("", LIE, ""),
        ("unix:", LIE, "unix:"),
    ],
)
def test_the_address_is_the_nearest_that_is_no_proxy_of_ours(peer: str, hops: str, address: str) -> None:
    assert settled(peer, HTTP_X_FORWARDED_FOR=hops)["REMOTE_ADDR"] == address


def test_without_proxies_of_ours_nobody_is_believed() -> None:
    environ = settled(PROXY, (), HTTP_X_FORWARDED_FOR=LIE, HTTP_X_FORWARDED_PROTO="https")

    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == (PROXY, "http")


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        (PROXY, "https", "https"),
        (PROXY, "HTTPS ", "https"),
        (PROXY, "http", "http"),
        (PROXY, "https, http", "http"),
        (PROXY, "httpsx", "http"),
        (PEER, "https", "http"),
    ],
)
def test_the_scheme_is_what_the_nearest_proxy_of_ours_saw(peer: str, said: str, scheme: str) -> None:
    assert settled(peer, HTTP_X_FORWARDED_PROTO=said)["wsgi.url_scheme"] == scheme


def test_a_proxy_that_says_nothing_of_the_scheme_leaves_the_servers_own() -> None:
    environ = {"REMOTE_ADDR": PROXY, "wsgi.url_scheme": "https"}

    settle(environ, OURS)

    assert environ["wsgi.url_scheme"] == "https"


@pytest.mark.parametrize("peer", [PEER, PROXY])
def test_nothing_behind_sees_what_proxies_say(peer: str) -> None:
    environ = settled(peer, OURS, **dict.fromkeys(FORWARDING, CALLER))

    assert set(environ) == {"REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST"}
    assert environ["HTTP_HOST"] == "contracts.test"


def test_it_is_the_first_to_be_asked_and_django_reads_no_such_header_itself() -> None:
    assert settings.WSGI_FRONT[0] == "config.proxies.TrustedProxies"
    assert settings.SECURE_PROXY_SSL_HEADER is None
    assert not settings.USE_X_FORWARDED_HOST
    assert not settings.USE_X_FORWARDED_PORT


@pytest.fixture(autouse=True)
def _connection_is_kept() -> Iterator[None]:
    """As Django's test client does: a request's beginning and end would close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(method: str, path: str, body: str = "", **environ: str) -> tuple[int, dict[str, str]]:
    """Status and headers, by the whole chain as a web process has it."""
    request = RequestFactory().generic(method, path, body, "application/json")
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        started.append((status, headers))

    answer: Any = TrustedProxies(lookups_first(WSGIHandler()))({**request.environ, **environ}, start_response)
    b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    ((status, headers),) = started
    return int(status[:3]), dict(headers)


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=list(OURS))
@pytest.mark.parametrize(("peer", "last"), [(PEER, 429), (PROXY, 401)])
def test_whoever_changes_his_header_is_counted_as_one_all_the_same(peer: str, last: int) -> None:
    body = '{"client_id": "nobody", "client_secret": "wrong"}'

    answers = [
        ask("POST", "/api/v1/auth/client-token/", body, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")[0]
        for number in range(62)  # more than two minutes' worth: wherever a minute ends, one was full
    ]

    assert answers[0] == 401
    assert (429 in answers) == (last == 429)


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=list(OURS))
def test_security_events_have_the_address_that_a_proxy_of_ours_saw(pilot_user: User) -> None:
    body = f'{{"email": "{pilot_user.email}", "password": "wrong"}}'

    for peer in (PEER, PROXY):
        ask("POST", "/api/v1/auth/token/", body, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=f"{LIE}, {CALLER}")

    by_address = SecurityEvent.objects.filter(counted_by=CountedBy.ADDRESS).order_by("created_at")
    assert list(by_address.values_list("address", flat=True)) == [PEER, CALLER]


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=list(OURS), SECURE_SSL_REDIRECT=True)
def test_https_cannot_be_claimed() -> None:
    by_stranger, _ = ask("GET", "/login/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_PROTO="https")
    by_proxy, _ = ask("GET", "/login/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_PROTO="https")

    assert (by_stranger, by_proxy) == (301, 200)


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=list(OURS), ALLOWED_HOSTS=["testserver"])
@pytest.mark.parametrize("peer", [PEER, PROXY])
@pytest.mark.parametrize("path", ["/login/", "/api/v1/regulations/rules/", "/api/v1/pilots/P-117/rules/", "/nowhere/"])
def test_the_host_is_what_host_says_and_has_to_be_ours(peer: str, path: str) -> None:
    foreign, _ = ask("GET", path, REMOTE_ADDR=peer, HTTP_HOST="evil.test")
    plain, _ = ask("GET", path, REMOTE_ADDR=peer)
    forwarded, headers = ask("GET", path, REMOTE_ADDR=peer, HTTP_X_FORWARDED_HOST="evil.test")

    assert foreign == 400
    assert forwarded == plain
    assert "evil.test" not in str(headers)


@override_settings(ALLOWED_HOSTS=["*"], SITE_URL="https://contracts.test")
def test_links_in_mails_begin_with_our_own_address_whatever_host_was_asked() -> None:
    assert absolute(reverse("login")) == "https://contracts.test/login/"
