"""What the product itself decides about a webhook: that it is verified, or disabled."""

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.services import Notice, notifications_send
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.models import DisabledReason, Webhook, WebhookState

_WHY = {
    DisabledReason.FAILING: "It has taken no message for five days.",
    DisabledReason.GONE: "It answered 410 Gone: it wants to hear no more.",
}


def webhook_verified(*, webhook: Webhook) -> None:
    """After the receiver answered a ping with its challenge. The webhook is locked."""
    webhook.state, webhook.verified_at = WebhookState.ACTIVE, timezone.now()
    webhook.save(update_fields=["state", "verified_at"])
    entry_record(
        event=AuditEvent.WEBHOOK_VERIFIED,
        actor=None,
        target=webhook,
        before={"state": WebhookState.PENDING.value},
        after={"state": webhook.state},
    )


def webhook_disable(*, webhook: Webhook, reason: DisabledReason) -> None:
    """Tell it no more, and tell administrators so. What waits for it waits on, should it be verified again. It is locked."""
    before = webhook.state
    webhook.state, webhook.disabled_at, webhook.disabled_reason = WebhookState.DISABLED, timezone.now(), reason
    webhook.save(update_fields=["state", "disabled_at", "disabled_reason"])
    entry_record(
        event=AuditEvent.WEBHOOK_DISABLED,
        actor=None,
        target=webhook,
        reason=_WHY[reason],
        before={"state": before},
        after={"state": webhook.state},
    )
    # The host alone: the rest of an address may be a secret of the receiver's.
    host = urlsplit(webhook.url).hostname
    notifications_send(
        actor=None,
        recipients=User.objects.filter(role=Role.ADMINISTRATOR),
        notice=Notice(
            kind=NotificationKind.WEBHOOK_DISABLED,
            event_key=f"webhook:{webhook.pk}:{webhook.disabled_at.isoformat()}",
            title=f"Webhook disabled: {webhook.client}",
            body=f"{webhook.client} is no longer told of changes at {host}. {_WHY[reason]} Its operator verifies it again once it works.",
            path=reverse("admin:contracts_webhook_change", args=[webhook.pk]),
            subject_id=str(webhook.pk),
        ),
    )
