"""Who may do what with accounts and airlines. Reviewers' grants are asked here by everyone."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Airline, Role, User

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


def may_review_airline(user: Visitor, airline: Airline) -> bool:
    """Whether `user` holds the grant for `airline`."""
    known = user.known_grants if isinstance(user, User) else None
    if known is not None:
        return airline.pk in known
    return reviewable_airlines(user).filter(pk=airline.pk).exists()


def grants_load(user: Visitor) -> None:
    """Ask once for all grants of `user`, for a page that asks about them many times. For reading only: services ask anew."""
    if isinstance(user, User):
        user.known_grants = frozenset(reviewable_airlines(user).values_list("pk", flat=True))


def may_administer_accounts(user: Visitor) -> bool:
    """Accounts, airlines, grants and service clients are administrators' work."""
    return is_administrator(user)
