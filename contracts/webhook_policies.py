"""Who may manage webhooks."""

from accounts.models import Scope, ServiceClient
from config.errors import NotAllowed


def may_manage_webhooks(actor: object) -> bool:
    """Service clients that may follow changes, each its own."""
    return isinstance(actor, ServiceClient) and actor.is_active and actor.has_scope(Scope.CHANGES_READ)


def require_webhooks(actor: object) -> None:
    """Raises NotAllowed unless `actor` may manage webhooks."""
    if not may_manage_webhooks(actor):
        raise NotAllowed(f"Webhooks are managed by service clients with the scope {Scope.CHANGES_READ.value}.")
