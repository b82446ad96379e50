"""One's own account: what there is to keep safe, and where one is signed in."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

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
    return render(request, "accounts/sessions.html", {"page": page, "present": present})


@require_POST
@login_required
def session_end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of them. Whoever ends the one that he asks by is signed out."""
    try:
        session_revoke(actor=person_of(request), session_id=session_id)
    except NotFoundForActor:
        messages.info(request, "That sign-in was over already.")
    else:
        messages.success(request, "That sign-in is over. Whoever used it has to sign in again.")
    return redirect("session_list")


@require_POST
@login_required
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all but the present one."""
    ended = sessions_revoke_others(actor=person_of(request))
    messages.success(request, f"{ended} other sign-in{'' if ended == 1 else 's'} ended. This one goes on.")
    return redirect("session_list")
