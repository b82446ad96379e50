"""What webhooks are to be told: put down in rows, in the transaction that publishes or asks. Sending comes after."""

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.models import Scope
from config import celery_app
from contracts.models import Change, DeliveryState, Webhook, WebhookDelivery, WebhookState
from contracts.models.changes import ChangeQuerySet

# By name: tasks call services, services do not know tasks.
DELIVER_TASK = "contracts.webhooks_deliver"
# Clients whose webhooks are told anything.
LISTENING = Q(client__is_active=True, client__scopes__contains=[Scope.CHANGES_READ.value])

logger = structlog.get_logger(__name__)

# The clock, not the statement's time: the log's pages are told apart by `created_at`.
_QUEUE = """
    INSERT INTO webhook_deliveries (id, webhook_id, change_id, created_at)
    SELECT gen_random_uuid(), %s, told.id, clock_timestamp() FROM ({told}) AS told (id)
    ON CONFLICT (webhook_id, change_id) DO UPDATE
    SET state = 'waiting', settled_at = NULL, attempts = 0,
        queued_at = statement_timestamp(), due_at = statement_timestamp()
"""


def deliveries_queue(first: int, last: int) -> int:
    """Have each active webhook told of the changes from one position to another. Returns how many messages that will be."""
    fresh = Change.objects.filter(position__gte=first, position__lte=last)
    listening = Webhook.objects.filter(LISTENING, state=WebhookState.ACTIVE).select_related("client")
    return sum(changes_queue(webhook, fresh) for webhook in listening.order_by("pk"))


def changes_queue(webhook: Webhook, changes: ChangeQuerySet) -> int:
    """Have the webhook told of those of the changes that are for it, also where it was before. Returns how many."""
    told = changes.published().visible_to(webhook.client).of_kinds(webhook.kinds)
    try:
        rows, chosen_by = told.order_by("position").values("pk").query.sql_with_params()
    except EmptyResultSet:  # a queryset that can hold nothing has no SQL
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(told=rows), [webhook.pk, *chosen_by])
        queued = int(cursor.rowcount)
    if queued:
        deliveries_request()
    return queued


def delivery_queue_again(delivery: WebhookDelivery) -> None:
    """Have one message sent again from the start, whatever became of it."""
    now = timezone.now()
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, settled_at=None, attempts=0, queued_at=now, due_at=now
    )
    deliveries_request()


def ping_queue(webhook: Webhook) -> WebhookDelivery:
    """Have the webhook pinged now. One ping at a time: one that waits already is brought forward."""
    waiting = webhook.deliveries.filter(change__isnull=True, state=DeliveryState.WAITING).first()
    if waiting is None:
        waiting = WebhookDelivery.objects.create(webhook=webhook)
        deliveries_request()
    else:
        delivery_queue_again(waiting)
    return waiting


def deliveries_request() -> None:
    """Ask for the sending once the present transaction has committed. Without a broker the sweep sends."""
    transaction.on_commit(_queue)


def _queue() -> None:
    try:
        celery_app.send_task(DELIVER_TASK)
    except BrokerUnavailable:
        logger.warning("webhooks wait for the sweep: the broker does not answer")
