"""The pages of security events."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.security.services import event_close, event_take
from audit.events import EventState, SecurityEventKind
from audit.models import SecurityEvent
from audit.security.recording import security_event_record
from audit.services import entry_record
from tests.audit.security_scene import request_from
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "security:list"


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture
def event(pilot_user: User) -> SecurityEvent:
    with request_from("203.0.113.9"):
        return security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)


def shown(desk: Client, **asked: str) -> set[str]:
    """Who is in the list."""
    page = desk.get(reverse(LIST), asked).context["page"]
    return {event.subject for event in page.rows}


def test_the_list_shows_what_is_not_closed_and_more_than_information(
    desk: Client, administrator: User, event: SecurityEvent
) -> None:
    people = UserFactory.create_batch(2)
    security_event_record(kind=SecurityEventKind.PASSWORD_CHANGED, user=people[0])
    closed = security_event_record(kind=SecurityEventKind.PASSKEY_CLONED, user=people[1])
    event_close(actor=administrator, event_id=closed.pk, outcome="handled", reason="Done.")

    assert shown(desk) == {event.subject}
    assert shown(desk, severity="all") == {event.subject, people[0].email}
    assert shown(desk, severity="all", state="all") == {event.subject, people[0].email, people[1].email}


def test_filters_leave_what_fits(desk: Client, administrator: User, event: SecurityEvent) -> None:
    mine = security_event_record(kind=SecurityEventKind.PASSKEY_CLONED, user=administrator)
    event_take(actor=administrator, event_id=mine.pk)
    yesterday = timezone.now() - timedelta(days=1)
    SecurityEvent.objects.filter(pk=event.pk).update(last_seen_at=yesterday)

    assert shown(desk, state="mine") == {administrator.email}
    assert shown(desk, state="open") == {event.subject}
    assert shown(desk, kind="token_reused") == {event.subject}
    assert shown(desk, subject=event.subject) == {event.subject}
    assert shown(desk, address="203.0.113.9") == {event.subject}
    assert shown(desk, since=str(timezone.now().date())) == {administrator.email}
    assert shown(desk, severity="warning") == set()


def test_what_a_filter_cannot_read_is_told_and_the_others_hold(desk: Client, event: SecurityEvent) -> None:
    answer = desk.get(reverse(LIST), {"address": "not one", "kind": "token_reused", "after": "x"})

    assert "Write an IP address." in answer.content.decode()
    assert len(answer.context["page"].rows) == 1


def test_an_empty_list_says_where_the_rest_is(desk: Client) -> None:
    assert "Nothing waits for you" in desk.get(reverse(LIST)).content.decode()


def test_the_page_tells_what_it_means_what_to_do_and_what_stands_beside_it(
    desk: Client, event: SecurityEvent, pilot_user: User, administrator: User
) -> None:
    with request_from("203.0.113.9"):
        security_event_record(kind=SecurityEventKind.SIGN_IN_FAILED, user=administrator)
    entry_record(event="user.signed_in", actor=pilot_user, target=pilot_user)  # type: ignore[arg-type] # by its value

    page = desk.get(reverse("security:detail", args=[event.pk])).content.decode()

    assert "the token was stolen" in page
    assert "Ask the owner what he signed in with" in page
    assert administrator.email in page
    assert "signed in" in page


def test_it_is_worked_by_forms(desk: Client, event: SecurityEvent) -> None:
    forms: list[tuple[str, dict[str, str]]] = [
        ("take", {"holder": ""}),
        ("comment", {"text": "I ask him."}),
        ("release", {}),
        ("close", {"outcome": "false_alarm", "reason": "A test."}),
        ("reopen", {"reason": "Not quite."}),
    ]

    for name, given in forms:
        answer = desk.post(reverse(f"security:{name}", args=[event.pk]), given)
        assert answer.status_code == 302, name

    page = desk.get(reverse("security:detail", args=[event.pk])).content.decode()
    assert all(said in page for said in ("I ask him.", "A test.", "Not quite.", "took the security event"))


@pytest.mark.parametrize(
    ("name", "given"),
    [("comment", {"text": ""}), ("close", {"outcome": "handled", "reason": ""}), ("close", {"reason": "Why."})],
)
def test_what_was_typed_is_kept_when_it_is_refused(
    desk: Client, event: SecurityEvent, name: str, given: dict[str, str]
) -> None:
    answer = desk.post(reverse(f"security:{name}", args=[event.pk]), given)

    assert answer.status_code == 422
    assert "What you typed is kept." in answer.content.decode()
    assert given.get("reason", "") in answer.content.decode()
    assert SecurityEvent.objects.get(pk=event.pk).state == EventState.OPEN


def test_who_comes_second_sees_who_was_first(desk: Client, event: SecurityEvent) -> None:
    event_take(actor=UserFactory.create(administrator=True, full_name="Olga Other"), event_id=event.pk)

    answer = desk.post(reverse("security:take", args=[event.pk]), {"holder": ""})

    assert answer.status_code == 409
    assert "Olga Other has taken it" in answer.content.decode()


def test_those_that_are_ticked_are_closed(desk: Client, event: SecurityEvent) -> None:
    other = security_event_record(kind=SecurityEventKind.PASSKEY_CLONED, user=UserFactory.create())

    answer = desk.post(
        reverse("security:bulk"),
        {"event": [str(event.pk), str(other.pk)], "outcome": "handled", "reason": "Both known."},
    )

    assert answer.status_code == 302
    assert SecurityEvent.objects.filter(outcome="handled").count() == 2


def test_ticks_and_filters_are_kept_when_the_closing_is_refused(desk: Client, event: SecurityEvent) -> None:
    answer = desk.post(reverse("security:bulk"), {"event": str(event.pk), "outcome": "handled", "kind": "token_reused"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing is closed yet." in page
    assert "checked" in page
    assert '<input type="hidden" name="kind" value="token_reused">' in page


PAGES = ["list", "bulk", "detail", "take", "release", "comment", "close", "reopen"]


@pytest.mark.parametrize("name", PAGES)
def test_others_are_refused_and_strangers_sent_to_sign_in(
    client: Client, approver: User, event: SecurityEvent, name: str
) -> None:
    address = reverse(f"security:{name}", args=[] if name in {"list", "bulk"} else [event.pk])
    method = "get" if name in {"list", "detail"} else "post"

    stranger = getattr(client, method)(address).status_code
    client.force_login(approver)
    refused = getattr(client, method)(address).status_code

    assert (stranger, refused) == (302, 403)
    assert SecurityEvent.objects.get(pk=event.pk).state == EventState.OPEN


def test_an_event_that_is_not_there_is_not_found(desk: Client, event: SecurityEvent) -> None:
    nothing = "00000000-0000-0000-0000-000000000117"

    statuses = {
        desk.get(reverse("security:detail", args=[nothing])).status_code,
        desk.post(reverse("security:take", args=[nothing])).status_code,
        desk.post(reverse("security:comment", args=[nothing]), {"text": "Said."}).status_code,
    }

    assert statuses == {404}


@pytest.mark.parametrize("events", [1, 12])
def test_the_list_costs_the_same_queries_for_one_and_many(
    desk: Client, administrator: User, events: int, django_assert_num_queries: Any
) -> None:
    for person in UserFactory.create_batch(events):
        made = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=person)
        event_take(actor=administrator, event_id=made.pk)

    with django_assert_num_queries(4):
        desk.get(reverse(LIST))


@pytest.mark.parametrize("others", [1, 9])
def test_the_page_costs_the_same_queries_for_few_and_many_beside_it(
    desk: Client,
    pilot_user: User,
    administrator: User,
    event: SecurityEvent,
    others: int,
    django_assert_num_queries: Any,
) -> None:
    for kind in list(SecurityEventKind)[:others]:
        security_event_record(kind=kind, user=pilot_user)
        entry_record(event="user.signed_in", actor=pilot_user, target=pilot_user)  # type: ignore[arg-type] # by its value
    event_take(actor=administrator, event_id=event.pk)

    with django_assert_num_queries(8):
        desk.get(reverse("security:detail", args=[event.pk]))


def test_the_list_is_paged_by_cursor(desk: Client) -> None:
    for person in UserFactory.create_batch(27):
        security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=person)

    first = desk.get(reverse(LIST)).context["page"]
    second = desk.get(reverse(LIST), {"after": first.next_cursor}).context["page"]

    assert (len(first.rows), len(second.rows), second.next_cursor) == (25, 2, "")
    assert not {event.pk for event in first.rows} & {event.pk for event in second.rows}
