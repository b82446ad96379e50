"""What arrives by mail, at a real mail server."""

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.mailing import letters_send
from accounts.notifications.models import MailState, Notification
from accounts.notifications.services import notification_mark_read, preference_set
from tests.accounts.mail_server import Mailbox, part
from tests.accounts.telling import tell, told
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SITE = "https://contracts.test"
LINKS = re.compile(r"https?://[^\s\"<>]+")
DIGESTED = NotificationKind.CONTRACT_SUPERSEDED


def morning_comes() -> None:
    """Whatever waits for a later time is due."""
    Notification.objects.outstanding().update(mail_due_at=timezone.now())


def test_a_mail_has_both_parts_absolute_links_and_the_headers_that_end_it(mailbox: Mailbox) -> None:
    person = UserFactory.create(email="dana@people.test", full_name="Dana Whitlock")
    tell(person, title="Approved: Agreement & Letters (TST)", path="/contracts/7/")

    sent = letters_send()

    (letter,) = mailbox.to("dana@people.test")
    text, html = part(letter, "plain"), part(letter, "html")
    assert sent == 1
    assert letter["Subject"] == "Approved: Agreement & Letters (TST)"
    assert letter["To"] == "dana@people.test"
    assert letter["From"] == django_settings.DEFAULT_FROM_EMAIL
    assert letter["Message-ID"] == f"<{told(person).pk}@contracts.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip(" <>")
    assert stop.startswith(f"{SITE}/notifications/unsubscribe/")
    assert "Approved: Agreement & Letters (TST)" in text
    assert "Approved: Agreement &amp; Letters (TST)" in html
    for said in (text, html):
        assert {f"{SITE}/contracts/7/", stop, f"{SITE}/notifications/preferences/"} == set(LINKS.findall(said))
        assert "Dana" not in said
        assert "dana@" not in said
        assert "It comes into force" in said
    assert told(person).mail == MailState.MAILED


def test_nothing_is_mailed_twice(mailbox: Mailbox) -> None:
    tell(UserFactory.create())

    sent = [letters_send() for _ in range(2)]

    assert sent == [1, 0]
    assert len(mailbox.letters) == 1


def test_everybody_gets_a_mail_of_his_own_whatever_the_number(mailbox: Mailbox) -> None:
    people = UserFactory.create_batch(45)
    tell(*people)

    letters_send()

    assert sorted(mailbox.recipients) == sorted([person.email] for person in people)
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 45


def test_the_daily_mail_gathers_a_persons_day_and_names_no_contract_in_its_subject(mailbox: Mailbox) -> None:
    person, other = UserFactory.create_batch(2)
    for number in (1, 2):
        tell(
            person, kind=DIGESTED, event_key=f"e{number}", title=f"Superseded: Agreement {number}", path=f"/c/{number}/"
        )
    tell(other, kind=DIGESTED)

    before = letters_send()
    # One of them is due: what waits with it comes along.
    Notification.objects.filter(recipient=person, event_key="e2").update(mail_due_at=timezone.now())
    letters_send()

    (letter,) = mailbox.to(person.email)
    text, html = part(letter, "plain"), part(letter, "html")
    assert before == 0
    assert letter["Subject"] == "Your day on VectorBid Contracts: 2 notifications"
    for said in (text, html):
        assert all(f"Superseded: Agreement {number}" in said and f"{SITE}/c/{number}/" in said for number in (1, 2))
    assert mailbox.to(other.email) == []
    assert set(Notification.objects.filter(recipient=person).values_list("mail", flat=True)) == {MailState.MAILED}


def test_what_comes_after_the_daily_mail_waits_for_the_next(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    tell(person, kind=DIGESTED, event_key="today")
    morning_comes()
    letters_send()
    tell(person, kind=DIGESTED, event_key="tomorrow")

    again = letters_send()

    assert again == 0
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("kind", [NotificationKind.CONTRACT_APPROVED, DIGESTED])
@pytest.mark.parametrize("meanwhile", ["read", "ended", "closed"])
def test_what_was_read_or_ended_meanwhile_is_not_mailed(
    mailbox: Mailbox, kind: NotificationKind, meanwhile: str
) -> None:
    person = UserFactory.create()
    tell(person, kind=kind)
    if meanwhile == "read":
        notification_mark_read(actor=person, notification_id=told(person).pk)
    elif meanwhile == "ended":
        preference_set(actor=person, kind=kind, mail=MailChoice.NEVER)
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    morning_comes()

    letters_send()

    assert mailbox.letters == []
    assert told(person).mail == MailState.UNWANTED


def test_an_address_refused_for_good_is_given_up_and_the_others_are_served(
    mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    gone, other = UserFactory.create(email="gone@people.test"), UserFactory.create()
    mailbox.answers["gone@people.test"] = "550 no such mailbox here: gone@people.test"
    tell(gone, other)

    with caplog.at_level(logging.DEBUG):
        letters_send()

    assert told(gone).mail == MailState.GIVEN_UP
    assert told(other).mail == MailState.MAILED
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("accounts")]
    assert any("given up" in line for line in ours)
    assert not any("people.test" in line for line in ours)


def test_a_mail_refused_for_now_is_tried_again_later_and_later_with_the_same_id(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    mailbox.answers[person.email] = "451 try again later"
    tell(person)

    waits = []
    for _ in range(8):
        letters_send()
        due = told(person).mail_due_at
        assert due is not None
        waits.append(round((due - timezone.now()).total_seconds() / 60))
        assert letters_send() == 0
        morning_comes()
    mailbox.answers.clear()
    letters_send()

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [letter["Message-ID"] for letter in mailbox.letters] == [f"<{told(person).pk}@contracts.test>"]


def test_after_two_days_of_refusals_a_mail_is_given_up_and_stands_in_the_app(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    mailbox.answers["data"] = "451 try again later"
    tell(person)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=2, minutes=1))

    letters_send()

    assert told(person).mail == MailState.GIVEN_UP
    assert Notification.objects.visible_to(person).unread().count() == 1


def test_without_a_mail_server_mail_waits_and_one_batch_alone_is_tried(
    mailbox: Mailbox, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    people = UserFactory.create_batch(25)
    tell(*people)
    port = mailbox.port
    settings.EMAIL_PORT = 9  # type: ignore[attr-defined] # discard: nobody listens

    sent = letters_send()
    tried = Notification.objects.filter(mail_attempts=1).count()
    settings.EMAIL_PORT = port  # type: ignore[attr-defined] # as above
    morning_comes()
    letters_send()

    assert (sent, tried) == (0, 20)
    assert "mail waits" in caplog.text
    assert len(mailbox.letters) == 25


def test_a_title_cannot_add_headers(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    tell(person, title="Approved\r\nBcc: everybody@people.test")

    letters_send()

    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Approved Bcc: everybody@people.test"


def test_markup_in_a_title_stays_text(mailbox: Mailbox) -> None:
    tell(UserFactory.create(), title="<script>alert(1)</script>", body="<b>bold</b>")

    letters_send()

    (letter,) = mailbox.letters
    assert "<script>" not in part(letter, "html")
    assert "<b>" not in part(letter, "html")
    assert "<script>alert(1)</script>" in part(letter, "plain")
