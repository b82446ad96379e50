"""Telling people: who is told, once, how it will be mailed, and in how many queries."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.notifications import services
from accounts.notifications.kinds import GROUPS, MailChoice, NotificationKind, default_mail
from accounts.notifications.models import MailState, Notification, NotificationPreference
from accounts.notifications.services import next_morning, notification_mark_read, preference_set
from audit.models import AuditEntry
from config import celery_app
from config.errors import NotFoundForActor
from tests.accounts.telling import notice, tell, told
from tests.factories import AirlineFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db
SEND_QUERIES = 1


def test_the_same_event_is_told_to_a_person_once() -> None:
    first, second = UserFactory.create_batch(2)

    tell(first)
    tell(first, second, title="Told again")
    tell(first, event_key="approve:1:2")

    assert Notification.objects.filter(recipient=first).count() == 2
    assert Notification.objects.get(recipient=second).title == "Told again"


def test_neither_the_actor_nor_closed_accounts_are_told() -> None:
    actor, closed, other = UserFactory.create(), UserFactory.create(is_active=False), UserFactory.create()

    tell(actor, closed, other, actor=actor)

    assert list(Notification.objects.values_list("recipient", flat=True)) == [other.pk]


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (MailChoice.AT_ONCE, MailState.WAITING),
        (MailChoice.DAILY, MailState.DIGEST),
        (MailChoice.NEVER, MailState.UNWANTED),
    ],
)
def test_each_is_mailed_as_he_chose(choice: MailChoice, state: MailState) -> None:
    person, other = UserFactory.create_batch(2)
    preference_set(actor=person, kind=NotificationKind.CONTRACT_APPROVED, mail=choice)

    tell(person, other)

    assert told(person).mail == state
    assert told(other).mail == MailState.WAITING


def test_mail_is_asked_for_on_commit_and_only_where_something_is_to_be_mailed_at_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(celery_app, "send_task", queued.append)
    person = UserFactory.create()

    with django_capture_on_commit_callbacks(execute=True):
        tell(person, kind=NotificationKind.READING_FINISHED)
    before = list(queued)
    with django_capture_on_commit_callbacks(execute=True):
        tell(person, event_key="another")

    assert before == []
    assert queued == [services.MAIL_TASK]


def test_what_is_rolled_back_was_not_told() -> None:
    person = UserFactory.create()

    with transaction.atomic():
        tell(person)
        transaction.set_rollback(True)

    assert not Notification.objects.exists()


@pytest.mark.parametrize("people", [1, 500])
def test_telling_takes_the_same_queries_for_one_and_for_five_hundred(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    UserFactory.create_batch(people)

    with django_assert_num_queries(SEND_QUERIES):
        services.notifications_send(actor=None, recipients=User.objects.all(), notice=notice())

    assert Notification.objects.count() == people


def test_nobody_to_tell_is_no_fault() -> None:
    for nobody in (User.objects.all(), User.objects.none(), User.objects.filter(pk__in=[])):
        services.notifications_send(actor=None, recipients=nobody, notice=notice())

    assert not Notification.objects.exists()


def test_whoever_belongs_to_several_audiences_is_told_once() -> None:
    person = UserFactory.create(approver=True)
    for each in AirlineFactory.create_batch(2):
        grant_review(person, each)
    # The join has a row for each grant.
    recipients = User.objects.filter(airlinegrant__isnull=False)

    services.notifications_send(actor=None, recipients=recipients, notice=notice(title="100% agreed {people}"))

    assert told(person).title == "100% agreed {people}"


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_tell_of_the_same_event_tell_once() -> None:
    person = UserFactory.create()
    both = threading.Barrier(2)

    def telling() -> None:
        try:
            with transaction.atomic():
                both.wait()
                tell(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(telling) for _ in range(2)]:
            done.result()

    assert Notification.objects.filter(recipient=person).count() == 1


def test_a_title_is_one_line_of_bounded_length() -> None:
    person = UserFactory.create()

    tell(person, title="Approved: Agreement\r\nBcc: everybody@people.test " + "x" * 400)

    title = told(person).title
    assert title.startswith("Approved: Agreement Bcc: everybody@people.test xxx")
    assert len(title) == 300


@pytest.mark.parametrize(
    "path", ["https://elsewhere.test/", "//elsewhere.test/", "/\\elsewhere.test", "contracts/", ""]
)
def test_the_database_refuses_addresses_elsewhere(path: str) -> None:
    person = UserFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        tell(person, path=path)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        (datetime(2026, 3, 2, 14, 59, tzinfo=UTC), "America/Los_Angeles", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), "America/Los_Angeles", datetime(2026, 3, 3, 15, tzinfo=UTC)),
        # Clocks go forward in the night: the morning comes an hour sooner.
        (datetime(2026, 3, 8, 4, 0, tzinfo=UTC), "America/Los_Angeles", datetime(2026, 3, 8, 14, tzinfo=UTC)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 3, 3, 22, tzinfo=UTC)),
    ],
)
def test_the_daily_mail_is_due_at_seven_in_the_airlines_morning(now: datetime, zone: str, expected: datetime) -> None:
    assert next_morning(now, zone) == expected


def test_reading_keeps_the_first_time_and_touches_ones_own_alone() -> None:
    person, other = UserFactory.create_batch(2)
    tell(person, other)

    first = notification_mark_read(actor=person, notification_id=told(person).pk).read_at
    again = notification_mark_read(actor=person, notification_id=told(person).pk).read_at
    with pytest.raises(NotFoundForActor):
        notification_mark_read(actor=person, notification_id=told(other).pk)
    with pytest.raises(NotFoundForActor):
        notification_mark_read(actor=person, notification_id=uuid4())

    assert first == again
    assert told(other).read_at is None


def test_marking_all_read_leaves_others_alone_and_counts() -> None:
    person, other = UserFactory.create_batch(2)
    tell(person, other)
    tell(person, event_key="another")

    marked = [services.notifications_mark_all_read(actor=person) for _ in range(2)]

    assert marked == [2, 0]
    assert told(other).read_at is None


def test_a_choice_is_written_down_once_and_only_where_it_changes_something() -> None:
    person = UserFactory.create()

    for _ in range(2):
        preference_set(actor=person, kind=NotificationKind.CONTRACT_APPROVED, mail=MailChoice.NEVER)
    preference_set(actor=person, kind=NotificationKind.CONTRACT_REJECTED, mail=MailChoice.AT_ONCE)

    entry = AuditEntry.objects.get(object_pk=str(person.pk))
    assert entry.changes == {"mail.contract_approved": ["at_once", "never"]}
    assert NotificationPreference.objects.filter(person=person).count() == 1
    with pytest.raises(ValueError, match="sometimes"):
        preference_set(actor=person, kind=NotificationKind.CONTRACT_APPROVED, mail="sometimes")  # type: ignore[arg-type] # refused


def test_every_kind_stands_in_one_group_and_has_a_default() -> None:
    grouped = [kind for group in GROUPS for kind in group.kinds]

    assert sorted(grouped) == sorted(NotificationKind)
    assert {default_mail(kind) for kind in NotificationKind} == set(MailChoice)


def test_digests_are_due_in_the_future() -> None:
    person = UserFactory.create()
    preference_set(actor=person, kind=NotificationKind.CONTRACT_APPROVED, mail=MailChoice.DAILY)

    tell(person, time_zone="Asia/Tokyo")

    due = told(person).mail_due_at
    assert due is not None
    assert timedelta(0) < due - timezone.now() <= timedelta(hours=25)
