"""The trail in the admin: administrators read it, nobody writes it here."""

from django.contrib import admin

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
    """Attempts that somebody should look at."""

    list_display = ("created_at", "severity", "kind", "subject", "address")
    list_filter = ("severity", "kind")
    search_fields = ("subject", "address", "request_id")
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ("created_at", "severity", "kind", "subject", "details")}),
        ("The request", {"fields": ("address", "user_agent", "request_id")}),
    )
