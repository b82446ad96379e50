"""Browsers' sessions: whose cookie it is, asked of the sign-in's row on each request, so that an ended one is worth nothing at once.

Django's own session store keeps what a browser is told; that somebody is signed in stands in `user_sessions`. The two signals
are the framework's only hooks that every way in and out passes, the admin's too.
"""

from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.consents.gate import ask_at_sign_in
from accounts.factors.policies import owes_second_factor
from accounts.idleness import UNATTENDED
from accounts.models import User, UserSession
from accounts.selectors import live_web_session
from accounts.services.sessions import session_key_hash, session_touch, web_session_open, web_sessions_close

_FOUND = "_user_session"


class SessionAuthenticationMiddleware(AuthenticationMiddleware):
    """`request.user` is who is signed in wholly: whoever still owes his second factor is a stranger everywhere but there."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment] # as Django's own


def session_of(request: HttpRequest) -> UserSession | None:
    """The browser's live session, also one that waits for a second factor. One or two queries, once a request."""
    if not hasattr(request, _FOUND):
        setattr(request, _FOUND, _found(request))
    found: UserSession | None = getattr(request, _FOUND)
    return found


def _person(request: HttpRequest) -> User | AnonymousUser:
    """Kept where Django keeps it: `config.requests.caller` looks there for whose doing a request is."""
    session = session_of(request)
    person = AnonymousUser() if session is None or session.waits_for_second_factor else session.user
    request._cached_user = person  # type: ignore[attr-defined] # Django's own name for it
    return person


def _found(request: HttpRequest) -> UserSession | None:
    user_id, key = request.session.get(SESSION_KEY), request.session.session_key
    if user_id is None or key is None:
        return None
    session = live_web_session(key_hash=session_key_hash(key), user_id=user_id)
    if session is None or not _is_of_this_password(request, session.user):
        request.session.flush()
        return None
    if UNATTENDED not in request.headers:
        session_touch(session=session)
    return session


def _is_of_this_password(request: HttpRequest, user: User) -> bool:
    """Whether the password is still that of the sign-in, however it was changed."""
    return constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _opened(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody signed in: the cookie gets a key that nobody knew before, and the sign-in its row."""
    former: UserSession | None = getattr(request, _FOUND, None)
    known = session_key_hash(request.session.session_key or "")
    request.session.cycle_key()
    session = web_session_open(
        user=user,
        key=str(request.session.session_key),
        replaces={known, former.token_id_hash if former else known},
        waits_for_second_factor=owes_second_factor(user),
    )
    user.session = session
    setattr(request, _FOUND, session)
    ask_at_sign_in(request, user)


def _closed(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if request.session.session_key:
        web_sessions_close(key_hashes={session_key_hash(request.session.session_key)})
    setattr(request, _FOUND, None)


def watch() -> None:
    """Connects the two signals; called once, when the app is ready."""
    user_logged_in.connect(_opened, dispatch_uid="accounts.web_sessions.opened")
    user_logged_out.connect(_closed, dispatch_uid="accounts.web_sessions.closed")
