"""Sessions: those of the API with their tokens and renewal, those of browsers, and how both end."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import tokens
from accounts.factors.policies import require_fresh
from accounts.facts import session_subject
from accounts.models import SessionKind, User, UserSession
from accounts.selectors import live_sessions
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config import requests
from config.door import as_product
from config.errors import NotAllowed, NotFoundForActor
from config.facts import facts_change

TOUCHED_EACH = timedelta(minutes=1)


class RefreshRefused(Exception):
    """The refresh token is not the one that is good now, or its session is over."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in or a renewal hands out. `refresh` is good once."""

    access: str
    refresh: str
    expires_in_seconds: int


@as_product("nobody is known until he has signed in")
def session_open(*, user: User, with_second_factor: bool = False) -> Tokens:
    """Begin a session over the API, of an account whose credentials were checked.

    Raises:
        NotAllowed: where the account's password was changed meanwhile.
    """
    context = requests.current()
    token_id, now = secrets.token_hex(16), timezone.now()
    with transaction.atomic():
        _refuse_overtaken(user)
        session = UserSession.objects.create(
            user=user,
            token_id_hash=_hash(token_id),
            address=context.address,
            user_agent=context.user_agent,
            expires_at=tokens.session_end(now),
            second_factor_at=now if with_second_factor else None,
        )
        entry_record(event=AuditEvent.USER_SIGNED_IN, actor=user, target=user, details={"session": str(session.pk)})
    return _tokens(session, token_id)


@as_product("nobody is known until he has signed in")
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
        ReauthenticationRequired: for another than the one by which he asks. To leave one is never asked.
    """
    if actor.session is None or actor.session.pk != session_id:
        require_fresh(actor)
    with transaction.atomic():
        session = live_sessions(actor).select_for_update(of=("self",)).filter(pk=session_id).first()
        if session is None:
            raise NotFoundForActor("You have no such session.")
        _revoke(session, actor)


@as_product("nobody is known until he has signed in")
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


@as_product("others' sessions are ended with one's own")
def sessions_revoke_all(*, actor: User | None, user: User, reason: str, except_for: UUID | None = None) -> int:
    """End every session of `user`, in browsers and over the API, but the one that `except_for` names. Returns how many."""
    with transaction.atomic():
        unended = UserSession.objects.unended().filter(user=user).select_for_update().order_by("pk")
        sessions = [session for session in unended if session.pk != except_for]
        sessions_close(sessions)
        for session in sessions:
            entry_record(event=AuditEvent.SESSION_REVOKED, actor=actor, target=session, reason=reason)
    return len(sessions)


def sessions_revoke_others(*, actor: User) -> int:
    """End every session of the actor but the one by which he asks. Returns how many.

    Raises:
        ReauthenticationRequired
    """
    require_fresh(actor)
    present = actor.session.pk if actor.session is not None else None
    return sessions_revoke_all(actor=actor, user=actor, reason="He ended all others.", except_for=present)


@as_product("nobody is known until he has signed in")
def web_session_open(*, user: User, key: str, replaces: set[str], waits_for_second_factor: bool) -> UserSession:
    """Begin a session in a browser, of an account whose password was checked. `key` is its cookie's.

    `replaces` are hashes of keys by which the same browser was signed in before.

    Raises:
        NotAllowed: where the account's password was changed meanwhile.
    """
    context, now = requests.current(), timezone.now()
    with transaction.atomic():
        _refuse_overtaken(user)
        web_sessions_close(key_hashes=replaces)
        return UserSession.objects.create(
            user=user,
            kind=SessionKind.WEB,
            token_id_hash=_hash(key),
            address=context.address,
            user_agent=context.user_agent,
            expires_at=tokens.session_end(now),
            waits_for_second_factor=waits_for_second_factor,
        )


@as_product("nobody is known until he has signed in")
def web_sessions_close(*, key_hashes: set[str]) -> None:
    """End sessions of a browser's cookies by their owner's leave. One that is over is left alone."""
    with transaction.atomic():
        open_ones = UserSession.objects.unended().filter(kind=SessionKind.WEB, token_id_hash__in=key_hashes)
        sessions_close(list(open_ones.select_for_update()))


@as_product("nobody is known until he has signed in")
def session_touch(*, session: UserSession) -> None:
    """That a browser's session is in use, written down once a minute at the most."""
    now = timezone.now()
    if now - session.last_used_at >= TOUCHED_EACH:
        UserSession.objects.filter(pk=session.pk).update(last_used_at=now)


def _refuse_overtaken(user: User) -> None:
    """Checking a password takes a while, in which another may be set: that ends the sessions there are, and this one is none yet.

    The row stays locked, so that whoever changes it afterwards finds the session. Closed accounts are refused at each request.
    """
    unchanged = User.objects.filter(pk=user.pk, password=user.password)
    if not unchanged.select_for_update(no_key=True).exists():
        raise NotAllowed("Your password was changed while you signed in. Sign in again.")


def _locked_live_session(claims: tokens.Claims) -> UserSession | None:
    return (
        UserSession.objects.live()
        .select_for_update(of=("self",))
        .select_related("user")
        .filter(Q(pk=claims.session), kind=SessionKind.API, user_id=claims.subject, user__is_active=True)
        .first()
    )


def _revoke(session: UserSession, actor: User, reason: str = "") -> None:
    sessions_close([session])
    entry_record(event=AuditEvent.SESSION_REVOKED, actor=actor, target=session, reason=reason)


def _revoke_reused(session: UserSession) -> None:
    sessions_close([session])
    entry_record(
        event=AuditEvent.SESSION_REVOKED, actor=None, target=session, reason="Its refresh token was used a second time."
    )
    security_event_record(
        kind=SecurityEventKind.TOKEN_REUSED,
        user=session.user,
        subject=session.user.email,
        details={"session": str(session.pk)},
    )


def sessions_close(sessions: Sequence[UserSession]) -> None:
    """On every process from the next request on. The rows are locked."""
    if not sessions:
        return
    UserSession.objects.filter(pk__in=[session.pk for session in sessions]).update(revoked_at=timezone.now())
    facts_change(*(session_subject(session.pk) for session in sessions if session.kind == SessionKind.API))


def _tokens(session: UserSession, token_id: str) -> Tokens:
    return Tokens(
        access=tokens.access_token(session),
        refresh=tokens.refresh_token(session, token_id=token_id),
        expires_in_seconds=tokens.access_lifetime_seconds(),
    )


def session_key_hash(key: str) -> str:
    """By what a browser's session is found."""
    return _hash(key)


def _hash(token_id: str) -> str:
    return hashlib.sha256(token_id.encode()).hexdigest()
