"""The reading of a document: one row a run, with its progress."""

from django.db import models
from django.db.models import Q

from config.rows import Row, sets_updated_at
from contracts.models.contracts import PilotContract


class RunStatus(models.TextChoices):
    QUEUED = "queued", "waiting"
    RUNNING = "running", "reading"
    SUCCEEDED = "succeeded", "done"
    FAILED = "failed", "failed"


class ExtractionRun(Row):
    """One attempt to read a contract's document into pages and proposals.

    Whoever works on it holds `attempt` and renews `lease_expires_at`; a run whose lease has run out, or whose own task
    comes again, is taken up under the next attempt number, and only the holder of the current number may finish it.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="extraction_runs")
    status = models.CharField(
        max_length=20, choices=RunStatus, default=RunStatus.QUEUED, db_default=RunStatus.QUEUED.value
    )
    extractor_version = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveIntegerField(default=0, db_default=0)
    claimant = models.CharField(max_length=64, blank=True, help_text="The task that works on it.")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    pages_read = models.PositiveIntegerField(default=0, db_default=0)
    pages_searched = models.PositiveIntegerField(default=0, db_default=0)
    proposal_count = models.PositiveIntegerField(default=0, db_default=0)
    warnings = models.JSONField(default=list, db_default=[])
    fault_code = models.CharField(max_length=40, blank=True)
    fault_message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "extraction_runs"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["lease_expires_at"],
                condition=Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
                name="extraction_runs_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="extraction_runs_status_known"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
                name="extraction_runs_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.FAILED) | ~Q(fault_code=""), name="extraction_runs_fault_named"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"reading of {self.contract_id}: {self.get_status_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or works."""
        return self.status in {RunStatus.QUEUED, RunStatus.RUNNING}

    def percent(self, page_count: int) -> int:
        """How far the run is, 0 to 100: each page is read once and searched once. 100 only once it is done."""
        if self.status == RunStatus.SUCCEEDED:
            return 100
        return min(99, (self.pages_read + self.pages_searched) * 100 // max(1, 2 * page_count))
