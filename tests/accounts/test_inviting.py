"""Accounts that administrators make: the person sets the first password by a mailed link, and nobody else ever sees one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factors.policies import ReauthenticationRequired
from accounts.letters import inviting, services
from accounts.letters.mailing import account_letters_mail
from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.models import Airline, Role, User, UserSession
from accounts.policies import may_review_airline
from accounts.services import session_open, user_create, user_update
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken
from tests.accounts.mail_server import Mailbox, part
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:accounts_user_add")
CHOSEN = "a-quite-good-one-117"


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture
def invited(administrator: User) -> User:
    return user_create(actor=administrator, email="new@people.test", full_name="New One", role=Role.APPROVER)


def mailed_link(mailbox: Mailbox) -> str:
    """The path of the link in the last mail."""
    account_letters_mail()
    found = re.search(r"https://contracts\.test(/\S+)", part(mailbox.letters[-1], "plain"))
    assert found
    return found[1]


def events_of(user: User) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(user.pk)).order_by("timestamp").values_list("event", flat=True))


def test_an_account_is_made_without_a_password_and_its_owner_sets_it(
    desk: Client, airline: Airline, mailbox: Mailbox
) -> None:
    form = desk.get(ADD).content.decode()
    made = desk.post(
        ADD,
        {"email": "New@People.test", "full_name": "New One", "role": "approver", "reviews": [airline.pk]},
        follow=True,
    )
    user = User.objects.get(email="new@people.test")
    without = (user.has_usable_password(), user.email_verified_at)

    stranger = Client()
    link = mailed_link(mailbox)
    page = stranger.get(link)
    answer = stranger.post(link, {"password": CHOSEN})

    assert 'type="password"' not in form
    assert "An invitation to choose a password is on its way to new@people.test" in made.content.decode()
    assert len(mailbox.to("new@people.test")) == 1
    assert without == (False, None)
    assert page.status_code == 200
    assert answer.headers["Location"] == reverse("login")
    user.refresh_from_db()
    assert user.check_password(CHOSEN)
    assert user.email_verified_at is not None
    assert may_review_airline(user, airline)
    assert events_of(user) == ["user.created", "user.invited", "grant.added", "user.invitation_accepted"]
    signed_in = stranger.post(reverse("login"), {"username": user.email, "password": CHOSEN})
    assert signed_in.status_code == 302


def test_a_password_in_the_form_is_no_field_of_it(desk: Client) -> None:
    desk.post(ADD, {"email": "new@people.test", "full_name": "", "role": "pilot", "password": PASSWORD})

    assert not User.objects.get(email="new@people.test").has_usable_password()


def test_before_that_nobody_signs_in(invited: User) -> None:
    answer = Client().post(reverse("login"), {"username": invited.email, "password": ""})
    guessed = Client().post(reverse("login"), {"username": invited.email, "password": invited.password})

    assert (answer.status_code, guessed.status_code) == (200, 200)
    assert not UserSession.objects.exists()


def test_the_link_works_once_and_for_a_day(invited: User, mailbox: Mailbox) -> None:
    link = mailed_link(mailbox)
    AccountLetter.objects.update(
        created_at=timezone.now() - timedelta(days=1), expires_at=timezone.now() - timedelta(seconds=1)
    )
    late = Client().post(link, {"password": CHOSEN})
    AccountLetter.objects.update(expires_at=timezone.now() + timedelta(hours=1))

    first = Client().post(link, {"password": CHOSEN})
    second = Client().post(link, {"password": "another-good-one-118"})

    assert (late.status_code, first.status_code, second.status_code) == (422, 302, 422)
    invited.refresh_from_db()
    assert invited.check_password(CHOSEN)


def test_a_password_that_is_no_good_leaves_the_link_good(invited: User, mailbox: Mailbox) -> None:
    link = mailed_link(mailbox)

    refused = Client().post(link, {"password": "12345"})

    assert "too short" in refused.content.decode()
    assert Client().post(link, {"password": CHOSEN}).status_code == 302


def test_an_invitation_is_sent_again_and_the_one_before_is_void(desk: Client, invited: User, mailbox: Mailbox) -> None:
    first = mailed_link(mailbox)

    answer = desk.post(reverse("admin:accounts_password_link", args=[invited.pk]), follow=True)
    second = mailed_link(mailbox)

    assert "An invitation is on its way to new@people.test" in answer.content.decode()
    assert Client().post(first, {"password": CHOSEN}).status_code == 422
    assert Client().post(second, {"password": CHOSEN}).status_code == 302
    assert events_of(invited).count("user.invited") == 2


def test_whoever_has_a_password_is_mailed_a_link_to_a_new_one_and_keeps_the_old_till_then(
    desk: Client, pilot_user: User, mailbox: Mailbox
) -> None:
    session_open(user=pilot_user)

    answer = desk.post(reverse("admin:accounts_password_link", args=[pilot_user.pk]), follow=True)
    link = mailed_link(mailbox)

    assert "A link to set a new password is on its way" in answer.content.decode()
    pilot_user.refresh_from_db()
    assert pilot_user.check_password(PASSWORD)
    assert UserSession.objects.live().filter(user=pilot_user).exists()
    assert AuditEntry.objects.filter(event=AuditEvent.PASSWORD_RESET_MAILED, object_pk=str(pilot_user.pk)).count() == 1
    Client().post(link, {"password": CHOSEN})
    pilot_user.refresh_from_db()
    assert pilot_user.check_password(CHOSEN)
    assert not UserSession.objects.live().filter(user=pilot_user).exists()


def test_a_lost_password_link_does_for_a_first_one_and_proves_the_address(invited: User, mailbox: Mailbox) -> None:
    invitation = mailed_link(mailbox)
    services.password_reset_request(email=invited.email)

    Client().post(mailed_link(mailbox), {"password": CHOSEN})

    invited.refresh_from_db()
    assert invited.check_password(CHOSEN)
    assert invited.email_verified_at is not None
    assert Client().post(invitation, {"password": "another-good-one-118"}).status_code == 422


def test_another_address_or_a_closed_account_takes_the_link_back(
    administrator: User, invited: User, mailbox: Mailbox
) -> None:
    link = mailed_link(mailbox)
    user_update(actor=administrator, user=invited, changes={"email": "other@people.test"})
    assert Client().post(link, {"password": CHOSEN}).status_code == 422

    inviting.password_link_send(actor=administrator, user=invited)
    link = mailed_link(mailbox)
    user_update(actor=administrator, user=invited, changes={"is_active": False})

    assert Client().post(link, {"password": CHOSEN}).status_code == 422


def test_nothing_is_mailed_to_an_account_that_was_closed_meanwhile(
    administrator: User, invited: User, mailbox: Mailbox
) -> None:
    user_update(actor=administrator, user=invited, changes={"is_active": False})

    account_letters_mail()

    assert mailbox.letters == []
    with pytest.raises(RuleBroken):
        inviting.password_link_send(actor=administrator, user=invited)


def test_more_than_are_mailed_within_an_hour_are_refused_in_words(desk: Client, invited: User) -> None:
    place = reverse("admin:accounts_password_link", args=[invited.pk])

    pages = [desk.post(place, follow=True).content.decode() for _ in range(3)]

    assert ["within the hour" in page for page in pages] == [False, False, True]
    assert AccountLetter.objects.filter(purpose=LetterPurpose.INVITATION).count() == 3


@pytest.mark.parametrize("role", ["pilot", "approver"])
def test_nobody_but_an_administrator_has_links_mailed(role: str) -> None:
    actor, user = UserFactory.create(role=role), UserFactory.create()

    with pytest.raises(NotAllowed):
        inviting.password_link_send(actor=actor, user=user)

    assert not AccountLetter.objects.exists()


def test_it_asks_who_it_is_where_that_was_long_ago(administrator: User, pilot_user: User) -> None:
    session_open(user=administrator)
    UserSession.objects.update(authenticated_at=timezone.now() - timedelta(minutes=11))
    administrator.session = UserSession.objects.get()

    with pytest.raises(ReauthenticationRequired):
        inviting.password_link_send(actor=administrator, user=pilot_user)

    assert not AccountLetter.objects.exists()
