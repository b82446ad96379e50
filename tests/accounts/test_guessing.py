"""Guessing is slowed down, and nobody is kept out by somebody else's guesses."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import guessing
from accounts.letters.links import token_of
from accounts.letters.models import AccountLetter
from accounts.letters.services import password_reset_request
from accounts.models import User
from audit.events import SecurityEventKind
from audit.models import SecurityEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
OWNERS, FAR = "203.0.113.7", "198.51.100.{}"
WRONG = "wrong"
API = "/api/v1/auth/token/"


@pytest.fixture(autouse=True)
def _few_failures(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 2
    monkeypatch.setattr(guessing, "FREE_FAILURES", 3)
    monkeypatch.setattr(guessing, "DEVICE_FAILURES", 2)
    monkeypatch.setattr(guessing, "FIRST_WAIT_SECONDS", 30)


def attempt(client: Client, email: str, password: str = WRONG, address: str = OWNERS) -> Any:
    return client.post(reverse("login"), {"username": email, "password": password}, REMOTE_ADDR=address)


def api_attempt(email: str, password: str = WRONG, address: str = OWNERS) -> Any:
    body = {"email": email, "password": password}
    return Client().post(API, body, content_type="application/json", REMOTE_ADDR=address)


def guessed_from_many_addresses(email: str, times: int = 4) -> None:
    for number in range(times):
        attempt(Client(), email, address=FAR.format(number))


def test_guesses_from_many_addresses_make_strangers_wait_and_are_reported(pilot_user: User) -> None:
    guessed_from_many_addresses(pilot_user.email)

    page = attempt(Client(), pilot_user.email.upper(), PASSWORD, FAR.format(99))
    answer = api_attempt(pilot_user.email, PASSWORD, FAR.format(99))

    assert page.status_code == 429
    assert "Wait" in page.content.decode()
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 30
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.SIGN_IN_SLOWED, user=pilot_user).count() == 1


def test_the_wait_is_over_by_itself_and_attempts_within_it_do_not_lengthen_it(
    pilot_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guessed_from_many_addresses(pilot_user.email)
    for _ in range(5):
        attempt(Client(), pilot_user.email, address=FAR.format(98))
    cache.delete(guessing._wait_key(pilot_user.email))  # as its time does

    response = attempt(Client(), pilot_user.email, PASSWORD, FAR.format(98))

    assert response.status_code == 302


def test_an_unknown_address_is_slowed_alike() -> None:
    guessed_from_many_addresses("nobody@people.test")

    assert attempt(Client(), "nobody@people.test", address=FAR.format(99)).status_code == 429


def test_the_owners_browser_passes_the_wait_and_the_pause(pilot_user: User) -> None:
    owner = Client()
    assert attempt(owner, pilot_user.email, PASSWORD).status_code == 302
    owner.post(reverse("logout"))

    guessed_from_many_addresses(pilot_user.email)
    for _ in range(3):
        attempt(Client(), pilot_user.email, address=OWNERS)  # somebody in the same crew room
    assert attempt(Client(), pilot_user.email, PASSWORD, OWNERS).status_code == 429

    assert attempt(owner, pilot_user.email, PASSWORD).status_code == 302


def test_the_owners_address_passes_the_wait_over_the_api(pilot_user: User) -> None:
    assert api_attempt(pilot_user.email, PASSWORD).status_code == 200

    guessed_from_many_addresses(pilot_user.email)

    assert api_attempt(pilot_user.email, PASSWORD).status_code == 200
    assert api_attempt(pilot_user.email, PASSWORD, FAR.format(99)).status_code == 429


def test_a_mailed_link_lets_the_owner_in_from_a_browser_that_is_new(pilot_user: User) -> None:
    guessed_from_many_addresses(pilot_user.email)
    owner, mine, new = Client(), FAR.format(50), "another-good-one-118"
    for _ in range(3):
        attempt(Client(), pilot_user.email, address=mine)
    assert attempt(owner, pilot_user.email, PASSWORD, mine).status_code == 429
    password_reset_request(email=pilot_user.email)
    link = reverse("password_reset_confirm", args=[token_of(AccountLetter.objects.latest("created_at").pk)])

    owner.post(link, {"password": new}, REMOTE_ADDR=mine)

    assert attempt(owner, pilot_user.email, new, mine).status_code == 302


def test_a_known_browser_that_guesses_is_known_no_longer(pilot_user: User) -> None:
    thief = Client()
    attempt(thief, pilot_user.email, PASSWORD)
    thief.post(reverse("logout"))
    guessed_from_many_addresses(pilot_user.email)

    for _ in range(2):
        assert attempt(thief, pilot_user.email, address=FAR.format(97)).status_code == 200

    assert attempt(thief, pilot_user.email, PASSWORD, FAR.format(97)).status_code == 429


def test_a_browser_is_known_for_its_own_account_alone(pilot_user: User) -> None:
    other = UserFactory.create()
    thief = Client()
    attempt(thief, other.email, PASSWORD, FAR.format(96))
    thief.post(reverse("logout"))
    guessed_from_many_addresses(pilot_user.email)

    assert attempt(thief, pilot_user.email, PASSWORD, FAR.format(96)).status_code == 429
    thief.cookies[settings.DEVICE_COOKIE_NAME] = thief.cookies[settings.DEVICE_COOKIE_NAME].value[:-2] + "xx"
    assert attempt(thief, pilot_user.email, PASSWORD, FAR.format(96)).status_code == 429


def test_the_cookie_does_not_say_whose_browser_it_is(pilot_user: User) -> None:
    client = Client()
    attempt(client, pilot_user.email, PASSWORD)

    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert pilot_user.email not in cookie.value


def test_one_address_that_guesses_one_account_keeps_its_way_to_others(pilot_user: User) -> None:
    other = UserFactory.create()
    for _ in range(3):
        attempt(Client(), pilot_user.email)

    assert attempt(Client(), pilot_user.email, PASSWORD).status_code == 429
    assert attempt(Client(), other.email, PASSWORD).status_code == 302


def test_without_redis_nobody_is_held_up_and_the_pause_stands(
    pilot_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "_counted", lambda *_: 0)
    for _ in range(3):
        attempt(Client(), pilot_user.email)

    assert attempt(Client(), pilot_user.email, PASSWORD).status_code == 429
    assert attempt(Client(), pilot_user.email, PASSWORD, FAR.format(1)).status_code == 302
