"""What kind of caller a route is for. Which things he may see and move is said by querysets and policies."""

from typing import Any, Protocol, runtime_checkable

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


@runtime_checkable
class ScopedCaller(Protocol):
    """A caller who may do what his scopes name: a program, not a person."""

    def has_scope(self, scope: str) -> bool:
        """Whether he may do what `scope` names."""


class ScopePermission(BasePermission):
    """People with an account, and programs with `scope`. Subclasses name it."""

    scope: str

    @property
    def message(self) -> str:
        """Why not; only programs can lack a scope."""
        return f"The service client lacks the scope {self.scope}."

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: object = request.user
        if isinstance(caller, ScopedCaller):
            return caller.has_scope(self.scope)
        return bool(request.user.is_authenticated)
