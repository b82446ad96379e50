"""Browsers' sessions: each a row, listed to its owner, ended by him or by what happens to the account, at once and everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.devices import device_of
from accounts.models import Role, SessionKind, User, UserSession
from accounts.services import session_open, user_update
from accounts.services.sessions import session_key_hash
from audit.clearing import clear
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotAllowed
from tests.accounts.callers import calling_as
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SAFE = reverse("contracts:list")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def signed_in(user: User, **headers: str) -> Client:
    client = Client(headers={"User-Agent": FIREFOX, **headers})
    response = client.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content
    return client


def is_in(client: Client) -> bool:
    return client.get(SAFE).status_code == 200


def test_a_sign_in_by_browser_is_a_row_that_names_no_cookie(pilot_user: User) -> None:
    client = signed_in(pilot_user)

    row = UserSession.objects.get(user=pilot_user)
    assert row.kind == SessionKind.WEB
    assert row.token_id_hash == session_key_hash(client.cookies["sessionid"].value)
    assert row.device == "Firefox on Linux"
    assert row.address == "127.0.0.1"
    assert row.expires_at - row.created_at <= timedelta(hours=24)
    assert is_in(client)


def test_signing_in_gives_the_cookie_a_key_that_was_not_there_before(pilot_user: User) -> None:
    client = signed_in(pilot_user)
    planted = client.cookies["sessionid"].value

    client.post(reverse("login"), {"username": pilot_user.email, "password": PASSWORD})
    client.force_login(pilot_user)

    assert client.cookies["sessionid"].value != planted
    assert UserSession.objects.live().count() == 1
    client.cookies["sessionid"] = planted
    assert not is_in(client)


def test_signing_out_ends_the_row(pilot_user: User) -> None:
    client = signed_in(pilot_user)

    client.post(reverse("logout"))

    assert not UserSession.objects.live().exists()


def test_leaving_the_desk_ends_the_row(approver: User) -> None:
    client = signed_in(approver)

    client.post(reverse("admin:logout"))

    assert not UserSession.objects.live().exists()


def _expired(user: User, _: User) -> None:
    UserSession.objects.update(created_at=timezone.now() - timedelta(days=1), expires_at=timezone.now())


def _suspended(user: User, administrator: User) -> None:
    user_update(actor=administrator, user=user, changes={"is_active": False})


def _promoted(user: User, administrator: User) -> None:
    user_update(actor=administrator, user=user, changes={"role": Role.APPROVER})


def _given_another_password(user: User, _: User) -> None:
    user.set_password("changed-by-some-command-117")
    user.save()


@pytest.mark.parametrize("end", [_expired, _suspended, _promoted, _given_another_password])
def test_a_browsers_session_dies_with_its_day_account_role_or_password(
    pilot_user: User, administrator: User, end: Callable[[User, User], None]
) -> None:
    client = signed_in(pilot_user)
    assert is_in(client)

    end(pilot_user, administrator)

    assert not is_in(client)
    assert client.get(reverse("account")).status_code == 302


def test_suspension_and_a_new_role_end_programs_and_browsers_alike(pilot_user: User, administrator: User) -> None:
    web, api = signed_in(pilot_user), calling_as(pilot_user)

    user_update(actor=administrator, user=pilot_user, changes={"role": Role.APPROVER})

    assert not is_in(web)
    assert api.get("/api/v1/airlines/").status_code == 401
    assert AuditEntry.objects.filter(event=AuditEvent.SESSION_REVOKED, actor=administrator).count() == 2


def test_the_page_lists_ones_own_and_marks_the_present(pilot_user: User, approver: User) -> None:
    session_open(user=approver)
    session_open(user=pilot_user)
    client = signed_in(pilot_user)

    page = client.get(reverse("session_list")).content.decode()

    assert page.count('<li class="card') == 2
    assert page.count("this one") == 1
    assert "Firefox on Linux" in page


def test_the_list_costs_the_same_for_one_and_for_many(
    pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(pilot_user)
    counts = []

    for _ in range(2):
        with django_assert_num_queries(4) as asked:
            client.get(reverse("session_list"))
        counts.append(len(asked))
        for _ in range(10):
            session_open(user=pilot_user)

    assert counts[0] == counts[1]


def test_one_is_ended_by_its_owner_alone(pilot_user: User, approver: User) -> None:
    mine, others = signed_in(pilot_user), signed_in(approver)
    row = UserSession.objects.get(user=approver)

    refused = mine.post(reverse("session_end", args=[row.pk]), follow=True)
    assert "over already" in refused.content.decode()
    assert is_in(others)
    ended = mine.post(reverse("session_end", args=[UserSession.objects.get(user=pilot_user).pk]))

    assert ended.status_code == 302
    assert not is_in(mine)


def test_all_others_are_ended_from_a_browser_and_over_the_api(pilot_user: User) -> None:
    first, second = signed_in(pilot_user), signed_in(pilot_user)
    api = calling_as(pilot_user)

    first.post(reverse("sessions_end_others"))
    assert is_in(first)
    assert not is_in(second)
    assert api.get("/api/v1/airlines/").status_code == 401
    later = calling_as(pilot_user)
    response = later.delete("/api/v1/auth/sessions/")

    assert response.status_code == 204
    assert not is_in(first)
    assert later.get("/api/v1/airlines/").status_code == 200


def test_the_api_ends_a_browsers_session(pilot_user: User) -> None:
    client, api = signed_in(pilot_user), calling_as(pilot_user)
    listed = api.get("/api/v1/auth/sessions/").data["results"]

    (web,) = [row for row in listed if row["kind"] == "web"]
    response = api.delete(f"/api/v1/auth/sessions/{web['id']}/")

    assert response.status_code == 204
    assert web["device"] == "Firefox on Linux"
    assert not is_in(client)


def test_a_browsers_row_is_no_tokens(pilot_user: User) -> None:
    signed_in(pilot_user)
    api = calling_as(pilot_user)
    UserSession.objects.filter(kind=SessionKind.API).update(kind=SessionKind.WEB)

    assert api.get("/api/v1/airlines/").status_code == 401


def test_use_is_written_down_once_a_minute(pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(pilot_user)
    long_ago = timezone.now() - timedelta(minutes=2)
    UserSession.objects.update(last_used_at=long_ago)

    client.get(reverse("account"))
    touched = UserSession.objects.get().last_used_at
    client.get(reverse("account"))

    assert touched > long_ago
    assert UserSession.objects.get().last_used_at == touched


def test_the_sweep_takes_the_data_of_cookies_that_are_over(pilot_user: User) -> None:
    from django.contrib.sessions.models import Session

    signed_in(pilot_user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    clear()

    assert not Session.objects.exists()


def test_one_persons_browser_taken_over_by_another_is_his_alone(pilot_user: User) -> None:
    other = UserFactory.create(approver=True)
    client = signed_in(pilot_user)

    client.post(reverse("admin:login"), {"username": other.email, "password": PASSWORD})

    assert client.get(reverse("account")).content.decode().count(other.email) >= 1
    assert [row.user for row in UserSession.objects.live()] == [other]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("vectorbid-contracts-python/1.0 (httpx)", "vectorbid-contracts-python/1.0"),
        ("<script>", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_a_sign_in_that_another_password_overtook_opens_nothing(pilot_user: User, client: Client) -> None:
    checked = User.objects.get(pk=pilot_user.pk)
    User.objects.filter(pk=pilot_user.pk).update(password="bcrypt$another")

    with pytest.raises(NotAllowed, match="changed while you signed in"):
        session_open(user=checked)
    with pytest.raises(NotAllowed, match="changed while you signed in"):
        client.force_login(checked)

    assert not UserSession.objects.exists()
