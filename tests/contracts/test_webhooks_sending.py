"""Telling receivers: verified first, signed, bounded, tried again, in order, and never more than they may know."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Airline, ServiceClient
from audit.clearing import cleared
from audit.models import AuditEntry
from contracts.models import ChangeKind, Webhook, WebhookAttempt
from contracts.services import webhook_sending
from contracts.services.webhook_sending import FIRST_WAIT, LONGEST_WAIT, deliveries_send, wait_after
from contracts.services.webhooks import changes_replay, delivery_replay, webhook_create
from tests.contracts.webhook_receiver import Answer, Receiver, running_receiver, taking
from tests.contracts.webhook_scene import happen, later, make_due, verified

pytestmark = pytest.mark.django_db


def last_attempt(webhook: Webhook) -> WebhookAttempt:
    attempt = WebhookAttempt.objects.filter(delivery__webhook=webhook).latest("started_at")
    assert attempt.finished_at is not None
    return attempt


def test_a_webhook_is_pinged_and_active_once_it_answers_with_the_challenge(
    service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = webhook_create(actor=service_client, url=receiver.address, kinds=[])
    state = webhook.state

    deliveries_send()

    webhook.refresh_from_db()
    assert (state, webhook.state) == ("pending", "active")
    (ping,) = receiver.received
    assert ping.message["type"] == "webhook.ping"
    assert ping.data == {"challenge": webhook.challenge}
    assert ping.headers["webhook-id"] == ping.message["id"]
    assert AuditEntry.objects.filter(event="webhook.verified", object_pk=str(webhook.pk)).count() == 1


@pytest.mark.parametrize("answer", [Answer(body=b"fine"), Answer(status=500), Answer(status=302)])
def test_who_does_not_answer_the_ping_is_told_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, answer: Answer
) -> None:
    receiver.answer = lambda _: answer
    webhook, _ = webhook_create(actor=service_client, url=receiver.address, kinds=[])

    deliveries_send()
    happen(airline)
    make_due(webhook)
    deliveries_send()

    webhook.refresh_from_db()
    assert webhook.state == "pending"
    assert len(receiver.received) == 2
    assert receiver.changes == []


def test_changes_are_told_once_in_the_order_of_the_feed(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    changes = happen(airline, count=7)

    taken = deliveries_send()
    again = deliveries_send()

    assert (taken, again) == (7, 0)
    assert [received.data["position"] for received in receiver.changes] == [change.position for change in changes]
    first = receiver.changes[0]
    assert first.headers["content-type"] == "application/json"
    assert first.headers["webhook-id"] == first.message["id"] == first.data["id"] == str(changes[0].pk)
    assert first.message["type"] == first.data["kind"] == "contract.activated"
    assert receiver.connections == 2  # one for the ping, one for all of these
    assert webhook.deliveries.filter(state="delivered").count() == 8


def test_only_the_kinds_and_airlines_of_the_webhook_are_told(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    verified(service_client, receiver, ChangeKind.CONTRACT_RETIRED)
    elsewhere = Airline.objects.create(code="ELS", name="Elsewhere")

    happen(airline, ChangeKind.CONTRACT_ACTIVATED)
    happen(elsewhere, ChangeKind.CONTRACT_RETIRED)
    (wanted,) = happen(airline, ChangeKind.CONTRACT_RETIRED)
    deliveries_send()

    assert [received.data["id"] for received in receiver.changes] == [str(wanted.pk)]


def test_what_the_client_may_no_longer_know_is_withheld(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline)
    service_client.airlines.clear()

    deliveries_send()

    assert receiver.changes == []
    assert webhook.deliveries.get(change__isnull=False).state == "withheld"


@pytest.mark.parametrize("change", [{"is_active": False}, {"scopes": ["rules:read"]}])
def test_a_client_that_was_shut_off_is_told_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, change: dict[str, object]
) -> None:
    verified(service_client, receiver)
    happen(airline)
    ServiceClient.objects.filter(pk=service_client.pk).update(**change)

    assert deliveries_send() == 0
    assert receiver.changes == []


def test_a_failure_is_logged_and_tried_again_later(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(status=503, body=b"busy \0" + b"x" * 5000)
    (change,) = happen(airline)

    deliveries_send()
    at_once = deliveries_send()
    webhook.refresh_from_db()
    failed = last_attempt(webhook)
    delivery = webhook.deliveries.get(change=change)
    paused = webhook.retry_at - timezone.now()
    receiver.answer = taking
    later(webhook, FIRST_WAIT)
    deliveries_send()

    assert at_once == 0
    assert (failed.error, failed.status_code, failed.number) == ("status", 503, 1)
    assert failed.response.startswith("busy x")
    assert len(failed.response) == 1000
    assert delivery.state == "waiting"
    assert FIRST_WAIT / 3 < paused <= FIRST_WAIT
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since) == (0, None)
    assert [received.headers["webhook-id"] for received in receiver.changes] == [str(change.pk)] * 2
    assert receiver.changes[0].body == receiver.changes[1].body
    assert webhook.deliveries.get(change=change).attempts_made == 2


def test_a_receiver_that_is_down_is_asked_once_a_pause_not_once_a_message(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(status=500)
    happen(airline, count=20)

    deliveries_send()

    assert len(receiver.changes) == 1
    webhook.refresh_from_db()
    assert webhook.failures == 1


def test_a_message_that_is_never_taken_holds_up_no_others(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    first, second, third = happen(airline, count=3)
    receiver.answer = lambda got: Answer(status=400) if got.data["id"] == str(first.pk) else taking(got)

    deliveries_send()
    Webhook.objects.filter(pk=webhook.pk).update(retry_at=timezone.now())
    deliveries_send()

    told = [received.data["id"] for received in receiver.changes]
    assert told == [str(first.pk), str(second.pk), str(third.pk)]
    assert webhook.deliveries.get(change=first).state == "waiting"


def test_waits_double_up_to_an_hour_less_a_random_part() -> None:
    waits = [wait_after(attempt) for attempt in range(1, 30)]

    assert all(
        min(FIRST_WAIT * 2**index, LONGEST_WAIT) / 2 <= wait <= min(FIRST_WAIT * 2**index, LONGEST_WAIT)
        for index, wait in enumerate(waits)
    )
    assert len(set(waits)) == len(waits)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=302, headers={"location": "http://127.0.0.1:1/"}), "redirected"),
        (Answer(status=404), "status"),
        (Answer(slowly=3), "timed_out"),
    ],
)
def test_each_failure_has_its_name(
    airline: Airline,
    service_client: ServiceClient,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    error: str,
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: answer
    happen(airline)
    monkeypatch.setattr(webhook_sending, "ATTEMPT_SECONDS", 0.5)

    deliveries_send()

    assert last_attempt(webhook).error == error
    assert len(receiver.changes) == 1


def test_a_receiver_that_is_gone_is_unreachable(
    airline: Airline, service_client: ServiceClient, settings: Settings
) -> None:
    settings.LOCAL_WEBHOOKS = True
    with running_receiver() as receiver:
        webhook, _ = verified(service_client, receiver)
    happen(airline)

    deliveries_send()

    assert last_attempt(webhook).error == "unreachable"


def test_an_answer_that_never_ends_is_cut_off(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(trickle=True)
    happen(airline)
    monkeypatch.setattr(webhook_sending, "ATTEMPT_SECONDS", 0.5)

    deliveries_send()

    attempt = last_attempt(webhook)
    assert (attempt.status_code, attempt.error) == (200, "")
    assert attempt.duration_ms is not None
    assert attempt.duration_ms < 1500


def test_a_name_that_changes_its_mind_is_not_followed_inside(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, settings: Settings
) -> None:
    """Public when the webhook is made and when it is verified; this machine's own when it is to be told."""
    settings.LOCAL_WEBHOOKS = False
    webhook, _ = webhook_create(
        actor=service_client,
        url=f"https://rebinds.example:{receiver.port}/",
        kinds=[],
        resolve=lambda *_: ["93.184.215.14"],
    )
    Webhook.objects.filter(pk=webhook.pk).update(state="active", retry_at=timezone.now())
    webhook.deliveries.all().delete()
    happen(airline)

    def turned(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    deliveries_send(resolve=turned)

    assert last_attempt(webhook).error == "address_refused"
    assert (receiver.connections, receiver.received) == (0, [])


def test_one_message_or_all_since_a_position_are_told_again_under_the_same_ids(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    changes = happen(airline, count=4)
    deliveries_send()
    receiver.received.clear()

    delivery_replay(
        actor=service_client, webhook_id=webhook.pk, delivery_id=webhook.deliveries.get(change=changes[0]).pk
    )
    deliveries_send()
    one = [received.data["id"] for received in receiver.changes]
    receiver.received.clear()
    assert changes[1].position is not None
    queued = changes_replay(actor=service_client, webhook_id=webhook.pk, after=changes[1].position)
    deliveries_send()

    assert one == [str(changes[0].pk)]
    assert queued == 2
    assert [received.data["id"] for received in receiver.changes] == [str(change.pk) for change in changes[2:]]
    assert webhook.deliveries.get(change=changes[3]).attempts_made == 2


def test_a_replay_tells_what_was_before_the_webhook_too(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    changes = happen(airline, count=2)
    webhook, _ = verified(service_client, receiver)

    changes_replay(actor=service_client, webhook_id=webhook.pk, after=0)
    deliveries_send()

    assert [received.data["id"] for received in receiver.changes] == [str(change.pk) for change in changes]


def test_the_log_is_kept_for_thirty_days(airline: Airline, service_client: ServiceClient, receiver: Receiver) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline, count=2)
    deliveries_send()
    webhook.deliveries.filter(change__isnull=True).update(settled_at=timezone.now() - timedelta(days=31))

    removed = cleared("webhook_deliveries")

    assert removed == 1
    assert webhook.deliveries.count() == 2
