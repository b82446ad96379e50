"""What every view of the API does before and after its ten lines."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as ModelValidationError
from rest_framework import exceptions, serializers
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ReadsRules
from accounts.models import ServiceClient, User
from accounts.tokens import Claims
from config.api.serializers import FROM_JSON
from config.api.views import MULTIPART, StrictApiView


class ApiView(StrictApiView):
    """A view that knows its caller, for people and for service clients that may read rules unless it says otherwise."""

    permission_classes = [ReadsRules]

    @property
    def caller(self) -> User | ServiceClient:
        """Who asks. Only behind a permission that keeps strangers out."""
        caller: object = self.request.user
        if not isinstance(caller, User | ServiceClient):
            raise exceptions.NotAuthenticated
        return caller

    @property
    def person(self) -> User:
        """The account that asks. Only behind `IsPerson`."""
        caller = self.caller
        if not isinstance(caller, User):
            raise exceptions.PermissionDenied
        return caller

    @property
    def session_id(self) -> UUID:
        """The session of the caller's token. A service client has none."""
        claims: object = self.request.auth
        if not isinstance(claims, Claims) or claims.session is None:
            raise exceptions.NotAuthenticated
        return claims.session

    def body(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body, checked. Raises ValidationError."""
        is_form = str(self.request.content_type or "").startswith(MULTIPART)
        checked = serializer(data=self.request.data, context={} if is_form else FROM_JSON)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def handle_exception(self, exc: Exception) -> Response:
        """Model validation, raised by services, points to fields just as a serializer's does."""
        if isinstance(exc, ModelValidationError):
            exc = _by_field(exc)
        return super().handle_exception(exc)


class ListView(ListModelMixin, ApiView, GenericAPIView[Any]):
    """A list by cursor. Subclasses give `rows()` and `serializer_class`."""

    def rows(self) -> Any:
        """The queryset, visible to the caller alone."""
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.rows())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _by_field(error: ModelValidationError) -> exceptions.ValidationError:
    if not hasattr(error, "error_dict"):
        return exceptions.ValidationError({"non_field_errors": error.messages})
    detail = {"non_field_errors" if name == "__all__" else name: faults for name, faults in error.message_dict.items()}
    return exceptions.ValidationError(detail)
