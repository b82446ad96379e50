"""Webhooks over the API: each service client's own."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import FollowsChanges
from accounts.idempotency import idempotent_without
from accounts.models import ServiceClient
from config.api.serializers import NoQuery, StrictSerializer
from config.api.throttles import CallerThrottle, OutboundThrottle
from config.errors import NotAllowed, NotFoundForActor
from contracts.api import webhooks as shapes
from contracts.api.feed import position_of
from contracts.api.views.contracts import KEY_HEADER
from contracts.models import Webhook, WebhookAttempt, WebhookDelivery
from contracts.services import webhooks as services


class _OwnWebhooks(ApiView):
    """For service clients that may follow changes; what makes us send is counted apart."""

    permission_classes = [FollowsChanges]

    @property
    def client(self) -> ServiceClient:
        caller: object = self.request.user
        if not isinstance(caller, ServiceClient):
            raise NotAllowed("This is for service clients.")
        return caller

    def get_throttles(self) -> list[Any]:
        return [CallerThrottle(), *([OutboundThrottle()] if self.request.method in {"POST", "PATCH"} else [])]

    def own(self, webhook_id: UUID) -> Webhook:
        """Raises NotFoundForActor."""
        webhook = Webhook.objects.visible_to(self.client).filter(pk=webhook_id).first()
        if webhook is None:
            raise NotFoundForActor("There is no such webhook.")
        return webhook


class WebhookListView(_OwnWebhooks, ListView):
    """The client's webhooks, newest first; and the way to register one."""

    serializer_class = shapes.WebhookSerializer
    queryset = Webhook.objects.none()

    def rows(self) -> QuerySet[Webhook]:
        return Webhook.objects.visible_to(self.client)

    @extend_schema(
        parameters=[KEY_HEADER],
        request=shapes.WebhookCreateSerializer,
        responses={201: shapes.WebhookWithSecretSerializer},
    )
    @idempotent_without("secret")
    def post(self, request: Request) -> Response:
        """Register an address. It is pinged at once, and told of changes once it has answered with the challenge."""
        given = self.body(shapes.WebhookCreateSerializer)
        webhook, secret = services.webhook_create(actor=self.client, **given)
        location = {"Location": f"/api/v1/webhooks/{webhook.pk}/"}
        return _with_secret(webhook, secret, status=201, headers=location)


class WebhookView(_OwnWebhooks):
    """One webhook."""

    @extend_schema(responses={200: shapes.WebhookSerializer})
    def get(self, request: Request, webhook_id: UUID) -> Response:
        return Response(shapes.WebhookSerializer(self.own(webhook_id)).data)

    @extend_schema(
        request=shapes.WebhookChangeSerializer,
        responses={200: shapes.WebhookSerializer},
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change its address, its kinds, or stop and start it."""
        changes = services.WebhookChanges(**self.body(shapes.WebhookChangeSerializer))
        webhook = services.webhook_change(actor=self.client, webhook_id=webhook_id, changes=changes)
        return Response(shapes.WebhookSerializer(webhook).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Remove it with its secrets and its log."""
        services.webhook_delete(actor=self.client, webhook_id=webhook_id)
        return Response(status=204)


class PingView(_OwnWebhooks):
    """Have the address pinged: to verify it, to verify it again once it was disabled, or to try it."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={202: shapes.WebhookSerializer})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        webhook = services.webhook_ping(actor=self.client, webhook_id=webhook_id)
        return Response(shapes.WebhookSerializer(webhook).data, status=202)


class SecretView(_OwnWebhooks):
    """A new secret."""

    @extend_schema(
        parameters=[KEY_HEADER],
        request=shapes.SecretRenewSerializer,
        responses={201: shapes.WebhookWithSecretSerializer},
    )
    @idempotent_without("secret")
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Renew it. For `overlap_hours` messages carry two signatures, one by each secret."""
        hours = self.body(shapes.SecretRenewSerializer)["overlap_hours"]
        webhook, secret = services.webhook_secret_renew(
            actor=self.client, webhook_id=webhook_id, overlap=timedelta(hours=hours)
        )
        return _with_secret(webhook, secret, status=201)


class ReplayView(_OwnWebhooks):
    """Changes told again."""

    @extend_schema(request=shapes.ReplaySerializer, responses={202: shapes.ReplayedSerializer})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Have everything behind a cursor of the feed told again, under the same ids, as far as it is for this webhook."""
        cursor = self.body(shapes.ReplaySerializer)["cursor"]
        after = position_of(cursor) if cursor else 0
        messages = services.changes_replay(actor=self.client, webhook_id=webhook_id, after=after)
        return Response({"messages": messages}, status=202)


class DeliveryListView(_OwnWebhooks, ListView):
    """What the webhook was told, is told or is to be told, newest first; kept for 30 days after it was settled."""

    query_serializer: type[StrictSerializer] = shapes.DeliveriesQuery
    serializer_class = shapes.DeliverySerializer
    queryset = WebhookDelivery.objects.none()

    def rows(self) -> QuerySet[WebhookDelivery]:
        told = self.own(self.kwargs["webhook_id"]).deliveries.select_related("change")
        return told.filter(state=self.query["state"]) if "state" in self.query else told.all()

    @extend_schema(parameters=[shapes.DeliveriesQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class AttemptListView(_OwnWebhooks, ListView):
    """The attempts of one delivery, newest first."""

    query_serializer: type[StrictSerializer] = NoQuery
    serializer_class = shapes.AttemptSerializer
    queryset = WebhookAttempt.objects.none()

    def rows(self) -> QuerySet[WebhookAttempt]:
        told = self.own(self.kwargs["webhook_id"]).deliveries.filter(pk=self.kwargs["delivery_id"]).first()
        if told is None:
            raise NotFoundForActor("There is no such delivery.")
        return told.log.all()


class DeliveryReplayView(_OwnWebhooks):
    """One message again."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={202: shapes.DeliverySerializer})
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Have one message sent again, whatever became of it."""
        services.delivery_replay(actor=self.client, webhook_id=webhook_id, delivery_id=delivery_id)
        delivery = WebhookDelivery.objects.select_related("change").get(pk=delivery_id)
        return Response(shapes.DeliverySerializer(delivery).data, status=202)


def _with_secret(webhook: Webhook, secret: str, **answer: Any) -> Response:
    body = {**shapes.WebhookSerializer(webhook).data, "secret": secret}
    return Response(body, **answer)
