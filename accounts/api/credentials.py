"""Checking an e-mail and password that came over the API, under the same lockout as the pages."""

from django.conf import settings
from django.contrib.auth import authenticate
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.factors.policies import has_second_factor, must_have_second_factor, who_must_have_one
from accounts.factors.services import FAILURES_WITHIN, FactorPaused, FactorRefused, code_check
from accounts.guessing import failure_count, seconds_to_wait
from accounts.models import User
from accounts.services import sign_in_failure_record
from config.errors import ErrorCode, NotAllowed

LOCKOUT_SECONDS = settings.AXES_COOLOFF_TIME.total_seconds()


def authenticated_person(request: Request, *, email: str, password: str) -> User:
    """The account of that e-mail and password. An unknown e-mail costs as much time and gets the same answer as a wrong password.

    Raises:
        AuthenticationFailed: for wrong credentials.
        Throttled: after too many of them, whether or not there is such an account.
    """
    plain = request._request  # django-axes sets its marks on Django's request
    if wait := seconds_to_wait(plain, email):
        raise Throttled(wait=wait, detail="Too many attempts for this account.")
    user = authenticate(plain, username=email.strip().lower(), password=password)
    locked_out = bool(getattr(plain, "axes_locked_out", False))
    if isinstance(user, User):
        return user
    sign_in_failure_record(email=email, locked_out=locked_out)
    if locked_out:
        raise Throttled(wait=LOCKOUT_SECONDS, detail="Too many attempts.")
    failure_count(plain, email)
    raise AuthenticationFailed("E-mail or password is wrong.")


def second_factor_given(user: User, code: str | None) -> bool:
    """Whether the account has a second factor, whose code was right. Programs are let in by codes; passkeys are browsers'.

    Raises:
        NotAllowed: `second_factor_required` without a code, `second_factor_missing` for somebody who must have one and has not.
        AuthenticationFailed: for a wrong code.
        Throttled: after too many of them.
    """
    if not has_second_factor(user):
        if must_have_second_factor(user):
            raise NotAllowed(
                f"{who_must_have_one()} need a second factor: sign in on the site and set one up.",
                code=ErrorCode.SECOND_FACTOR_MISSING,
            )
        return False
    if not code:
        raise NotAllowed(
            "Send `otp` too: the code that your app shows, or a recovery code.", code=ErrorCode.SECOND_FACTOR_REQUIRED
        )
    try:
        code_check(user=user, code=code)
    except FactorPaused as error:
        raise Throttled(wait=FAILURES_WITHIN.total_seconds(), detail=error.detail) from error
    except FactorRefused as error:
        raise AuthenticationFailed(error.detail) from error
    return True
