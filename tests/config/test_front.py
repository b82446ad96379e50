"""What stands in front of Django: as guarded as Django, and out of the way of what it does not know."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.test import override_settings
from structlog.testing import capture_logs

from config.api.front import Environ, Front, Ready
from config.headers import DATA_POLICY, PERMISSIONS
from config.requests import current

PATTERN, EXAMPLE = r"/api/v1/pilots/([A-Za-z0-9._-]{1,64})/rules/", "/api/v1/pilots/P-117/rules/"
REQUEST = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": EXAMPLE,
    "SCRIPT_NAME": "",
    "HTTP_HOST": "testserver",
    "SERVER_NAME": "testserver",
    "SERVER_PORT": "80",
    "REMOTE_ADDR": "192.0.2.7",
    "wsgi.url_scheme": "http",
}
Asked = tuple[str, dict[str, str], bytes]


def ready(_: Environ, named: str) -> Ready:
    return Ready(HTTPStatus.OK, [("Content-Type", "text/plain")], named.encode())


def asked(answer: Callable[[Environ, str], Ready | None], **environ: str) -> Asked:
    """Status, headers and body; the status is `behind` where the application behind was asked."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def behind(_: Environ, start_response: Any) -> list[bytes]:
        start_response("behind", [])
        return []

    front = Front(behind, pattern=PATTERN, example=EXAMPLE, answer=answer)
    body = b"".join(front({**REQUEST, **environ}, lambda status, headers: started.append((status, headers))))
    ((status, headers),) = started
    return status, dict(headers), body


def test_what_is_ready_is_answered_with_the_headers_that_django_would_set() -> None:
    status, headers, body = asked(ready, HTTP_X_REQUEST_ID="request-4711")

    assert (status, body) == ("200 OK", b"P-117")
    assert headers["X-Request-ID"] == "request-4711"
    assert headers["Content-Length"] == "5"
    assert headers["Content-Security-Policy"] == DATA_POLICY
    assert headers["Permissions-Policy"] == PERMISSIONS
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_an_answer_without_a_body_says_nothing_of_its_length() -> None:
    status, headers, body = asked(lambda *_: Ready(HTTPStatus.NOT_MODIFIED))

    assert (status, body) == ("304 Not Modified", b"")
    assert "Content-Length" not in headers


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
        {"PATH_INFO": "/api/v1/pilots/P-117/rules"},
        {"PATH_INFO": "/api/v1/pilots/P-117/rules/\n"},
        {"PATH_INFO": "/api/v1/pilots/P%20117/rules/"},
        {"PATH_INFO": "/api/v1/pilots/" + "P" * 65 + "/rules/"},
        {"PATH_INFO": "/api/v1/pilots/\u0663/rules/"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"HTTP_HOST": "testserver evil"},
    ],
)
def test_the_unusual_is_left_to_django(environ: dict[str, str]) -> None:
    assert asked(ready, **environ)[0] == "behind"


def test_what_is_not_ready_is_left_to_django() -> None:
    assert asked(lambda *_: None)[0] == "behind"


@override_settings(ALLOWED_HOSTS=["contracts.test"])
def test_hosts_are_those_of_the_settings() -> None:
    assert asked(ready)[0] == "behind"
    assert asked(ready, HTTP_HOST="contracts.test")[0] == "200 OK"


@override_settings(SECURE_SSL_REDIRECT=True)
def test_plain_http_is_left_to_django_where_https_is_wanted() -> None:
    assert asked(ready)[0] == "behind"
    assert asked(ready, HTTP_X_FORWARDED_PROTO="https")[0] == "behind"
    assert asked(ready, **{"wsgi.url_scheme": "https"})[0] == "200 OK"


@override_settings(SECURE_HSTS_SECONDS=3600)
def test_https_is_pinned_over_https_alone() -> None:
    assert "Strict-Transport-Security" not in asked(ready)[1]
    assert "Strict-Transport-Security" in asked(ready, **{"wsgi.url_scheme": "https"})[1]


def test_a_fault_is_written_down_and_left_to_django() -> None:
    def failing(*_: object) -> Ready:
        raise RuntimeError("broken")

    with capture_logs() as written:
        status, _, _ = asked(failing)

    assert status == "behind"
    assert [line["event"] for line in written] == ["fault in front of Django"]


def test_the_request_is_known_while_it_is_answered_and_no_longer() -> None:
    known = []

    def answer(*_: object) -> Ready:
        known.append(current())
        return Ready(HTTPStatus.OK)

    asked(answer, HTTP_X_REQUEST_ID="request-4711", HTTP_USER_AGENT="Browser/9")

    assert [(context.request_id, context.address, context.user_agent) for context in known] == [
        ("request-4711", "192.0.2.7", "Browser/9")
    ]
    assert current().request_id == ""


def test_what_is_left_to_django_keeps_the_id_that_was_logged_so_far() -> None:
    known: list[str] = []
    environ = dict(REQUEST)

    def answer(*_: object) -> None:
        known.append(current().request_id)

    Front(lambda *_: [], pattern=PATTERN, example=EXAMPLE, answer=answer)(environ, lambda *_: None)

    assert known == [environ["HTTP_X_REQUEST_ID"]]


@override_settings(ALLOWED_HOSTS=["*"])
def test_hosts_too_long_to_be_remembered_are_left_to_django() -> None:
    assert asked(ready, HTTP_HOST="h" * 256)[0] == "behind"
    assert asked(ready, HTTP_HOST="h" * 60 + ".test")[0] == "200 OK"


def test_one_line_is_logged_under_the_routes_pattern(caplog: pytest.LogCaptureFixture) -> None:
    asked(ready, HTTP_X_REQUEST_ID="request-4711")

    (line,) = caplog.messages
    assert "request_id=request-4711" in line
    assert "status=200" in line
    assert "route=api/v1/pilots/(?P<pilot_id>" in line
    assert "P-117" not in line
