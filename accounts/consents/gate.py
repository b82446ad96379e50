"""Whoever signs in and has not agreed to the present texts is led to them, wherever he goes, until he agrees or signs out.

Asked once, at the sign-in; from then on the browser's session knows. Programs are not held up: the API goes its own way.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.consents.selectors import owed_texts
from accounts.models import User

OWED = "consents_owed"
# What he may see meanwhile: the texts, the way out, and what is nobody's page.
OPEN = ("/consent/", "/legal/", "/logout/", "/admin/logout/", "/health/", "/static/", settings.CSP_REPORTS_PATH)


def ask_at_sign_in(request: HttpRequest, user: User) -> None:
    """Called for each sign-in in a browser."""
    if owed_texts(user):
        request.session[OWED] = True
    else:
        request.session.pop(OWED, None)


class ConsentMiddleware:
    """Stands behind the one that knows who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_held(request):
            return _led_away(request)
        return self.get_response(request)

    @staticmethod
    def _is_held(request: HttpRequest) -> bool:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path_info.startswith(OPEN):
            return False
        return OWED in request.session and request.user.is_authenticated


def _led_away(request: HttpRequest) -> HttpResponse:
    """Back to where he wanted to go afterwards, unless he was sending something, or a part of a page asks."""
    place = reverse("consent")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": place})
    if request.method in {"GET", "HEAD"}:
        place = f"{place}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(place)
