"""The tokens of the API: signed, short-lived, each naming the session that it dies with. Only this module knows simplejwt."""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from accounts.models import ServiceClient, UserSession
from accounts.signing import KeyringBackend, keyring


class TokenInvalid(Exception):
    """The token is malformed, expired, of another kind, or signed by somebody else."""


class _Signed(Token):
    """Signed with the newest of our keys, and checked with the one that it names."""

    def get_token_backend(self) -> KeyringBackend:
        return keyring(str(settings.SIMPLE_JWT["SIGNING_KEY"]), tuple(settings.JWT_PREVIOUS_KEYS))


class _Access(_Signed):
    token_type = "access"  # noqa: S105 - a kind of token, no secret
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class _Refresh(_Signed):
    token_type = "refresh"  # noqa: S105 - a kind of token, no secret
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. `subject` is an account's id or, for a client, its `client_id`; a client has no session.

    `expires_at` is in seconds since 1970.
    """

    subject: str
    token_id: str
    session: UUID | None
    is_client: bool
    expires_at: int

    @classmethod
    def of(cls, token: Token) -> Self:
        """Raises TokenInvalid for claims of another shape than ours."""
        subject, token_id = token.get("sub"), token.get("jti")
        is_client = token.get("client") is True
        if not isinstance(subject, str) or not isinstance(token_id, str):
            raise TokenInvalid
        try:
            session = None if is_client else UUID(str(token.get("sid")))
            if not is_client:
                UUID(subject)
        except ValueError as error:
            raise TokenInvalid from error
        return cls(
            subject=subject, token_id=token_id, session=session, is_client=is_client, expires_at=int(token["exp"])
        )


def access_lifetime_seconds() -> int:
    """How long an access token is good."""
    return int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())


def session_end(begin: datetime) -> datetime:
    """When a session that begins at `begin` is over, however often it is refreshed."""
    end: datetime = begin + api_settings.REFRESH_TOKEN_LIFETIME
    return end


def access_token(session: UserSession) -> str:
    """An access token of the session, never good for longer than it."""
    token = _Access()
    token["sub"], token["sid"] = str(session.user_id), str(session.pk)
    token["exp"] = min(token["exp"], _epoch(session.expires_at))
    return str(token)


def refresh_token(session: UserSession, *, token_id: str) -> str:
    """The session's refresh token of that id, good until the session ends."""
    token = _Refresh()
    token["sub"], token["sid"], token["jti"] = str(session.user_id), str(session.pk), token_id
    token["exp"] = _epoch(session.expires_at)
    return str(token)


def client_token(client: ServiceClient) -> str:
    """An access token for a service client. Its scopes are for reading: what counts is the client's row."""
    token = _Access()
    token["sub"], token["client"], token["scopes"] = client.client_id, True, list(client.scopes)
    return str(token)


class _Verified:
    """Access tokens whose signature this process has checked, the oldest forgotten first. A signature does not change;
    expiry is looked at each time, and whether the session still stands is not asked here.
    """

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._known: dict[str, Claims] = {}
        self._lock = threading.Lock()

    def get(self, text: str) -> Claims | None:
        """What a token says that was verified before and has not expired."""
        claims = self._known.get(text)
        return claims if claims is not None and claims.expires_at > time.time() else None

    def add(self, text: str, claims: Claims) -> None:
        """Remember a token that was verified."""
        with self._lock:
            self._known[text] = claims
            if len(self._known) > self._maximum:
                del self._known[next(iter(self._known))]


_verified = _Verified(maximum=20_000)


def read_access_token(text: str) -> Claims:
    """Raises TokenInvalid."""
    claims = _verified.get(text)
    if claims is None:
        claims = _read(_Access, text)
        _verified.add(text, claims)
    return claims


def read_refresh_token(text: str) -> Claims:
    """Raises TokenInvalid, also for a client's token: clients have none to refresh."""
    claims = _read(_Refresh, text)
    if claims.session is None:
        raise TokenInvalid
    return claims


def _read(kind: type[_Signed], text: str) -> Claims:
    untyped: Any = text  # simplejwt annotates its own class here and takes the text
    try:
        return Claims.of(kind(untyped))
    except TokenError as error:
        raise TokenInvalid from error


def _epoch(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())
