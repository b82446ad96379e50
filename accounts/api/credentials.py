"""Checking an e-mail and password that came over the API, under the same lockout as the pages."""

from django.contrib.auth import authenticate
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.models import User
from accounts.services import sign_in_failure_record


def authenticated_person(request: Request, *, email: str, password: str) -> User:
    """The account of that e-mail and password. An unknown e-mail costs as much time and gets the same answer as a wrong password.

    Raises:
        AuthenticationFailed: for wrong credentials.
        Throttled: after too many of them, whether or not there is such an account.
    """
    plain = request._request  # django-axes sets its marks on Django's request
    user = authenticate(plain, username=email.strip().lower(), password=password)
    locked_out = bool(getattr(plain, "axes_locked_out", False))
    if isinstance(user, User):
        return user
    sign_in_failure_record(email=email, locked_out=locked_out)
    if locked_out:
        raise Throttled(detail="Too many attempts. Try again in a quarter of an hour.")
    raise AuthenticationFailed("E-mail or password is wrong.")
