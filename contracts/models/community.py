"""What pilots have to do with contracts: being bound by one, proposing improvements of its record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.rows import Row, sets_updated_at
from contracts.models.community_triggers import improvement_guard
from contracts.models.contracts import PilotContract
from contracts.models.rules import ContractRule
from contracts.models.triggers import assignment_guard
from pilots.models import Pilot


class PilotContractAssignment(Row):
    """That a pilot is bound by a contract, from `created_at` until `ended_at`. At most one is open a pilot.

    `follows` is the assignment that it took the place of because one contract followed another, by nobody's choice.
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="assignments")
    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

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


class ImprovementKind(models.TextChoices):
    ADD_RULE = "add_rule", "add a rule"
    CORRECT_RULE = "correct_rule", "correct a rule"
    REMOVE_RULE = "remove_rule", "remove a rule"
    METADATA = "metadata", "correct the contract's details"


class ImprovementStatus(models.TextChoices):
    OPEN = "open", "open"
    APPLIED = "applied", "applied"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"


_RULE_KINDS = [ImprovementKind.CORRECT_RULE, ImprovementKind.REMOVE_RULE]


class ContractImprovement(Row):
    """What a pilot proposes to change in a published contract's record.

    `proposal` holds the fields with their new values, `before` what stood there when it was proposed. `applied_in` is the
    revision of the contract that an approver put it into; should that be rejected or withdrawn, the improvement is open again.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="improvements")
    rule = models.ForeignKey(ContractRule, on_delete=models.CASCADE, null=True, blank=True, related_name="improvements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_improvements")
    kind = models.CharField(max_length=20, choices=ImprovementKind)
    proposal = models.JSONField(default=dict, db_default={}, blank=True)
    before = models.JSONField(default=dict, db_default={}, blank=True)
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
    decision_reason = models.TextField(blank=True, default="", db_default="", max_length=4000)
    applied_in = models.ForeignKey(
        PilotContract, on_delete=models.PROTECT, null=True, blank=True, related_name="applied_improvements"
    )

    class Meta:
        db_table = "contract_improvements"
        ordering = ["-created_at", "id"]
        verbose_name = "proposed improvement"
        indexes = [
            models.Index(fields=["contract", "status", "-created_at"], name="contract_improvements_queue"),
            models.Index(fields=["author", "-created_at"], name="contract_improvements_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ImprovementKind.values), name="contract_improvements_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ImprovementStatus.values), name="contract_improvements_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_RULE_KINDS, rule__isnull=False)
                | (~Q(kind__in=_RULE_KINDS) & Q(rule__isnull=True)),
                name="contract_improvements_rule_named",
            ),
            models.CheckConstraint(
                condition=Q(status=ImprovementStatus.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status=ImprovementStatus.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="contract_improvements_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(status=ImprovementStatus.OPEN)
                | Q(status=ImprovementStatus.WITHDRAWN, decided_by=F("author"))
                | (~Q(status=ImprovementStatus.WITHDRAWN) & ~Q(decided_by=F("author"))),
                name="contract_improvements_not_decided_by_author",
            ),
            models.CheckConstraint(
                condition=Q(status=ImprovementStatus.APPLIED, applied_in__isnull=False)
                | (~Q(status=ImprovementStatus.APPLIED) & Q(applied_in__isnull=True)),
                name="contract_improvements_applied_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(status=ImprovementStatus.DECLINED) | ~Q(decision_reason=""),
                name="contract_improvements_declined_with_reason",
            ),
        ]
        triggers = [sets_updated_at(), improvement_guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.comment[:60]}"
