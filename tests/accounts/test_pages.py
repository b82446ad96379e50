"""The way in and out by the browser, and the first page."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
REFUSAL = "That e-mail and password do not match an account here."


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    response = client.post(reverse("login"), {"username": email, "password": password, **more})
    return response.headers.get("Location", "") or response.content.decode()


def test_the_first_page_tells_strangers_what_this_is(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "Your contract, as rules you can look up." in page
    assert reverse("login") in page


def test_the_first_page_tells_a_pilot_what_to_do_next(client: Client, pilot_user: User) -> None:
    client.force_login(pilot_user)

    page = client.get("/").content.decode()

    assert reverse("contracts:my_rules") in page
    assert reverse("admin:index") not in page


def test_a_reviewer_is_shown_the_way_to_the_desk(client: Client, approver: User) -> None:
    client.force_login(approver)

    assert reverse("admin:index") in client.get("/").content.decode()


def test_signing_in_and_out_is_written_down(client: Client) -> None:
    user = UserFactory.create(email="dana@people.test")

    went_to = sign_in(client, "Dana@people.test")
    client.post(reverse("logout"))

    events = AuditEntry.objects.filter(object_pk=str(user.pk)).order_by("id").values_list("event", flat=True)
    assert went_to == "/"
    assert list(events) == [AuditEvent.USER_SIGNED_IN, AuditEvent.USER_SIGNED_OUT]
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post(client: Client, pilot_user: User) -> None:
    client.force_login(pilot_user)

    assert client.get(reverse("logout")).status_code == 405
    assert "_auth_user_id" in client.session


def test_sign_in_goes_on_to_the_page_asked_for_but_never_elsewhere(client: Client) -> None:
    user = UserFactory.create()

    asked = client.get(reverse("contracts:list")).headers["Location"]
    went_to = sign_in(client, user.email, next=reverse("contracts:list"))
    client.post(reverse("logout"))
    lured_to = sign_in(client, user.email, next="https://elsewhere.test/")

    assert asked == f"{reverse('login')}?next={reverse('contracts:list')}"
    assert went_to == reverse("contracts:list")
    assert lured_to == "/"


def test_wrong_password_unknown_email_and_closed_account_read_the_same(client: Client) -> None:
    user = UserFactory.create()
    closed = UserFactory.create(is_active=False)

    pages = [
        sign_in(client, user.email, "wrong-password"),
        sign_in(client, "nobody@people.test"),
        sign_in(client, closed.email),
    ]

    assert all(REFUSAL in page for page in pages)
    assert SecurityEvent.objects.get(kind=SecurityEventKind.SIGN_IN_FAILED, counted_by="address").count == 3
    assert 'value="nobody@people.test"' in pages[1]


def test_what_no_e_mail_can_be_is_refused_without_an_attempt(client: Client) -> None:
    page = sign_in(client, "nobody\0@people.test")

    assert "Null characters are not allowed." in page
    assert not SecurityEvent.objects.exists()


def test_too_many_failures_pause_sign_in_with_a_page_that_says_so(client: Client, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 2
    settings.AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
    settings.AXES_USERNAME_CALLABLE = "accounts.views.attempted_email"
    user = UserFactory.create()
    other = UserFactory.create()

    for _ in range(2):
        sign_in(client, user.email.upper(), "wrong-password")
    response = client.post(reverse("login"), {"username": user.email, "password": PASSWORD})

    assert response.status_code == 429
    assert "Sign-in is paused" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert sign_in(client, other.email) == "/"


def test_an_unknown_address_has_a_page_of_its_own(client: Client) -> None:
    response = client.get("/there-is-no-such-page/")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_form_that_cannot_be_trusted_is_refused_with_a_page_of_ours(pilot_user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(pilot_user)

    response = client.post(reverse("logout"))

    assert response.status_code == 403
    assert "Nothing was changed." in response.content.decode()
    assert "_auth_user_id" in client.session
