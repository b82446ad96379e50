"""Programs, and their secrets."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from typing_extensions import override
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from accounts import services
from accounts.admin.administered import AdministeredAdmin, changes_of, take_over
from accounts.factors.desk import GrantingAdmin
from accounts.factors.gate import confirm_first
from accounts.models import Airline, Scope, ServiceClient, User
from accounts.networks import normal_network

if TYPE_CHECKING:
    _ClientForm = forms.ModelForm[ServiceClient]
else:
    _ClientForm = forms.ModelForm


# What the desk offers for how long the old secret stays good, in hours.
OVERLAP_HOURS = {"none": 0, "hour": 1, "day": 24, "week": 7 * 24}


class ServiceClientForm(_ClientForm):
    """What a program may do, and for which airlines."""

    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)
    serves = forms.ModelMultipleChoiceField(
        queryset=Airline.objects.all(), required=False, label="Airlines", widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    networks = forms.CharField(
        required=False,
        label="May call from",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Addresses or networks such as 203.0.113.7 or 2001:db8::/32, one a line. Empty: from everywhere.",
    )

    class Meta:
        model = ServiceClient
        fields = ("name", "scopes", "is_active", "networks")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding and "serves" in self.fields:
            self.initial["serves"] = list(self.instance.airlines.all())
        self.initial["networks"] = "\n".join(self.instance.networks)

    def clean_networks(self) -> list[str]:
        """One a line, in their normal form. Raises ValidationError."""
        return sorted({normal_network(line) for line in self.cleaned_data["networks"].split()})


@admin.register(ServiceClient)
class ServiceClientAdmin(GrantingAdmin[ServiceClient], AdministeredAdmin[ServiceClient]):
    """Programs. A new one's secret is shown once, in the answer to its making, and nowhere else."""

    form = ServiceClientForm
    change_form_outer_after_template = "admin/accounts/renew_secret.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk.css"]}

    list_display = ("name", "client_id", "is_active", "last_used_at")
    list_filter = ("is_active",)
    search_fields = ("name", "client_id")
    readonly_fields = ("client_id", "last_used_at")
    fieldsets = (
        (None, {"fields": ("name", "client_id", "scopes", "serves", "networks", "is_active", "last_used_at")}),
    )
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "scopes", "serves", "networks")}),)

    @override
    def save_model(self, request: HttpRequest, obj: ServiceClient, form: Any, change: bool) -> None:
        actor, given = cast("User", request.user), form.cleaned_data
        airlines = list(given["serves"])
        if change:
            changes = changes_of(form, services.clients.CHANGEABLE)
            take_over(obj, services.client_update(actor=actor, client=obj, changes=changes, airlines=airlines))
            return
        created, secret = services.client_create(
            actor=actor,
            name=given["name"],
            scopes=[Scope(scope) for scope in given["scopes"]],
            airlines=airlines,
            networks=given["networks"],
        )
        take_over(obj, created)
        # For `response_add` alone: it is written nowhere, not into a message either, which would lie in a cookie.
        request.client_secret = secret  # type: ignore[attr-defined] # carried from one step of one request to the next

    @override
    def get_urls(self) -> list[URLPattern]:
        renew = self.admin_site.admin_view(self.renew_secret_view)
        return [path("<uuid:client_id>/secret/", renew, name="accounts_renew_secret"), *super().get_urls()]

    def renew_secret_view(self, request: HttpRequest, client_id: UUID) -> HttpResponse:
        """A lost secret is replaced by a new one, by POST alone; the service refuses whoever is no administrator."""
        client = get_object_or_404(ServiceClient, pk=client_id)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:accounts_serviceclient_change", args=[client.pk]))
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        if away := confirm_first(
            request, cast("User", request.user), reverse("admin:accounts_serviceclient_change", args=[client.pk])
        ):
            return away
        hours = OVERLAP_HOURS.get(request.POST.get("overlap", ""), 0)
        secret = services.client_secret_renew(
            actor=cast("User", request.user), client=client, overlap=timedelta(hours=hours)
        )
        return self._secret_shown(request, client, secret, title="Secret renewed")

    @override
    def response_add(
        self, request: HttpRequest, obj: ServiceClient, post_url_continue: str | None = None
    ) -> HttpResponse:
        secret = getattr(request, "client_secret", "")
        return self._secret_shown(request, obj, secret, title="Service client created")

    def _secret_shown(self, request: HttpRequest, client: ServiceClient, secret: str, *, title: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "title": title, "client": client, "secret": secret}
        return TemplateResponse(request, "admin/accounts/client_secret.html", context)
