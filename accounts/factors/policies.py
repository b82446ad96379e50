"""Who must have a second factor, who owes one now, and how long ago one must have proved oneself for what is grave."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.factors.models import Authenticator, Passkey
from accounts.models import User
from config.door import as_product
from config.errors import ErrorCode, NotAllowed


class ReauthenticationRequired(NotAllowed):
    """The actor may do this, once he has confirmed who he is."""

    default_code = ErrorCode.REAUTHENTICATION_REQUIRED

    def __init__(self) -> None:
        super().__init__(
            "Confirm who you are first, by your password or second factor: that was too long ago for this.",
            extra={"reauthenticate": reverse("reauthentication")},
        )


@as_product("factors are given before one is signed in")
def has_second_factor(user: User) -> bool:
    """Whether he has an app that was confirmed, or a passkey. Recovery codes alone are none."""
    return (
        Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()
        or Passkey.objects.filter(user=user).exists()
    )


def must_have_second_factor(user: User) -> bool:
    """Approvers and administrators, or everybody, where the installation says so."""
    of_everybody = bool(settings.SECOND_FACTOR_REQUIRED_OF_EVERYBODY)
    return of_everybody or (bool(settings.SECOND_FACTOR_REQUIRED) and user.is_staff)


def who_must_have_one() -> str:
    """For sentences that say so."""
    return "All accounts" if settings.SECOND_FACTOR_REQUIRED_OF_EVERYBODY else "Approvers and administrators"


def owes_second_factor(user: User) -> bool:
    """Whether a password alone does not let him in."""
    return must_have_second_factor(user) or has_second_factor(user)


def is_fresh(user: User) -> bool:
    """Whether he has proved himself lately. What acts without a sign-in, a task or command, was allowed when it was asked for."""
    if user.session is None:
        return True
    window = timedelta(seconds=settings.REAUTHENTICATION_SECONDS)
    return timezone.now() - user.session.authenticated_at <= window


def require_fresh(user: User) -> None:
    """Before approving, granting and exporting.

    Raises:
        ReauthenticationRequired
    """
    if not is_fresh(user):
        raise ReauthenticationRequired
