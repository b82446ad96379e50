"""Registering, lost passwords, other addresses: links that are good once, and answers that do not tell who is here."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.consents.documents import current_texts
from accounts.letters import services
from accounts.letters.links import LinkRefused, token_of
from accounts.letters.mailing import account_letters_mail
from accounts.letters.models import AccountLetter, EmailChange, LetterPurpose
from accounts.models import Role, User, UserSession
from accounts.services import session_open, user_update
from audit.clearing import clear
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from config.settings import base
from tests.accounts.mail_server import Mailbox, part
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "a-quite-good-one-117"
AGREES = {"agrees": "on", "shown": " ".join(text.sha256 for text in current_texts())}
NOBODY = "nobody@people.test"


def token_for(purpose: LetterPurpose) -> str:
    return token_of(AccountLetter.objects.good().filter(purpose=purpose).latest("created_at").pk)


def registered(email: str = NOBODY, password: str = NEW) -> str:
    services.registration_request(email=email, password=password, full_name="Nora Body")
    return token_for(LetterPurpose.REGISTRATION)


def link_in(letter: Any) -> str:
    found = re.search(r"https://contracts\.test(/\S+)", part(letter, "plain"))
    assert found is not None
    return found[1]


def test_a_registration_becomes_an_account_by_the_mailed_link_and_its_password(
    client: Client, mailbox: Mailbox
) -> None:
    sent = client.post(
        reverse("register"),
        {
            "email": "Nobody@People.test",
            "password": NEW,
            "full_name": "Nora Body",
            **AGREES,
        },
        follow=True,
    )
    assert "Look into your mail" in sent.content.decode()
    assert not User.objects.exists()
    account_letters_mail()

    (letter,) = mailbox.to(NOBODY)
    link = link_in(letter)
    assert "The password that you chose" in client.get(link).content.decode()
    assert not User.objects.exists()
    response = client.post(link, {"password": NEW})

    user = User.objects.get()
    assert response.headers["Location"] == "/"
    assert (user.email, user.full_name, user.role) == (NOBODY, "Nora Body", Role.PILOT)
    assert user.email_verified_at is not None
    assert client.get(reverse("account")).status_code == 200
    assert AuditEntry.objects.filter(event=AuditEvent.USER_REGISTERED, actor=user).count() == 1
    assert client.post(link, {"password": NEW}).status_code == 422


def test_a_strangers_link_makes_nothing_without_the_password_that_was_chosen() -> None:
    token = registered()

    with pytest.raises(ValidationError, match="not the password that you chose"):
        services.registration_complete(token=token, password="my-own-password-117")

    assert not User.objects.exists()
    services.registration_complete(token=token, password=NEW)
    assert User.objects.get().check_password(NEW)


def test_the_first_of_two_registrations_that_is_verified_counts() -> None:
    first, second = registered(password=NEW), registered(password="the-other-password-117")

    services.registration_complete(token=second, password="the-other-password-117")

    with pytest.raises(LinkRefused):
        services.registration_complete(token=first, password=NEW)
    assert User.objects.count() == 1
    assert set(AccountLetter.objects.values_list("password_hash", "full_name")) == {("", "")}


@override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS)
def test_passwords_are_hashed_by_bcrypt_at_twelve_rounds() -> None:
    registered()

    assert AccountLetter.objects.get().password_hash.startswith("bcrypt_sha256$$2b$12$")


@pytest.mark.parametrize(
    ("purpose", "use"),
    [
        (LetterPurpose.REGISTRATION, lambda token: services.registration_complete(token=token, password=NEW)),
        (LetterPurpose.PASSWORD_RESET, lambda token: services.password_reset(token=token, password=NEW)),
        (LetterPurpose.EMAIL_NEW, lambda token: services.email_change_confirm(token=token)),
    ],
)
def test_a_link_is_good_once_for_a_day_for_its_purpose_and_as_it_was(
    purpose: LetterPurpose, use: Callable[[str], object]
) -> None:
    user = UserFactory.create()
    services.registration_request(email=NOBODY, password=NEW)
    services.password_reset_request(email=user.email)
    services.email_change_request(actor=user, email="other@people.test", present=PASSWORD)
    good = token_for(purpose)
    bad = {
        good[:-1],
        good + "x",
        good.replace(":", ""),
        "",
        "\0",
        *(
            token_for(LetterPurpose(other))
            for other in LetterPurpose.values[:4]
            if other not in (purpose, LetterPurpose.EMAIL_OLD)
        ),
    }

    for token in bad:
        with pytest.raises((LinkRefused, ValidationError)):
            use(token)
    AccountLetter.objects.update(created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now())
    with pytest.raises(LinkRefused):
        use(good)
    AccountLetter.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    use(good)

    with pytest.raises(LinkRefused):
        use(good)


@pytest.mark.parametrize("page", ["register", "password_reset"])
def test_a_known_and_an_unknown_address_get_the_same_answer_by_the_same_queries(
    client: Client, pilot_user: User, page: str
) -> None:
    answers, asked = [], []
    for email in (pilot_user.email, NOBODY):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post(reverse(page), {"email": email, "password": NEW, **AGREES})
        answers.append((response.status_code, response.headers["Location"]))
        asked.append([re.sub(r"'[^']*'|s\d+_x\d+", "?", query["sql"]) for query in queries])

    assert answers[0] == answers[1]
    assert asked[0] == asked[1]
    assert not any('FROM "users"' in query for query in asked[0])


@pytest.mark.parametrize("route", ["registration", "password-reset"])
def test_over_the_api_too(client: Client, pilot_user: User, route: str) -> None:
    bodies = [{"email": email} for email in (pilot_user.email, NOBODY)]
    if route == "registration":
        bodies = [{**body, "password": NEW} for body in bodies]

    answers = [client.post(reverse(route), body, content_type="application/json") for body in bodies]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content


def test_whoever_registers_anew_is_told_by_mail_alone(mailbox: Mailbox, pilot_user: User) -> None:
    registered(email=pilot_user.email.upper())

    account_letters_mail()

    (letter,) = mailbox.to(pilot_user.email)
    assert letter["Subject"] == "You have an account on VectorBid Contracts already"
    assert link_in(letter) == reverse("password_reset")
    with pytest.raises(LinkRefused):
        services.registration_complete(token=token_for(LetterPurpose.REGISTRATION), password=NEW)


def test_a_lost_password_of_nobody_mails_nobody(mailbox: Mailbox) -> None:
    UserFactory.create(email="closed@people.test", is_active=False)
    for email in (NOBODY, "closed@people.test"):
        services.password_reset_request(email=email)

    assert account_letters_mail() == 0

    assert mailbox.letters == []
    assert not AccountLetter.objects.filter(mail_due_at__isnull=False).exists()


def test_nobodys_mailbox_is_flooded(mailbox: Mailbox, pilot_user: User) -> None:
    for _ in range(5):
        services.password_reset_request(email=pilot_user.email)

    account_letters_mail()

    assert len(mailbox.to(pilot_user.email)) == 3


def test_a_mail_that_the_server_does_not_take_is_tried_again(mailbox: Mailbox, pilot_user: User) -> None:
    services.password_reset_request(email=pilot_user.email)
    mailbox.answers["data"] = "451 later"

    assert account_letters_mail() == 0
    waiting = AccountLetter.objects.get()
    assert waiting.mail_due_at is not None
    assert waiting.mail_due_at > timezone.now()
    AccountLetter.objects.update(mail_due_at=timezone.now())
    mailbox.answers.clear()

    assert account_letters_mail() == 1


def test_a_reset_sets_the_password_ends_every_sign_in_and_is_told(
    client: Client, mailbox: Mailbox, pilot_user: User
) -> None:
    session_open(user=pilot_user)
    client.force_login(pilot_user)
    services.password_reset_request(email=pilot_user.email)
    services.password_reset_request(email=pilot_user.email)
    account_letters_mail()
    first, second = (link_in(letter) for letter in mailbox.to(pilot_user.email))

    response = Client().post(first, {"password": NEW})

    assert response.headers["Location"] == reverse("login")
    pilot_user.refresh_from_db()
    assert pilot_user.check_password(NEW)
    assert not UserSession.objects.live().exists()
    assert client.get(reverse("account")).status_code == 302
    assert Client().post(second, {"password": NEW}).status_code == 422
    account_letters_mail()
    assert mailbox.to(pilot_user.email)[-1]["Subject"] == "Your password on VectorBid Contracts was changed"
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.PASSWORD_CHANGED, user=pilot_user).count() == 1


def test_the_password_is_changed_with_the_present_one_alone_and_this_browser_goes_on(
    client: Client, pilot_user: User
) -> None:
    session_open(user=pilot_user)
    client.force_login(pilot_user)

    refused = client.post(reverse("password_change"), {"present_password": "wrong", "password": NEW})
    assert "not your password" in refused.content.decode()
    assert UserSession.objects.live().count() == 2
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.SECOND_FACTOR_FAILED, user=pilot_user).count() == 1
    client.post(reverse("password_change"), {"present_password": PASSWORD, "password": NEW})

    assert UserSession.objects.live().count() == 1
    assert client.get(reverse("account")).status_code == 200
    assert AuditEntry.objects.filter(event=AuditEvent.PASSWORD_CHANGED, actor=pilot_user).count() == 1


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "too short"),
        ("password123", "too common"),
        ("whitlock-dana", "too similar"),
        ("dana.whitlock", "too similar"),
    ],
)
def test_bad_passwords_are_refused_at_their_field(client: Client, password: str, says: str) -> None:
    page = client.post(
        reverse("register"),
        {"email": "dana.whitlock@people.test", "full_name": "Whitlock Dana", "password": password, **AGREES},
    )

    assert page.status_code == 200
    assert says in page.content.decode()
    assert 'value="dana.whitlock@people.test"' in page.content.decode()
    assert not AccountLetter.objects.exists()


def test_another_address_needs_both_to_say_yes(client: Client, mailbox: Mailbox, pilot_user: User) -> None:
    old = pilot_user.email
    client.force_login(pilot_user)
    client.post(reverse("email_change"), {"email": "New@People.test", "present_password": PASSWORD})
    account_letters_mail()
    (to_old,), (to_new,) = mailbox.to(old), mailbox.to("new@people.test")

    assert "Say yes" in Client().get(link_in(to_new)).content.decode()
    one = Client().post(link_in(to_new), {"sure": "yes"})
    pilot_user.refresh_from_db()
    assert pilot_user.email == old
    both = Client().post(link_in(to_old), {"sure": "yes"})

    pilot_user.refresh_from_db()
    assert "One of two" in one.content.decode()
    assert "Your address is changed" in both.content.decode()
    assert pilot_user.email == "new@people.test"
    assert not UserSession.objects.live().exists()
    account_letters_mail()
    assert mailbox.to(old)[-1]["Subject"] == "Your address on VectorBid Contracts was changed"
    entry = AuditEntry.objects.get(event=AuditEvent.EMAIL_CHANGED)
    assert entry.changes == {"email": [old, "new@people.test"]}


def test_an_address_that_is_taken_is_never_given_away(mailbox: Mailbox, pilot_user: User) -> None:
    other = UserFactory.create()
    services.email_change_request(actor=pilot_user, email=other.email, present=PASSWORD)

    account_letters_mail()
    services.email_change_confirm(token=token_for(LetterPurpose.EMAIL_OLD))
    with pytest.raises(LinkRefused):
        services.email_change_confirm(token=token_for(LetterPurpose.EMAIL_NEW))

    assert mailbox.to(other.email)[0]["Subject"].startswith("This address has an account")
    pilot_user.refresh_from_db()
    assert pilot_user.email != other.email


def test_a_second_wish_ends_the_first(pilot_user: User) -> None:
    services.email_change_request(actor=pilot_user, email="first@people.test", present=PASSWORD)
    first = token_for(LetterPurpose.EMAIL_NEW)

    services.email_change_request(actor=pilot_user, email="second@people.test", present=PASSWORD)

    with pytest.raises(LinkRefused):
        services.email_change_confirm(token=first)
    assert EmailChange.objects.filter(ended_at__isnull=True).count() == 1


def test_an_administrators_other_address_ends_sign_ins_and_wishes(pilot_user: User, administrator: User) -> None:
    services.email_change_request(actor=pilot_user, email="wished@people.test", present=PASSWORD)
    wish = token_for(LetterPurpose.EMAIL_NEW)
    session_open(user=pilot_user)

    user_update(actor=administrator, user=pilot_user, changes={"email": "given@people.test"})

    with pytest.raises(LinkRefused):
        services.email_change_confirm(token=wish)
    assert not UserSession.objects.live().filter(user=pilot_user).exists()


def test_pages_of_links_are_throttled_by_address(client: Client) -> None:
    asked = (client.post(reverse("password_reset"), {"email": "no address"}).status_code for _ in range(62))
    assert 429 in asked  # wherever the minute ended, one was full

    response = client.post(reverse("password_reset"), {"email": NOBODY})

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1
    assert not AccountLetter.objects.exists()


def test_the_sweep_forgets_what_is_long_over(pilot_user: User) -> None:
    registered()
    services.email_change_request(actor=pilot_user, email="new@people.test", present=PASSWORD)
    long_ago = timezone.now() - timedelta(days=2)
    for model in (AccountLetter, EmailChange):
        model.objects.update(created_at=long_ago - timedelta(days=1), expires_at=long_ago)

    clear()

    assert not AccountLetter.objects.exists()
    assert not EmailChange.objects.exists()
