"""The keys that sign tokens are changed while tokens are about."""

import jwt
import pytest
from django.core.management import call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from accounts.services import session_open
from accounts.signing import key_id

pytestmark = pytest.mark.django_db
AIRLINES = "/api/v1/airlines/"
FIRST, SECOND = "first-key-" + "1" * 40, "second-key-" + "2" * 40


def answered(token: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return int(client.get(AIRLINES).status_code)


@pytest.fixture(autouse=True)
def _first_key_and_no_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    signs_with(settings, FIRST)
    monkeypatch.setattr(tokens, "_verified", tokens._Verified(maximum=0))


def signs_with(settings: Settings, newest: str, *previous: str) -> None:
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "SIGNING_KEY": newest}
    settings.JWT_PREVIOUS_KEYS = list(previous)


def test_a_token_names_its_key_and_not_what_it_is(pilot_user: User) -> None:
    header = jwt.get_unverified_header(session_open(user=pilot_user).access)

    assert header == {"alg": "HS256", "typ": "JWT", "kid": key_id(FIRST)}


def test_what_the_former_key_signed_is_good_until_the_key_is_taken_out(pilot_user: User, settings: Settings) -> None:
    former = session_open(user=pilot_user)

    signs_with(settings, SECOND, FIRST)
    assert answered(former.access) == 200
    assert jwt.get_unverified_header(session_open(user=pilot_user).access)["kid"] == key_id(SECOND)
    refreshed = APIClient().post("/api/v1/auth/refresh/", {"refresh": former.refresh}, format="json")
    assert jwt.get_unverified_header(refreshed.data["access"])["kid"] == key_id(SECOND)
    signs_with(settings, SECOND)

    assert answered(former.access) == 401
    assert answered(refreshed.data["access"]) == 200


@pytest.mark.parametrize("kid", [key_id(SECOND), "", "0", None])
def test_a_token_that_another_key_signed_is_refused_whatever_it_names(pilot_user: User, kid: object) -> None:
    claims = jwt.decode(session_open(user=pilot_user).access, options={"verify_signature": False})
    headers = {} if kid is None else {"kid": kid}

    token = jwt.encode(claims, SECOND, algorithm="HS256", headers=headers)

    assert answered(token) == 401


def test_a_key_that_is_too_short_to_sign_with_is_said(settings: Settings) -> None:
    from accounts.checks import keys_are_long_enough

    assert keys_are_long_enough(None) == []
    signs_with(settings, "short", FIRST)

    assert [fault.id for fault in keys_are_long_enough(None)] == ["accounts.E004"]
    call_command("check", "--tag", "models")
