"""Pilots' ratings of contracts' records, what others think of them, and how often the records are used."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from config.rows import Row, sets_updated_at
from contracts.models.community_triggers import not_own_rating_guard, rating_guard
from contracts.models.contracts import PilotContract

STARS = [MinValueValidator(1), MaxValueValidator(5)]


class ContractReview(Row):
    """A pilot's rating of a contract's record here: how accurate, how complete, 1 to 5 stars each.

    `edited_at` is when its author last changed it. A hidden one is shown to its author, with the reason, and to nobody else.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_reviews")
    accuracy = models.PositiveSmallIntegerField(validators=STARS)
    completeness = models.PositiveSmallIntegerField(validators=STARS)
    comment = models.TextField(blank=True, max_length=4000)
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_reason = models.TextField(blank=True, default="", db_default="", max_length=4000)

    class Meta:
        db_table = "contract_reviews"
        ordering = ["-created_at", "id"]
        verbose_name = "pilot's rating"
        indexes = [models.Index(fields=["contract", "-created_at"], name="contract_reviews_contract")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "author"], name="contract_reviews_one_each"),
            models.CheckConstraint(
                condition=Q(accuracy__range=(1, 5), completeness__range=(1, 5)), name="contract_reviews_stars_range"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="contract_reviews_hidden_with_reason",
            ),
        ]
        triggers = [sets_updated_at(), rating_guard()]

    def __str__(self) -> str:
        return f"{self.accuracy}/{self.completeness} for {self.contract_id}"


class ReviewVote(Row):
    """That somebody found a rating helpful."""

    review = models.ForeignKey(ContractReview, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "contract_review_votes"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "voter"], name="contract_review_votes_one_each"),
        ]
        triggers = [sets_updated_at(), not_own_rating_guard(table="contract_review_votes", person="voter_id")]

    def __str__(self) -> str:
        return f"{self.review_id} is helpful"


class ReviewFlag(Row):
    """That somebody wants an administrator to look at a rating, and why. Settled once one did."""

    review = models.ForeignKey(ContractReview, on_delete=models.CASCADE, related_name="flags")
    flagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "contract_review_flags"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["review"], condition=Q(settled_at__isnull=True), name="contract_review_flags_open")
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "flagged_by"], name="contract_review_flags_one_each"),
            models.CheckConstraint(condition=~Q(reason=""), name="contract_review_flags_reason_given"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="contract_review_flags_settled_by_someone",
            ),
        ]
        triggers = [sets_updated_at(), not_own_rating_guard(table="contract_review_flags", person="flagged_by_id")]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.reason[:60]}"


class ContractUsageDay(Row):
    """How often a contract was used on one day at its airline: its rules looked up, packed or judged by, its page opened.

    `last_batch` names the counts that were added last, so that none are added twice.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="usage_days")
    day = models.DateField()
    lookups = models.PositiveBigIntegerField(default=0, db_default=0)
    page_views = models.PositiveBigIntegerField(default=0, db_default=0)
    packs = models.PositiveBigIntegerField(default=0, db_default=0)
    validations = models.PositiveBigIntegerField(default=0, db_default=0)
    last_batch = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "contract_usage_daily"
        ordering = ["-day", "contract"]
        verbose_name = "contract's use on one day"
        verbose_name_plural = "contracts' use by day"
        constraints = [
            models.UniqueConstraint(fields=["contract", "day"], name="contract_usage_daily_once"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.contract_id} on {self.day}"
