"""Kinds of callers that only accounts knows; the others are in `config.api.permissions`."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Scope, ServiceClient, User
from config.api.permissions import ScopePermission


class IsPerson(BasePermission):
    """People only: no service client."""

    message = "This is for people, not for service clients."

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User)


class Validates(ScopePermission):
    """People, and service clients with the scope `validate`."""

    scope = Scope.VALIDATE


class ReadsRules(ScopePermission):
    """People, and service clients with the scope `rules:read`."""

    scope = Scope.RULES_READ


class ReadsChanges(ScopePermission):
    """People, and service clients with the scope `changes:read`."""

    scope = Scope.CHANGES_READ


class FollowsChanges(BasePermission):
    """Service clients with the scope `changes:read`: no people."""

    scope = Scope.CHANGES_READ
    message = f"This is for service clients with the scope {scope.value}."

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: object = request.user
        return isinstance(caller, ServiceClient) and caller.has_scope(self.scope)
