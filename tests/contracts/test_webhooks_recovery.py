"""What becomes of webhooks whose receivers or senders fail for good, or for a while."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

from accounts.models import Airline, ServiceClient, User
from accounts.notifications.models import Notification
from audit.models import AuditEntry
from contracts.models import WebhookAttempt
from contracts.services import webhook_sending
from contracts.services.webhook_sending import deliveries_send
from contracts.services.webhooks import webhook_ping
from tests.contracts.webhook_receiver import Answer, Receiver, taking
from tests.contracts.webhook_scene import happen, later, make_due, verified

pytestmark = pytest.mark.django_db

# What a worker's process does, without the broker.
WORKER = """
import django
django.setup()
from config import door
door.process_is_product()
from contracts.services.webhook_sending import deliveries_send
deliveries_send()
"""


def _of_the_test_database() -> dict[str, str]:
    path = f"/{connection.settings_dict['NAME']}"
    urls = {name: urlsplit(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return {
        **os.environ,
        **{name: url._replace(path=path).geturl() for name, url in urls.items()},
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "LOCAL_WEBHOOKS": "true",
    }


def test_days_of_failures_disable_it_and_administrators_are_told(
    airline: Airline, service_client: ServiceClient, administrator: User, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(status=500)
    happen(airline, count=2)
    deliveries_send()

    later(webhook, timedelta(days=6))
    deliveries_send()
    after = deliveries_send()

    webhook.refresh_from_db()
    assert (webhook.state, webhook.disabled_reason, after) == ("disabled", "failing", 0)
    notice = Notification.objects.get(recipient=administrator)
    assert notice.kind == "webhook_disabled"
    assert receiver.address not in notice.title + notice.body
    assert AuditEntry.objects.filter(event="webhook.disabled").count() == 1


def test_410_disables_it_at_once(airline: Airline, service_client: ServiceClient, receiver: Receiver) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(status=410)
    happen(airline)

    deliveries_send()

    webhook.refresh_from_db()
    assert (webhook.state, webhook.disabled_reason) == ("disabled", "gone")


def test_a_disabled_webhook_goes_on_where_it_was_once_it_answers_a_ping(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    receiver.answer = lambda _: Answer(status=410)
    happen(airline, count=2)
    deliveries_send()
    receiver.answer = taking
    receiver.received.clear()

    webhook_ping(actor=service_client, webhook_id=webhook.pk)
    make_due(webhook)
    deliveries_send()

    webhook.refresh_from_db()
    assert webhook.state == "active"
    assert [received.message["type"] for received in receiver.received] == ["webhook.ping", *["contract.activated"] * 2]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_over_a_message_loses_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    (change,) = happen(airline)
    receiver.answer = lambda _: Answer(slowly=5)
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=_of_the_test_database())
    try:
        while not receiver.changes:
            assert worker.poll() is None
            time.sleep(0.02)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    receiver.answer = taking
    held = deliveries_send()
    later(webhook, webhook_sending.LEASE)
    taken = deliveries_send()

    assert (held, taken) == (0, 1)
    assert [received.headers["webhook-id"] for received in receiver.changes] == [str(change.pk)] * 2
    first, second = WebhookAttempt.objects.filter(delivery__change=change).order_by("number")
    assert (first.finished_at, second.status_code) == (None, 200)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_message_once(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    verified(service_client, receiver)
    changes = happen(airline, count=10)
    receiver.answer = lambda _: Answer(slowly=0.02)

    def work() -> None:
        deliveries_send()
        connections["default"].close()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [received.data["position"] for received in receiver.changes] == [change.position for change in changes]
