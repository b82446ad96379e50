"""The page on which a person keeps his own key to a language model, and sees what was done with it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from config.cursors import page_after
from config.errors import ProductError
from contracts import browsing, selectors
from contracts.models import ModelCredential
from contracts.own_key_forms import NewKeyForm, ReplaceForm, TermsForm
from contracts.own_key_words import host_of, month_card, run_cards
from contracts.policies import uploadable_airlines
from contracts.services.credentials import (
    credential_create,
    credential_replace,
    credential_revoke,
    credential_update,
)

PAGE = "contracts:own_key"
_RUNS_ORDER = ("-created_at", "id")


def _user(request: HttpRequest) -> User:
    """The person signed in; `login_required` stands before every view."""
    return cast("User", request.user)


def _own(request: HttpRequest) -> ModelCredential:
    """His active key, or 404."""
    return get_object_or_404(selectors.own_credentials(_user(request)))


@require_safe
@never_cache
@login_required
def own_key(request: HttpRequest) -> HttpResponse:
    """The stored key and its use, or the form for one."""
    return _page(request)


@require_POST
@sensitive_post_parameters("key")
@login_required
def store(request: HttpRequest) -> HttpResponse:
    """Keep a key."""
    user, form = _user(request), NewKeyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            credential_create(
                actor=user,
                owner=user,
                provider=given["provider"],
                key=given["key"],
                base_url=given["base_url"],
                terms=form.terms,
            )
        except (ProductError, ValidationError) as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, "Your key is stored. What you upload from now on is read with it as well.")
            return redirect(PAGE)
    return _page(request, new=form)


@require_POST
@login_required
def change_terms(request: HttpRequest) -> HttpResponse:
    """Another model, other prices, other budgets."""
    credential, form = _own(request), TermsForm(request.POST)
    if form.is_valid():
        try:
            credential_update(actor=_user(request), credential=credential, changes=form.terms)
        except (ProductError, ValidationError) as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, "The terms are changed.")
            return redirect(PAGE)
    return _page(request, terms=form)


@require_POST
@sensitive_post_parameters("key")
@login_required
def replace(request: HttpRequest) -> HttpResponse:
    """Another key in the place of the stored one."""
    credential, form = _own(request), ReplaceForm(request.POST)
    if form.is_valid():
        try:
            credential_replace(actor=_user(request), credential=credential, key=form.cleaned_data["key"])
        except (ProductError, ValidationError) as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, "The new key is stored, and the old one forgotten.")
            return redirect(PAGE)
    return _page(request, replacement=form)


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    """Forget it."""
    try:
        credential_revoke(actor=_user(request), credential=_own(request))
    except ProductError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Your key is forgotten. Nothing more is sent with it.")
    return redirect(PAGE)


def _page(
    request: HttpRequest,
    *,
    new: NewKeyForm | None = None,
    terms: TermsForm | None = None,
    replacement: ReplaceForm | None = None,
) -> HttpResponse:
    """The whole page, with the forms that failed as they were sent."""
    user = _user(request)
    credential = selectors.own_credentials(user).first()
    runs = page_after(selectors.model_runs_of(user), _RUNS_ORDER, request.GET.get("after", ""), browsing.PAGE_SIZE)
    context: dict[str, object] = {"credential": credential, "runs": runs, "cards": run_cards(runs.rows)}
    if credential is None:
        airlines = selectors.credentials_for_uploads(user, uploadable_airlines(user))
        context["form"] = new or NewKeyForm()
        context["airlines"] = [(found, host_of(found)) for found in airlines]
    else:
        context["host"] = host_of(credential)
        context["month"] = month_card(credential, selectors.month_of_use(credential, timezone.now()))
        context["last_used"] = selectors.last_use(credential)
        context["terms"] = terms or TermsForm.of(credential)
        context["replacement"] = replacement or ReplaceForm()
        # A form that came too late: somebody else, or another window, has stored a key meanwhile.
        context["stale"] = new.non_field_errors() if new is not None else []
    failed = any(form is not None for form in (new, terms, replacement))
    return render(request, "contracts/own_key.html", context, status=422 if failed else 200)
