"""Who guards the product."""

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.policies import Visitor, is_administrator
from config.errors import NotAllowed


def may_guard(user: Visitor) -> bool:
    """Security events are administrators' work."""
    return is_administrator(user)


def require_guard(user: Visitor) -> None:
    """Raises NotAllowed as `may_guard`."""
    if not may_guard(user):
        raise NotAllowed("Security events are administrators' work.")


def guards() -> QuerySet[User]:
    """`may_guard` seen from the product."""
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
