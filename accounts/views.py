"""The way in and out, and the first page."""

from collections.abc import Mapping
from http import HTTPStatus

from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.factors.gate import second_step
from accounts.forms import SLOWED, SignInForm
from accounts.guessing import remember_device
from accounts.models import User
from accounts.privacy.views import erasure_warn
from accounts.services import web_sign_in_record, web_sign_out_record

API_PREFIX = "/api/"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and for whom; for those signed in, what to do next."""
    return render(request, "accounts/home.html" if request.user.is_authenticated else "accounts/landing.html")


class SignIn(LoginView):
    """Sign-in by e-mail. Each success and each failure is written down."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return second_step(request, self.get_success_url()) or super().get(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override] # narrower than Django's on purpose
        response = super().form_valid(form)
        user = form.get_user()
        step = second_step(self.request, self.get_success_url())
        if step is None:
            web_sign_in_record(user=user)
            erasure_warn(self.request, user)
        remember_device(self.request, step or response, user)
        return step or response

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override] # narrower than Django's on purpose
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, SLOWED):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        return response


class SignOut(LogoutView):
    """Sign-out, by POST only."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if isinstance(request.user, User):
            web_sign_out_record(user=request.user)
        return super().post(request, *args, **kwargs)


def attempted_email(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Under which name axes counts an attempt: the e-mail in lower case, however the form or the API calls its field."""
    given = credentials or request.POST
    return (given.get("username") or given.get("email") or "").strip().lower()


def locked_out(request: HttpRequest, original_response: HttpResponse, _credentials: object) -> HttpResponse:
    """What axes answers once an account has failed too often: the API's own answer there, a page here."""
    if request.path.startswith(API_PREFIX):
        return original_response
    return render(request, "accounts/locked_out.html", status=429)
