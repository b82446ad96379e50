"""The link in each mail that ends its kind, without signing in; looking at it changes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.models import NotificationPreference
from accounts.notifications.selectors import choices_of
from accounts.notifications.unsubscribing import DIGEST, token_for
from audit.models import AuditEntry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KIND = NotificationKind.CONTRACT_APPROVED


def address_of(token: str) -> str:
    return reverse("notifications:unsubscribe", args=[token])


@pytest.fixture
def stranger() -> Client:
    """A mail program: no cookies, no forgery token, and checks that would notice."""
    return Client(enforce_csrf_checks=True)


def test_looking_shows_what_would_end_and_changes_nothing(stranger: Client) -> None:
    person = UserFactory.create()

    for look in (stranger.get, stranger.head):
        response = look(address_of(token_for(person.pk, KIND)))
        assert response.status_code == 200
    page = stranger.get(address_of(token_for(person.pk, KIND))).content.decode()

    assert "your contract is approved" in page
    assert "Nothing has changed yet." in page
    assert person.email not in page
    assert not NotificationPreference.objects.exists()


def test_one_click_ends_the_kind_and_leaves_the_others(stranger: Client) -> None:
    person, other = UserFactory.create_batch(2)

    answers = [
        stranger.post(address_of(token_for(person.pk, KIND)), {"List-Unsubscribe": "One-Click"}) for _ in range(2)
    ]

    choices = choices_of(person)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "These mails have ended" in answers[0].content.decode()
    assert choices[KIND] == MailChoice.NEVER
    assert choices[NotificationKind.CONTRACT_REJECTED] == MailChoice.AT_ONCE
    assert choices_of(other)[KIND] == MailChoice.AT_ONCE
    entry = AuditEntry.objects.get(object_pk=str(person.pk))
    assert (entry.actor, entry.reason) == (None, "By the link in a mail.")


def test_the_link_of_the_daily_mail_ends_all_that_comes_in_it(stranger: Client) -> None:
    person = UserFactory.create()

    stranger.post(address_of(token_for(person.pk, DIGEST)))

    choices = choices_of(person)
    assert MailChoice.DAILY not in choices.values()
    assert choices[NotificationKind.CONTRACT_SUPERSEDED] == MailChoice.NEVER
    assert choices[KIND] == MailChoice.AT_ONCE


def test_a_link_that_is_not_ours_changes_nothing(stranger: Client) -> None:
    person = UserFactory.create()
    token = token_for(person.pk, KIND)
    other_kind = token.replace(KIND, NotificationKind.CONTRACT_REJECTED)
    gone = token_for(UserFactory.build().pk, KIND)
    unknown_kind = token_for(person.pk, "weather")

    for wrong in (token[:-1], "x", other_kind, unknown_kind):
        for call in (stranger.get, stranger.post):
            response = call(address_of(wrong))
            assert response.status_code == 404
            assert "Nothing was changed." in response.content.decode()

    assert stranger.post(address_of(gone)).status_code == 404
    assert not NotificationPreference.objects.exists()


def test_the_address_is_not_handed_on(stranger: Client) -> None:
    response = stranger.get(address_of(token_for(UserFactory.create().pk, KIND)))

    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
