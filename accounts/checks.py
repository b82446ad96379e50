"""What `manage.py check` says of an installation before people notice."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.consents.documents import changed_texts
from accounts.signing import SHORTEST_KEY_BYTES
from config.outgoing import outgoing_hosts

SHORTEST_IDLE_MINUTES, MINUTES_A_DAY = 5, 24 * 60


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


def idle_limits_are_limits(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Use is written down once a minute, sign-ins end after a day, and who decides for others is not left alone for longer than they."""
    staff, everybody = settings.STAFF_SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES
    if SHORTEST_IDLE_MINUTES <= staff <= everybody <= MINUTES_A_DAY:
        return []
    return [
        Error(
            "Sign-ins would lie unused for too short or too long a time.",
            hint=f"Set STAFF_SESSION_IDLE_MINUTES and SESSION_IDLE_MINUTES to {SHORTEST_IDLE_MINUTES} to {MINUTES_A_DAY} "
            "minutes, the former to no more than the latter.",
            id="accounts.E005",
        )
    ]


def breached_passwords_can_be_asked(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The service that an operator names has to be among the hosts that he lists, or no password would ever be found there."""
    host = urlsplit(settings.BREACHED_PASSWORDS_URL).hostname
    if host is None or outgoing_hosts().admit(host):
        return []
    return [
        Error(
            f"Breached passwords cannot be asked: {host} is not in OUTGOING_HOSTS.",
            hint=f"Add it: OUTGOING_HOSTS={','.join([*settings.OUTGOING_HOSTS, host])}",
            id="accounts.E006",
        )
    ]


def texts_are_as_agreed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What people agreed to must be what they are shown later."""
    return [
        Error(
            f"{text.template} is not what people agreed to.",
            hint="Put it back, and bring the new text as a new version in accounts/consents/documents.py.",
            id="accounts.E007",
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
