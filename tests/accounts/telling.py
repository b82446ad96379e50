"""Shorthand for telling people something in tests."""

from typing import Any

from accounts.models import User
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.models import Notification
from accounts.notifications.services import Notice, notifications_send


def notice(**changes: Any) -> Notice:
    """A notice of which anything may be changed."""
    facts: dict[str, Any] = {
        "kind": NotificationKind.CONTRACT_APPROVED,
        "event_key": "approve:1:1",
        "title": "Approved: Pilot Agreement (TST)",
        "body": "It comes into force once a reviewer activates it.",
        "path": "/contracts/1/",
        "subject_id": "1",
    }
    return Notice(**(facts | changes))


def tell(*people: User, actor: User | None = None, **changes: Any) -> None:
    """Tell `people`, whoever they are."""
    recipients = User.objects.filter(pk__in=[person.pk for person in people])
    notifications_send(actor=actor, recipients=recipients, notice=notice(**changes))


def told(person: User) -> Notification:
    """The one thing that `person` was told."""
    return Notification.objects.get(recipient=person)
