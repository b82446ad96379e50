"""Who may do what with accounts and airlines. Reviewers' grants are asked here by everyone."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Airline, AirlineGrant, Role, User

REVIEW_PERMISSION = "review_contracts"
Visitor = User | AnonymousUser


def is_administrator(user: Visitor) -> bool:
    """An active administrator."""
    return isinstance(user, User) and user.is_active and user.role == Role.ADMINISTRATOR


def reviewable_airlines(user: Visitor) -> QuerySet[Airline]:
    """The airlines whose contracts `user` may review: those granted to an approver, all for nobody by role alone."""
    if not isinstance(user, User) or not user.is_active or user.role != Role.APPROVER:
        return Airline.objects.none()
    return Airline.objects.filter(grants__user=user, grants__permission__codename=REVIEW_PERMISSION)


def reviewers_of(airline: Airline) -> QuerySet[User]:
    """Whoever may review the airline's contracts: `reviewable_airlines` seen from the airline."""
    granted = AirlineGrant.objects.filter(content_object=airline, permission__codename=REVIEW_PERMISSION)
    return User.objects.filter(role=Role.APPROVER, is_active=True, pk__in=granted.values("user"))


def may_review_airline(user: Visitor, airline: Airline) -> bool:
    """Whether `user` holds the grant for `airline`."""
    known = user.known_grants if isinstance(user, User) else None
    if known is not None:
        return airline.pk in known
    return reviewable_airlines(user).filter(pk=airline.pk).exists()


def may_administer_accounts(user: Visitor) -> bool:
    """Accounts, airlines, grants and service clients are administrators' work."""
    return is_administrator(user)
