"""The law in the admin: to be read. It changes with the data files, by a release, never by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from regulations.models import RegulatoryRule, RegulatoryTableRow
from regulations.selectors import PrintedTable, printed_tables


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc] # django-unfold ships no types
    """Whoever the admin lets in may look; nobody may write."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(RegulatoryRule)
class RegulatoryRuleAdmin(ReadOnlyAdmin):
    """The catalogue."""

    list_display = ["citation", "rule_id", "title", "category", "computed", "limit", "is_active"]
    list_display_links = ["citation", "rule_id"]
    list_filter = ["category", "computed", "section", "is_active"]
    search_fields = ["rule_id", "citation", "title", "summary"]
    ordering = ["position"]
    fieldsets = [
        (None, {"fields": ["rule_id", "citation", "section", "category", "title", "summary", "computed"]}),
        ("Limit", {"fields": ["limit", "metric", "operator", "value", "unit", "period", "parameters", "applies_to"]}),
        ("Record", {"fields": ["effective_date", "is_active", "position", "created_at", "updated_at"]}),
    ]

    @admin.display(description="limit")
    def limit(self, rule: RegulatoryRule) -> str:
        return rule.limit_words or "-"


@admin.register(RegulatoryTableRow)
class RegulatoryTableRowAdmin(ReadOnlyAdmin):
    """Tables A, B and C: above as the law prints them, below cell by cell."""

    list_display = ["table_letter", "span", "column_key", "limit_minutes"]
    list_filter = ["table_letter", "column_key"]
    ordering = ["table_letter", "from_minute", "column_position"]
    list_per_page = 200
    list_before_template = "regulations/admin/tables.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tables = [_unfold_table(table) for table in printed_tables()]
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "law_tables": tables})
        return response


def _unfold_table(table: PrintedTable) -> dict[str, Any]:
    """What unfold's table component draws."""
    return {
        "title": f"Table {table.letter}: {table.title}, in hours",
        "data": {
            "headers": ["Acclimated clock", *(column.label for column in table.columns)],
            "rows": [[line.span, *line.hours] for line in table.lines],
        },
    }
