"""What a mail says: text and HTML, absolute links, and the headers by which it can be stopped and recognised again."""

from collections.abc import Sequence
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.models import MailState, Notification
from accounts.notifications.unsubscribing import DIGEST, token_for


def absolute(path: str) -> str:
    """An address on this site as a mail needs it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def message_id(letter: UUID) -> str:
    """The same for each attempt at one mail: a second copy is known by it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{letter}@{domain}>"


def letter_for(person: User, letter: UUID, notifications: Sequence[Notification]) -> EmailMultiAlternatives:
    """The mail that tells `person` of these, of one kind at once or of many once a day.

    It names the person nowhere but in its envelope, and nobody else at all.
    """
    first = notifications[0]
    is_digest = first.mail == MailState.DIGEST
    stop = reverse("notifications:unsubscribe", args=[token_for(person.pk, DIGEST if is_digest else first.kind)])
    context = {
        "entries": [{"notification": entry, "address": absolute(entry.path)} for entry in notifications],
        "what": NotificationKind(first.kind).label,
        "stop": absolute(stop),
        "choose": absolute(reverse("notifications:preferences")),
        "list": absolute(reverse("notifications:list")),
    }
    name = "digest" if is_digest else "notice"
    message = EmailMultiAlternatives(
        subject=_digest_subject(len(notifications)) if is_digest else first.title,
        body=render_to_string(f"mail/{name}.txt", context),
        to=[person.email],
        headers={
            "Message-ID": message_id(letter),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{absolute(stop)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return message


def _digest_subject(count: int) -> str:
    return f"Your day on VectorBid Contracts: {count} notification{'' if count == 1 else 's'}"
