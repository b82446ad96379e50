"""What the caller has been told: a list, and marking as read."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, ListView
from accounts.api.permissions import IsPerson
from accounts.notifications.models import Notification
from accounts.notifications.services import notification_mark_read, notifications_mark_all_read
from config.api.serializers import StrictSerializer


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """One thing told to the caller. `path` is where on the site he reads on; `subject_id` the id of what it is about."""

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "body", "path", "subject_id", "created_at", "read_at"]


class NotificationQuery(StrictSerializer):
    unread = serializers.BooleanField(required=False, help_text="`true`: only what has not been read.")


class MarkedSerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many had not been read.")


class NotificationListView(ListView):
    """What the caller has been told, the latest first."""

    permission_classes = [IsPerson]
    serializer_class = NotificationSerializer
    query_serializer = NotificationQuery
    queryset = Notification.objects.none()

    def rows(self) -> QuerySet[Notification]:
        own = Notification.objects.visible_to(self.person)
        return own.unread() if self.query.get("unread") else own

    @extend_schema(parameters=[NotificationQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class NotificationReadView(ApiView):
    """Mark one of the caller's own as read."""

    permission_classes = [IsPerson]
    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={200: NotificationSerializer})
    def post(self, request: Request, notification_id: UUID) -> Response:
        notification = notification_mark_read(actor=self.person, notification_id=notification_id)
        return Response(NotificationSerializer(notification).data)


class NotificationsReadView(ApiView):
    """Mark all of the caller's own as read."""

    permission_classes = [IsPerson]
    methods_without_body = frozenset({"POST"})

    @extend_schema(operation_id="notifications_read_all", request=None, responses={200: MarkedSerializer})
    def post(self, request: Request) -> Response:
        return Response({"marked": notifications_mark_all_read(actor=self.person)})
