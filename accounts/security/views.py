"""The pages on which security events are worked."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.security import services
from accounts.security.forms import ClosingForm, CommentForm, FilterForm, ReasonForm
from accounts.security.policies import may_guard
from accounts.security.selectors import event_page, events_listed
from audit.models import SecurityEvent
from config.cursors import is_uuid, page_after
from config.errors import NotFoundForActor, ProductError

PAGE_SIZE = 25
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def guarded(view: View[P]) -> View[P]:
    """For those who guard alone; others are refused, strangers sent to sign in."""

    @login_required
    @wraps(view)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_guard(request.user):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NotFoundForActor as refusal:
            raise Http404 from refusal

    return cast("View[P]", asked)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
@never_cache
@guarded
def event_list(request: HttpRequest) -> HttpResponse:
    """The events that the filters leave, the latest first."""
    return _list(request, ClosingForm())


def _list(
    request: HttpRequest, closing: ClosingForm, *, chosen: frozenset[str] = frozenset(), status: int = 200
) -> HttpResponse:
    given = request.GET if request.method in {"GET", "HEAD"} else request.POST
    asked = FilterForm(given)
    asked.is_valid()
    page = page_after(
        events_listed(_user(request), asked.cleaned_data), ("-last_seen_at", "id"), given.get("after", ""), PAGE_SIZE
    )
    kept = {name: given[name] for name in asked.fields if given.get(name)}
    context = {
        "page": page,
        "asked": asked,
        "is_filtered": bool(kept),
        "kept": kept,
        "filters": urlencode(kept),
        "closing": closing,
        "chosen": chosen,
    }
    return render(request, "accounts/security/list.html", context, status=status)


@require_POST
@guarded
def bulk_close(request: HttpRequest) -> HttpResponse:
    """Close those that are ticked."""
    closing = ClosingForm(request.POST)
    chosen = [UUID(key) for key in request.POST.getlist("event") if is_uuid(key)]
    if closing.is_valid():
        try:
            done = services.events_close(actor=_user(request), event_ids=chosen, **closing.cleaned_data)
        except ProductError as refusal:
            closing.add_error(None, refusal.detail)
        else:
            said = f"{done.closed} closed."
            if done.left:
                said += f" {done.left} left as they are: closed already, or in somebody else's hands."
            messages.success(request, said)
            return redirect("security:list")
    return _list(request, closing, chosen=frozenset(map(str, chosen)), status=422)


@require_safe
@never_cache
@guarded
def event_detail(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """One event, what it means, what was done with it, and what happened beside it."""
    return _detail(request, event_id)


def _detail(request: HttpRequest, event_id: UUID, *, status: int = 200, **forms_given: forms.Form) -> HttpResponse:
    event = SecurityEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise Http404
    context: dict[str, Any] = {
        "shown": event_page(event),
        "event": event,
        "is_mine": event.taken_by_id == _user(request).pk,
        "comment_form": CommentForm(),
        "closing_form": ClosingForm(),
        "reopening_form": ReasonForm(),
        **forms_given,
    }
    return render(request, "accounts/security/detail.html", context, status=status)


@require_POST
@guarded
def take(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Take the event, from whom the page showed to have it."""
    seen = request.POST.get("holder", "")
    holder = UUID(seen) if is_uuid(seen) else None
    return _done(
        request,
        event_id,
        lambda: services.event_take(actor=_user(request), event_id=event_id, holder=holder),
        "It is in your hands now.",
    )


@require_POST
@guarded
def release(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Give it back."""
    return _done(
        request,
        event_id,
        lambda: services.event_release(actor=_user(request), event_id=event_id),
        "It is open for others again.",
    )


@require_POST
@guarded
def comment(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Write a comment."""
    return _said(
        request, event_id, "comment_form", CommentForm(request.POST), services.event_comment, "Your comment is kept."
    )


@require_POST
@guarded
def close(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Close it with an outcome."""
    return _said(request, event_id, "closing_form", ClosingForm(request.POST), services.event_close, "It is closed.")


@require_POST
@guarded
def reopen(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Take the closing back."""
    return _said(
        request, event_id, "reopening_form", ReasonForm(request.POST), services.event_reopen, "It is open again."
    )


def _done(request: HttpRequest, event_id: UUID, service: Callable[[], object], said: str) -> HttpResponse:
    try:
        service()
    except NotFoundForActor:
        raise
    except ProductError as refusal:
        messages.error(request, refusal.detail)
        return _detail(request, event_id, status=refusal.status)
    messages.success(request, said)
    return redirect("security:detail", event_id)


def _said(
    request: HttpRequest,
    event_id: UUID,
    name: str,
    form: forms.Form,
    service: Callable[..., object],
    said: str,
) -> HttpResponse:
    """What was written is kept on the page when it is refused."""
    status = 422
    if form.is_valid():
        try:
            service(actor=_user(request), event_id=event_id, **form.cleaned_data)
        except NotFoundForActor:
            raise
        except ProductError as refusal:
            form.add_error(None, refusal.detail)
            status = refusal.status
        else:
            messages.success(request, said)
            return redirect("security:detail", event_id)
    return _detail(request, event_id, status=status, **{name: form})
