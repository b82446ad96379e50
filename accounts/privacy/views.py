"""Pages of one's data: a copy of it, and erasing the account."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.account_views import person_of
from accounts.factors.gate import confirm_first
from accounts.models import User
from accounts.privacy.erasing import GRACE, erasure_call_off, erasure_request, obstacles_of, open_erasure
from accounts.privacy.exporting import KEPT, export_open, export_request
from accounts.privacy.forms import ErasureForm
from accounts.privacy.models import DataExport
from accounts.privacy.serving import copy_as_attachment, copy_name
from config.errors import ProductError

SHOWN = 5


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What there is of copies and of an erasure."""
    return render(request, "accounts/privacy/overview.html", _context(person_of(request)))


@require_POST
@login_required
def export_begin(request: HttpRequest) -> HttpResponse:
    """Have a copy made."""
    person = person_of(request)
    if away := confirm_first(request, person, reverse("own_data")):
        return away
    try:
        export_request(actor=person)
    except ProductError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Your copy is being made. Come back to this page in a minute.")
    return redirect("own_data")


@require_safe
@never_cache
@login_required
def export_download(request: HttpRequest, export_id: UUID) -> HttpResponse | FileResponse:
    """One's own copy, and nobody else's."""
    person = person_of(request)
    if away := confirm_first(request, person, request.path):
        return away
    try:
        file = export_open(actor=person, export_id=export_id)
    except ProductError as refusal:
        messages.error(request, refusal.detail)
        return redirect("own_data")
    return copy_as_attachment(file, copy_name(export_id))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """What erasing means, and the address to type."""
    person = person_of(request)
    if away := confirm_first(request, person, request.path):
        return away
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            erasure = erasure_request(actor=person, email=form.cleaned_data["email"])
        except ProductError as refusal:
            form.add_error("email", refusal.detail)
        else:
            messages.success(
                request, f"Your account will be erased on {erasure.due_at:%-d %B %Y}. Until then you can call it off."
            )
            return redirect("own_data")
    context = {
        "form": form,
        "person": person,
        "obstacles": obstacles_of(person),
        "erasure": open_erasure(person),
        "days": GRACE.days,
    }
    return render(request, "accounts/privacy/erase.html", context)


@require_POST
@login_required
def erase_call_off(request: HttpRequest) -> HttpResponse:
    """Keep the account after all."""
    person = person_of(request)
    try:
        erasure_call_off(actor=person, user=person)
    except ProductError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Called off: your account stays as it is.")
    return redirect("own_data")


def erasure_warn(request: HttpRequest, user: User) -> None:
    """Tell whoever signs in that his account is to be erased."""
    if erasure := open_erasure(user):
        how = "You can call that off under “Your data”." if erasure.is_own_wish else "An administrator ordered that."
        messages.warning(request, f"Your account will be erased on {erasure.due_at:%-d %B %Y}. {how}")


def _context(person: User) -> dict[str, object]:
    return {
        "exports": DataExport.objects.filter(user=person)[:SHOWN],
        "erasure": open_erasure(person),
        "kept_days": KEPT.days,
        "days": GRACE.days,
    }
