"""Reads that join or count."""

from accounts.models import User
from accounts.notifications.kinds import GROUPS, KindGroup, MailChoice, NotificationKind, default_mail
from accounts.notifications.models import Notification, NotificationPreference
from accounts.policies import is_administrator

# More than this is shown as "99+", so more is not counted.
COUNTED = 100


def unread_count(person: User) -> int:
    """How many he has not read, up to COUNTED."""
    return Notification.objects.visible_to(person).unread()[:COUNTED].count()


def choices_of(person: User) -> dict[NotificationKind, MailChoice]:
    """What he has chosen for each kind, or what holds without a choice, in one query."""
    chosen = dict(NotificationPreference.objects.filter(person=person).values_list("kind", "mail"))
    return {kind: MailChoice(chosen.get(kind, default_mail(kind))) for kind in NotificationKind}


def groups_for(person: User) -> list[KindGroup]:
    """The kinds that he can be told, under their headings."""
    return [
        group
        for group in GROUPS
        if (person.is_staff or not group.for_staff) and (is_administrator(person) or not group.for_administrators)
    ]
