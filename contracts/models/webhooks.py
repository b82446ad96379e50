"""Webhooks: where programs are told of changes, with which secrets, and how each telling went."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from accounts.models import ServiceClient
from config.rows import Row, sets_updated_at
from contracts.models.changes import Change, ChangeKind
from contracts.webhooks.outcomes import Fault

LONGEST_URL = 500
PING = "webhook.ping"


class WebhookState(models.TextChoices):
    """Changes are told to active ones alone."""

    PENDING = "pending", "waiting for its answer to a ping"
    ACTIVE = "active", "active"
    DISABLED = "disabled", "disabled"


class DisabledReason(models.TextChoices):
    FAILING = "failing", "no message was taken for days"
    GONE = "gone", "the receiver answered 410 Gone"
    STOPPED = "stopped", "its client stopped it"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks by who may know of them."""

    def visible_to(self, client: ServiceClient) -> "WebhookQuerySet":
        """A client's own."""
        return self.filter(client=client)


class Webhook(Row):
    """One address of one service client, told of the changes that the client may know of; `kinds` empty means every kind.

    Whoever sends to it holds it by `claim` until `claimed_until`. A failure pauses it until `retry_at`; `failures` counts
    those in a row, `failing_since` is the first of them. It becomes active by answering a ping with `challenge`.
    """

    client = models.ForeignKey(ServiceClient, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField("address", max_length=LONGEST_URL)
    kinds = ArrayField(models.CharField(max_length=40, choices=ChangeKind), default=list, blank=True)
    state = models.CharField(
        max_length=20, choices=WebhookState, default=WebhookState.PENDING, db_default=WebhookState.PENDING.value
    )
    challenge = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=20, choices=DisabledReason, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0, db_default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(db_default=Now())
    served_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        db_table = "webhooks"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "url"],
                name="webhooks_once",
                violation_error_message="This client has a webhook at this address already.",
            ),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://[!-~]+$"), name="webhooks_url_form"),
            models.CheckConstraint(condition=Q(state__in=WebhookState.values), name="webhooks_state_known"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=list(ChangeKind.values)), name="webhooks_kinds_known"
            ),
            models.CheckConstraint(
                condition=Q(state=WebhookState.DISABLED, disabled_at__isnull=False)
                | (~Q(state=WebhookState.DISABLED) & Q(disabled_at__isnull=True)),
                name="webhooks_disabled_whole",
            ),
            models.CheckConstraint(
                condition=Q(claim__isnull=True, claimed_until__isnull=True)
                | Q(claim__isnull=False, claimed_until__isnull=False),
                name="webhooks_claim_whole",
            ),
        ]
        indexes = [models.Index(fields=["retry_at"], name="webhooks_retry")]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"webhook of {self.client} at {self.url}"


class WebhookSecret(Row):
    """A secret that messages to a webhook are signed with, as AES-256-GCM ciphertext bound to this row and its webhook.

    One without `ends_at` is the newest; those that it replaced sign as well until theirs.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    ciphertext = models.BinaryField()
    nonce = models.BinaryField(max_length=12)
    key_version = models.CharField(max_length=40)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhook_secrets"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook"], condition=Q(ends_at__isnull=True), name="webhook_secrets_one_newest"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"secret of {self.webhook_id}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "waiting"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "given up"
    WITHHELD = "withheld", "no longer the client's to know"


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries by what is to be done with them."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those to be sent now: to webhooks that are not active, only pings."""
        return self.filter(
            Q(change__isnull=True) | Q(webhook__state=WebhookState.ACTIVE),
            state=DeliveryState.WAITING,
            due_at__lte=now,
        )


class WebhookDelivery(Row):
    """One change that one webhook is told of, or, without a change, a ping. `queued_at` is when it was last asked for.

    `attempts` counts those since then, `attempts_made` all.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    state = models.CharField(
        max_length=20, choices=DeliveryState, default=DeliveryState.WAITING, db_default=DeliveryState.WAITING.value
    )
    queued_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    attempts_made = models.PositiveIntegerField(default=0, db_default=0)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        db_table = "webhook_deliveries"
        verbose_name_plural = "webhook deliveries"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["webhook", "-created_at", "id"], name="webhook_deliveries_log"),
            models.Index(
                fields=["webhook", "due_at"], name="webhook_deliveries_due", condition=Q(state=DeliveryState.WAITING)
            ),
            models.Index(fields=["settled_at"], name="webhook_deliveries_settled"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "change"], name="webhook_deliveries_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhook_deliveries_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, settled_at__isnull=True)
                | (~Q(state=DeliveryState.WAITING) & Q(settled_at__isnull=False)),
                name="webhook_deliveries_settled_whole",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"message {self.event_id}"

    @property
    def event_id(self) -> str:
        """The same at each attempt and replay: the change's, or for a ping this row's own."""
        return str(self.change_id or self.pk)

    @property
    def kind(self) -> str:
        """The message's `type`. The change should have been fetched with it."""
        return self.change.kind if self.change is not None else PING


class WebhookAttempt(Row):
    """One try of a delivery. Without `finished_at` it is under way, or its worker was lost."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="log")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(
        db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()), editable=False
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=40, choices=[(fault.value, fault.label) for fault in Fault], blank=True)
    response = models.CharField("beginning of the answer", max_length=1000, blank=True)

    class Meta:
        db_table = "webhook_attempts"
        ordering = ["-started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="webhook_attempts_once"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="webhook_attempts_end_later",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"attempt {self.number}"
