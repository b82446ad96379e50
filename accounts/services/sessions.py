"""Signing in over the API: a session, its tokens, their renewal and their end."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import tokens
from accounts.facts import session_subject
from accounts.models import IdempotencyKey, User, UserSession
from accounts.selectors import live_sessions
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config import requests
from config.errors import NotFoundForActor
from config.facts import facts_change

# How long an ended session stays on record, for the list of sign-ins and for inquiries.
SESSIONS_KEPT = timedelta(days=30)


class RefreshRefused(Exception):
    """The refresh token is not the one that is good now, or its session is over."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in or a renewal hands out. `refresh` is good once."""

    access: str
    refresh: str
    expires_in_seconds: int


def session_open(*, user: User) -> Tokens:
    """Begin a session of an account whose credentials were checked."""
    context = requests.current()
    token_id = secrets.token_hex(16)
    with transaction.atomic():
        session = UserSession.objects.create(
            user=user,
            token_id_hash=_hash(token_id),
            address=context.address,
            user_agent=context.user_agent,
            expires_at=tokens.session_end(timezone.now()),
        )
        entry_record(event=AuditEvent.USER_SIGNED_IN, actor=user, target=user, details={"session": str(session.pk)})
    return _tokens(session, token_id)


def session_refresh(*, refresh: str) -> Tokens:
    """New tokens for the session's present refresh token, which is then spent.

    A token that was spent before was stolen or is used by two: the session ends, and a security event says so.

    Raises:
        RefreshRefused: in both cases, and for a token that is not ours or whose session is over.
    """
    try:
        claims = tokens.read_refresh_token(refresh)
    except tokens.TokenInvalid as error:
        raise RefreshRefused from error
    token_id = secrets.token_hex(16)
    with transaction.atomic():
        session = _locked_live_session(claims)
        if session is None:
            raise RefreshRefused
        reused = not secrets.compare_digest(session.token_id_hash, _hash(claims.token_id))
        if reused:
            _revoke_reused(session)
        else:
            session.token_id_hash, session.last_used_at = _hash(token_id), timezone.now()
            session.save(update_fields=["token_id_hash", "last_used_at"])
    if reused:
        raise RefreshRefused
    return _tokens(session, token_id)


def session_revoke(*, actor: User, session_id: UUID) -> None:
    """End one of the actor's own sessions: none of its tokens is good any more.

    Raises:
        NotFoundForActor: for another's session, and for one that is over.
    """
    with transaction.atomic():
        session = live_sessions(actor).select_for_update().filter(pk=session_id).first()
        if session is None:
            raise NotFoundForActor("You have no such session.")
        _revoke(session, actor)


def refresh_token_revoke(*, refresh: str) -> None:
    """End the session that a refresh token belongs to. A token that is worth nothing is no error (RFC 7009, 2.2)."""
    try:
        claims = tokens.read_refresh_token(refresh)
    except tokens.TokenInvalid:
        return
    with transaction.atomic():
        session = _locked_live_session(claims)
        if session is not None:
            _revoke(session, session.user)


def sessions_revoke_all(*, actor: User, user: User, reason: str) -> int:
    """End every session of `user`. Returns how many."""
    with transaction.atomic():
        sessions = list(live_sessions(user).select_for_update())
        for session in sessions:
            _revoke(session, actor, reason)
    return len(sessions)


def sessions_sweep() -> int:
    """Delete answers kept for idempotency past their day and sessions over for 30 days. Returns how many rows."""
    now = timezone.now()
    answers, _ = IdempotencyKey.objects.filter(expires_at__lt=now).delete()
    sessions, _ = UserSession.objects.filter(expires_at__lt=now - SESSIONS_KEPT).delete()
    return answers + sessions


def _locked_live_session(claims: tokens.Claims) -> UserSession | None:
    return (
        UserSession.objects.live()
        .select_for_update(of=("self",))
        .select_related("user")
        .filter(Q(pk=claims.session), user_id=claims.subject, user__is_active=True)
        .first()
    )


def _revoke(session: UserSession, actor: User, reason: str = "") -> None:
    _end(session)
    entry_record(event=AuditEvent.SESSION_REVOKED, actor=actor, target=session, reason=reason)


def _revoke_reused(session: UserSession) -> None:
    _end(session)
    entry_record(
        event=AuditEvent.SESSION_REVOKED, actor=None, target=session, reason="Its refresh token was used a second time."
    )
    security_event_record(
        kind=SecurityEventKind.TOKEN_REUSED,
        user=session.user,
        subject=session.user.email,
        details={"session": str(session.pk)},
    )


def _end(session: UserSession) -> None:
    """On every process from the next request on."""
    session.revoked_at = timezone.now()
    session.save(update_fields=["revoked_at"])
    facts_change(session_subject(session.pk))


def _tokens(session: UserSession, token_id: str) -> Tokens:
    return Tokens(
        access=tokens.access_token(session),
        refresh=tokens.refresh_token(session, token_id=token_id),
        expires_in_seconds=tokens.access_lifetime_seconds(),
    )


def _hash(token_id: str) -> str:
    return hashlib.sha256(token_id.encode()).hexdigest()
