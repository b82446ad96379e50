"""Working security events: taken by one at a time, closed with a reason, all of it in the trail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.security.services import (
    AT_ONCE,
    event_close,
    event_comment,
    event_release,
    event_reopen,
    event_take,
    events_close,
    events_lapse,
)
from audit.events import EventState, Outcome, SecurityEventKind, Severity
from audit.models import AuditEntry, SecurityEvent
from audit.security.recording import security_event_record
from config.errors import NotAllowed, NotFoundForActor, ProductError, RuleBroken, WrongState
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(pilot_user: User) -> SecurityEvent:
    return security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)


@pytest.fixture
def other(db: None) -> User:
    return UserFactory.create(administrator=True, full_name="Olga Other")


def history(event: SecurityEvent) -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.filter(object_pk=str(event.pk)).order_by("timestamp", "id")
    return [(entry.event.partition(".")[2], entry.actor_label, entry.reason) for entry in entries]


def test_an_event_is_taken_commented_closed_and_opened_again_and_the_trail_tells_it(
    event: SecurityEvent, administrator: User
) -> None:
    event_take(actor=administrator, event_id=event.pk)
    event_comment(actor=administrator, event_id=event.pk, text=" I ask the pilot. ")
    closed = event_close(actor=administrator, event_id=event.pk, outcome="handled", reason="It was his tablet.")
    opened = event_reopen(actor=administrator, event_id=event.pk, reason="It was not.")

    who = str(administrator)
    assert (closed.outcome, closed.taken_by_id) == (Outcome.HANDLED, None)
    assert (opened.state, opened.outcome, opened.closed_at) == (EventState.OPEN, "", None)
    assert history(event) == [
        ("taken", who, ""),
        ("commented", who, "I ask the pilot."),
        ("closed", who, "It was his tablet."),
        ("reopened", who, "It was not."),
    ]


def test_the_second_who_takes_it_is_told_who_has_it(event: SecurityEvent, administrator: User, other: User) -> None:
    event_take(actor=other, event_id=event.pk)

    with pytest.raises(WrongState, match="Olga Other has taken it"):
        event_take(actor=administrator, event_id=event.pk)

    assert SecurityEvent.objects.get().taken_by == other
    assert len(history(event)) == 1


def test_it_is_taken_over_from_whom_the_page_showed(event: SecurityEvent, administrator: User, other: User) -> None:
    event_take(actor=other, event_id=event.pk)

    taken = event_take(actor=administrator, event_id=event.pk, holder=other.pk)

    assert taken.taken_by == administrator
    assert AuditEntry.objects.latest("timestamp").changes == {"taken_by": ["Olga Other", str(administrator)]}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told(administrator: User) -> None:
    other = UserFactory.create(administrator=True)
    event = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=administrator)

    def take(actor: User) -> str:
        try:
            event_take(actor=actor, event_id=event.pk)
        except WrongState:
            return "told"
        finally:
            connection.close()
        return "has it"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(take, [administrator, other]))

    assert outcomes == ["has it", "told"]
    assert AuditEntry.objects.filter(event="security_event.taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_repetition_while_it_is_closed_is_counted_by_the_old_or_begins_a_new_one(administrator: User) -> None:
    event = security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=administrator)

    def again(_: int) -> None:
        try:
            security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=administrator)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        repeated = [pool.submit(again, number) for number in range(10)]
        event_close(actor=administrator, event_id=event.pk, outcome="handled", reason="Known.")
        for each in repeated:
            each.result()

    assert sum(SecurityEvent.objects.values_list("count", flat=True)) == 11
    assert SecurityEvent.objects.unclosed().count() <= 1


def test_what_another_has_is_not_closed_under_him(event: SecurityEvent, administrator: User, other: User) -> None:
    event_take(actor=other, event_id=event.pk)

    with pytest.raises(WrongState, match="Take it over first"):
        event_close(actor=administrator, event_id=event.pk, outcome="handled", reason="Done.")

    assert SecurityEvent.objects.get().state == EventState.TAKEN


def test_only_the_holder_gives_it_back(event: SecurityEvent, administrator: User, other: User) -> None:
    event_take(actor=other, event_id=event.pk)

    with pytest.raises(WrongState, match="not in your hands"):
        event_release(actor=administrator, event_id=event.pk)
    released = event_release(actor=other, event_id=event.pk)

    assert (released.state, released.taken_by_id) == (EventState.OPEN, None)


@pytest.mark.parametrize(
    ("outcome", "reason"), [("", "Why."), ("lapsed", "Why."), ("handled", "  "), ("handled", "x" * 4001)]
)
def test_a_closing_needs_an_outcome_and_a_reason(
    event: SecurityEvent, administrator: User, outcome: str, reason: str
) -> None:
    with pytest.raises(RuleBroken):
        event_close(actor=administrator, event_id=event.pk, outcome=outcome, reason=reason)

    assert SecurityEvent.objects.get().state == EventState.OPEN
    assert history(event) == []


def test_what_has_happened_again_is_not_opened_again(
    event: SecurityEvent, administrator: User, pilot_user: User
) -> None:
    event_close(actor=administrator, event_id=event.pk, outcome="accepted", reason="Known.")
    security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=pilot_user)

    with pytest.raises(WrongState, match="happened again"):
        event_reopen(actor=administrator, event_id=event.pk, reason="Look again.")

    assert SecurityEvent.objects.get(pk=event.pk).state == EventState.CLOSED


def test_many_are_closed_at_once_but_for_those_that_others_have(administrator: User, other: User) -> None:
    events = [
        security_event_record(kind=SecurityEventKind.TOKEN_REUSED, user=person)
        for person in UserFactory.create_batch(4)
    ]
    event_take(actor=other, event_id=events[0].pk)
    event_close(actor=other, event_id=events[1].pk, outcome="handled", reason="Done.")

    done = events_close(
        actor=administrator,
        event_ids=[*(event.pk for event in events), uuid4()],
        outcome="false_alarm",
        reason="The same test.",
    )

    assert (done.closed, done.left) == (2, 3)
    assert SecurityEvent.objects.filter(outcome="false_alarm").count() == 2
    assert AuditEntry.objects.filter(event="security_event.closed", reason="The same test.").count() == 2


@pytest.mark.parametrize("count", [0, AT_ONCE + 1])
def test_none_or_too_many_are_not_closed_at_once(administrator: User, count: int) -> None:
    with pytest.raises(RuleBroken, match="Choose"):
        events_close(actor=administrator, event_ids=[uuid4() for _ in range(count)], outcome="handled", reason="Why.")


DEEDS: dict[str, Callable[[User, SecurityEvent], object]] = {
    "take": lambda actor, event: event_take(actor=actor, event_id=event.pk),
    "release": lambda actor, event: event_release(actor=actor, event_id=event.pk),
    "comment": lambda actor, event: event_comment(actor=actor, event_id=event.pk, text="Said."),
    "close": lambda actor, event: event_close(actor=actor, event_id=event.pk, outcome="handled", reason="Why."),
    "reopen": lambda actor, event: event_reopen(actor=actor, event_id=event.pk, reason="Why."),
    "close many": lambda actor, event: events_close(
        actor=actor, event_ids=[event.pk], outcome="handled", reason="Why."
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["pilot", "approver", "suspended administrator"])
def test_nobody_else_works_them(event: SecurityEvent, pilot_user: User, approver: User, deed: str, who: str) -> None:
    actors = {
        "pilot": pilot_user,
        "approver": approver,
        "suspended administrator": UserFactory.create(administrator=True, is_active=False),
    }

    with pytest.raises(NotAllowed):
        DEEDS[deed](actors[who], event)

    assert SecurityEvent.objects.get().state == EventState.OPEN
    assert history(event) == []


@pytest.mark.parametrize("deed", [name for name in DEEDS if name != "close many"])
def test_what_is_not_there_is_not_found(event: SecurityEvent, administrator: User, deed: str) -> None:
    event.pk = uuid4()

    with pytest.raises(NotFoundForActor):
        DEEDS[deed](administrator, event)


def test_information_lapses_a_week_after_the_last_time(pilot_user: User, administrator: User) -> None:
    kinds = (SecurityEventKind.PASSWORD_CHANGED, SecurityEventKind.EMAIL_CHANGED, SecurityEventKind.TOKEN_REUSED)
    old, recent, critical = (security_event_record(kind=kind, user=pilot_user) for kind in kinds)
    taken = security_event_record(kind=SecurityEventKind.EXPORTED, user=pilot_user)
    event_take(actor=administrator, event_id=taken.pk)
    week_ago = timezone.now() - timedelta(days=8)
    SecurityEvent.objects.exclude(pk=recent.pk).update(last_seen_at=week_ago)

    closed = events_lapse()

    assert closed == 1
    assert SecurityEvent.objects.get(state=EventState.CLOSED).pk == old.pk
    assert SecurityEvent.objects.get(pk=critical.pk).severity == Severity.CRITICAL
    assert history(old) == [("closed", "VectorBid Contracts", "It did not happen again for a week.")]


def test_a_refusal_says_what_to_do(event: SecurityEvent, administrator: User) -> None:
    with pytest.raises(ProductError) as refused:
        event_close(actor=administrator, event_id=event.pk, outcome="handled", reason="")

    assert refused.value.code == "reason_required"
    assert refused.value.detail.startswith("Give the reason")
