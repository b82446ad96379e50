"""People: their accounts, what they review, and what becomes of their second factors."""

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from typing_extensions import override
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from accounts import services
from accounts.admin.administered import AdministeredAdmin, changes_of, take_over
from accounts.factors.desk import GrantingAdmin
from accounts.factors.gate import confirm_first
from accounts.factors.services import factors_reset
from accounts.models import Airline, AirlineGrant, Role, User
from config.errors import ProductError

if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm


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
class UserAdmin(GrantingAdmin[User], AdministeredAdmin[User]):
    """People: their role, whether they may come in, and what they review."""

    change_form_outer_after_template = "admin/accounts/reset_factors.html"

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
            if changes := changes_of(form, services.people.USER_FIELDS):
                take_over(obj, services.user_update(actor=actor, user=obj, changes=changes))
        else:
            created = services.user_create(
                actor=actor,
                email=given["email"],
                password=given["password"],
                full_name=given["full_name"],
                role=given["role"],
            )
            take_over(obj, created)
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
