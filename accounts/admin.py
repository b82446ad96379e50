"""Airlines, people and service clients in the admin: administrators' work, done by services."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from typing_extensions import override
from unfold.forms import AuthenticationForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
)

from accounts import services
from accounts.factors.desk import GrantingAdmin
from accounts.factors.gate import confirm_first, next_of, second_step
from accounts.factors.services import factors_reset
from accounts.forms import GuardedSignIn
from accounts.guessing import remember_device
from accounts.models import Airline, AirlineGrant, Role, Scope, ServiceClient, User
from accounts.networks import normal_network
from accounts.policies import may_administer_accounts
from accounts.privacy.desk import ErasingAdmin
from accounts.services.people import ACTIVATION_TERMS, AIRLINE_TERMS
from config.admin import PolicyAdmin, RowT
from config.errors import ProductError

if TYPE_CHECKING:
    from django.contrib.admin.forms import AdminAuthenticationForm

    _UserForm = forms.ModelForm[User]
    _ClientForm = forms.ModelForm[ServiceClient]
else:
    AdminAuthenticationForm = AuthenticationForm
    _UserForm = _ClientForm = forms.ModelForm


class DeskSignInForm(GuardedSignIn, AdminAuthenticationForm):
    """The admin's sign-in: e-mail and password, for approvers and administrators. Written down as the site's own is."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "That e-mail and password do not match an account here. Check both and try again.",
        "not_staff": "The desk is for approvers and administrators. Pilots sign in on the site itself.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget.attrs.update({"type": "email", "autocomplete": "username"})

    @override
    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active:
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        if not user.is_staff:
            raise ValidationError(self.error_messages["not_staff"], code="not_staff")


admin.site.login_form = DeskSignInForm
_sign_in = admin.site.login


def desk_sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin's own sign-in. A POST that it answers with a redirect has signed the person in: that is written down.

    Whoever owes a second factor is led to where he gives it, and signed in there.
    """
    onward = next_of(request, "admin:index")
    if request.method != "POST" and (step := second_step(request, onward)):
        return step
    response = _sign_in(request, extra_context)
    if step := second_step(request, onward):
        return step
    if request.method == "POST" and isinstance(response, HttpResponseRedirect) and isinstance(request.user, User):
        services.web_sign_in_record(user=request.user)
        remember_device(request, response, request.user)
    return response


def desk_password_change(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """There is one page for it: Django's own would write the password past the service, which ends sign-ins and tells."""
    return redirect("password_change")


admin.site.login = desk_sign_in  # type: ignore[method-assign] # of this one site, as its form is
admin.site.password_change = desk_password_change  # type: ignore[assignment, method-assign] # likewise
# Nobody's permissions come from groups, and django-axes' own pages ask Django's model permissions, which nobody has:
# what they show is in the security events.
_unused: list[type[Model]] = [Group, *apps.get_app_config("axes").get_models()]
for unused in _unused:
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


class AdministeredAdmin(PolicyAdmin[RowT]):
    """Rows that administrators add and change."""

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer_accounts(cast("User", request.user))

    @override
    def has_change_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return may_administer_accounts(cast("User", request.user))

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services have written all there is."""


def _changes(form: Any, names: tuple[str, ...]) -> dict[str, object]:
    return {name: form.cleaned_data[name] for name in form.changed_data if name in names}


def _take_over(row: Any, saved: Any) -> None:
    """Let the admin's own row be the one that the service wrote."""
    row.__dict__.update(saved.__dict__)


@admin.register(Airline)
class AirlineAdmin(AdministeredAdmin[Airline]):
    """Carriers."""

    list_display = ("code", "name", "time_zone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    fieldsets = (
        (None, {"fields": ("code", "name", "time_zone", "is_active")}),
        (
            "Reviews",
            {
                "fields": AIRLINE_TERMS,
                "description": "For reviews that begin from now on; those that run go on as they began.",
            },
        ),
        (
            "Activations",
            {
                "fields": ACTIVATION_TERMS,
                "description": "Holds at once, for contracts that were activated before too.",
            },
        ),
    )

    @override
    def save_model(self, request: HttpRequest, obj: Airline, form: Any, change: bool) -> None:
        actor = cast("User", request.user)
        names = ("code", "name", "time_zone", "is_active", *AIRLINE_TERMS, *ACTIVATION_TERMS)
        if change:
            _take_over(obj, services.airline_update(actor=actor, airline=obj, changes=_changes(form, names)))
        else:
            fields = {name: form.cleaned_data[name] for name in names}
            _take_over(obj, services.airline_create(actor=actor, fields=fields))


class UserForm(_UserForm):
    """An account, and the airlines whose contracts it may review."""

    reviews = forms.ModelMultipleChoiceField(
        queryset=Airline.objects.all(),
        required=False,
        label="Reviews contracts of",
        help_text="For approvers: the airlines whose contracts they decide on.",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "full_name", "role", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding and "reviews" in self.fields:
            self.initial["reviews"] = list(Airline.objects.filter(grants__user=self.instance))

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("reviews") and cleaned.get("role") != Role.APPROVER:
            self.add_error("reviews", "Only approvers review contracts: choose that role, or no airline.")
        return cleaned


class NewUserForm(UserForm):
    """A new account with its first password."""

    password = forms.CharField(
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Hand it over in person; at least eight characters, and no common one.",
    )

    class Meta(UserForm.Meta):
        fields: ClassVar[list[str]] = ["email", "full_name", "role"]


@admin.register(User)
class UserAdmin(ErasingAdmin, GrantingAdmin[User], AdministeredAdmin[User]):
    """People: their role, whether they may come in, and what they review."""

    change_form_outer_after_template = "admin/accounts/person_after.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk.css"]}

    list_display = ("email", "full_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "full_name")
    fieldsets = ((None, {"fields": ("email", "full_name", "role", "is_active", "reviews")}),)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("email", "full_name", "password", "role", "reviews")}),)

    @override
    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{**kwargs, "form": UserForm if change else NewUserForm})

    @override
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actor, given = cast("User", request.user), form.cleaned_data
        if change:
            if changes := _changes(form, services.people.USER_FIELDS):
                _take_over(obj, services.user_update(actor=actor, user=obj, changes=changes))
        else:
            created = services.user_create(
                actor=actor,
                email=given["email"],
                password=given["password"],
                full_name=given["full_name"],
                role=given["role"],
            )
            _take_over(obj, created)
        self._write_grants(actor, obj, set(given.get("reviews", ())))

    @override
    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(self.reset_factors_view)
        return [path("<uuid:user_id>/factors/", reset, name="accounts_reset_factors"), *super().get_urls()]

    def reset_factors_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """For whoever has lost app, passkeys and codes, by POST alone, with a reason."""
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
            factors_reset(actor=actor, user=user, reason=request.POST.get("reason", ""))
        except ProductError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, "Their second factors are gone, and their sign-ins have ended.")
        return HttpResponseRedirect(back)

    @staticmethod
    def _write_grants(actor: User, user: User, wanted: set[Airline]) -> None:
        granted = {
            grant.content_object for grant in AirlineGrant.objects.filter(user=user).select_related("content_object")
        }
        for airline in sorted(wanted - granted, key=str):
            services.grant_add(actor=actor, user=user, airline=airline)
        for airline in sorted(granted - wanted, key=str):
            services.grant_remove(actor=actor, user=user, airline=airline)


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
            changes = _changes(form, services.clients.CHANGEABLE)
            _take_over(obj, services.client_update(actor=actor, client=obj, changes=changes, airlines=airlines))
            return
        created, secret = services.client_create(
            actor=actor,
            name=given["name"],
            scopes=[Scope(scope) for scope in given["scopes"]],
            airlines=airlines,
            networks=given["networks"],
        )
        _take_over(obj, created)
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
