"""Records that administrators read: readings of documents, and what reviewers corrected."""

from django.contrib import admin

from config.admin import PolicyAdmin
from contracts.models import ExtractionRun, RuleCorrection


@admin.register(ExtractionRun)
class ExtractionRunAdmin(PolicyAdmin[ExtractionRun]):
    """How readings went, failed ones above all."""

    list_display = ("contract", "status", "attempt", "proposal_count", "fault_code", "started_at", "finished_at")
    list_filter = ("status", "fault_code")
    list_select_related = ("contract",)


@admin.register(RuleCorrection)
class RuleCorrectionAdmin(PolicyAdmin[RuleCorrection]):
    """Field by field, what the extractor got wrong."""

    list_display = ("rule", "field", "before", "after", "reason", "corrected_by", "created_at")
    list_filter = ("field",)
    list_select_related = ("rule", "corrected_by")
    ordering = ("-created_at", "id")
