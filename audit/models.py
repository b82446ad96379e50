"""What happened, by whom and why: kept by trigger, readable after the people and things in it are gone."""

from auditlog.models import AbstractLogEntry
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from audit.events import AuditEvent, SecurityEventKind, Severity
from config.guards import kept
from config.rows import Row, sets_updated_at


class AuditEntry(AbstractLogEntry):  # type: ignore[misc] # auditlog ships no types
    """One thing that one actor did to one object.

    `actor` has no constraint in the database and nothing cascades into this table: an entry outlives its actor.
    `actor_label` and `object_repr` are text copies for that day. `cid` is the request id.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    content_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    event = models.CharField(max_length=40, choices=AuditEvent)
    actor_label = models.CharField(max_length=320)
    reason = models.TextField(blank=True)
    user_agent = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "audit_log"
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        ordering = ["-timestamp", "-id"]
        get_latest_by = "timestamp"
        indexes = [
            models.Index(fields=["content_type", "object_pk", "-timestamp"], name="audit_log_object"),
            models.Index(fields=["actor", "-timestamp"], name="audit_log_actor"),
            models.Index(fields=["event", "-timestamp"], name="audit_log_event"),
            GinIndex(fields=["additional_data"], name="audit_log_data"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(event__in=AuditEvent.values), name="audit_log_event_known"),
        ]
        triggers = kept(name="append_only", what="audit entries")

    def __str__(self) -> str:
        return f"{self.actor_label} {self.get_event_display()}: {self.object_repr}"


class SecurityEvent(Row):
    """Something that those who guard the product want to see. `subject` is the account or client named in the attempt."""

    kind = models.CharField(max_length=40, choices=SecurityEventKind)
    severity = models.CharField(max_length=20, choices=Severity)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    subject = models.CharField(max_length=320, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        db_table = "security_events"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="security_events_created"),
            models.Index(fields=["kind", "-created_at"], name="security_events_kind"),
            models.Index(fields=["user", "-created_at"], name="security_events_user"),
            GinIndex(fields=["details"], name="security_events_details"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SecurityEventKind.values), name="security_events_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="security_events_severity_known"),
        ]
        triggers = [sets_updated_at(), *kept(name="kept", what="security events", update=False)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject or 'unknown'}"
