"""The pages of notifications: the list, the choices, and the end of a mail by its link."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.notifications import services
from accounts.notifications.forms import PreferencesForm
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.models import Notification
from accounts.notifications.unsubscribing import DIGEST, holder_of
from config.cursors import page_after
from config.errors import NotFoundForActor

PAGE_SIZE = 25


def _user(request: HttpRequest) -> User:
    """The person signed in; `login_required` stands before every view but the link in mails."""
    return cast("User", request.user)


@require_safe
@never_cache
@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    """One's own, the latest first; on demand those alone that are not read."""
    own = Notification.objects.visible_to(_user(request))
    only_unread = request.GET.get("show") == "unread"
    page = page_after(
        own.unread() if only_unread else own, ("-created_at", "id"), request.GET.get("after", ""), PAGE_SIZE
    )
    context = {"page": page, "only_unread": only_unread, "show": "unread" if only_unread else "all"}
    return render(request, "accounts/notifications/list.html", context)


@require_POST
@login_required
def mark_read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read: a script gets its line of the list and the bell anew, everybody else the list."""
    try:
        notification = services.notification_mark_read(actor=_user(request), notification_id=notification_id)
    except NotFoundForActor:
        return render(request, "404.html", status=404)
    if request.headers.get("HX-Request"):
        return render(request, "accounts/notifications/item_read.html", {"notification": notification})
    return redirect("notifications:list")


@require_POST
@login_required
def open_target(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read and go where it points. By POST: what follows links of itself must not read for a person."""
    try:
        notification = services.notification_mark_read(actor=_user(request), notification_id=notification_id)
    except NotFoundForActor:
        return render(request, "404.html", status=404)
    return redirect(notification.path)


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    services.notifications_mark_all_read(actor=_user(request))
    messages.success(request, "All your notifications are marked as read.")
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """When each kind is mailed."""
    user = _user(request)
    form = PreferencesForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for kind, mail in form.changes:
                services.preference_set(actor=user, kind=kind, mail=mail)
        messages.success(request, "Your choices are kept. They hold from the next mail on.")
        return redirect("notifications:preferences")
    return render(
        request, "accounts/notifications/preferences.html", {"form": form}, status=422 if form.is_bound else 200
    )


# The token in the address is the authority; mail programs post without cookies (RFC 8058).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in a mail ends, and, once posted, that it is ended. To look changes nothing: scanners follow links."""
    try:
        holder = holder_of(token)
        is_done = request.method == "POST"
        if is_done:
            services.unsubscribe_by_token(token=token)
    except NotFoundForActor as refusal:
        return render(request, "accounts/notifications/unsubscribe_unknown.html", {"why": refusal.detail}, status=404)
    context = {
        "is_done": is_done,
        "is_digest": holder.what == DIGEST,
        "what": "" if holder.what == DIGEST else NotificationKind(holder.what).label,
    }
    response = render(request, "accounts/notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address is a key
    return response
