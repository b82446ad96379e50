"""Sign-ins that lie unused are over: browsers' and programs', sooner for whoever decides for others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.checks import idle_limits_are_limits
from accounts.models import SessionKind, User, UserSession
from accounts.selectors import live_sessions
from accounts.services import Tokens, session_open
from tests.accounts.callers import calling_as
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("account")


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES, settings.STAFF_SESSION_IDLE_MINUTES = 120, 30


def unused_for(user: User, minutes: int) -> None:
    """As if nobody had used the account's sign-ins for so long."""
    user.sessions.update(last_used_at=timezone.now() - timedelta(minutes=minutes))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def refreshed(opened: Tokens) -> int:
    answer = APIClient().post("/api/v1/auth/refresh/", {"refresh": opened.refresh}, format="json")
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("role", "minutes", "status"),
    [
        ("pilot", 119, 200),
        ("pilot", 121, 302),
        ("approver", 29, 200),
        ("approver", 31, 302),
        ("administrator", 31, 302),
    ],
)
def test_a_browser_that_nobody_uses_is_signed_out(db: None, role: str, minutes: int, status: int) -> None:
    user = UserFactory.create(role=role)
    browser = browser_of(user)

    unused_for(user, minutes)

    assert browser.get(PAGE).status_code == status
    assert live_sessions(user).exists() == (status == 200)


@pytest.mark.parametrize(
    ("role", "minutes", "status"),
    [
        ("pilot", 134, 200),
        ("pilot", 136, 401),
        ("approver", 44, 200),
        ("approver", 46, 401),
        ("administrator", 46, 401),
    ],
)
def test_a_programs_tokens_are_renewed_until_its_last_one_has_lain_unused(
    db: None, role: str, minutes: int, status: int
) -> None:
    user = UserFactory.create(role=role)
    opened = session_open(user=user)

    unused_for(user, minutes)

    assert refreshed(opened) == status


def test_while_an_access_token_is_good_its_sign_in_counts_as_used(pilot_user: User, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES = settings.STAFF_SESSION_IDLE_MINUTES = 5
    api = calling_as(pilot_user)

    unused_for(pilot_user, 14)

    assert api.get("/api/v1/airlines/").status_code == 200


def test_use_goes_on_while_somebody_uses_it(pilot_user: User) -> None:
    browser = browser_of(pilot_user)

    for _ in range(3):
        unused_for(pilot_user, 100)
        assert browser.get(PAGE).status_code == 200

    assert pilot_user.sessions.get().last_used_at > timezone.now() - timedelta(minutes=1)


def test_what_a_page_asks_by_itself_is_no_use(pilot_user: User) -> None:
    browser = browser_of(pilot_user)
    unused_for(pilot_user, 100)

    browser.get(PAGE, headers={"X-Unattended": "yes"})

    assert pilot_user.sessions.get().last_used_at < timezone.now() - timedelta(minutes=99)


def test_use_is_written_down_once_a_minute(pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(pilot_user)
    unused_for(pilot_user, 2)

    with django_assert_num_queries(4):
        browser.get(PAGE)
    with django_assert_num_queries(3):
        browser.get(PAGE)


@pytest.mark.parametrize("kind", SessionKind)
@pytest.mark.parametrize("role", ["pilot", "approver"])
@pytest.mark.parametrize("seconds", [-2, 2])
def test_the_row_and_the_database_agree_when_it_ends(db: None, kind: SessionKind, role: str, seconds: int) -> None:
    user = UserFactory.create(role=role)
    session_open(user=user)
    UserSession.objects.update(kind=kind)
    session = UserSession.objects.select_related("user").get()

    at = session.ends_at + timedelta(seconds=seconds)

    assert UserSession.objects.live(at=at).exists() == (seconds < 0)


def test_an_unused_sign_in_is_not_listed_and_not_woken(pilot_user: User) -> None:
    browser, other = browser_of(pilot_user), browser_of(pilot_user)
    unused_for(pilot_user, 121)

    assert browser.get(PAGE).status_code == 302
    again = browser_of(pilot_user)

    assert "this one" in again.get(reverse("session_list")).content.decode()
    assert live_sessions(pilot_user).count() == 1
    assert other.get(PAGE).status_code == 302


@pytest.mark.parametrize(("staff", "everybody"), [(4, 120), (0, 0), (121, 120), (30, 24 * 60 + 1)])
def test_limits_that_are_none_are_found_before_people_notice(settings: Settings, staff: int, everybody: int) -> None:
    assert idle_limits_are_limits(None) == []

    settings.STAFF_SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES = staff, everybody

    assert [fault.id for fault in idle_limits_are_limits(None)] == ["accounts.E005"]
