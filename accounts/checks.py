"""What `manage.py check` says of an installation before people notice."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error


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
