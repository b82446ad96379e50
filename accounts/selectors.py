"""Reads that join or count."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Airline, ServiceClient, SessionKind, User, UserSession
from accounts.policies import Visitor, is_administrator
from config.door import as_product

Caller = User | ServiceClient


def live_session(*, session_id: UUID, user_id: str) -> UserSession | None:
    """The session of a token with its account, in one query; None once it is over or the account is closed."""
    return _live_of(SessionKind.API, pk=session_id, user_id=user_id)


def live_web_session(*, key_hash: str, user_id: str) -> UserSession | None:
    """The session of a browser's cookie with its account, in one query; None once it is over or the account is closed."""
    return _live_of(SessionKind.WEB, token_id_hash=key_hash, user_id=user_id)


@as_product("nobody is known until he has signed in")
def _live_of(kind: SessionKind, **named: object) -> UserSession | None:
    session = UserSession.objects.live().select_related("user").filter(kind=kind, user__is_active=True, **named).first()
    if session is not None:
        session.user.session = session
    return session


@as_product("nobody is known until he has signed in")
def active_client(*, client_id: str) -> ServiceClient | None:
    """The client of that `client_id`, unless it was shut off."""
    return ServiceClient.objects.filter(client_id=client_id, is_active=True).first()


def live_sessions(user: User) -> QuerySet[UserSession]:
    """Where the account is signed in now, newest first."""
    return UserSession.objects.live().filter(user=user)


def visible_airlines(caller: "Visitor | ServiceClient") -> QuerySet[Airline]:
    """Clients see the airlines that they serve, administrators all, other people those that are active."""
    if isinstance(caller, ServiceClient):
        return caller.airlines.filter(is_active=True)
    if not isinstance(caller, User) or not caller.is_active:
        return Airline.objects.none()
    return Airline.objects.all() if is_administrator(caller) else Airline.objects.filter(is_active=True)


@as_product("how many there are is told to administrators, whose they are is not")
def live_session_count() -> int:
    """How many sign-ins there are in which somebody may be at work."""
    return UserSession.objects.live().count()
