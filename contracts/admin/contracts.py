"""Contracts in the admin: the list of those that the person may see, and the way to the review screen."""

from functools import update_wrapper
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override

from config.admin import PolicyAdmin
from contracts.admin.activation import activation_act, activation_context
from contracts.admin.claims import claim_act, comment_post
from contracts.admin.dashboard.views import dashboard_context, dashboard_file
from contracts.admin.decisions import contract_act, rule_decide
from contracts.admin.deeds import contract_deed, rule_reshape
from contracts.admin.desk import (
    Typed,
    desk_context,
    person,
    record_context,
    rule_named,
    seen_contract,
    seen_rule,
)
from contracts.admin.evidence import evidence_post
from contracts.admin.history import history_context
from contracts.admin.keys import KEY_BY_NAME
from contracts.admin.pictures import page_picture
from contracts.admin.queue import QueueFilter
from contracts.documents.faults import DocumentFault
from contracts.lifecycle import Status
from contracts.models import PilotContract, RuleDecision
from contracts.presence import presence_note
from contracts.review_selectors import standing_load
from contracts.serving import page_picture_answer

logger = structlog.get_logger(__name__)

# A page of a stored document never changes.
PICTURE_SECONDS = 3600
# Its words do when it is read again.
WORDS_SECONDS = 600
RESHAPING = frozenset({"place", "split"})


@admin.register(PilotContract)
class PilotContractAdmin(PolicyAdmin[PilotContract]):
    """Read and reviewed here, written by services alone."""

    list_display = (
        "contract_title",
        "airline_code",
        "type_words",
        "status_words",
        "effective_date",
        "submitted_at",
        "due",
        "progress",
        "history",
    )
    list_filter = ("status", "contract_type", ("airline", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "contract_version", "description", "airline__name", "airline__code")
    list_select_related = ("airline", "review_round")
    ordering = ("-created_at", "id")
    list_display_links = None

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["desk.css"]}

    @override
    def has_view_permission(self, request: HttpRequest, obj: PilotContract | None = None) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        return obj is None or PilotContract.objects.visible_to(request.user).filter(pk=obj.pk).exists()

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[PilotContract]:
        # Through a subquery: counting over visible_to's joins would count twice.
        visible = PilotContract.objects.visible_to(request.user).order_by().values("pk")
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=visible)
            .defer("description")
            .annotate(
                rule_count=Count("rules"),
                undecided_count=Count("rules", filter=Q(rules__decision=RuleDecision.PROPOSED)),
            )
        )

    @admin.display(description="contract", ordering="title")
    def contract_title(self, contract: PilotContract) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}">{}</a> <span class="desk-muted">{}</span>',
            reverse("admin:contracts_review", args=[contract.pk]),
            contract.title,
            contract.contract_version,
        )

    @admin.display(description="airline", ordering="airline__code")
    def airline_code(self, contract: PilotContract) -> str:
        return contract.airline.code

    @admin.display(description="type", ordering="contract_type")
    def type_words(self, contract: PilotContract) -> str:
        return contract.get_contract_type_display()

    @admin.display(description="status", ordering="status")
    def status_words(self, contract: PilotContract) -> SafeString:
        return format_html(
            '<span class="desk-badge" data-status="{}">{}</span>', contract.status, contract.get_status_display()
        )

    @admin.display(description="due", ordering="review_round__due_at")
    def due(self, contract: PilotContract) -> SafeString | str:
        at = contract.review_round.due_at if contract.review_round and contract.status == Status.IN_REVIEW else None
        if at is None:
            return ""
        late = format_html(' <span class="desk-badge" data-overdue>overdue</span>') if at <= timezone.now() else ""
        return format_html("{}{}", f"{at:%b} {at.day}, {at:%H:%M}", late)

    @admin.display(description="decided")
    def progress(self, contract: PilotContract) -> str:
        total, undecided = getattr(contract, "rule_count", 0), getattr(contract, "undecided_count", 0)
        return f"{total - undecided} of {total}" if total else "no rules"

    @admin.display(description="history")
    def history(self, contract: PilotContract) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}" aria-label="History of {}">History</a>',
            reverse("admin:contracts_pilotcontract_history", args=[contract.pk]),
            contract.title,
        )

    @override
    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: Any, *, cacheable: bool = False) -> Any:
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return self.admin_site.admin_view(view, cacheable)(*args, **kwargs)

            return update_wrapper(wrapper, view)

        return [
            path("dashboard/", wrapped(self.dashboard_view), name="contracts_dashboard"),
            path("dashboard/<slug:slug>.csv", wrapped(self.dashboard_file_view), name="contracts_dashboard_csv"),
            path("<uuid:contract_id>/review/", wrapped(self.review_view), name="contracts_review"),
            path(
                "<uuid:contract_id>/rules/<uuid:rule_id>/presence/",
                wrapped(self.presence_view),
                name="contracts_presence",
            ),
            path(
                "<uuid:contract_id>/rules/<uuid:rule_id>/<slug:decision>/",
                wrapped(self.rule_decide_view),
                name="contracts_rule_decide",
            ),
            path("<uuid:contract_id>/desk/<slug:deed>/", wrapped(self.contract_deed_view), name="contracts_deed"),
            path("<uuid:contract_id>/actions/<slug:action>/", wrapped(self.contract_act_view), name="contracts_act"),
            path("<uuid:contract_id>/activation/", wrapped(self.activation_view), name="contracts_activation"),
            path(
                "<uuid:contract_id>/activation/<slug:what>/",
                wrapped(self.activation_act_view),
                name="contracts_activation_act",
            ),
            path("<uuid:contract_id>/claim/<slug:action>/", wrapped(self.claim_act_view), name="contracts_claim"),
            path("<uuid:contract_id>/record/", wrapped(self.record_view), name="contracts_record"),
            path("<uuid:contract_id>/evidence/", wrapped(self.evidence_view), name="contracts_evidence"),
            path("<uuid:contract_id>/comments/", wrapped(self.comment_view), name="contracts_comment"),
            path(
                "<uuid:contract_id>/page/<int:number>.json",
                wrapped(self.page_words_view, cacheable=True),
                name="contracts_page_words",
            ),
            path(
                "<uuid:contract_id>/page/<int:number>.png",
                wrapped(self.page_picture_view, cacheable=True),
                name="contracts_page_picture",
            ),
            *super().get_urls(),
        ]

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one screen for a contract."""
        try:
            contract = seen_contract(request, UUID(object_id))
        except ValueError as error:
            raise Http404(object_id) from error
        return HttpResponseRedirect(reverse("admin:contracts_review", args=[contract.pk]))

    def dashboard_view(self, request: HttpRequest) -> HttpResponse:
        context = {**self.admin_site.each_context(request), **dashboard_context(request)}
        return TemplateResponse(request, "admin/contracts/dashboard.html", context)

    def dashboard_file_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        return dashboard_file(request, slug)

    @override
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit trail as a story; Django's own log of admin actions is not written here."""
        try:
            contract = seen_contract(request, UUID(object_id))
        except ValueError as error:
            raise Http404(object_id) from error
        context = {**self.admin_site.each_context(request), **history_context(request, contract)}
        return TemplateResponse(request, "admin/contracts/history.html", context)

    def review_view(self, request: HttpRequest, contract_id: UUID) -> HttpResponse:
        contract = seen_contract(request, contract_id)
        return self._screen(request, contract, request.GET, Typed())

    def record_view(self, request: HttpRequest, contract_id: UUID) -> HttpResponse:
        """Thread and history alone: the desk asks for them once they come into view."""
        contract = seen_contract(request, contract_id)
        standing_load(person(request))
        queue, asked = QueueFilter.from_query(request.GET), request.GET.get("rule", "")
        context = {
            "contract": contract,
            "queue_query": queue.query(),
            "rule": rule_named(contract, asked),
            "typed": Typed(),
            "keys": KEY_BY_NAME,
            "record": record_context(person(request), contract, request.GET),
        }
        return TemplateResponse(request, "admin/contracts/review_record.html", context)

    def evidence_view(self, request: HttpRequest, contract_id: UUID) -> HttpResponse | FileResponse:
        return evidence_post(request, contract_id)

    def rule_decide_view(self, request: HttpRequest, contract_id: UUID, rule_id: UUID, decision: str) -> HttpResponse:
        if decision in RESHAPING:
            return rule_reshape(request, contract_id, rule_id, decision, screen=self._screen)
        return rule_decide(request, contract_id, rule_id, decision, screen=self._screen)

    def contract_deed_view(self, request: HttpRequest, contract_id: UUID, deed: str) -> HttpResponse:
        return contract_deed(request, contract_id, deed, screen=self._screen)

    def presence_view(self, request: HttpRequest, contract_id: UUID, rule_id: UUID) -> HttpResponse:
        """Who else is at the rule, and whether somebody changed it since `version`: asked again and again by the desk."""
        rule = seen_rule(request, contract_id, rule_id)
        is_editing = request.GET.get("editing") == "yes"
        shown = request.GET.get("version", "")
        context = {
            "shown_version": shown if shown.isascii() and shown.isdigit() else "",
            "colleagues": presence_note(user=person(request), rule_id=rule.pk, is_editing=is_editing),
            "rule": rule,
            "contract": rule.contract,
            "is_stale": shown != str(rule.version),
        }
        return TemplateResponse(request, "admin/contracts/review_presence.html", context)

    def page_words_view(self, request: HttpRequest, contract_id: UUID, number: int) -> HttpResponse:
        """The words of one page, from which the desk makes text that can be selected."""
        contract = seen_contract(request, contract_id)
        page = contract.pages.only("number", "width", "height", "words").filter(number=number).first()
        if page is None:
            raise Http404("There is no such page.")
        response = JsonResponse(
            {"number": page.number, "width": page.width, "height": page.height, "words": page.words}
        )
        response["Cache-Control"] = f"private, max-age={WORDS_SECONDS}"
        return response

    def contract_act_view(self, request: HttpRequest, contract_id: UUID, action: str) -> HttpResponse:
        return contract_act(request, contract_id, action, screen=self._screen)

    def activation_view(self, request: HttpRequest, contract_id: UUID) -> HttpResponse:
        return self._activation_screen(request, seen_contract(request, contract_id))

    def activation_act_view(self, request: HttpRequest, contract_id: UUID, what: str) -> HttpResponse:
        return activation_act(request, contract_id, what, screen=self._activation_screen)

    def _activation_screen(
        self,
        request: HttpRequest,
        contract: PilotContract,
        more: dict[str, Any] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), **activation_context(request, contract), **(more or {})}
        return TemplateResponse(request, "admin/contracts/activation.html", context, status=status)

    def claim_act_view(self, request: HttpRequest, contract_id: UUID, action: str) -> HttpResponse:
        return claim_act(request, contract_id, action, screen=self._screen)

    def comment_view(self, request: HttpRequest, contract_id: UUID) -> HttpResponse:
        return comment_post(request, contract_id, screen=self._screen)

    def _screen(self, request: HttpRequest, contract: PilotContract, query: QueryDict, typed: Typed) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **desk_context(request, contract, query, typed),
            # The document needs the room; the way back stands above it.
            "is_nav_sidebar_enabled": False,
            "is_fullwidth": "1",
        }
        response = TemplateResponse(request, "admin/contracts/review.html", context, status=typed.status)
        if typed.status != HTTPStatus.OK:
            # The address of a POST is none to come back to.
            response["HX-Push-Url"] = "false"
        return response

    def page_picture_view(self, request: HttpRequest, contract_id: UUID, number: int) -> HttpResponse | FileResponse:
        """The picture of one page, for those who may see the contract."""
        contract = seen_contract(request, contract_id)
        try:
            picture = page_picture(contract, number)
        except (IndexError, FileNotFoundError) as error:
            raise Http404("There is no such page.") from error
        except DocumentFault as fault:
            logger.warning("a page cannot be drawn", contract=str(contract.pk), page=number, fault=fault.code.value)
            return HttpResponse("This page cannot be drawn.", status=503, content_type="text/plain")
        response = page_picture_answer(picture)
        response["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}, immutable"
        return response
