"""Where people are led who owe a second factor, or have to confirm who they are."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.factors.policies import has_second_factor, is_fresh
from accounts.models import User
from accounts.web_sessions import session_of
from config.door import acting, identity_of, seeing

View = Callable[..., HttpResponse]


def next_of(request: HttpRequest, otherwise: str) -> str:
    """Where to go on: an address on this site alone."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse(otherwise)


def second_step(request: HttpRequest, onward: str) -> HttpResponseRedirect | None:
    """For whoever gave his password and still owes a second factor: the way to give it, or to set one up."""
    session = session_of(request)
    if session is None or not session.waits_for_second_factor:
        return None
    place = "second_factor_step" if has_second_factor(session.user) else "second_factor"
    return redirect(f"{reverse(place)}?{urlencode({'next': onward})}")


def confirm_first(request: HttpRequest, user: User, onward: str) -> HttpResponseRedirect | None:
    """For whoever proved himself too long ago: the way to do so, and then `onward`. None for everybody else."""
    if is_fresh(user):
        return None
    return redirect(f"{reverse('confirm')}?{urlencode({'next': onward})}")


def for_setting_up(view: View) -> View:
    """Decorates pages on which factors are set up: for people signed in lately, also those who owe their first factor.

    The view gets the person as its second argument.
    """

    @functools.wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = session_of(request)
        if session is None:
            return redirect(f"{reverse('login')}?{urlencode({'next': request.path})}")
        person = session.user
        if session.waits_for_second_factor and has_second_factor(person):
            return redirect("second_factor_step")
        if not is_fresh(person) and session.waits_for_second_factor:
            logout(request)
            return redirect("login")
        away = confirm_first(request, person, reverse("second_factor")) if request.method == "POST" else None
        with acting(person), seeing(identity_of(person)):  # the request itself may still be nobody's
            return away or view(request, person, *args, **kwargs)

    return handle
