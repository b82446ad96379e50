"""A client with a webhook at a receiver of this machine, and changes to be told."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Airline, ServiceClient
from contracts.models import Change, ChangeKind, PilotContract, Webhook, WebhookDelivery
from contracts.services.publication import changes_publish
from contracts.services.webhook_sending import deliveries_send
from contracts.services.webhooks import webhook_create
from tests.contracts.webhook_receiver import Receiver
from tests.factories import ContractFactory


def verified(client: ServiceClient, receiver: Receiver, *kinds: ChangeKind) -> tuple[Webhook, str]:
    """A webhook that has answered its ping, and its secret."""
    webhook, secret = webhook_create(actor=client, url=receiver.address, kinds=kinds)
    deliveries_send()
    webhook.refresh_from_db()
    return webhook, secret


def happen(airline: Airline, kind: ChangeKind = ChangeKind.CONTRACT_ACTIVATED, count: int = 1) -> list[Change]:
    """Changes of the airline, published and put down for whoever is told of them."""
    contract = PilotContract.objects.filter(airline=airline).first() or ContractFactory.create(
        airline=airline, active=True, rules=1
    )
    changes = [
        Change.objects.create(kind=kind, airline=airline, contract=contract, new_hash=f"{number:064x}")
        for number in range(count)
    ]
    changes_publish()
    return list(Change.objects.filter(pk__in=[change.pk for change in changes]).order_by("position"))


def later(webhook: Webhook, by: timedelta) -> None:
    """As if `by` had passed since everything that the webhook and its deliveries remember."""
    for name in ("retry_at", "failing_since", "claimed_until"):
        value = getattr(Webhook.objects.get(pk=webhook.pk), name)
        if value is not None:
            Webhook.objects.filter(pk=webhook.pk).update(**{name: value - by})
    for delivery in webhook.deliveries.all():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            due_at=delivery.due_at - by, queued_at=delivery.queued_at - by
        )
    webhook.refresh_from_db()


def make_due(webhook: Webhook) -> None:
    """No pause any more: everything that waits is due."""
    now = timezone.now()
    Webhook.objects.filter(pk=webhook.pk).update(retry_at=now)
    webhook.deliveries.filter(state="waiting").update(due_at=now)
