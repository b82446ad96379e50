"""What `manage.py check --deploy` says of the ways to other servers."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 - its name in Django

from config.addresses import is_loopback
from config.scanner_address import scanner_address

_VERIFIED = frozenset({"verify-full", "verify-ca"})


def servers_are_asked_over_tls(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Between machines everything is encrypted, and certificates are looked at; on one machine it need not be."""
    found: list[CheckMessage] = []
    databases = {"DATABASE_URL": settings.DATABASES["default"], "DATABASE_OWNER_URL": settings.DATABASE_OWNER}
    for name, database in databases.items():
        host, mode = str(database.get("HOST") or ""), dict(database.get("OPTIONS") or {}).get("sslmode")
        if not _is_this_machine(host) and mode not in _VERIFIED:
            hint = f"Add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem to {name}."
            found.append(Warning("The database is asked without a verified certificate.", hint=hint, id="config.W001"))
            break
    redis = urlsplit(settings.REDIS_URL)
    if redis.scheme not in {"rediss", "unix"} and not _is_this_machine(redis.hostname or ""):
        hint = "Begin REDIS_URL with rediss://."
        found.append(Warning("Redis is asked in the clear.", hint=hint, id="config.W002"))
    mail = urlsplit(settings.EMAIL_URL)
    if mail.scheme == "smtp" and not _is_this_machine(mail.hostname or ""):
        hint = "Begin EMAIL_URL with smtp+tls:// or smtp+ssl://."
        found.append(Warning("Mails leave in the clear.", hint=hint, id="config.W003"))
    scanner = scanner_address(settings.MALWARE_SCANNER_URL) if settings.MALWARE_SCANNER_URL else ""
    if isinstance(scanner, tuple) and not _is_this_machine(scanner[0]):
        hint = "Run a clamd on each web host, and name its Unix socket in MALWARE_SCANNER_URL."
        found.append(Warning("Uploads go to the virus scanner in the clear.", hint=hint, id="config.W004"))
    return found


def _is_this_machine(host: str) -> bool:
    """Sockets (a path, or nothing) and loopback addresses."""
    return not host or host.startswith("/") or host == "localhost" or is_loopback(host)
