"""Revisions: what a contract said each time it was handed in or decided on, kept for good."""

from django.db import models
from django.db.models import F, Func, Q

from config.guards import kept
from config.rows import Row
from contracts.models.contracts import PilotContract


class Sha256OfText(Func):
    """The hexadecimal SHA-256 of a text."""

    template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class ContractRevision(Row):
    """One content of one contract: its terms and all rules that were not rejected, as canonical JSON.

    `digest` is the SHA-256 of `content`, which names the contract, so that no other has it. The revision hash of an
    approval covers the binding rules alone; this covers the undecided ones too.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="revisions")
    digest = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    rule_count = models.PositiveIntegerField()

    class Meta:
        db_table = "contract_revisions"
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest=Sha256OfText(F("content"))), name="contract_revisions_digest_true"
            ),
        ]
        triggers = kept(name="kept", what="revisions")

    def __str__(self) -> str:
        return f"revision {self.digest[:8]}"


class Occasion(models.TextChoices):
    """What was done with a revision. The label goes on with a date."""

    SUBMITTED = "submitted", "as submitted"
    CHANGES_REQUESTED = "changes_requested", "as changes were requested"
    REJECTED = "rejected", "as rejected"
    APPROVED = "approved", "as approved"


class RevisionOccasion(Row):
    """One time that a revision was handed in or decided on. The same content may come round again."""

    revision = models.ForeignKey(ContractRevision, on_delete=models.PROTECT, related_name="occasions")
    kind = models.CharField(max_length=20, choices=Occasion)

    class Meta:
        db_table = "contract_revision_occasions"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["revision", "-created_at"], name="contract_revision_occasions_of")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Occasion.values), name="contract_revision_occasions_kind_known")
        ]
        triggers = kept(name="kept", what="occasions of revisions")

    def __str__(self) -> str:
        return self.get_kind_display()
