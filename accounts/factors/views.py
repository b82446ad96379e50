"""Pages for second factors: setting them up, giving them when signing in, confirming who one is."""

import json
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.account_views import person_of
from accounts.factors import codes, passkeys, services
from accounts.factors.forms import CodeForm, PasskeyAnswerForm, PasswordForm
from accounts.factors.gate import for_setting_up, next_of
from accounts.factors.models import Authenticator, Passkey, RecoveryCode
from accounts.factors.policies import has_second_factor, must_have_second_factor, who_must_have_one
from accounts.limits import limited
from accounts.models import User
from accounts.privacy.views import erasure_warn
from accounts.services import web_sign_in_record
from accounts.web_sessions import session_of
from config.door import acting, identity_of, seeing
from config.errors import ProductError

form_methods = require_http_methods(["GET", "HEAD", "POST"])
PASSKEY_STATE = "passkey_state"


@require_safe
@never_cache
@for_setting_up
def overview(request: HttpRequest, person: User) -> HttpResponse:
    """What one has, and what there is to add."""
    context = {
        "person": person,
        "authenticator": Authenticator.objects.filter(user=person, confirmed_at__isnull=False).first(),
        "passkeys": Passkey.objects.filter(user=person),
        "codes_left": RecoveryCode.objects.filter(user=person, used_at__isnull=True).count(),
        "is_required": must_have_second_factor(person),
        "who_must": who_must_have_one(),
        "form": PasskeyAnswerForm(),
        **_made(request, person),
    }
    return render(request, "accounts/factors/overview.html", context)


@require_POST
@for_setting_up
def app_begin(request: HttpRequest, person: User) -> HttpResponse:
    try:
        services.authenticator_begin(actor=person)
    except ProductError as refusal:
        messages.error(request, refusal.detail)
        return redirect("second_factor")
    return redirect("second_factor_app")


@form_methods
@never_cache
@for_setting_up
@limited
def app(request: HttpRequest, person: User) -> HttpResponse:
    """The picture that an app reads, and the first code that it shows."""
    secret = services.authenticator_secret(person)
    if secret is None:
        return redirect("second_factor")
    form = CodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = services.authenticator_confirm(actor=person, code=form.cleaned_data["code"])
        except ProductError as refusal:
            form.add_error("code", refusal.detail)
        else:
            return _added(request, made, "Your authenticator app is set up.")
    picture = _picture(codes.provisioning_uri(secret, person.email))
    return render(request, "accounts/factors/app.html", {"form": form, "picture": picture, "secret": secret})


@require_POST
@for_setting_up
def app_remove(request: HttpRequest, person: User) -> HttpResponse:
    return _removed(request, lambda: services.authenticator_remove(actor=person))


@require_POST
@never_cache
@for_setting_up
def passkey_add(request: HttpRequest, person: User) -> HttpResponse:
    """What the browser made of the picture's challenge: kept if it is an answer to ours."""
    form, state = PasskeyAnswerForm(request.POST), request.session.pop(PASSKEY_STATE, None)
    if not form.is_valid() or state is None:
        messages.error(request, passkeys.REFUSED)
        return redirect("second_factor")
    given = form.cleaned_data
    try:
        made = passkeys.registration_complete(
            actor=person, host=request.get_host(), state=state, answer=given["answer"], name=given["name"]
        )
    except ProductError as refusal:
        messages.error(request, refusal.detail)
        return redirect("second_factor")
    return _added(request, made, "Your passkey is kept.")


@require_POST
@for_setting_up
def passkey_remove(request: HttpRequest, person: User, passkey_id: UUID) -> HttpResponse:
    return _removed(request, lambda: services.passkey_remove(actor=person, passkey_id=passkey_id))


@require_POST
@never_cache
@for_setting_up
def codes_renew(request: HttpRequest, person: User) -> HttpResponse:
    try:
        made = services.recovery_codes_renew(actor=person)
    except ProductError as refusal:
        messages.error(request, refusal.detail)
        return redirect("second_factor")
    return render(request, "accounts/factors/codes.html", {"codes": made})


@form_methods
@never_cache
@limited
def step(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    session, onward = session_of(request), next_of(request, "home")
    if session is None:
        return redirect("login")
    person = session.user
    if not session.waits_for_second_factor:
        return redirect(onward)
    if not has_second_factor(person):
        return redirect("second_factor")
    form = CodeForm(request.POST if "code" in request.POST else None)
    with acting(person), seeing(identity_of(person)):  # the request itself is still nobody's
        if request.method == "POST" and _proved(request, person, form):
            services.second_factor_give(session=session)
            web_sign_in_record(user=person)
            erasure_warn(request, person)
            return redirect(onward)
        context = {"form": form, "next": onward, **_asked(request, person)}
        return render(request, "accounts/factors/step.html", context)


@form_methods
@never_cache
@login_required
@limited
def confirm(request: HttpRequest) -> HttpResponse:
    """Whoever is signed in shows again that it is he: by password, code or passkey."""
    person, onward = person_of(request), next_of(request, "account")
    by_password = PasswordForm(request.POST if "password" in request.POST else None)
    by_code = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        with_second_factor = "password" not in request.POST
        proved = _proved(request, person, by_code) if with_second_factor else _password_proved(person, by_password)
        if proved:
            services.reauthenticate(actor=person, with_second_factor=with_second_factor)
            messages.success(request, "Confirmed. Go on with what you were doing.")
            return redirect(onward)
    context = {"by_password": by_password, "form": by_code, "next": onward, **_asked(request, person)}
    return render(request, "accounts/factors/confirm.html", {**context, "has_factor": has_second_factor(person)})


def _password_proved(person: User, form: PasswordForm) -> bool:
    if not form.is_valid():
        return False
    try:
        services.password_check(user=person, password=form.cleaned_data["password"])
    except ProductError as refusal:
        form.add_error("password", refusal.detail)
        return False
    return True


def _proved(request: HttpRequest, person: User, form: CodeForm) -> bool:
    """By a code or by a passkey, whichever was sent; what was wrong stands in the form of codes, or in a message."""
    try:
        if "answer" in request.POST:
            _passkey_proved(request, person)
        elif form.is_valid():
            services.code_check(user=person, code=form.cleaned_data["code"])
        else:
            return False
    except ProductError as refusal:
        if form.is_bound:
            form.add_error("code", refusal.detail)
        else:
            messages.error(request, refusal.detail)
        return False
    return True


def _passkey_proved(request: HttpRequest, person: User) -> None:
    form, state = PasskeyAnswerForm(request.POST), request.session.pop(PASSKEY_STATE, None)
    if not form.is_valid() or state is None:
        raise services.FactorRefused(passkeys.REFUSED)
    passkeys.authentication_complete(
        user=person, host=request.get_host(), state=state, answer=form.cleaned_data["answer"]
    )


def _made(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the page needs to have a passkey made."""
    options, request.session[PASSKEY_STATE] = passkeys.registration_begin(person, host=request.get_host())
    return {"passkey_options": json.dumps(options)}


def _asked(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the page needs to have a passkey used; nothing for whoever has none."""
    if not Passkey.objects.filter(user=person).exists():
        return {"passkey_options": ""}
    options, request.session[PASSKEY_STATE] = passkeys.authentication_begin(person, host=request.get_host())
    return {"passkey_options": json.dumps(options)}


def _added(request: HttpRequest, made: list[str], said: str) -> HttpResponse:
    messages.success(request, said)
    return render(request, "accounts/factors/codes.html", {"codes": made}) if made else redirect("second_factor")


def _removed(request: HttpRequest, remove: Any) -> HttpResponse:
    try:
        remove()
    except ProductError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Removed.")
    return redirect("second_factor")


def _picture(uri: str) -> SafeString:
    """Black on white whatever the page's colours: cameras want it so."""
    svg = segno.make(uri, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(svg)  # noqa: S308 - drawn by segno from modules; no text of anybody's is in it
