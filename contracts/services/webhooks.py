"""Managing webhooks: service clients manage their own, over the API. Nobody learns of another's."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import ServiceClient
from audit.events import AuditEvent
from audit.services import entry_record
from config.addresses import Resolver, system_resolver
from config.door import as_product
from config.errors import ErrorCode, NotFoundForActor, RuleBroken, WrongState
from config.outgoing import outgoing_hosts
from contracts.models import Change, ChangeKind, DisabledReason, Webhook, WebhookDelivery, WebhookState
from contracts.services.webhook_queue import changes_queue, delivery_queue_again, ping_queue
from contracts.services.webhook_secrets import secret_add
from contracts.webhook_policies import require_webhooks
from contracts.webhooks.targets import checked_url

MOST_WEBHOOKS = 10
LONGEST_OVERLAP = timedelta(days=7)
DEFAULT_OVERLAP = timedelta(hours=24)
_CHANGEABLE = [
    "url",
    "kinds",
    "challenge",
    "state",
    "verified_at",
    "disabled_at",
    "disabled_reason",
    "failures",
    "failing_since",
    "retry_at",
    "claim",
    "claimed_until",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanges:
    """What is to change of a webhook; None stays. `active` false stops it, true has it verified again."""

    url: str | None = None
    kinds: Sequence[ChangeKind] | None = None
    active: bool | None = None


def webhook_create(
    *, actor: ServiceClient, url: str, kinds: Sequence[ChangeKind], resolve: Resolver = system_resolver
) -> tuple[Webhook, str]:
    """A webhook, which is pinged at once, and its secret, shown this once. It is told of changes once it has answered.

    Raises:
        NotAllowed: without the scope `changes:read`.
        ValidationError: Django's, by field: an address that leads to a private network among them.
        RuleBroken: with MOST_WEBHOOKS already.
    """
    require_webhooks(actor)
    webhook = Webhook(
        client=actor,
        url=_checked(url, resolve),
        kinds=_sorted(kinds),
        challenge=secrets.token_urlsafe(24),
    )
    with transaction.atomic():
        with as_product("the row is administrators' to change, so also to lock"):
            ServiceClient.objects.select_for_update().get(pk=actor.pk)
        if Webhook.objects.filter(client=actor).count() >= MOST_WEBHOOKS:
            raise RuleBroken(f"A client has at most {MOST_WEBHOOKS} webhooks. Delete one first.")
        webhook.full_clean()
        webhook.save(force_insert=True)
        secret = secret_add(webhook=webhook)
        ping_queue(webhook)
        entry_record(event=AuditEvent.WEBHOOK_CREATED, actor=actor, target=webhook, after=_snapshot(webhook))
    webhook.refresh_from_db()
    return webhook, secret


def webhook_change(
    *, actor: ServiceClient, webhook_id: UUID, changes: WebhookChanges, resolve: Resolver = system_resolver
) -> Webhook:
    """Change its address, its kinds, or whether it is told at all.

    At another address, or once it was stopped or disabled, it is pinged and told nothing until it has answered. What waits
    for it is told then, of kinds that it no longer wants too: they were put down when it wanted them.

    Raises:
        NotAllowed, NotFoundForActor: as `webhook_ping`.
        ValidationError: Django's, by field, as `webhook_create`.
    """
    require_webhooks(actor)
    url = None if changes.url is None else _checked(changes.url, resolve)
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        before = _snapshot(webhook)
        moves = url is not None and url != webhook.url
        if moves:
            webhook.url, webhook.challenge, webhook.verified_at = url or "", secrets.token_urlsafe(24), None
        if changes.kinds is not None:
            webhook.kinds = _sorted(changes.kinds)
        _started_or_stopped(webhook, changes.active, moves=moves)
        after = _snapshot(webhook)
        if after == before:
            return webhook
        if moves or webhook.state == WebhookState.DISABLED:
            # Whoever is sending to it stops: neither is it told more there, nor does an answer from there verify it.
            webhook.claim, webhook.claimed_until = None, None
        webhook.full_clean()
        webhook.save(update_fields=_CHANGEABLE)
        if webhook.state == WebhookState.PENDING and (moves or before["state"] != webhook.state):
            ping_queue(webhook)
        entry_record(event=AuditEvent.WEBHOOK_UPDATED, actor=actor, target=webhook, before=before, after=after)
    return webhook


def _started_or_stopped(webhook: Webhook, active: bool | None, *, moves: bool) -> None:  # noqa: FBT001 - as it was sent
    """`active` of None leaves it as it is, but that another address has to be verified."""
    if active is False:
        if webhook.state != WebhookState.DISABLED:
            webhook.state, webhook.disabled_at = WebhookState.DISABLED, timezone.now()
            webhook.disabled_reason = DisabledReason.STOPPED
        return
    is_off = webhook.state == WebhookState.DISABLED
    if (is_off and active) or (moves and not is_off):
        _to_be_verified(webhook)


def webhook_delete(*, actor: ServiceClient, webhook_id: UUID) -> None:
    """Remove it with its secrets and its log. A message that is under way arrives.

    Raises:
        NotAllowed, NotFoundForActor: as `webhook_ping`.
    """
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        entry_record(event=AuditEvent.WEBHOOK_DELETED, actor=actor, target=webhook, before=_snapshot(webhook))
        webhook.delete()


def webhook_ping(*, actor: ServiceClient, webhook_id: UUID) -> Webhook:
    """Have it pinged. One that was disabled becomes active again by answering; what waits for it is told then.

    Raises:
        NotAllowed: without the scope `changes:read`.
        NotFoundForActor: when the client has no such webhook.
    """
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        before = webhook.state
        if webhook.state == WebhookState.DISABLED:
            _to_be_verified(webhook)
        webhook.retry_at = timezone.now()
        webhook.save(update_fields=["state", "disabled_at", "disabled_reason", "failures", "failing_since", "retry_at"])
        ping_queue(webhook)
        entry_record(
            event=AuditEvent.WEBHOOK_PINGED,
            actor=actor,
            target=webhook,
            before={"state": before},
            after={"state": webhook.state},
        )
    return webhook


def webhook_secret_renew(
    *, actor: ServiceClient, webhook_id: UUID, overlap: timedelta = DEFAULT_OVERLAP
) -> tuple[Webhook, str]:
    """A new secret, shown this once. The one before signs beside it until `overlap` is over.

    Raises:
        NotAllowed, NotFoundForActor: as `webhook_ping`.
        RuleBroken: for an overlap below nothing or above LONGEST_OVERLAP.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise RuleBroken("The overlap is at most seven days.")
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        secret = secret_add(webhook=webhook, overlap=overlap)
        hours = overlap.total_seconds() / 3600
        entry_record(
            event=AuditEvent.WEBHOOK_SECRET_RENEWED, actor=actor, target=webhook, details={"overlap_hours": hours}
        )
    return webhook, secret


def changes_replay(*, actor: ServiceClient, webhook_id: UUID, after: int) -> int:
    """Have told again all changes behind a position of the feed, as far as they are for the webhook. Returns how many.

    Raises:
        NotAllowed, NotFoundForActor: as `webhook_ping`.
        WrongState: while the webhook is not active.
    """
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        _require_active(webhook)
        queued = changes_queue(webhook, Change.objects.filter(position__gt=after))
        details: dict[str, object] = {"after": after, "messages": queued}
        entry_record(event=AuditEvent.WEBHOOK_REPLAYED, actor=actor, target=webhook, details=details)
    return queued


def delivery_replay(*, actor: ServiceClient, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Have one message sent again, whatever became of it.

    Raises:
        NotAllowed, NotFoundForActor: as `webhook_ping`; also when the webhook has no such delivery.
        WrongState: while the webhook is not active.
    """
    with transaction.atomic():
        webhook = _own(actor, webhook_id)
        _require_active(webhook)
        delivery = webhook.deliveries.select_for_update(of=("self",)).filter(pk=delivery_id).first()
        if delivery is None:
            raise NotFoundForActor("There is no such delivery.")
        delivery_queue_again(delivery)
        entry_record(
            event=AuditEvent.WEBHOOK_REPLAYED, actor=actor, target=webhook, details={"event": delivery.event_id}
        )
    return delivery


def _own(actor: ServiceClient, webhook_id: UUID) -> Webhook:
    """The client's own webhook, locked."""
    require_webhooks(actor)
    own = Webhook.objects.visible_to(actor).select_for_update(of=("self",)).select_related("client")
    webhook = own.filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFoundForActor("There is no such webhook.")
    return webhook


def _to_be_verified(webhook: Webhook) -> None:
    """As a new one, but for what is written of it: a ping comes first."""
    webhook.state, webhook.disabled_at, webhook.disabled_reason = WebhookState.PENDING, None, ""
    webhook.failures, webhook.failing_since, webhook.retry_at = 0, None, timezone.now()


def _checked(url: str, resolve: Resolver) -> str:
    """Raises ValidationError for an address that webhooks may not have."""
    try:
        return checked_url(url, hosts=outgoing_hosts(), allow_loopback=settings.LOCAL_WEBHOOKS, resolve=resolve)
    except ValueError as fault:
        raise ValidationError({"url": str(fault)}) from fault


def _sorted(kinds: Sequence[ChangeKind]) -> list[str]:
    return sorted({ChangeKind(kind).value for kind in kinds})


def _require_active(webhook: Webhook) -> None:
    if webhook.state != WebhookState.ACTIVE:
        raise WrongState(
            f"This webhook is {webhook.get_state_display()}. Have it pinged, answer with the challenge, then replay.",
            code=ErrorCode.WRONG_STATE,
        )


def _snapshot(webhook: Webhook) -> dict[str, object]:
    return {"url": webhook.url, "kinds": list(webhook.kinds), "state": webhook.state}
