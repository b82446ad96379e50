"""What pilots have to do with contracts: being bound by one, rating it, proposing improvements."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from config.rows import Row, sets_updated_at
from contracts.models.contracts import PilotContract
from contracts.models.rules import ContractRule
from contracts.models.triggers import assignment_guard
from pilots.models import Pilot

STARS = [MinValueValidator(1), MaxValueValidator(5)]


class PilotContractAssignment(Row):
    """That a pilot is bound by a contract, from `created_at` until `ended_at`. At most one is open a pilot."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="assignments")
    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pilot_contract_assignments"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(ended_at__isnull=True), name="pilot_contract_assignments_one_active"
            ),
        ]
        triggers = [sets_updated_at(), assignment_guard()]

    def __str__(self) -> str:
        return f"{self.pilot_id} under {self.contract_id}"


class ContractReview(Row):
    """A pilot's rating of a contract's record here: how accurate, how complete, 1 to 5 stars each."""

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_reviews")
    accuracy = models.PositiveSmallIntegerField(validators=STARS)
    completeness = models.PositiveSmallIntegerField(validators=STARS)
    comment = models.TextField(blank=True, max_length=4000)

    class Meta:
        db_table = "contract_reviews"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["contract", "-created_at"], name="contract_reviews_contract")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "author"], name="contract_reviews_one_each"),
            models.CheckConstraint(
                condition=Q(accuracy__range=(1, 5), completeness__range=(1, 5)), name="contract_reviews_stars_range"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.accuracy}/{self.completeness} for {self.contract_id}"


class ImprovementKind(models.TextChoices):
    ADD_RULE = "add_rule", "add a rule"
    CORRECT_RULE = "correct_rule", "correct a rule"
    REMOVE_RULE = "remove_rule", "remove a rule"
    METADATA = "metadata", "correct the contract's details"


class ImprovementStatus(models.TextChoices):
    OPEN = "open", "open"
    APPLIED = "applied", "applied"
    DECLINED = "declined", "declined"


class ContractImprovement(Row):
    """What a pilot proposes to change in a published contract's record. `proposal` holds the fields with their new values."""

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="improvements")
    rule = models.ForeignKey(ContractRule, on_delete=models.CASCADE, null=True, blank=True, related_name="improvements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_improvements")
    kind = models.CharField(max_length=20, choices=ImprovementKind)
    proposal = models.JSONField(default=dict, db_default={})
    comment = models.TextField(max_length=4000)
    status = models.CharField(
        max_length=20,
        choices=ImprovementStatus,
        default=ImprovementStatus.OPEN,
        db_default=ImprovementStatus.OPEN.value,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "contract_improvements"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["contract", "status", "-created_at"], name="contract_improvements_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ImprovementKind.values), name="contract_improvements_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ImprovementStatus.values), name="contract_improvements_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[ImprovementKind.CORRECT_RULE, ImprovementKind.REMOVE_RULE])
                | Q(rule__isnull=False),
                name="contract_improvements_rule_named",
            ),
            models.CheckConstraint(
                condition=Q(status=ImprovementStatus.OPEN) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="contract_improvements_decided_by_someone",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.comment[:60]}"
