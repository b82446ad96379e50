"""What `manage.py check` says of an installation before people notice."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.consents.documents import changed_texts
from accounts.signing import SHORTEST_KEY_BYTES


def mail_can_be_sent(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demo: a mail server, a sender, and the address that links begin with. Without them mails wait in the database."""
    if settings.DEMO:
        return []
    missing: list[CheckMessage] = []
    if not settings.EMAIL_URL:
        missing.append(
            Error(
                "No mail can be sent: EMAIL_URL is not set.",
                hint="Name the mail server: EMAIL_URL=smtp+tls://user:password@mail.example:587",
                id="accounts.E001",
            )
        )
    if settings.DEFAULT_FROM_EMAIL == settings.MAIL_FROM_UNSET:
        missing.append(
            Error(
                "Mails have no sender: MAIL_FROM is not set.",
                hint="Name one of a domain that you send for: MAIL_FROM=VectorBid Contracts <contracts@example.com>",
                id="accounts.E002",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        missing.append(
            Error(
                "Links in mails lead nowhere: SITE_URL is not set to an https address.",
                hint="Set it to what people type: SITE_URL=https://contracts.example.com",
                id="accounts.E003",
            )
        )
    return missing


def texts_are_as_agreed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What people agreed to must be what they are shown later."""
    return [
        Error(
            f"{text.template} is not what people agreed to.",
            hint="Put it back, and bring the new text as a new version in accounts/consents/documents.py.",
            id="accounts.E005",
        )
        for text in changed_texts()
    ]


def keys_are_long_enough(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A short key is found by trying, from any token, at home and in silence."""
    keys = [str(settings.SIMPLE_JWT["SIGNING_KEY"]), *settings.JWT_PREVIOUS_KEYS]
    if all(len(key.encode()) >= SHORTEST_KEY_BYTES for key in keys):
        return []
    return [
        Error(
            f"A key that signs tokens is shorter than {SHORTEST_KEY_BYTES} bytes.",
            hint="Make a longer one for JWT_SECRET_KEY or JWT_PREVIOUS_KEYS: openssl rand -base64 48",
            id="accounts.E004",
        )
    ]
