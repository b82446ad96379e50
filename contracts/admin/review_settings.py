"""How airlines review: groups of approvers and steps. Administrators' work, done by services."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from typing_extensions import override
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.factors.desk import GrantingAdmin
from accounts.models import Airline, Role, User
from accounts.policies import reviewers_of
from config.admin import RowT
from contracts.models import ReviewGroup, ReviewStep
from contracts.policies import may_configure_reviews
from contracts.services import review_settings

if TYPE_CHECKING:
    _GroupForm = forms.ModelForm[ReviewGroup]
else:
    _GroupForm = forms.ModelForm


class SettingsAdmin(GrantingAdmin[RowT]):
    """Rows that administrators add and change through services."""

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_configure_reviews(cast("User", request.user))

    @override
    def has_change_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return may_configure_reviews(cast("User", request.user))

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services have written all there is."""


class ReviewGroupForm(_GroupForm):
    """A group and who is in it: of the airline's reviewers, once the airline is known."""

    members = forms.ModelMultipleChoiceField(
        queryset=User.objects.filter(role=Role.APPROVER, is_active=True).order_by("full_name", "email"),
        required=False,
        help_text="Approvers with a grant for the airline. Who leaves the group approves nothing more for it.",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ReviewGroup
        fields: ClassVar[list[str]] = ["airline", "name", "members"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding and "members" in self.fields:
            field = cast("forms.ModelMultipleChoiceField[User]", self.fields["members"])
            reviewers = reviewers_of(self.instance.airline).values("pk")
            # Members whose grant was withdrawn stay visible, so that they can be taken out.
            shown = User.objects.filter(pk__in=reviewers) | User.objects.filter(review_groups=self.instance)
            field.queryset = shown.distinct().order_by("full_name", "email")


@admin.register(ReviewGroup)
class ReviewGroupAdmin(SettingsAdmin[ReviewGroup]):
    """Named groups of approvers."""

    form = ReviewGroupForm
    list_display = ("name", "airline", "member_count")
    list_filter = (("airline", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("airline",)
    search_fields = ("name", "airline__code", "airline__name")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewGroup]:
        return super().get_queryset(request).annotate(member_total=Count("members"))

    @admin.display(description="members", ordering="member_total")
    def member_count(self, group: ReviewGroup) -> int:
        return int(getattr(group, "member_total", 0))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: ReviewGroup | None = None) -> tuple[str, ...]:
        return () if obj is None else ("airline",)

    @override
    def save_model(self, request: HttpRequest, obj: ReviewGroup, form: Any, change: bool) -> None:
        saved = review_settings.group_save(
            actor=cast("User", request.user),
            airline=obj.airline,
            name=form.cleaned_data["name"],
            members=list(form.cleaned_data["members"]),
            group_id=obj.pk if change else None,
        )
        obj.__dict__.update(saved.__dict__)


@admin.register(ReviewStep)
class ReviewStepAdmin(SettingsAdmin[ReviewStep]):
    """The steps of each airline's reviews, in order. An airline without any has one approval by any of its reviewers."""

    list_display = ("airline", "position", "name", "group_words", "approvals_needed")
    list_display_links = ("name",)
    list_filter = (("airline", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("airline", "group")
    ordering = ("airline__code", "position")
    fields = ("airline", "position", "name", "group", "approvals_needed")

    @admin.display(description="group", empty_value="any reviewer", ordering="group__name")
    def group_words(self, step: ReviewStep) -> str | None:
        return step.group.name if step.group else None

    @override
    def has_delete_permission(self, request: HttpRequest, obj: ReviewStep | None = None) -> bool:
        return may_configure_reviews(cast("User", request.user))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: ReviewStep | None = None) -> tuple[str, ...]:
        return () if obj is None else ("airline",)

    @override
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "group":
            kwargs["queryset"] = ReviewGroup.objects.select_related("airline").order_by("airline__code", "name")
        if db_field.name == "airline":
            kwargs["queryset"] = Airline.objects.order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @override
    def save_model(self, request: HttpRequest, obj: ReviewStep, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in review_settings.STEP_FIELDS}
        saved = review_settings.step_save(
            actor=cast("User", request.user), airline=obj.airline, fields=fields, step_id=obj.pk if change else None
        )
        obj.__dict__.update(saved.__dict__)

    @override
    def delete_model(self, request: HttpRequest, obj: ReviewStep) -> None:
        review_settings.step_remove(actor=cast("User", request.user), step_id=obj.pk)

    @override
    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None
