"""The desk's forms by which somebody is granted something."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from typing_extensions import override

from accounts.factors.gate import confirm_first
from accounts.models import User
from config.admin import PolicyAdmin, RowT


class GrantingAdmin(PolicyAdmin[RowT]):
    """Whoever proved himself too long ago confirms who he is before the form is shown.

    Where the time runs out while he fills it in, the service refuses, and the form keeps what was typed.
    """

    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        away = confirm_first(request, cast("User", request.user), request.get_full_path())
        if away is not None and request.method != "POST":
            return away
        if away is not None:
            way = '<a href="{}" target="_blank">Confirm who you are</a> in a tab of its own, then save this again.'
            messages.warning(request, format_html(way, reverse("confirm")))
        return super().changeform_view(request, object_id, form_url, extra_context)
