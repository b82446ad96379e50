"""People: their accounts, what they review, and what becomes of their passwords, second factors and sign-ins."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from typing_extensions import override
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts import services
from accounts.admin.administered import AdministeredAdmin, changes_of, take_over
from accounts.factors.desk import GrantingAdmin
from accounts.factors.gate import confirm_first
from accounts.factors.services import factors_reset
from accounts.letters.inviting import password_link_send
from accounts.letters.models import LetterPurpose
from accounts.models import Airline, AirlineGrant, Role, User
from accounts.privacy.desk import ErasingAdmin
from accounts.selectors import live_session_count
from config.errors import ProductError, RuleBroken

if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm

# Actor, whose account, the reason that he gave; what to say when it is done. Raises ProductError.
Deed = Callable[[User, User, str], str]


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
    """A new account. Its password is nobody's business but the person's: he is mailed a link to set it."""

    class Meta(UserForm.Meta):
        fields: ClassVar[list[str]] = ["email", "full_name", "role"]


@admin.register(User)
class UserAdmin(ErasingAdmin, GrantingAdmin[User], AdministeredAdmin[User]):
    """People: their role, whether they may come in, and what they review."""

    change_form_outer_after_template = "admin/accounts/person_deeds.html"
    list_after_template = "admin/accounts/end_all_link.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk.css"]}

    list_display = ("email", "full_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "full_name")
    fieldsets = ((None, {"fields": ("email", "full_name", "role", "is_active", "reviews")}),)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("email", "full_name", "role", "reviews")}),)

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
                full_name=given["full_name"],
                role=given["role"],
            )
            take_over(obj, created)
            messages.info(request, f"An invitation to choose a password is on its way to {created.email}.")
        self._write_grants(actor, obj, set(given.get("reviews", ())))

    @override
    def get_urls(self) -> list[URLPattern]:
        wrapped = self.admin_site.admin_view
        return [
            path("<uuid:user_id>/factors/", wrapped(self.reset_factors_view), name="accounts_reset_factors"),
            path("<uuid:user_id>/password-link/", wrapped(self.password_link_view), name="accounts_password_link"),
            path("<uuid:user_id>/sign-ins/", wrapped(self.end_sign_ins_view), name="accounts_end_sign_ins"),
            path("all-sign-ins/", wrapped(self.end_all_sign_ins_view), name="accounts_end_all_sign_ins"),
            *super().get_urls(),
        ]

    def reset_factors_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """For whoever has lost app, passkeys and codes, by POST alone, with a reason."""

        def reset(actor: User, user: User, reason: str) -> str:
            factors_reset(actor=actor, user=user, reason=reason)
            return "Their second factors are gone, and their sign-ins have ended."

        return self._done(request, user_id, reset)

    def end_sign_ins_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """For an account that somebody else may be using, by POST alone, with a reason."""

        def end(actor: User, user: User, reason: str) -> str:
            ended = services.sessions_end_of_person(actor=actor, user=user, reason=reason)
            return f"{ended} sign-in{'' if ended == 1 else 's'} ended, in browsers and programs."

        return self._done(request, user_id, end)

    def password_link_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """For whoever has no password yet, or has lost his, by POST alone. Nobody but he ever sees it."""

        def send(actor: User, user: User, _: str) -> str:
            purpose = password_link_send(actor=actor, user=user)
            what = "An invitation" if purpose == LetterPurpose.INVITATION else "A link to set a new password"
            return f"{what} is on its way to {user.email}. It works once, for 24 hours."

        return self._done(request, user_id, send)

    def end_all_sign_ins_view(self, request: HttpRequest) -> HttpResponse:
        """After a leak: a page that says what it does, and the deed by POST, with a reason."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        actor = cast("User", request.user)
        if away := confirm_first(request, actor, reverse("admin:accounts_end_all_sign_ins")):
            return away
        if request.method == "POST":
            try:
                ended = services.sessions_end_of_everybody(actor=actor, reason=request.POST.get("reason", ""))
            except RuleBroken as refusal:
                messages.error(request, refusal.detail)
            else:
                messages.success(request, f"{ended} sign-ins ended, yours too. Sign in again.")
                return redirect("admin:login")
        context = {
            **self.admin_site.each_context(request),
            "title": "End everybody's sign-ins",
            "live": live_session_count(),
        }
        return TemplateResponse(request, "admin/accounts/end_all_sign_ins.html", context)

    def _done(self, request: HttpRequest, user_id: UUID, act: Deed) -> HttpResponse:
        """A deed on somebody's account, and back to his page with what came of it."""
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
            said = act(actor, user, request.POST.get("reason", ""))
        except ProductError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, said)
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
