"""Who guards is told: at once of what is critical, hourly of warnings, by notification and by mail, never of the same twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.mailing import letters_send
from accounts.notifications.models import Notification
from accounts.notifications.selectors import groups_for
from accounts.notifications.services import preference_set
from accounts.security.alerts import alerts_mail, alerts_tell
from accounts.security.services import event_close
from accounts.tasks import security_alerts_task
from audit.clearing import cleared
from audit.events import SecurityEventKind
from audit.models import SecurityAlert, SecurityEvent
from audit.security.recording import security_event_record
from tests.accounts.mail_server import Mailbox, part
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GUARD = "guards@airline.test"


@pytest.fixture(autouse=True)
def _guarded(settings: Settings, administrator: User) -> None:
    settings.SECURITY_ALERTS_MAIL = GUARD


def stolen(person: User) -> SecurityEvent:
    return security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=person)


def warned(person: User) -> SecurityEvent:
    return security_event_record(kind=SecurityEventKind.RECOVERY_CODE_USED, user=person)


def hour_passes() -> None:
    SecurityAlert.objects.filter(told_at=None).update(due_at=timezone.now())


def test_a_critical_event_is_mailed_at_once_and_names_nobody(
    mailbox: Mailbox, administrator: User, pilot_user: User
) -> None:
    event = stolen(pilot_user)

    security_alerts_task()
    letters_send()

    (to_guards,), (to_administrator,) = mailbox.to(GUARD), mailbox.to(administrator.email)
    for letter in (to_guards, to_administrator):
        text = part(letter, "plain")
        assert letter["Subject"] == "Critical security event: used a refresh token twice"
        assert f"/security/events/{event.pk}/" in text
        assert pilot_user.email not in text
        assert "the token was stolen" in text
    assert SecurityAlert.objects.get().mailed_at is not None


def test_nobody_is_told_of_the_same_twice(mailbox: Mailbox, pilot_user: User) -> None:
    stolen(pilot_user)
    security_alerts_task()
    for _ in range(5):
        stolen(pilot_user)

    security_alerts_task()

    assert len(mailbox.to(GUARD)) == 1
    assert Notification.objects.filter(kind=NotificationKind.SECURITY_ALERT).count() == 1


def test_warnings_go_together_at_the_full_hour(mailbox: Mailbox) -> None:
    for person in UserFactory.create_batch(3):
        warned(person)
    before = alerts_tell()
    hour_passes()

    security_alerts_task()

    (letter,) = mailbox.to(GUARD)
    assert before == 0
    assert letter["Subject"] == "The past hour: 3 security warnings"
    assert Notification.objects.filter(kind=NotificationKind.SECURITY_WARNINGS).count() == 1
    assert alerts_mail() == 0


def test_what_was_closed_meanwhile_is_told_to_nobody(mailbox: Mailbox, administrator: User, pilot_user: User) -> None:
    event_close(actor=administrator, event_id=warned(pilot_user).pk, outcome="handled", reason="Done.")
    hour_passes()

    security_alerts_task()

    assert mailbox.letters == []
    assert not Notification.objects.exists()
    assert not SecurityAlert.objects.filter(told_at=None).exists()


def test_only_administrators_are_told_and_each_as_he_chose(
    mailbox: Mailbox, administrator: User, approver: User, pilot_user: User
) -> None:
    quiet = UserFactory.create(administrator=True)
    preference_set(actor=quiet, kind=NotificationKind.SECURITY_ALERT, mail=MailChoice.NEVER)
    stolen(pilot_user)

    security_alerts_task()
    letters_send()

    assert mailbox.to(quiet.email) == []
    assert len(mailbox.to(administrator.email)) == 1
    told = Notification.objects.values_list("recipient", flat=True)
    assert set(told) == {administrator.pk, quiet.pk}


def test_the_choice_is_offered_to_administrators_alone(administrator: User, approver: User, pilot_user: User) -> None:
    offered = {
        person: any(NotificationKind.SECURITY_ALERT in group.kinds for group in groups_for(person))
        for person in (administrator, approver, pilot_user)
    }

    assert offered == {administrator: True, approver: False, pilot_user: False}


def test_a_mail_that_is_refused_is_sent_later(mailbox: Mailbox, pilot_user: User) -> None:
    mailbox.answers["data"] = "451 later"
    stolen(pilot_user)
    security_alerts_task()
    waiting = SecurityAlert.objects.get()

    mailbox.answers.clear()
    early = alerts_mail()
    SecurityAlert.objects.update(mail_due_at=timezone.now())
    late = alerts_mail()

    assert (waiting.mail_attempts, waiting.mailed_at) == (1, None)
    assert waiting.mail_due_at is not None
    assert waiting.mail_due_at > timezone.now()
    assert (early, late, len(mailbox.to(GUARD))) == (0, 1, 1)


def test_a_mail_that_nobody_takes_for_two_days_is_given_up_and_stands_in_the_app(
    mailbox: Mailbox, pilot_user: User
) -> None:
    mailbox.answers["data"] = "451 later"
    stolen(pilot_user)
    alerts_tell()
    SecurityAlert.objects.update(told_at=timezone.now() - timedelta(days=3))

    alerts_mail()

    alert = SecurityAlert.objects.get()
    assert (alert.mail_due_at, alert.mailed_at) == (None, None)
    assert Notification.objects.exists()


def test_without_the_setting_only_notifications_are_made(
    mailbox: Mailbox, settings: Settings, pilot_user: User
) -> None:
    settings.SECURITY_ALERTS_MAIL = ""
    stolen(pilot_user)

    security_alerts_task()

    assert mailbox.letters == []
    assert Notification.objects.count() == 1


def test_alerts_told_long_ago_are_cleared_and_events_are_kept(pilot_user: User) -> None:
    stolen(pilot_user)
    alerts_tell()
    SecurityAlert.objects.update(told_at=timezone.now() - timedelta(days=91))

    assert cleared("security_alerts") == 1
    assert SecurityEvent.objects.count() == 1
