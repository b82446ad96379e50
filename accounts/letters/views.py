"""Pages for registering, lost passwords and other addresses. What is asked of strangers is answered alike for every address."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.account_views import person_of
from accounts.consents.documents import current_texts
from accounts.consents.forms import AgreeingRegistrationForm
from accounts.factors.gate import second_step
from accounts.factors.services import second_factor_give
from accounts.guessing import remember_device
from accounts.letters import forms, services
from accounts.letters.inviting import invitation_accept
from accounts.letters.links import LinkRefused
from accounts.limits import limited
from accounts.models import User
from accounts.services import web_sign_in_record
from accounts.web_sessions import session_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])
PASSWORD_BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def sign_in(
    request: HttpRequest, response: HttpResponse, user: User, *, gave_second_factor: bool = False
) -> HttpResponse:
    """Begin a session of somebody who has just proved who he is, in a browser that is his. Where he owes a second factor, that first."""
    login(request, user, backend=PASSWORD_BACKEND)
    session = session_of(request)
    if gave_second_factor and session is not None:
        second_factor_give(session=session)
    step = second_step(request, reverse("home"))
    if step is None:
        web_sign_in_record(user=user)
    remember_device(request, step or response, user)
    return step or response


@form_methods
@never_cache
@limited
def register(request: HttpRequest) -> HttpResponse:
    form = AgreeingRegistrationForm(request.POST or None, texts=current_texts())

    def ask(given: dict[str, Any]) -> None:
        named = {name: given[name] for name in ("email", "password", "full_name")}
        services.registration_request(**named, agreed_to=given["shown"])

    if _done(form, ask):
        return redirect("letter_sent", what="register")
    return _page(
        request,
        form,
        heading="Register",
        lead="For pilots: your account is made once your address is verified. Your airline's administrator connects it "
        "with your pilot's record.",
        button="Register",
    )


@form_methods
@never_cache
@limited
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a registration: the password that was chosen makes the account and signs in."""
    form = forms.VerificationForm(request.POST or None)
    found: list[User] = []
    try:
        done = _done(form, lambda given: found.append(services.registration_complete(token=token, **given)))
    except LinkRefused:
        return _refused(request, "register", "Register again")
    if done:
        messages.success(request, "Your address is verified, and your account is made.")
        return sign_in(request, redirect("home"), found[0])
    return _page(
        request,
        form,
        heading="Verify your address",
        lead="Give the password that you chose when you registered.",
        button="Verify and sign in",
    )


@form_methods
@never_cache
@limited
def password_reset(request: HttpRequest) -> HttpResponse:
    form = forms.EmailForm(request.POST or None)
    if _done(form, lambda given: services.password_reset_request(**given)):
        return redirect("letter_sent", what="password")
    return _page(
        request,
        form,
        heading="Set a new password",
        lead="Give the address of your account. A link that works once is mailed there.",
        button="Mail me a link",
    )


@form_methods
@never_cache
@limited
def password_reset_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The browser is known from then on: whoever guesses the account's password keeps its owner out nowhere."""
    form = forms.NewPasswordForm(request.POST or None)
    found: list[User] = []
    try:
        done = _done(form, lambda given: found.append(services.password_reset(token=token, **given)))
    except LinkRefused:
        return _refused(request, "password_reset", "Ask for a new link")
    if done:
        messages.success(request, "Your new password is set. Sign in with it.")
        response = redirect("login")
        remember_device(request, response, found[0])
        return response
    return _page(
        request,
        form,
        heading="Set a new password",
        lead="Every sign-in of your account ends, and you sign in anew.",
        button="Set the password",
    )


@form_methods
@never_cache
@limited
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: the first password is set, and the browser is known from then on."""
    form = forms.NewPasswordForm(request.POST or None)
    found: list[User] = []
    try:
        done = _done(form, lambda given: found.append(invitation_accept(token=token, **given)))
    except LinkRefused:
        return _refused(request, "password_reset", "Ask for a link yourself")
    if done:
        messages.success(request, "Your password is set. Sign in with it.")
        response = redirect("login")
        remember_device(request, response, found[0])
        return response
    return _page(
        request,
        form,
        heading="Choose a password",
        lead="An administrator made an account for you. Only you know its password.",
        button="Set the password",
    )


@require_safe
def letter_sent(request: HttpRequest, what: str) -> HttpResponse:
    """The same for every address."""
    return render(request, "accounts/letter_sent.html", {"what": what})


@form_methods
@never_cache
@login_required
@limited
def password_change(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = forms.PasswordChangeForm(request.POST or None)
    changed: list[User] = []

    def change(given: dict[str, Any]) -> None:
        present, password = given["present_password"], given["password"]
        changed.append(services.password_change(actor=person, present=present, password=password))

    if _done(form, change):
        had_second_factor = person.session is not None and person.session.second_factor_at is not None
        messages.success(request, "Your password is changed. Every other sign-in has ended.")
        return sign_in(request, redirect("account"), changed[0], gave_second_factor=had_second_factor)
    return _page(
        request,
        form,
        heading="Change the password",
        lead="Every other sign-in of your account ends.",
        button="Change the password",
        back="account",
    )


@form_methods
@never_cache
@login_required
@limited
def email_change(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = forms.EmailChangeForm(request.POST or None)

    def change(given: dict[str, Any]) -> None:
        services.email_change_request(actor=person, email=given["email"], present=given["present_password"])

    if _done(form, change):
        return redirect("letter_sent", what="email")
    return _page(
        request,
        form,
        heading="Change the address",
        lead=f"A link is mailed to {person.email} and to the new address. Once both were opened, the address changes.",
        button="Mail both links",
        back="account",
    )


@form_methods
@never_cache
@limited
def email_change_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in either mail. Whoever reads that mailbox may say yes, signed in or not."""
    if request.method == "POST":
        try:
            changed = services.email_change_confirm(token=token)
        except LinkRefused:
            return _refused(request, "home", "Back to the first page")
        return render(request, "accounts/email_confirmed.html", {"changed": changed})
    return _page(
        request,
        forms.ConfirmForm(),
        heading="Another address for your account",
        lead="Say yes, and the address changes once the other address has said yes too.",
        button="Say yes to the change",
    )


def _done(form: forms.ServiceForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was sent and the service did it; else its faults stand in the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except ValidationError as refusal:
        form.take_faults(refusal.message_dict)
        return False
    return True


def _page(request: HttpRequest, form: forms.ServiceForm, **words: str) -> HttpResponse:
    return render(request, "accounts/form_page.html", {"form": form, **words})


def _refused(request: HttpRequest, back: str, label: str) -> HttpResponse:
    return render(request, "accounts/link_refused.html", {"back": back, "label": label}, status=422)
