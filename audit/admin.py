"""The trail in the admin: administrators read it, nobody writes it here."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from audit.models import AuditEntry, RowChange, SecurityEvent
from config.admin import PolicyAdmin

# django-auditlog registers a page of its own for whatever model is its log; it asks Django's permissions.
if admin.site.is_registered(AuditEntry):
    admin.site.unregister(AuditEntry)


@admin.register(AuditEntry)
class AuditEntryAdmin(PolicyAdmin[AuditEntry]):
    """Who did what to what, when and why."""

    list_display = ("timestamp", "actor_label", "event", "object_repr", "reason")
    list_filter = ("event",)
    search_fields = ("actor_label", "object_repr", "object_pk", "cid")
    date_hierarchy = "timestamp"
    fieldsets = (
        (None, {"fields": ("timestamp", "actor_label", "event", "object_repr", "object_pk", "reason")}),
        ("What changed", {"fields": ("changes", "additional_data")}),
        ("The request", {"fields": ("cid", "remote_addr", "user_agent")}),
    )


@admin.register(RowChange)
class RowChangeAdmin(PolicyAdmin[RowChange]):
    """Which row changed how, when and by whom, however it was written. Counting them all would read every month."""

    show_full_result_count = False
    list_display = ("timestamp", "actor_label", "operation", "table_name", "row_pk")
    list_filter = ("operation",)
    search_fields = ("row_pk__exact", "table_name__exact", "request_id__exact", "actor_label__exact")
    fieldsets = (
        (
            None,
            {"fields": ("timestamp", "actor_label", "on_behalf_of", "operation", "table_name", "row_pk", "changes")},
        ),
        ("The request", {"fields": ("request_id", "address", "user_agent", "transaction", "batch", "position")}),
    )


@admin.register(SecurityEvent)
class SecurityEventAdmin(PolicyAdmin[SecurityEvent]):
    """Attempts that somebody should look at. They are worked on a page of their own, to which this leads."""

    show_full_result_count = False
    list_display = ("last_seen_at", "severity", "kind", "who", "count", "state", "worked")
    list_filter = ("severity", "state", "kind")
    search_fields = ("subject__exact", "address__exact", "request_id__exact")
    date_hierarchy = "last_seen_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "worked",
                    "created_at",
                    "last_seen_at",
                    "count",
                    "severity",
                    "kind",
                    "subject",
                    "rule",
                    "details",
                )
            },
        ),
        ("Work", {"fields": ("state", "taken_at", "outcome", "closed_at")}),
        ("The request", {"fields": ("address", "addresses", "names", "user_agent", "request_id")}),
    )
    readonly_fields = ("worked",)

    @admin.display(description="work on it")
    def worked(self, event: SecurityEvent) -> str:
        """Where it is taken, commented and closed. By name: the page stands above this app."""
        return format_html('<a href="{}">Open</a>', reverse("security:detail", args=[event.pk]))
