"""The way in and out, and the first page."""

from collections.abc import Mapping

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.forms import SignInForm
from accounts.models import User
from accounts.services import sign_in_failure_record, web_sign_in_record, web_sign_out_record

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

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override] # narrower than Django's on purpose
        response = super().form_valid(form)
        web_sign_in_record(user=form.get_user())
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override] # narrower than Django's on purpose
        # Only what passed its field: the database keeps no NUL, and what was left out is no attempt.
        email = form.cleaned_data.get("username", "")
        if email and form.cleaned_data.get("password"):
            sign_in_failure_record(email=email, locked_out=bool(getattr(self.request, "axes_locked_out", False)))
        return super().form_invalid(form)


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
