"""The bell in the header of every page: how many notifications wait to be read."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.notifications.selectors import COUNTED, unread_count


def unread_notifications(request: HttpRequest) -> dict[str, object]:
    """A context processor. Counted once, by the first template that shows it: partial pages and strangers cost no query."""
    return {"unread_notifications": SimpleLazyObject(lambda: _count_shown(request))}


def _count_shown(request: HttpRequest) -> str:
    """“7”, “99+”, or nothing."""
    user = getattr(request, "user", None)
    count = unread_count(user) if isinstance(user, User) else 0
    if count >= COUNTED:
        return f"{COUNTED - 1}+"
    return str(count or "")
