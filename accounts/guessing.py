"""Slowing down whoever guesses passwords, so that it cannot be used to keep their owner out.

Three measures, from the narrow to the wide (docs/accounts.md):

- ten failures of one account from one address pause that pair for a quarter of an hour: django-axes;
- after twenty failures of one account within an hour, wherever from, its attempts have to wait: each failure doubles how long, up to
  half a minute; nothing is ever locked;
- neither holds for a browser in which the account has signed in before: its cookie counts its own failures, and is believed
  until there are ten; nor the second for an address from which the account has signed in.

Counts are kept under a digest of what was typed, whether or not it is an account's.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User, UserSession
from audit.events import SecurityEventKind
from audit.services import security_event_record
from config.door import as_product
from config.requests import client_address

SALT = "accounts.known_device"
KNOWN_FOR = timedelta(days=180)
ADDRESS_KNOWN_FOR = timedelta(days=30)
DEVICE_FAILURES = 10
DEVICE_SECONDS = 900
FREE_FAILURES = 20
COUNTED_SECONDS = 3600
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1, 30


def seconds_to_wait(request: HttpRequest, email: str) -> int:
    """How long an attempt for that address has to wait; 0: it may be made now."""
    until: float | None = cache.get(_wait_key(email))
    if until is None or is_known_device(request, {"username": email}) or _is_known_address(request, email):
        return 0
    return max(0, round(until - timezone.now().timestamp() + 0.5))


@as_product("nobody is known until he has signed in")
def failure_count(request: HttpRequest, email: str) -> None:
    """That an attempt was looked at and failed."""
    device = _device(request, email)
    if device is not None and _counted(_device_key(device), DEVICE_SECONDS) <= DEVICE_FAILURES:
        return
    count = _counted(_account_key(email), COUNTED_SECONDS)
    beyond = count - FREE_FAILURES
    if beyond < 0:
        return
    if beyond == 0:
        security_event_record(
            kind=SecurityEventKind.SIGN_IN_SLOWED,
            user=User.objects.filter(email__iexact=email).first(),
            subject=email,
        )
    wait = min(FIRST_WAIT_SECONDS * 2 ** min(beyond, 10), LONGEST_WAIT_SECONDS)
    cache.set(_wait_key(email), timezone.now().timestamp() + wait, timeout=wait)


def is_known_device(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> bool:
    """Whether the account has signed in from this browser, which has not failed too often since. For django-axes too."""
    given = credentials or {}
    device = _device(request, given.get("username") or given.get("email") or "")
    return device is not None and (cache.get(_device_key(device)) or 0) < DEVICE_FAILURES


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser be known by a cookie that says nothing to others."""
    if is_known_device(request, {"username": user.email}):
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([_digest(user.email), secrets.token_hex(8)], salt=SALT),
        max_age=KNOWN_FOR,
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )


def _device(request: HttpRequest, email: str) -> str | None:
    """The name of the browser, where it is one that the account has signed in from."""
    try:
        owner, device = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KNOWN_FOR
        )
    except (signing.BadSignature, ValueError):
        return None
    return str(device) if owner == _digest(email) else None


@as_product("nobody is known until he has signed in")
def _is_known_address(request: HttpRequest, email: str) -> bool:
    """The same query for every address that is typed."""
    since = timezone.now() - ADDRESS_KNOWN_FOR
    used = UserSession.objects.filter(user__email__iexact=email.strip(), created_at__gt=since)
    return used.filter(address=client_address(request)).exists()


def _counted(key: str, seconds: int) -> int:
    """With this one. 0 while Redis is down: django-axes counts in PostgreSQL all the same."""
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:
        return 0


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def _account_key(email: str) -> str:
    return f"guessing:account:{_digest(email)}"


def _wait_key(email: str) -> str:
    return f"guessing:wait:{_digest(email)}"


def _device_key(device: str) -> str:
    return f"guessing:device:{device}"


class CountingHandler(AxesDatabaseHandler):  # type: ignore[misc] # axes ships no types
    """django-axes's own counting, of people who are not known yet."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        with as_product("nobody is known until he has signed in"):
            return bool(super().is_allowed(request, credentials))

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        with as_product("as above"):
            super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        with as_product("as above"):
            super().user_logged_in(sender, request, user, **kwargs)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        with as_product("as above"):
            super().user_logged_out(sender, request, user, **kwargs)


class PasswordBackend(ModelBackend):
    """Django's own look at e-mail and password, which is before anybody is known."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override] # handed on as they come
        with as_product("as above"):
            return super().authenticate(request, **credentials)
