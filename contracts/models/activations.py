"""Coming into force: each activation, what it did to the contracts in force before, and activations that are planned."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import validate_time_zone
from config.guards import kept
from config.rows import Row, sets_updated_at
from contracts.models.activation_triggers import activation_guard, plan_guard
from contracts.models.contracts import PilotContract

_HASH = r"^[0-9a-f]{64}$"


class PlanStatus(models.TextChoices):
    OPEN = "open", "waiting"
    MOVED = "moved", "moved"
    CANCELLED = "cancelled", "called off"
    ACTIVATED = "activated", "activated"
    FAILED = "failed", "not activated"


class ActivationPlan(Row):
    """That somebody wants the contract activated at `due_at`, as it was approved then. At most one is open a contract.

    `created_at` is when he asked. It changes once, when it ends: a plan that is moved ends, and another begins.
    `time_zone` is the one in which he meant the instant. `reason` is why it failed or was called off.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="activation_plans")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    revision = models.CharField(max_length=64, help_text="The revision hash that was approved.")
    status = models.CharField(
        max_length=20, choices=PlanStatus, default=PlanStatus.OPEN, db_default=PlanStatus.OPEN.value
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "activation_plans"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status=PlanStatus.OPEN), name="activation_plans_due"),
            models.Index(fields=["contract", "-created_at"], name="activation_plans_contract"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(status=PlanStatus.OPEN), name="activation_plans_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="activation_plans_status_known"),
            models.CheckConstraint(condition=Q(revision__regex=_HASH), name="activation_plans_revision_form"),
            models.CheckConstraint(condition=Q(due_at__gt=F("created_at")), name="activation_plans_lie_ahead"),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.OPEN, ended_at__isnull=True)
                | (~Q(status=PlanStatus.OPEN) & Q(ended_at__isnull=False)),
                name="activation_plans_ended_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status=PlanStatus.FAILED) | ~Q(reason=""), name="activation_plans_failed_for_a_reason"
            ),
        ]
        triggers = [sets_updated_at(), plan_guard(), *kept(name="kept", what="planned activations", update=False)]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {self.due_at:%Y-%m-%d %H:%M} UTC"


class ContractActivation(Row):
    """One time that a contract came into force, by whom, in which revision; and if it was undone, when, by whom and why.

    `activated_at` is when it really happened, also where it was planned for another instant. The database sets `undone_at`.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="activations")
    activated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField()
    revision = models.CharField(max_length=64)
    plan = models.OneToOneField(
        ActivationPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="activation"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "contract_activations"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["contract", "-created_at"], name="contract_activations_contract")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(undone_at__isnull=True), name="contract_activations_one_standing"
            ),
            models.CheckConstraint(condition=Q(revision__regex=_HASH), name="contract_activations_revision_form"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="contract_activations_undone_whole",
            ),
        ]
        triggers = [sets_updated_at(), activation_guard(), *kept(name="kept", what="activations", update=False)]

    def __str__(self) -> str:
        return f"activation of {self.contract_id}"


class ActivationEffect(Row):
    """What an activation did to one contract in force before: its last day before and after, and whether it superseded it.

    Never changed: it is what an undo goes back to.
    """

    activation = models.ForeignKey(ContractActivation, on_delete=models.PROTECT, related_name="effects")
    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="activation_effects")
    expiration_before = models.DateField(null=True, blank=True)
    expiration_after = models.DateField(null=True, blank=True)
    was_superseded = models.BooleanField()

    class Meta:
        db_table = "activation_effects"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["activation", "contract"], name="activation_effects_once"),
        ]
        triggers = kept(name="kept", what="effects of activations")

    def __str__(self) -> str:
        return f"{self.activation_id} on {self.contract_id}"
