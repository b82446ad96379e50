"""The queue of pilots' proposals: what stands there, what would, and the two decisions."""

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

from accounts.models import Role
from config.admin import ChosenFilter, PolicyAdmin
from config.errors import ProductError
from contracts.admin.desk import person, review_address
from contracts.community import words
from contracts.community.policies import may_decide
from contracts.community.selectors import improvements_waiting
from contracts.forms import ReasonForm
from contracts.models import ContractImprovement, ImprovementStatus
from contracts.services.improvements import improvement_apply, improvement_decline
from contracts.services.revising import open_revision

ALL = "all"


class StatusFilter(ChosenFilter):
    """The open ones, where nothing else is asked for."""

    title = "status"
    parameter_name = "status"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((status.value, status.label) for status in ImprovementStatus), (ALL, "all")]

    @override
    def value(self) -> str:
        return super().value() or ImprovementStatus.OPEN.value

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[ContractImprovement]) -> QuerySet[ContractImprovement]:
        return queryset if self.value() == ALL else queryset.filter(status=self.value())


@admin.register(ContractImprovement)
class ContractImprovementAdmin(PolicyAdmin[ContractImprovement]):
    """Approvers decide on their airlines' proposals here; administrators read all."""

    list_display = ("what", "contract", "kind", "author", "status_words", "created_at")
    list_filter = (StatusFilter, "kind", ("contract__airline", admin.RelatedOnlyFieldListFilter))
    search_fields = ("comment", "contract__title", "rule__title", "rule__citation")
    ordering = ("created_at", "id")
    list_display_links = None

    class Media:
        css = {"all": ["desk.css"]}

    @override
    def has_view_permission(self, request: HttpRequest, obj: ContractImprovement | None = None) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        return obj is None or improvements_waiting(person(request)).filter(pk=obj.pk).exists()

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ContractImprovement]:
        return improvements_waiting(person(request))

    @admin.display(description="proposal")
    def what(self, improvement: ContractImprovement) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}">{}</a> <span class="desk-muted">{}</span>',
            improvement_address(improvement),
            words.subject(improvement),
            improvement.comment[:80],
        )

    @admin.display(description="status", ordering="status")
    def status_words(self, improvement: ContractImprovement) -> SafeString:
        return format_html(
            '<span class="desk-badge" data-status="{}">{}</span>', improvement.status, improvement.get_status_display()
        )

    @override
    def get_urls(self) -> list[URLPattern]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return self.admin_site.admin_view(self.decide_view)(*args, **kwargs)

        decide = [
            path(
                f"<uuid:improvement_id>/{decision}/",
                update_wrapper(wrapper, self.decide_view),
                {"decision": decision},
                name=f"contracts_improvement_{decision}",
            )
            for decision in ("apply", "decline")
        ]
        return [*decide, *super().get_urls()]

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            improvement = self._seen(request, UUID(object_id))
        except ValueError as error:
            raise Http404(object_id) from error
        return self._screen(request, improvement)

    def decide_view(self, request: HttpRequest, improvement_id: UUID, decision: str) -> HttpResponse:
        """Apply or decline: one service call. A refusal shows the screen again with what was typed."""
        improvement = self._seen(request, improvement_id)
        if request.method != "POST":
            return HttpResponseRedirect(improvement_address(improvement))
        try:
            return _decided(request, improvement, decision)
        except ProductError as refusal:
            improvement = self._seen(request, improvement_id)
            return self._screen(request, improvement, faults=[refusal.detail], status=refusal.status)

    def _seen(self, request: HttpRequest, improvement_id: UUID) -> ContractImprovement:
        improvement = improvements_waiting(person(request)).filter(pk=improvement_id).first()
        if improvement is None:
            raise Http404("There is no such improvement.")
        return improvement

    def _screen(
        self,
        request: HttpRequest,
        improvement: ContractImprovement,
        *,
        faults: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        contract = improvement.contract
        context = {
            **self.admin_site.each_context(request),
            "title": f"{improvement.get_kind_display().capitalize()}: {words.subject(improvement)}",
            "item": words.proposed(improvement),
            "improvement": improvement,
            "contract": contract,
            "may_decide": may_decide(person(request), improvement),
            "is_reviewer": person(request).role == Role.APPROVER,
            "revision": open_revision(contract.pk),
            "person": person(request),
            "faults": faults or [],
            "typed": request.POST.get("reason", ""),
        }
        return TemplateResponse(request, "admin/contracts/improvement.html", context, status=status)


def improvement_address(improvement: ContractImprovement) -> str:
    return reverse("admin:contracts_contractimprovement_change", args=[improvement.pk])


def _decided(request: HttpRequest, improvement: ContractImprovement, decision: str) -> HttpResponse:
    actor = person(request)
    if decision == "apply":
        applied = improvement_apply(actor=actor, improvement_id=improvement.pk)
        messages.success(
            request,
            f"Applied in revision {applied.revision.contract_version}, which waits for somebody else to approve it.",
        )
        return HttpResponseRedirect(review_address(applied.revision))
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    improvement_decline(actor=actor, improvement_id=improvement.pk, reason=reason)
    messages.success(request, "Declined. The pilot reads your reason.")
    return HttpResponseRedirect(reverse("admin:contracts_contractimprovement_changelist"))
