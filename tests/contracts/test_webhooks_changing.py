"""Changing a webhook: where it is, of what it is told, whether it is told at all; and receivers that ask for patience."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Airline, ServiceClient
from audit.models import AuditEntry
from contracts.models import Webhook
from contracts.services import webhook_sending
from contracts.services.webhook_sending import FIRST_WAIT, deliveries_send
from contracts.services.webhooks import WebhookChanges, webhook_change
from contracts.webhooks.outcomes import Fault, Outcome
from tests.accounts.callers import calling_as
from tests.contracts.webhook_receiver import Answer, Receiver, running_receiver, taking
from tests.contracts.webhook_scene import happen, verified

pytestmark = pytest.mark.django_db

PRIVATE = "https://10.0.0.1/"
DAY = timedelta(days=1)


def change(caller: ServiceClient, webhook: Webhook, **body: Any) -> Any:
    answer = calling_as(caller).patch(f"/api/v1/webhooks/{webhook.pk}/", body, format="json")
    webhook.refresh_from_db()
    return answer


def test_another_address_is_told_nothing_until_it_has_answered(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline)

    with running_receiver() as other:
        other.answer = lambda _: Answer(status=500)
        answer = change(service_client, webhook, url=other.address)
        moved = webhook.challenge
        deliveries_send()
        told_too_soon = list(other.changes)
        other.answer = taking
        Webhook.objects.update(retry_at=timezone.now())
        webhook.deliveries.filter(state="waiting").update(due_at=timezone.now())
        deliveries_send()

    webhook.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], answer.json()["verified_at"]) == (200, "pending", None)
    assert told_too_soon == receiver.changes == []
    assert [received.data["challenge"] for received in other.received if received not in other.changes][-1] == moved
    assert (webhook.state, len(other.changes)) == ("active", 1)
    entry = AuditEntry.objects.get(event="webhook.updated", object_pk=str(webhook.pk))
    assert entry.actor_label == str(service_client)


def test_an_answer_from_where_it_was_before_does_not_verify_the_new_address(
    service_client: ServiceClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is changed while a ping is under way to the old one."""
    webhook, _ = verified(service_client, receiver)
    calling_as(service_client).post(f"/api/v1/webhooks/{webhook.pk}/ping/")
    changes = WebhookChanges(url=f"{receiver.address}/another")
    really_sent = webhook_sending._sent

    def sent(*given: Any) -> Outcome:
        outcome = really_sent(*given)
        monkeypatch.setattr(webhook_sending, "_sent", lambda *_: Outcome(fault=Fault.TIMED_OUT))
        webhook_change(actor=service_client, webhook_id=webhook.pk, changes=changes)
        return outcome

    monkeypatch.setattr(webhook_sending, "_sent", sent)
    deliveries_send()

    webhook.refresh_from_db()
    assert [received.path for received in receiver.received] == ["/changes"] * 2
    assert (webhook.url, webhook.state, webhook.verified_at) == (f"{receiver.address}/another", "pending", None)


def test_kinds_are_replaced_and_nothing_is_pinged(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)

    answer = change(service_client, webhook, kinds=["contract.retired"])
    happen(airline)
    deliveries_send()
    same = change(service_client, webhook, kinds=["contract.retired"])

    assert (answer.status_code, answer.json()["kinds"], answer.json()["state"]) == (200, ["contract.retired"], "active")
    assert (same.status_code, receiver.changes, len(receiver.received)) == (200, [], 1)
    assert AuditEntry.objects.filter(event="webhook.updated").count() == 1


def test_one_that_was_stopped_is_told_again_once_it_was_started_and_has_answered(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)

    stopped = change(service_client, webhook, active=False)
    again = change(service_client, webhook, active=False)
    happen(airline)
    deliveries_send()
    while_stopped = list(receiver.changes)
    started = change(service_client, webhook, active=True)
    deliveries_send()
    happen(airline)
    deliveries_send()

    assert (stopped.json()["state"], stopped.json()["disabled_reason"]) == ("disabled", "stopped")
    assert (again.status_code, while_stopped) == (200, [])
    assert (started.json()["state"], started.json()["disabled_reason"]) == ("pending", "")
    webhook.refresh_from_db()
    assert (webhook.state, len(receiver.changes)) == ("active", 1)
    assert AuditEntry.objects.filter(event="webhook.updated").count() == 2


@pytest.mark.parametrize(
    "body", [{"url": PRIVATE}, {"url": ""}, {"kinds": ["contract.drafted"]}, {"active": "perhaps"}]
)
def test_what_is_not_right_changes_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, body: dict[str, Any]
) -> None:
    webhook, _ = verified(service_client, receiver)
    before = Webhook.objects.filter(pk=webhook.pk).values().get()

    answer = change(service_client, webhook, **body)

    assert answer.status_code == 400
    assert [fault["pointer"].split("/")[1] for fault in answer.json()["errors"]] == list(body)
    assert Webhook.objects.filter(pk=webhook.pk).values().get() == before


def test_an_address_that_another_of_its_webhooks_has_is_refused(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    Webhook.objects.create(client=service_client, url=f"{receiver.address}/2", challenge="x")

    answer = change(service_client, webhook, url=f"{receiver.address}/2")

    assert answer.status_code == 400
    assert "already" in answer.json()["errors"][0]["detail"]
    assert webhook.url == receiver.address


def in_an_hour() -> str:
    return format_datetime(datetime.now(tz=UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("600", timedelta(minutes=9), timedelta(minutes=10)),
        ("0", FIRST_WAIT / 3, FIRST_WAIT),
        ("99999999999999999999", DAY - timedelta(minutes=1), DAY),
        ("in an hour", timedelta(minutes=59), timedelta(hours=1)),
        ("Mon, 01 Jan 2001 00:00:00 GMT", FIRST_WAIT / 3, FIRST_WAIT),
        ("Fri, 01 Jan 2100 00:00:00 GMT", DAY - timedelta(minutes=1), DAY),
        ("-5", FIRST_WAIT / 3, FIRST_WAIT),
        ("soon", FIRST_WAIT / 3, FIRST_WAIT),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", FIRST_WAIT / 3, FIRST_WAIT),
        ("1 Jan 99999999999999999999 00:00:00 +0000", FIRST_WAIT / 3, FIRST_WAIT),
        ("²", FIRST_WAIT / 3, FIRST_WAIT),
    ],
)
def test_a_receiver_that_asks_for_patience_gets_it_up_to_a_day(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, asked: str, least: timedelta, most: timedelta
) -> None:
    webhook, _ = verified(service_client, receiver)
    header = in_an_hour() if asked == "in an hour" else asked
    receiver.answer = lambda _: Answer(status=429, headers={"Retry-After": header})
    happen(airline)

    deliveries_send()

    webhook.refresh_from_db()
    due = webhook.deliveries.get(state="waiting").due_at
    now = timezone.now()
    assert least < webhook.retry_at - now <= most
    assert least < due - now <= most
