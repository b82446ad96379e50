"""How right the extractor is: two materialized views that `contracts.services.measures` refreshes, and a table of days.

What is measured is decided proposals of the extractor. A proposal counts under the category that it was proposed with,
and a field counts as changed when what reviewers left in it differs from what was proposed, however often it changed.
Row-level security does not reach materialized views: `contracts.measures` narrows every read to the reader's airlines.
"""

from django.db import models
from django.db.models import Q

from accounts.models import Airline
from config.rows import Row, sets_updated_at

# In the views' column `field` the name of the rule as a whole: right when nothing in it was changed.
WHOLE_RULE = "rule"


class ExtractionAccuracy(models.Model):
    """One field of the decided proposals of one airline, category and extractor version.

    `decided` = `accepted` (taken with this field as proposed) + `corrected` (taken, this field changed) + `rejected`
    (no rule at all). `precision` is the share of proposals that are rules; `share_right`, of those, the share in which
    the field was right, null where all were rejected.
    """

    pk = models.CompositePrimaryKey("airline_id", "category", "extractor_version", "field")
    airline = models.ForeignKey(Airline, on_delete=models.DO_NOTHING, related_name="+")
    category = models.CharField(max_length=40)
    extractor_version = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    decided = models.BigIntegerField()
    accepted = models.BigIntegerField()
    corrected = models.BigIntegerField()
    rejected = models.BigIntegerField()
    precision = models.DecimalField(max_digits=5, decimal_places=4)
    share_right = models.DecimalField(max_digits=5, decimal_places=4, null=True)

    class Meta:
        managed = False
        db_table = "extraction_accuracy"

    def __str__(self) -> str:
        return f"{self.field} of {self.category} by {self.extractor_version}"


class ExtractionCalibration(models.Model):
    """Decided proposals of one airline, category and extractor version whose confidence lies in one tenth.

    `tenth` 0 holds confidences from 0 to below 0.1, 9 those from 0.9 to 1. `right` counts those taken with value,
    operator and unit as proposed; `share_right` is its share of `proposals`.
    """

    pk = models.CompositePrimaryKey("airline_id", "category", "extractor_version", "tenth")
    airline = models.ForeignKey(Airline, on_delete=models.DO_NOTHING, related_name="+")
    category = models.CharField(max_length=40)
    extractor_version = models.CharField(max_length=64)
    tenth = models.IntegerField()
    proposals = models.BigIntegerField()
    right = models.BigIntegerField()
    mean_confidence = models.DecimalField(max_digits=7, decimal_places=6)
    share_right = models.DecimalField(max_digits=5, decimal_places=4)

    class Meta:
        managed = False
        db_table = "extraction_calibration"

    def __str__(self) -> str:
        return f"confidence from 0.{self.tenth} by {self.extractor_version}"


class ExtractionMetricsDay(Row):
    """One UTC day of one extractor version at one airline, as known when it was written.

    `proposed` counts proposals made on the day, the other counts decisions made on it. `corrections_by_field` holds
    how many rules each field was changed in. `median_hours` runs from proposal to decision; null without decisions.
    """

    day = models.DateField()
    airline = models.ForeignKey(Airline, on_delete=models.CASCADE, related_name="+")
    extractor_version = models.CharField(max_length=64, blank=True)
    proposed = models.PositiveIntegerField(default=0, db_default=0)
    accepted = models.PositiveIntegerField(default=0, db_default=0)
    corrected = models.PositiveIntegerField(default=0, db_default=0)
    rejected = models.PositiveIntegerField(default=0, db_default=0)
    median_hours = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    corrections_by_field = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        db_table = "extraction_metrics_daily"
        verbose_name = "day of extraction"
        verbose_name_plural = "extraction accuracy"
        ordering = ["-day", "airline", "extractor_version"]
        constraints = [
            models.UniqueConstraint(fields=["day", "airline", "extractor_version"], name="extraction_metrics_once"),
            models.CheckConstraint(
                condition=Q(median_hours__isnull=True) | Q(median_hours__gte=0), name="extraction_metrics_hours"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.day} by {self.extractor_version}"
