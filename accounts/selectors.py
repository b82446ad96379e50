"""Reads that join or count."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Airline, ServiceClient, User, UserSession
from accounts.policies import Visitor, is_administrator

Caller = User | ServiceClient


def live_session(*, session_id: UUID, user_id: str) -> UserSession | None:
    """The session with its account, in one query; None once it was revoked or has expired, or the account is closed."""
    return (
        UserSession.objects.live()
        .select_related("user")
        .filter(pk=session_id, user_id=user_id, user__is_active=True)
        .first()
    )


def active_client(*, client_id: str) -> ServiceClient | None:
    """The client of that `client_id`, unless it was shut off."""
    return ServiceClient.objects.filter(client_id=client_id, is_active=True).first()


def live_sessions(user: User) -> QuerySet[UserSession]:
    """Where the account is signed in over the API now, newest first."""
    return UserSession.objects.live().filter(user=user)


def visible_airlines(caller: "Visitor | ServiceClient") -> QuerySet[Airline]:
    """Clients see the airlines that they serve, administrators all, other people those that are active."""
    if isinstance(caller, ServiceClient):
        return caller.airlines.filter(is_active=True)
    if not isinstance(caller, User) or not caller.is_active:
        return Airline.objects.none()
    return Airline.objects.all() if is_administrator(caller) else Airline.objects.filter(is_active=True)
