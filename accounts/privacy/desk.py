"""The desk's way to have somebody's account erased, or to call that off."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from typing_extensions import override

from accounts.factors.gate import confirm_first
from accounts.models import User
from accounts.privacy.erasing import erasure_call_off, erasure_order, open_erasure
from config.admin import PolicyAdmin
from config.cursors import is_uuid
from config.errors import ProductError


class ErasingAdmin(PolicyAdmin[User]):
    """Beside a person's form: the order to erase the account, and calling that off."""

    @override
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.erasure_view)
        return [path("<uuid:user_id>/erasure/", view, name="accounts_erasure"), *super().get_urls()]

    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        person = User.objects.filter(pk=object_id).first() if object_id and is_uuid(object_id) else None
        shown = {"erasure": open_erasure(person) if person else None, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, shown)

    def erasure_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """By POST alone: ordered with a reason, or called off."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=user_id)
        back = reverse("admin:accounts_user_change", args=[user.pk])
        actor = cast("User", request.user)
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if away := confirm_first(request, actor, back):
            return away
        try:
            if request.POST.get("action") == "call_off":
                erasure_call_off(actor=actor, user=user)
                messages.success(request, "Called off: the account stays as it is.")
            else:
                erasure = erasure_order(actor=actor, user=user, reason=request.POST.get("reason", ""))
                messages.success(request, f"The account will be erased on {erasure.due_at:%-d %B %Y}.")
        except ProductError as refusal:
            messages.error(request, refusal.detail)
        return HttpResponseRedirect(back)
