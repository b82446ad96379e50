"""Copies of people's data, and erasures."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.privacy.triggers import erasure_ends_once
from config.guards import kept
from config.rows import Row, sets_updated_at


class ExportState(models.TextChoices):
    """How far a copy is. The words go after "Your copy"."""

    QUEUED = "queued", "is being made"
    READY = "ready", "is ready"
    EXPIRED = "expired", "was deleted"


class DataExport(Row):
    """A copy of all that is held of one person, asked for by himself. Its file is named by the row's id.

    `sha256` and `bytes` are the file's. It is deleted when `expires_at` has passed; the row is kept a while longer.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(
        max_length=20, choices=ExportState, default=ExportState.QUEUED, db_default=ExportState.QUEUED.value
    )
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When it was last downloaded.")
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    bytes = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "data_exports"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["user", "-created_at"], name="data_exports_user")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="data_exports_state_known"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=ExportState.QUEUED), name="data_exports_one_queued"
            ),
            models.CheckConstraint(
                condition=Q(state=ExportState.QUEUED, ready_at__isnull=True, expires_at__isnull=True)
                | (~Q(state=ExportState.QUEUED) & Q(ready_at__isnull=False, expires_at__isnull=False)),
                name="data_exports_ready_until",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"copy of the data of {self.user_id}"


class ErasureState(models.TextChoices):
    REQUESTED = "requested", "asked for"
    CALLED_OFF = "called_off", "called off"
    ERASED = "erased", "erased"


class Erasure(Row):
    """That one account is to be erased at `due_at`, by its owner's wish or an administrator's order. It ends once, either way.

    `held_up_by` says why it could not be carried out when it was last tried; it is tried again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="", db_default="", max_length=400)
    state = models.CharField(
        max_length=20, choices=ErasureState, default=ErasureState.REQUESTED, db_default=ErasureState.REQUESTED.value
    )
    due_at = models.DateTimeField()
    held_up_by = models.TextField(blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pseudonym = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        db_table = "erasures"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=ErasureState.REQUESTED), name="erasures_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ErasureState.values), name="erasures_state_known"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=ErasureState.REQUESTED), name="erasures_one_requested"
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(state=ErasureState.ERASED), name="erasures_once"),
            models.CheckConstraint(
                condition=Q(state=ErasureState.REQUESTED, ended_at__isnull=True)
                | (~Q(state=ErasureState.REQUESTED) & Q(ended_at__isnull=False)),
                name="erasures_ended_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=ErasureState.ERASED, pseudonym__regex=r"^erased-[0-9a-f]{8}$")
                | (~Q(state=ErasureState.ERASED) & Q(pseudonym="")),
                name="erasures_pseudonym_form",
            ),
        ]
        triggers = [sets_updated_at(), erasure_ends_once(), *kept(name="kept", what="erasures", update=False)]

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"

    @property
    def is_own_wish(self) -> bool:
        """Whether the person asked for it himself."""
        return self.requested_by_id == self.user_id
