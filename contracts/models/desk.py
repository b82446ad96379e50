"""What people did at the desk, kept so that they can undo it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.rows import Row, sets_updated_at
from contracts.models.contracts import PilotContract


class RuleActionKind(models.TextChoices):
    """The label goes on behind "Undo:"."""

    ACCEPTED = "accepted", "accepted"
    CORRECTED = "corrected", "corrected"
    REJECTED = "rejected", "rejected"
    REOPENED = "reopened", "decision taken back"
    PLACED = "placed", "place moved"
    ADDED = "added", "added"
    SPLIT = "split", "split in two"
    MERGED = "merged", "merged"


class RuleAction(Row):
    """One thing that one person did to one or more rules of a contract, undone as a whole or not at all.

    `changes` lists `{"rule", "before", "state"}`: the rule's key; the fields that changed, as they were before (null for a
    rule that the action made); and the digest of the rule as the action left it, by which a later change is noticed.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="rule_actions")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=RuleActionKind)
    citation = models.CharField(max_length=200, help_text="Of the rule it was about, the first of several.")
    changes = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "rule_actions"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["contract", "actor", "-created_at"],
                condition=Q(undone_at__isnull=True),
                name="rule_actions_to_undo",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleActionKind.values), name="rule_actions_kind_known"),
            models.CheckConstraint(condition=~Q(changes=[]), name="rule_actions_change_something"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.citation}: {self.get_kind_display()}"
