"""Shapes of webhooks and of their log, and what may be sent."""

from typing import Any

from rest_framework import serializers

from config.api.serializers import StrictSerializer
from contracts.models import ChangeKind, DeliveryState, Webhook, WebhookAttempt, WebhookDelivery
from contracts.models.webhooks import LONGEST_URL, PING
from contracts.services.webhooks import DEFAULT_OVERLAP, LONGEST_OVERLAP

HOUR = 3600


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """`failing_since` is the first of the failures in a row; empty `kinds` mean every kind."""

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=ChangeKind.choices))

    class Meta:
        model = Webhook
        fields = [
            "id",
            "url",
            "kinds",
            "state",
            "created_at",
            "verified_at",
            "disabled_at",
            "disabled_reason",
            "failures",
            "failing_since",
            "retry_at",
        ]


class WebhookWithSecretSerializer(WebhookSerializer):
    """With the secret, which is shown this once."""

    secret = serializers.CharField(
        allow_null=True, help_text="Begins with `whsec_`. Null where an Idempotency-Key was sent again."
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class AttemptSerializer(serializers.ModelSerializer[WebhookAttempt]):
    """Without `finished_at` it is under way, or was broken off and is made again."""

    class Meta:
        model = WebhookAttempt
        fields = ["number", "started_at", "finished_at", "status_code", "duration_ms", "error", "response"]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One message. `event_id` is its `webhook-id`, the same at each attempt and replay."""

    event_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[*ChangeKind.choices, (PING, "ping")])
    position = serializers.IntegerField(
        source="change.position", allow_null=True, default=None, help_text="Null for pings."
    )

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "event_id",
            "kind",
            "position",
            "state",
            "attempts_made",
            "created_at",
            "due_at",
            "settled_at",
        ]


class ReplayedSerializer(serializers.Serializer[Any]):
    messages = serializers.IntegerField(help_text="How many are sent again.")


# What may be sent


class WebhookCreateSerializer(StrictSerializer):
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https://, on the public internet.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ChangeKind.choices),
        required=False,
        default=list,
        max_length=len(ChangeKind.values),
        help_text="Empty: every kind.",
    )


class WebhookChangeSerializer(StrictSerializer):
    """Members that are left out stay as they are. At another address it has to answer a ping before it is told more."""

    url = serializers.CharField(max_length=LONGEST_URL, required=False, help_text="https://, on the public internet.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ChangeKind.choices),
        required=False,
        max_length=len(ChangeKind.values),
        help_text="Empty: every kind.",
    )
    active = serializers.BooleanField(
        required=False,
        help_text="False stops it; true has one that was stopped or disabled pinged and, if it answers, told again.",
    )


class SecretRenewSerializer(StrictSerializer):
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=int(LONGEST_OVERLAP.total_seconds()) // HOUR,
        required=False,
        default=int(DEFAULT_OVERLAP.total_seconds()) // HOUR,
        help_text="For so long the old secret signs as well. 0 ends it at once.",
    )


class ReplaySerializer(StrictSerializer):
    cursor = serializers.CharField(
        max_length=200,
        allow_null=True,
        required=False,
        default=None,
        help_text="Of `changes/`: what follows it is told again. Null: everything.",
    )


class DeliveriesQuery(StrictSerializer):
    state = serializers.ChoiceField(choices=DeliveryState.choices, required=False)
