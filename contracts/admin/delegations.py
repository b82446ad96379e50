"""Who stands in for whom: an approver names it for himself, an administrator for anybody."""

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from typing_extensions import override

from accounts.factors.desk import GrantingAdmin
from accounts.models import Role, User
from accounts.policies import is_administrator
from config.errors import ProductError
from contracts.models import ReviewDelegation
from contracts.review_selectors import delegation_day
from contracts.services.delegations import delegation_create, delegation_end

if TYPE_CHECKING:
    _DelegationForm = forms.ModelForm[ReviewDelegation]
else:
    _DelegationForm = forms.ModelForm


class DelegationForm(_DelegationForm):
    """For whom, by whom, from when until when."""

    class Meta:
        model = ReviewDelegation
        fields: ClassVar[list[str]] = ["delegator", "delegate", "starts_on", "ends_on"]
        labels: ClassVar[dict[str, str]] = {"delegator": "Who is away", "delegate": "Who stands in"}
        help_texts: ClassVar[dict[str, str]] = {
            "delegate": "He or she needs a grant for each of the airlines. What bars the one from deciding bars the other.",
            "starts_on": "Days begin and end at midnight UTC.",
        }


@admin.register(ReviewDelegation)
class ReviewDelegationAdmin(GrantingAdmin[ReviewDelegation]):
    """Approvers see those that they gave or hold, administrators all."""

    form = DelegationForm
    list_display = ("delegator", "delegate", "starts_on", "ends_on", "standing")
    list_select_related = ("delegator", "delegate")
    change_form_outer_after_template = "admin/contracts/end_delegation.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk.css"]}

    @override
    def has_view_permission(self, request: HttpRequest, obj: ReviewDelegation | None = None) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewDelegation]:
        rows = super().get_queryset(request)
        user = cast("User", request.user)
        return rows if is_administrator(user) else rows.filter(Q(delegator=user) | Q(delegate=user))

    @admin.display(description="holds")
    def standing(self, delegation: ReviewDelegation) -> str:
        today = delegation_day()
        if delegation.ended_at is not None:
            return f"ended {delegation.ended_at:%b} {delegation.ended_at.day}"
        if delegation.ends_on < today:
            return "over"
        return "now" if delegation.starts_on <= today else "later"

    @override
    def get_fields(self, request: HttpRequest, obj: ReviewDelegation | None = None) -> list[Any]:
        fields = ["delegator", "delegate", "starts_on", "ends_on"]
        if obj is not None:
            return [*fields, "ended_at"]
        return fields if is_administrator(cast("User", request.user)) else fields[1:]

    @override
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        approvers = User.objects.filter(role=Role.APPROVER, is_active=True).order_by("full_name", "email")
        kwargs["queryset"] = approvers.exclude(pk=cast("User", request.user).pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @override
    def save_model(self, request: HttpRequest, obj: ReviewDelegation, form: Any, change: bool) -> None:
        actor, given = cast("User", request.user), form.cleaned_data
        saved = delegation_create(
            actor=actor,
            delegator=given.get("delegator") or actor,
            delegate=given["delegate"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
        )
        obj.__dict__.update(saved.__dict__)

    @override
    def get_urls(self) -> list[URLPattern]:
        end = self.admin_site.admin_view(self.end_view)
        return [path("<uuid:delegation_id>/end/", end, name="contracts_end_delegation"), *super().get_urls()]

    def end_view(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        """End it now, by POST alone; the service refuses whoever may not."""
        delegation = get_object_or_404(self.get_queryset(request), pk=delegation_id)
        answer = HttpResponseRedirect(reverse("admin:contracts_reviewdelegation_change", args=[delegation.pk]))
        if request.method != "POST":
            return answer
        try:
            delegation_end(actor=cast("User", request.user), delegation_id=delegation.pk)
        except ProductError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, "The delegation has ended. What was decided under it stands.")
        return answer
