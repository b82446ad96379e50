"""What kind of caller a route is for. Which things he may see and move is said by querysets and policies."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Scope, ServiceClient, User


class IsPerson(BasePermission):
    """People only: no service client."""

    message = "This is for people, not for service clients."

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User)


class ReadsRules(BasePermission):
    """People, and service clients with the scope `rules:read`."""

    message = "The service client lacks the scope rules:read."

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: object = request.user
        if isinstance(caller, ServiceClient):
            return caller.has_scope(Scope.RULES_READ)
        return isinstance(caller, User)
