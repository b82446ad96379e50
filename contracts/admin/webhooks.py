"""The change feed and webhooks, for administrators to look at. Clients manage their own over the API."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from config.admin import PolicyAdmin
from contracts.models import Change, ChangeKind, Webhook, WebhookAttempt, WebhookDelivery


@admin.register(Change)
class ChangeAdmin(PolicyAdmin[Change]):
    """What programs are told, in the order of the feed, newest first; without a position it waits to be published."""

    list_display = ("position", "kind", "airline", "contract", "recorded_at", "published_at")
    list_filter = ("kind", "airline")
    list_select_related = ("airline", "contract")
    ordering = ("-position",)
    fields = (
        "id",
        "position",
        "kind",
        "airline",
        "contract",
        "old_hash",
        "new_hash",
        "recorded_at",
        "published_at",
    )


@admin.register(Webhook)
class WebhookAdmin(PolicyAdmin[Webhook]):
    """Which programs are told of changes, where, and how that goes."""

    list_display = ("client", "url", "state", "failures", "failing_since", "served_at")
    list_filter = ("state",)
    list_select_related = ("client",)
    fields = (
        "client",
        "url",
        "told_of",
        "state",
        "verified_at",
        "disabled_at",
        "disabled_reason",
        "failures",
        "failing_since",
        "retry_at",
        "served_at",
        "created_at",
    )

    @admin.display(description="told of")
    def told_of(self, webhook: Webhook) -> str:
        return ", ".join(ChangeKind(kind).label for kind in webhook.kinds) or "every kind"


class AttemptInline(admin.TabularInline[WebhookAttempt, WebhookDelivery]):
    """The log of one delivery."""

    model = WebhookAttempt
    fields = ("number", "started_at", "finished_at", "status_code", "duration_ms", "error", "response")
    readonly_fields = fields
    extra = 0
    can_delete = False

    @override
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the delivery

    @override
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(PolicyAdmin[WebhookDelivery]):
    """Each message, and each attempt to deliver it."""

    list_display = ("created_at", "receiver", "kind", "state", "attempts_made", "due_at", "settled_at")
    list_filter = ("state", "webhook__client")
    list_select_related = ("webhook__client", "change")
    fields = ("receiver", "kind", "event_id", "state", "attempts_made", "queued_at", "due_at", "settled_at")
    inlines = (AttemptInline,)

    @admin.display(description="receiver")
    def receiver(self, delivery: WebhookDelivery) -> str:
        return f"{delivery.webhook.client}: {delivery.webhook.url}"

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return super().get_queryset(request).select_related("webhook__client", "change")
