"""How security events are written down: counted, never flooded, without what people mistype."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Airline, User
from accounts.services import client_update, grant_add, grant_remove, user_create, user_update
from audit.events import AuditEvent, CountedBy, EventState, SecurityEventKind, Severity
from audit.models import RowChange, SecurityAlert, SecurityEvent
from audit.security.derived import DOWNLOADS
from audit.security.kinds import ALERTS_APART, KINDS
from audit.security.recording import KEPT, security_event_record
from audit.services import entry_record
from tests.audit.security_scene import HERE, request_from
from tests.factories import ServiceClientFactory, UserFactory

pytestmark = pytest.mark.django_db
FAILED = SecurityEventKind.SIGN_IN_FAILED


def failures(count: int, user: User | None = None, *, address: str = HERE, typed: str = "") -> None:
    for _ in range(count):
        with request_from(address):
            security_event_record(kind=FAILED, user=user, subject=typed)


def of_account() -> SecurityEvent:
    return SecurityEvent.objects.get(counted_by=CountedBy.ACCOUNT)


def of_address() -> SecurityEvent:
    return SecurityEvent.objects.get(counted_by=CountedBy.ADDRESS)


def test_every_kind_has_a_line_that_says_what_it_means_and_what_to_do() -> None:
    assert set(KINDS) == set(SecurityEventKind)
    assert all(kind.means.endswith(".") and kind.do.endswith(".") and kind.counted for kind in KINDS.values())


def test_what_happens_again_raises_the_count_of_the_open_event(pilot_user: User) -> None:
    failures(3, pilot_user)
    failures(1, pilot_user, address="203.0.113.9")

    event = of_account()
    assert (event.count, event.user, event.subject) == (4, pilot_user, pilot_user.email)
    assert event.addresses == [HERE, "203.0.113.9"]
    assert event.address == "203.0.113.9"
    assert event.last_seen_at > event.created_at
    assert SecurityEvent.objects.filter(counted_by=CountedBy.ADDRESS).count() == 2


def test_repetitions_write_no_row_changes(pilot_user: User) -> None:
    failures(1, pilot_user)
    told = RowChange.objects.filter(table_name="security_events").count()

    failures(5, pilot_user)

    assert RowChange.objects.filter(table_name="security_events").count() == told


def test_a_closed_event_stays_closed_when_it_happens_again(pilot_user: User) -> None:
    failures(2, pilot_user)
    SecurityEvent.objects.filter(pk=of_account().pk).update(
        state=EventState.CLOSED, outcome="handled", closed_at=timezone.now()
    )

    failures(1, pilot_user)

    counts = SecurityEvent.objects.filter(counted_by=CountedBy.ACCOUNT).values_list("state", "count")
    assert sorted(counts) == [("closed", 2), ("open", 1)]


def test_what_somebody_typed_is_kept_nowhere() -> None:
    failures(2, typed="correct horse battery staple")
    failures(1, typed="Correct Horse Battery Staple ")
    failures(1, typed="someone.else@people.test")

    event = of_address()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM security_events e")
        (kept,) = cursor.fetchone()
        cursor.execute(
            "SELECT string_agg(r.changes::text, ' ') FROM row_changes r WHERE table_name = 'security_events'"
        )
        (told,) = cursor.fetchone()
    assert event.count == 4
    assert len(event.names) == 2
    assert all(name.startswith("unknown ") for name in event.names)
    for text in (kept.lower(), told.lower()):
        assert "horse" not in text
        assert "someone.else" not in text


def test_invented_names_make_no_rows_of_their_own() -> None:
    for number in range(KEPT + 10):
        failures(1, typed=f"invented{number}@people.test")

    events = list(SecurityEvent.objects.order_by("counted_by").values_list("counted_by", "count"))
    assert events == [("address", KEPT + 10), ("unknown", KEPT + 10)]
    assert len(of_address().names) == KEPT


def test_the_same_statements_are_sent_whether_or_not_the_name_is_an_accounts(pilot_user: User) -> None:
    sent = []
    for user in (pilot_user, None):
        with CaptureQueriesContext(connection) as queries:
            failures(1, user, typed="nobody@people.test")
        sent.append(len(queries))

    assert sent[0] == sent[1]


def test_an_ipv6_callers_addresses_count_as_one() -> None:
    failures(1, typed="a", address="2001:db8:1:2::1")
    failures(1, typed="b", address="2001:db8:1:2:ffff::9")
    failures(1, typed="c", address="2001:db8:1:3::1")

    counts = SecurityEvent.objects.filter(counted_by=CountedBy.ADDRESS).values_list("count", flat=True)
    assert sorted(counts) == [1, 2]


def test_ten_failures_of_an_account_within_the_window_are_a_warning(pilot_user: User) -> None:
    failures(9, pilot_user)
    before = of_account().severity
    failures(1, pilot_user)

    assert (before, of_account().severity) == (Severity.INFORMATION, Severity.WARNING)
    assert of_address().severity == Severity.INFORMATION


def test_failures_far_apart_are_not_added_up(pilot_user: User) -> None:
    failures(9, pilot_user)
    SecurityEvent.objects.update(burst_started_at=timezone.now() - timedelta(hours=1))

    failures(9, pilot_user)

    event = of_account()
    assert (event.count, event.burst_count, event.severity) == (18, 9, Severity.INFORMATION)


def test_an_address_that_tries_many_accounts_is_a_warning() -> None:
    for person in UserFactory.create_batch(30):
        failures(1, person)

    assert of_address().severity == Severity.WARNING
    assert not SecurityEvent.objects.filter(counted_by=CountedBy.ACCOUNT, severity=Severity.WARNING).exists()


@pytest.mark.django_db(transaction=True)
def test_occurrences_at_the_same_time_are_one_event_that_counts_them_all(administrator: User) -> None:
    def once(_: int) -> None:
        try:
            failures(5, administrator)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, range(4)))

    assert of_account().count == 20
    assert of_address().count == 20


def test_critical_is_due_at_once_and_not_again_while_untold(pilot_user: User) -> None:
    for _ in range(3):
        event = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)

    alert = SecurityAlert.objects.get()
    assert (alert.event, alert.severity) == (event, Severity.CRITICAL)
    assert alert.due_at <= timezone.now()


def test_once_told_the_same_is_told_again_after_a_quarter_of_an_hour_at_the_earliest(pilot_user: User) -> None:
    event = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)
    told_at = timezone.now() - timedelta(minutes=5)
    SecurityAlert.objects.update(told_at=told_at, letter=event.pk)

    security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)

    again = SecurityAlert.objects.get(told_at=None)
    assert again.due_at == told_at + ALERTS_APART


def test_a_warning_waits_for_the_full_hour_and_goes_at_once_when_it_becomes_critical(pilot_user: User) -> None:
    kind = SecurityEventKind.OWN_APPROVAL_REFUSED
    security_event_record(kind=kind, user=pilot_user)
    waiting = SecurityAlert.objects.get()

    for _ in range(4):
        security_event_record(kind=kind, user=pilot_user)

    alert = SecurityAlert.objects.get()
    assert (waiting.severity, waiting.due_at.minute, waiting.due_at > timezone.now()) == (Severity.WARNING, 0, True)
    assert (alert.severity, alert.due_at <= timezone.now()) == (Severity.CRITICAL, True)


def test_nobody_is_told_of_what_somebody_works(pilot_user: User, administrator: User) -> None:
    event = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)
    SecurityAlert.objects.update(told_at=timezone.now() - timedelta(hours=1), letter=event.pk)
    SecurityEvent.objects.update(state=EventState.TAKEN, taken_by=administrator, taken_at=timezone.now())

    security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)

    assert not SecurityAlert.objects.filter(told_at=None).exists()
    assert SecurityEvent.objects.get().count == 2


def test_information_is_not_told(pilot_user: User) -> None:
    failures(3, pilot_user)

    assert not SecurityAlert.objects.exists()


def test_changes_of_rights_are_seen_whoever_makes_them(administrator: User, airline: Airline) -> None:
    approver = user_create(
        actor=administrator, email="new@people.test", password="a-good-long-one-117", role="approver"
    )
    grant_add(actor=administrator, user=approver, airline=airline)
    grant_remove(actor=administrator, user=approver, airline=airline)
    user_update(actor=administrator, user=approver, changes={"role": "pilot"})
    user_update(actor=administrator, user=approver, changes={"is_active": False})
    client_update(actor=administrator, client=ServiceClientFactory.create(), changes={"scopes": ["validate"]})

    seen = SecurityEvent.objects.order_by("created_at").values_list("kind", "details__event", "user")
    assert list(seen) == [
        ("privileges_changed", "user.created", administrator.pk),
        ("privileges_changed", "grant.added", administrator.pk),
        ("privileges_changed", "grant.removed", administrator.pk),
        ("privileges_changed", "user.updated", administrator.pk),
        ("client_changed", "client.updated", administrator.pk),
    ]


def test_a_new_name_or_a_new_pilot_is_no_change_of_rights(administrator: User) -> None:
    person = user_create(actor=administrator, email="new@people.test", password="a-good-long-one-117")
    user_update(actor=administrator, user=person, changes={"full_name": "Another"})

    assert not SecurityEvent.objects.exists()


def test_the_fiftieth_download_within_an_hour_is_seen(pilot_user: User, airline: Airline) -> None:
    for _ in range(DOWNLOADS - 1):
        entry_record(event=AuditEvent.DOCUMENT_READ, actor=pilot_user, target=airline)
    before = SecurityEvent.objects.count()

    entry_record(event=AuditEvent.DOCUMENT_READ, actor=pilot_user, target=airline)

    assert before == 0
    assert SecurityEvent.objects.get().kind == SecurityEventKind.DOWNLOADED_MANY


def test_what_is_rolled_back_was_not_seen(administrator: User, airline: Airline) -> None:
    with pytest.raises(ValueError, match="not an event"):
        entry_record(event="not an event", actor=administrator, target=airline)  # type: ignore[arg-type] # what is tested

    assert not SecurityEvent.objects.exists()
