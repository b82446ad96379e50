"""The page "Extraction accuracy": how right the extractor was, in tables and drawings of the same figures."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from typing_extensions import override

from config.admin import PolicyAdmin
from contracts.admin.desk import person
from contracts.admin.plots import bar_plot, calibration_plot, line_plot, percent
from contracts.measures import AccuracyReport, Day, Tally, accuracy_report
from contracts.models import ExtractionMetricsDay
from contracts.models.rules import CATEGORY_CHOICES
from contracts.policies import measured_airlines


@admin.register(ExtractionMetricsDay)
class ExtractionMetricsDayAdmin(PolicyAdmin[ExtractionMetricsDay]):
    """One page for approvers, of their airlines, and for administrators, of all."""

    @override
    def has_view_permission(self, request: HttpRequest, obj: ExtractionMetricsDay | None = None) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        return obj is None or measured_airlines(request.user).filter(pk=obj.airline_id).exists()

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ExtractionMetricsDay]:
        return super().get_queryset(request).filter(airline__in=measured_airlines(request.user))

    @override
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = accuracy_report(person(request), request.GET)
        context = {**self.admin_site.each_context(request), **accuracy_context(report)}
        return TemplateResponse(request, "admin/contracts/accuracy.html", context)

    @override
    def change_view(
        self,
        request: HttpRequest,
        object_id: str | UUID,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A day has no page of its own."""
        return HttpResponseRedirect(reverse("admin:contracts_extractionmetricsday_changelist"))


def accuracy_context(report: AccuracyReport) -> dict[str, Any]:
    """What the template asks for."""
    return {
        "title": "Extraction accuracy",
        "report": report,
        "category_choices": CATEGORY_CHOICES,
        "headline": _headline(report.whole),
        "fields": _rows(report.fields),
        "categories": _rows(report.categories),
        "tenths": [
            {
                "span": tenth.span,
                "proposals": tenth.proposals,
                "confidence": percent(tenth.mean_confidence),
                "right": percent(tenth.share_right),
            }
            for tenth in report.tenths
        ],
        "days": [_day_row(day) for day in reversed(report.days)],
        "bars": bar_plot(report.fields),
        "calibration": calibration_plot(report.tenths) if report.tenths else None,
        "line": line_plot(report.days),
    }


def _headline(whole: Tally | None) -> list[dict[str, object]]:
    """The four figures at the top, each with its meaning."""
    if whole is None:
        return []
    return [
        {"figure": whole.decided, "meaning": "proposals decided"},
        {"figure": percent(whole.share_as_proposed), "meaning": "taken as proposed"},
        {"figure": percent(whole.precision), "meaning": "were rules, right or corrected"},
        {"figure": percent(whole.share_right), "meaning": "of those right in every field"},
    ]


def _rows(tallies: Iterable[Tally]) -> list[dict[str, object]]:
    return [
        {
            "tally": tally,
            "precision": percent(tally.precision),
            "share_right": percent(tally.share_right),
        }
        for tally in tallies
    ]


def _day_row(day: Day) -> dict[str, object]:
    return {"day": day, "share": percent(day.tally.share_as_proposed)}
