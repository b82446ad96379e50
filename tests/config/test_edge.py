"""The API's short way in: as guarded as the long one."""

import pytest
from django.test import Client, override_settings
from rest_framework.test import APIClient

from config.headers import DATA_POLICY

pytestmark = pytest.mark.django_db
LIMITS = "/api/v1/regulations/rules/"
BY_PAGES_WAY = ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")


@override_settings(SECURE_HSTS_SECONDS=3600, SECURE_HSTS_PRELOAD=True)
@pytest.mark.parametrize("is_secure", [False, True])
def test_an_answer_has_the_headers_that_pages_have(is_secure: bool) -> None:  # noqa: FBT001 - a column
    page = Client().get("/login/", secure=is_secure)

    answer = APIClient().get(LIMITS, secure=is_secure)

    assert answer.status_code == 200
    for header in (*BY_PAGES_WAY, *(["Strict-Transport-Security"] if is_secure else [])):
        assert answer[header] == page[header]
    assert ("Strict-Transport-Security" in answer) == is_secure
    assert answer["Content-Security-Policy"] == DATA_POLICY
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["X-Request-ID"]
    assert not answer.cookies


def test_refusals_and_unknown_addresses_have_them_too() -> None:
    for address in ("/api/v1/contracts/", "/api/v1/nowhere/"):
        answer = APIClient().get(address)

        assert answer["Content-Type"] == "application/problem+json"
        assert answer["X-Content-Type-Options"] == "nosniff"


@override_settings(ALLOWED_HOSTS=["contracts.test"])
def test_a_foreign_host_is_refused() -> None:
    answer = APIClient().get(LIMITS, headers={"host": "elsewhere.test"})

    assert answer.status_code == 400


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize("address", [LIMITS, LIMITS.rstrip("/"), "/api/v1/nowhere/"])
def test_plain_http_is_refused_where_https_is_wanted(address: str) -> None:
    """A redirect would let a program go on sending its token in the clear, and nobody would notice."""
    answer = APIClient().get(address)

    assert (answer.status_code, answer.json()["code"]) == (403, "https_required")
    assert "Location" not in answer


@override_settings(SECURE_SSL_REDIRECT=True)
def test_people_who_read_the_reference_are_redirected() -> None:
    answer = Client().get("/api/v1/docs/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/api/v1/docs/")


def test_a_forgotten_slash_is_put_right() -> None:
    answer = APIClient().get(LIMITS.rstrip("/"))

    assert (answer.status_code, answer["Location"]) == (308, LIMITS)


def test_pages_keep_their_way() -> None:
    page = Client().get("/login/")

    assert "csrftoken" in page.cookies
    assert "script-src" in page["Content-Security-Policy"]
