"""Sending what webhooks are to be told: claimed, sent, settled.

One worker at a time holds a webhook, under a lease, and sends what is due in the order of the feed. A worker that dies
leaves a lease that runs out and an attempt without an end: the message is sent again, under the same id. Whatever fails
pauses the whole webhook, longer each time, so that a receiver that is down is asked once a pause and not once a message;
the message that failed waits for longer than those behind it, so that one that a receiver cannot take holds up no others.
"""

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, Func, OuterRef, Q
from django.utils import timezone

from config.addresses import Resolver, system_resolver
from config.encryption import Undecipherable
from config.outgoing import outgoing_hosts
from contracts.models import (
    Change,
    DeliveryState,
    DisabledReason,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookState,
)
from contracts.models.webhooks import DeliveryQuerySet
from contracts.publication.changes import CHANGE_RELATED, change_body, instant
from contracts.services.webhook_ends import webhook_disable, webhook_verified
from contracts.services.webhook_queue import LISTENING
from contracts.services.webhook_secrets import secrets_open
from contracts.webhooks.outcomes import Fault, Outcome
from contracts.webhooks.sending import Message, Sender
from contracts.webhooks.signatures import signed_headers

ATTEMPT_SECONDS = 15.0
# Longer than one attempt can take, with the looking up of a name, which the system bounds.
LEASE = timedelta(minutes=2)
MESSAGES_AT_ONCE = 50
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
# A message that nobody took for so long is given up; a webhook that took none for so long is disabled.
GIVEN_UP_AFTER = timedelta(days=5)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Round:
    """A webhook in our hands, with what its messages are signed by (nothing: it cannot be opened) and sent through."""

    webhook: Webhook
    claim: UUID
    secret_texts: tuple[str, ...]
    sender: Sender


def deliveries_send(*, resolve: Resolver = system_resolver) -> int:
    """Send everything that is due. Returns how many messages were taken."""
    taken = 0
    while (webhook := _claimed()) is not None:
        sender = Sender(
            seconds=ATTEMPT_SECONDS, hosts=outgoing_hosts(), allow_loopback=settings.LOCAL_WEBHOOKS, resolve=resolve
        )
        try:
            taken += _round_sent(_Round(webhook, _claim_of(webhook), _secrets(webhook), sender))
        finally:
            sender.close()
            Webhook.objects.filter(pk=webhook.pk, claim=webhook.claim).update(claim=None, claimed_until=None)
    return taken


def _claimed() -> Webhook | None:
    """The webhook that was served longest ago, of those with something due, ours for the time of LEASE."""
    with transaction.atomic():
        now = timezone.now()
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        due = WebhookDelivery.objects.due(now).filter(webhook=OuterRef("pk"))
        waiting = Webhook.objects.filter(LISTENING, free, Exists(due), retry_at__lte=now).select_related("client")
        locked = waiting.select_for_update(of=("self",), skip_locked=True)
        webhook = locked.order_by(F("served_at").asc(nulls_first=True), "pk").first()
        if webhook is not None:
            webhook.claim, webhook.claimed_until, webhook.served_at = uuid4(), now + LEASE, now
            webhook.save(update_fields=["claim", "claimed_until", "served_at"])
        return webhook


def _claim_of(webhook: Webhook) -> UUID:
    if webhook.claim is None:
        raise ValueError("the webhook is claimed")
    return webhook.claim


def _secrets(webhook: Webhook) -> tuple[str, ...]:
    try:
        return tuple(secrets_open(webhook_id=webhook.pk))
    except Undecipherable:
        logger.warning("a webhook's secret cannot be opened", webhook=str(webhook.pk))
        return ()


def _round_sent(ours: _Round) -> int:
    """Send what is due, until something fails. Returns how many were taken."""
    due = WebhookDelivery.objects.due(timezone.now()).filter(webhook=ours.webhook)
    related = [f"change__{name}" for name in CHANGE_RELATED]
    batch = list(due.select_related("change", *related).order_by("due_at", "change__position", "id")[:MESSAGES_AT_ONCE])
    changes = [delivery.change_id for delivery in batch if delivery.change_id is not None]
    known = set(Change.objects.visible_to(ours.webhook.client).filter(pk__in=changes).values_list("pk", flat=True))
    taken = 0
    for delivery in batch:
        if delivery.change_id is not None and delivery.change_id not in known:
            _outstanding(delivery).update(state=DeliveryState.WITHHELD, settled_at=timezone.now())
            continue
        attempt = _attempt_begun(ours, delivery)
        if attempt is None:
            break
        outcome = _sent(ours, delivery)
        _settled(ours, delivery, attempt, outcome)
        if outcome.fault is not None:
            break
        taken += 1
    return taken


def _outstanding(delivery: WebhookDelivery) -> DeliveryQuerySet:
    """The row, unless it is settled, or was asked for anew since we read it."""
    return WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.WAITING, queued_at=delivery.queued_at
    ).order_by()


def _attempt_begun(ours: _Round, delivery: WebhookDelivery) -> WebhookAttempt | None:
    """Renew the claim and write down that we try. None where the webhook or the message is no longer ours to send."""
    with transaction.atomic():
        held = Webhook.objects.filter(pk=ours.webhook.pk, claim=ours.claim)
        if not held.update(claimed_until=timezone.now() + LEASE):
            return None
        if not _outstanding(delivery).update(attempts=F("attempts") + 1, attempts_made=F("attempts_made") + 1):
            return None
        delivery.refresh_from_db(fields=["attempts", "attempts_made"])
        return WebhookAttempt.objects.create(delivery=delivery, number=delivery.attempts_made)


def _sent(ours: _Round, delivery: WebhookDelivery) -> Outcome:
    if not ours.secret_texts:
        return Outcome(fault=Fault.UNSIGNED)
    body = _body(ours.webhook, delivery)
    headers = signed_headers(
        secret_texts=ours.secret_texts, event_id=delivery.event_id, timestamp=int(time.time()), body=body
    )
    challenge = ours.webhook.challenge if delivery.change is None else ""
    return ours.sender.send(Message(url=ours.webhook.url, headers=headers, body=body, challenge=challenge))


def _body(webhook: Webhook, delivery: WebhookDelivery) -> bytes:
    """The same bytes at each attempt, as long as the pilot whom it names is known."""
    change = delivery.change
    data = {"challenge": webhook.challenge} if change is None else change_body(change)
    published = delivery.created_at if change is None else change.published_at
    return orjson.dumps({"type": delivery.kind, "id": delivery.event_id, "timestamp": instant(published), "data": data})


def _settled(ours: _Round, delivery: WebhookDelivery, attempt: WebhookAttempt, outcome: Outcome) -> None:
    """Write down what came of it. Where the claim was lost meanwhile, only that: whoever holds the webhook decides."""
    with transaction.atomic():
        webhook = (
            Webhook.objects.select_for_update(of=("self",))
            .select_related("client")
            .filter(pk=ours.webhook.pk, claim=ours.claim)
            .first()
        )
        WebhookAttempt.objects.filter(pk=attempt.pk).update(
            finished_at=Func(function="clock_timestamp", output_field=DateTimeField()),
            status_code=outcome.status_code,
            duration_ms=outcome.duration_ms,
            error=outcome.fault.value if outcome.fault is not None else "",
            response=outcome.response,
        )
        if webhook is None:
            return
        if outcome.fault is None:
            _taken(webhook, delivery)
        else:
            _failed(webhook, delivery, outcome)


def _taken(webhook: Webhook, delivery: WebhookDelivery) -> None:
    now = timezone.now()
    _outstanding(delivery).update(state=DeliveryState.DELIVERED, settled_at=now)
    if webhook.failures or webhook.failing_since is not None:
        webhook.failures, webhook.failing_since, webhook.retry_at = 0, None, now
        webhook.save(update_fields=["failures", "failing_since", "retry_at"])
    if delivery.change is None and webhook.state == WebhookState.PENDING:
        webhook_verified(webhook=webhook)


def _failed(webhook: Webhook, delivery: WebhookDelivery, outcome: Outcome) -> None:
    now, asked_for = timezone.now(), outcome.retry_after or timedelta(0)
    if delivery.queued_at <= now - GIVEN_UP_AFTER:
        _outstanding(delivery).update(state=DeliveryState.FAILED, settled_at=now)
    else:
        _outstanding(delivery).update(due_at=now + max(wait_after(delivery.attempts), asked_for))
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.retry_at = now + max(wait_after(webhook.failures), asked_for)
    webhook.save(update_fields=["failures", "failing_since", "retry_at"])
    if webhook.state != WebhookState.ACTIVE:
        return
    if outcome.is_gone:
        webhook_disable(webhook=webhook, reason=DisabledReason.GONE)
    elif webhook.failing_since <= now - GIVEN_UP_AFTER:
        webhook_disable(webhook=webhook, reason=DisabledReason.FAILING)


def wait_after(attempts: int) -> timedelta:
    """Twice the wait before, up to LONGEST_WAIT, less a random part of up to a half: receivers that failed together are not
    asked together."""
    whole = min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)
    return whole * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
