"""One's own account: what there is to keep safe, and where one is signed in."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.factors.gate import confirm_first
from accounts.idleness import idle_limit, limit_words
from accounts.models import User
from accounts.selectors import live_sessions
from accounts.services import session_revoke, sessions_revoke_others
from config.cursors import page_after
from config.errors import NotFoundForActor

PAGE_SIZE = 25


def person_of(request: HttpRequest) -> User:
    """The person signed in; `login_required` stands before every view."""
    return cast("User", request.user)


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The parts of one's account."""
    return render(request, "accounts/account.html")


@require_safe
@never_cache
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, the latest sign-in first."""
    person = person_of(request)
    page = page_after(live_sessions(person), ("-created_at", "id"), request.GET.get("after", ""), PAGE_SIZE)
    present = person.session.pk if person.session is not None else None
    idle = limit_words(idle_limit(is_staff=person.is_staff, is_program=False))
    return render(request, "accounts/sessions.html", {"page": page, "present": present, "idle": idle})


@require_POST
@login_required
def session_end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of them. Whoever ends the one that he asks by is signed out; before another ends he confirms who he is."""
    person = person_of(request)
    is_present = person.session is not None and person.session.pk == session_id
    if not is_present and (away := confirm_first(request, person, reverse("session_list"))):
        return away
    try:
        session_revoke(actor=person, session_id=session_id)
    except NotFoundForActor:
        messages.info(request, "That sign-in was over already.")
    else:
        messages.success(request, "That sign-in is over. Whoever used it has to sign in again.")
    return redirect("session_list")


@require_POST
@login_required
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all but the present one, once he has confirmed who he is."""
    person = person_of(request)
    if away := confirm_first(request, person, reverse("session_list")):
        return away
    ended = sessions_revoke_others(actor=person)
    messages.success(request, f"{ended} other sign-in{'' if ended == 1 else 's'} ended. This one goes on.")
    return redirect("session_list")
