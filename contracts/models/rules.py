"""Rules of contracts: proposed by the extractor or added by a reviewer, decided by people."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from typing_extensions import override

from config.guards import kept
from config.rows import Row, sets_updated_at
from config.search.keeping import keeps_search_entry
from contracts.models.contracts import PilotContract
from contracts.models.review_triggers import correction_guard, voids_approvals
from contracts.models.triggers import rules_guard
from contracts.vocabulary import Category, Operator

CATEGORY_CHOICES = [(category.value, category.value.replace("_", " ")) for category in Category]
OPERATOR_CHOICES = [(operator.value, operator.value) for operator in Operator]


class RuleDecision(models.TextChoices):
    PROPOSED = "proposed", "undecided"
    ACCEPTED = "accepted", "accepted"
    CORRECTED = "corrected", "corrected"
    REJECTED = "rejected", "rejected"


class RuleOrigin(models.TextChoices):
    EXTRACTOR = "extractor", "extractor"
    REVIEWER = "reviewer", "reviewer"
    LANGUAGE_MODEL = "language_model", "language model"


# What a reading proposes, and the next reading replaces as long as nobody touched it.
PROPOSED_BY_READINGS = frozenset({RuleOrigin.EXTRACTOR, RuleOrigin.LANGUAGE_MODEL})
BINDING = frozenset({RuleDecision.ACCEPTED, RuleDecision.CORRECTED})


class ContractRule(Row):
    """One limit of one contract. `rule_text` is the contract's wording; `value` with `unit` and `period` the limit.

    `box` is `[x0, y0, x1, y1]` in PDF points from the page's top left; `quote` stands on that page at `char_start` to
    `char_end` of the whole file's text. Where the evidence goes on elsewhere, on that page or another, `further_places`
    lists the rest in order: `{"page", "box", "quote", "char_start", "char_end"}` each.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="rules")
    rule_id = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0, db_default=0, help_text="Order in the document.")
    category = models.CharField(max_length=40, choices=CATEGORY_CHOICES)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    rule_text = models.TextField()
    citation = models.CharField(max_length=200)
    is_hard_constraint = models.BooleanField(default=True)
    weight = models.DecimalField(
        max_digits=4, decimal_places=3, default=1, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    applies_to = models.JSONField(default=dict, db_default={}, blank=True)
    parameters = models.JSONField(default=dict, db_default={}, blank=True)
    metric = models.CharField(max_length=80, null=True, blank=True)
    operator = models.CharField(max_length=10, choices=OPERATOR_CHOICES, null=True, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=80, null=True, blank=True)
    period = models.CharField(max_length=120, null=True, blank=True)

    origin = models.CharField(max_length=20, choices=RuleOrigin, default=RuleOrigin.EXTRACTOR)
    wording_digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Of the proposal's wording and limit: by it a rejection is remembered.",
    )
    extractor_version = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="What proposed it; blank for a reviewer's own."
    )
    parsing_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    box = ArrayField(models.FloatField(), size=4, null=True, blank=True)
    quote = models.TextField(blank=True)
    char_start = models.PositiveIntegerField(null=True, blank=True)
    char_end = models.PositiveIntegerField(null=True, blank=True)
    further_places = models.JSONField(default=list, db_default=[], blank=True)

    decision = models.CharField(
        max_length=20, choices=RuleDecision, default=RuleDecision.PROPOSED, db_default=RuleDecision.PROPOSED.value
    )
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The reviewer whose own rule this is.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The rule that says the same and was kept; the rejection of this one says so.",
    )
    version = models.PositiveIntegerField(
        default=1, db_default=1, help_text="Counts the writes, so that a stale one is met."
    )

    class Meta:
        db_table = "contract_rules"
        ordering = ["contract", "position", "id"]
        indexes = [
            models.Index(fields=["contract", "decision", "position"], name="contract_rules_queue"),
            models.Index(fields=["contract", "category", "is_hard_constraint"], name="contract_rules_filter"),
            models.Index(fields=["-created_at", "id"], name="contract_rules_created"),
            models.Index(fields=["wording_digest"], condition=~Q(wording_digest=""), name="contract_rules_wording"),
            GinIndex(fields=["applies_to"], name="contract_rules_applies_to"),
            GinIndex(fields=["parameters"], name="contract_rules_parameters"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "rule_id"], name="contract_rules_once"),
            models.CheckConstraint(
                condition=Q(category__in=[category.value for category in Category]),
                name="contract_rules_category_known",
            ),
            models.CheckConstraint(condition=Q(origin__in=RuleOrigin.values), name="contract_rules_origin_known"),
            models.CheckConstraint(
                condition=Q(origin=RuleOrigin.EXTRACTOR) | Q(extractor_version=""),
                name="contract_rules_extractor_of_proposals",
            ),
            models.CheckConstraint(condition=Q(decision__in=RuleDecision.values), name="contract_rules_decision_known"),
            models.CheckConstraint(condition=Q(weight__range=(0, 1)), name="contract_rules_weight_range"),
            models.CheckConstraint(
                condition=Q(parsing_confidence__isnull=True) | Q(parsing_confidence__range=(0, 1)),
                name="contract_rules_confidence_range",
            ),
            models.CheckConstraint(
                condition=Q(metric__isnull=True, operator__isnull=True, value__isnull=True, unit__isnull=True)
                | Q(
                    metric__isnull=False,
                    operator__in=[operator.value for operator in Operator],
                    value__isnull=False,
                    unit__isnull=False,
                ),
                name="contract_rules_predicate_whole",
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=True, box__isnull=True)
                | (Q(page__gt=0, box__isnull=False, box__len=4) & ~Q(quote="")),
                name="contract_rules_evidence_whole",
            ),
            models.CheckConstraint(
                condition=Q(further_places=[]) | Q(page__isnull=False), name="contract_rules_first_place_first"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(decision=RuleDecision.REJECTED),
                name="contract_rules_merged_are_rejected",
            ),
            models.CheckConstraint(
                condition=Q(decision=RuleDecision.PROPOSED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision=RuleDecision.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="contract_rules_decided_by_someone",
            ),
        ]
        triggers = [
            sets_updated_at(),
            rules_guard(),
            voids_approvals(),
            keeps_search_entry(
                table="contract_rule_search",
                key="rule_id",
                first=["rule_id", "citation", "title"],
                second=["description"],
                third=["rule_text"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citation}: {self.title}"

    @override
    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Nothing: Django would ask the database about each constraint, nine times a save, and the database refuses anyway.

        What a person can break, `services.deciding.rule_validate` says in words.
        """


class RuleCorrection(Row):
    """One field that a reviewer changed in one rule: what accuracy by field is computed from. Never changed, never lost.

    `proposed_by` is the pilot whose improvement the reviewer applied; then `field` may be `decision`, for a rule that was
    added or removed.
    """

    rule = models.ForeignKey(ContractRule, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "rule_corrections"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["field", "created_at"], name="rule_corrections_field")]
        triggers = [correction_guard(), *kept(name="kept", what="corrections", update=False)]

    def __str__(self) -> str:
        return f"{self.field} of {self.rule_id}"
