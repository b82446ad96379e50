"""What happened, by whom and why: kept by trigger, readable after the people and things in it are gone."""

import pgtrigger
from auditlog.models import AbstractLogEntry
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.events import AuditEvent
from audit.security.models import SecurityAlert, SecurityEvent
from config.guards import Guard, kept

__all__ = [
    "AuditBatch",
    "AuditEntry",
    "AuditRedaction",
    "ChainLink",
    "RowChange",
    "RowOperation",
    "SecurityAlert",
    "SecurityEvent",
]


def redacted_only(*, log: str, what: str) -> list[Guard]:
    """Guards of a log: nothing of it changes, but that an erased person's name gives way to his pseudonym.

    The trigger itself writes the redaction that attests it, in the same transaction, or refuses: ADR 0068.
    """
    func = f"""
        DECLARE
            redacted text[] := public.audit_redacted_fields(to_jsonb(OLD), to_jsonb(NEW));
        BEGIN
            IF redacted IS NULL THEN RAISE EXCEPTION '{what} are kept as they are'; END IF;
            NEW.salt := NULL;
            PERFORM public.audit_attest('{log}', OLD.id, OLD.batch, OLD.position, redacted,
                                        public.audit_{log}_digest(OLD), public.audit_{log}_digest(NEW));
            RETURN NEW;
        END;
    """
    redacting = Guard(name="redacted_only", operation=pgtrigger.Update, when=pgtrigger.Before, func=func)
    return [*kept(name="append_only", what=what, update=False), redacting]


class AuditEntry(AbstractLogEntry):  # type: ignore[misc] # auditlog ships no types
    """One thing that one actor did to one object.

    `actor` has no constraint in the database and nothing cascades into this table: an entry outlives its actor.
    `actor_label` and `object_repr` are text copies for that day. `cid` is the request id.

    It is the `position`th entry of its `batch`, which is all that one transaction wrote; `digest` is the SHA-256 of its
    canonical text (`audit.canonical`). The database sets these three and `salt`, whatever a writer says: `docs/audit.md`.
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
    batch = models.BigIntegerField(db_default=0, editable=False)
    position = models.PositiveIntegerField(db_default=0, editable=False)
    digest = models.BinaryField(db_default=b"", editable=False, max_length=32)
    salt = models.UUIDField(null=True, editable=False)

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
            models.Index(fields=["batch", "position"], name="audit_log_batch"),
            GinIndex(fields=["additional_data"], name="audit_log_data"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(event__in=AuditEvent.values), name="audit_log_event_known"),
        ]
        triggers = redacted_only(log="event", what="audit entries")

    def __str__(self) -> str:
        return f"{self.actor_label} {self.get_event_display()}: {self.object_repr}"


class RowOperation(models.TextChoices):
    """How a row of a business table changed."""

    INSERT = "insert", "added"
    UPDATE = "update", "changed"
    DELETE = "delete", "removed"
    TRUNCATE = "truncate", "table emptied"


class RowChange(models.Model):
    """One row of a business table that was added, changed or removed, by whatever way: triggers write these, nobody else.

    `changes` holds `[before, after]` by column, secrets and what is long as `sha256:...`. Who did it is copied as text, with
    the id of the account or service client; without an account it is the product, or the database role that connected.
    Batch, position and digest are as an entry's.
    """

    id = models.BigAutoField(primary_key=True)
    timestamp = models.DateTimeField(db_default=Now(), editable=False)
    table_name = models.CharField(max_length=63)
    row_pk = models.CharField(max_length=255)
    operation = models.CharField(max_length=10, choices=RowOperation)
    changes = models.JSONField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=320)
    on_behalf_of = models.CharField(max_length=320)
    request_id = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400)
    transaction = models.BigIntegerField()
    batch = models.BigIntegerField(db_default=0, editable=False)
    position = models.PositiveIntegerField(db_default=0, editable=False)
    digest = models.BinaryField(db_default=b"", editable=False, max_length=32)
    salt = models.UUIDField(null=True, editable=False)

    class Meta:
        db_table = "row_changes"
        ordering = ["-timestamp", "-id"]
        indexes = [
            models.Index(fields=["table_name", "row_pk", "-timestamp"], name="row_changes_row"),
            models.Index(fields=["batch", "position"], name="row_changes_batch"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(operation__in=RowOperation.values), name="row_changes_operation_known"),
        ]
        triggers = redacted_only(log="row", what="row changes")

    def __str__(self) -> str:
        return f"{self.actor_label} {self.get_operation_display()}: {self.table_name} {self.row_pk}"


class RedactedLog(models.TextChoices):
    """Which of the two logs an entry is in."""

    EVENT = "event", "audit log"
    ROW = "row", "row changes"


class AuditRedaction(models.Model):
    """That an erased person's name, address or words about him gave way to his pseudonym in one entry: triggers write these, nobody else.

    It is an entry of its batch itself. `fields` are the columns, of JSON ones with the key. The two digests are those of the entry's text
    before and after; the entry keeps the digest that it was written with, and loses its salt. It names nobody, and stays for good.
    """

    id = models.BigAutoField(primary_key=True)
    redacted_at = models.DateTimeField()
    log = models.CharField(max_length=10, choices=RedactedLog)
    entry = models.BigIntegerField()
    entry_batch = models.BigIntegerField()
    entry_position = models.PositiveIntegerField()
    person = models.UUIDField()
    pseudonym = models.CharField(max_length=40)
    fields = ArrayField(models.TextField())
    reason = models.CharField(max_length=200)
    digest_before = models.BinaryField(max_length=32)
    digest_after = models.BinaryField(max_length=32)
    batch = models.BigIntegerField(db_default=0, editable=False)
    position = models.PositiveIntegerField(db_default=0, editable=False)
    digest = models.BinaryField(db_default=b"", editable=False, max_length=32)

    class Meta:
        db_table = "audit_redactions"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["entry_batch", "entry_position", "id"], name="audit_redactions_entry"),
            models.Index(fields=["batch", "position"], name="audit_redactions_batch"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(log__in=RedactedLog.values), name="audit_redactions_log_known"),
        ]
        triggers = kept(name="append_only", what="redactions")

    def __str__(self) -> str:
        return f"redaction of {self.get_log_display()} {self.entry}"


class AuditBatch(models.Model):
    """What one transaction wrote into the trail: so many entries, and what their digests roll up to in their order."""

    id = models.BigIntegerField(primary_key=True)
    entries = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "audit_batches"
        verbose_name_plural = "audit batches"
        triggers = kept(name="append_only", what="audit batches")

    def __str__(self) -> str:
        return f"batch {self.id} of {self.entries}"


class ChainLink(models.Model):
    """One batch's place in the one chain. `hash` covers the batch and the hash before it; sequences have no holes."""

    sequence = models.BigIntegerField(primary_key=True)
    batch = models.BigIntegerField(unique=True)
    linked_at = models.DateTimeField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_chain"
        triggers = kept(name="append_only", what="links of the audit chain")

    def __str__(self) -> str:
        return f"link {self.sequence}"
