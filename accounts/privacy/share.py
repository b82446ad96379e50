"""The accounts' share in copies and erasures."""

from accounts.models import Role, User
from accounts.privacy.holdings import HOLDINGS, PASSED_OVER, TEXTS
from accounts.privacy.registry import Share


def obstacles(user: User) -> list[str]:
    """The product is never left without an administrator."""
    if user.role != Role.ADMINISTRATOR or not user.is_active:
        return []
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if others.exists():
        return []
    return ["This is the last active administrator's account: let somebody else have that role first."]


SHARE = Share(holdings=HOLDINGS, passed_over=PASSED_OVER, texts=TEXTS, obstacles=obstacles)
