"""Moderation of pilots' ratings, and contracts' use by day: for administrators."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override

from config.admin import ChosenFilter, PolicyAdmin
from config.errors import ProductError
from contracts.admin.desk import person
from contracts.community.policies import may_moderate
from contracts.community.selectors import ratings_to_moderate
from contracts.forms import ReasonForm
from contracts.models import ContractReview, ContractUsageDay
from contracts.services.ratings import review_hide, review_keep, review_restore

FLAGGED, HIDDEN, ALL = "flagged", "hidden", "all"
DONE = {
    "hide": "Hidden. Its author reads your reason.",
    "restore": "Everybody sees it again.",
    "keep": "Kept. Its flags are settled.",
}


class ModerationFilter(ChosenFilter):
    """Those with open flags, where nothing else is asked for."""

    title = "moderation"
    parameter_name = "moderation"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(FLAGGED, "flagged"), (HIDDEN, "hidden"), (ALL, "all")]

    @override
    def value(self) -> str:
        return super().value() or FLAGGED

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[ContractReview]) -> QuerySet[ContractReview]:
        if self.value() == FLAGGED:
            return queryset.filter(open_flags__gt=0)  # type: ignore[misc] # annotated by ratings_to_moderate
        return queryset.filter(hidden_at__isnull=False) if self.value() == HIDDEN else queryset


@admin.register(ContractReview)
class ContractReviewAdmin(PolicyAdmin[ContractReview]):
    """Ratings that somebody flagged: hidden with a reason, shown again, or kept."""

    list_display = ("what", "contract", "author", "open_flags", "state_words", "created_at")
    list_filter = (ModerationFilter, ("contract__airline", admin.RelatedOnlyFieldListFilter))
    search_fields = ("comment", "contract__title", "author__email")
    list_display_links = None

    class Media:
        css = {"all": ["desk.css"]}

    @override
    def has_view_permission(self, request: HttpRequest, obj: ContractReview | None = None) -> bool:
        return may_moderate(person(request))

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ContractReview]:
        return ratings_to_moderate()

    @override
    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-open_flags", "-created_at", "id")

    @admin.display(description="rating")
    def what(self, review: ContractReview) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}">{} and {} of 5</a> <span class="desk-muted">{}</span>',
            reverse("admin:contracts_contractreview_change", args=[review.pk]),
            review.accuracy,
            review.completeness,
            review.comment[:100],
        )

    @admin.display(description="open flags", ordering="open_flags")
    def open_flags(self, review: ContractReview) -> int:
        return int(getattr(review, "open_flags", 0))

    @admin.display(description="state")
    def state_words(self, review: ContractReview) -> str:
        return "hidden" if review.hidden_at else "shown"

    @override
    def get_urls(self) -> list[URLPattern]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return self.admin_site.admin_view(self.moderate_view)(*args, **kwargs)

        moderate = [
            path(
                f"<uuid:review_id>/{decision}/",
                update_wrapper(wrapper, self.moderate_view),
                {"decision": decision},
                name=f"contracts_review_{decision}",
            )
            for decision in DONE
        ]
        return [*moderate, *super().get_urls()]

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return self._screen(request, self._seen(request, UUID(object_id)))
        except ValueError as error:
            raise Http404(object_id) from error

    def moderate_view(self, request: HttpRequest, review_id: UUID, decision: str) -> HttpResponse:
        """One service call. A refusal shows the screen again with what was typed."""
        review = self._seen(request, review_id)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:contracts_contractreview_change", args=[review.pk]))
        try:
            _MODERATIONS[decision](request, review)
        except ProductError as refusal:
            return self._screen(request, self._seen(request, review_id), faults=[refusal.detail], status=refusal.status)
        messages.success(request, DONE[decision])
        return HttpResponseRedirect(reverse("admin:contracts_contractreview_changelist"))

    def _seen(self, request: HttpRequest, review_id: UUID) -> ContractReview:
        review = ratings_to_moderate().filter(pk=review_id).first() if may_moderate(person(request)) else None
        if review is None:
            raise Http404("There is no such rating.")
        return review

    def _screen(
        self, request: HttpRequest, review: ContractReview, *, faults: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Rating of {review.contract.title}",
            "review": review,
            "flags": list(review.flags.select_related("flagged_by", "settled_by")),
            "faults": faults or [],
            "typed": request.POST.get("reason", ""),
        }
        return TemplateResponse(request, "admin/contracts/rating.html", context, status=status)


def _hide(request: HttpRequest, review: ContractReview) -> None:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    review_hide(actor=person(request), review_id=review.pk, reason=reason)


_MODERATIONS: dict[str, Callable[[HttpRequest, ContractReview], object]] = {
    "hide": _hide,
    "restore": lambda request, review: review_restore(actor=person(request), review_id=review.pk),
    "keep": lambda request, review: review_keep(actor=person(request), review_id=review.pk),
}


@admin.register(ContractUsageDay)
class ContractUsageDayAdmin(PolicyAdmin[ContractUsageDay]):
    """How often each contract was looked up, opened, packed and judged by, day by day."""

    list_display = ("day", "contract", "lookups", "page_views", "packs", "validations")
    list_filter = (("contract__airline", admin.RelatedOnlyFieldListFilter), "day")
    list_select_related = ("contract",)
    search_fields = ("contract__title",)
    ordering = ("-day", "-lookups", "id")
