"""Language models: whose key is used for whom, and what each use found and cost."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Airline
from config.rows import Row, sets_updated_at
from contracts.models.extraction import ExtractionRun

NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


class ModelProvider(models.TextChoices):
    """The values are those of `contracts.language_models.interface.Provider`."""

    OPENAI_COMPATIBLE = "openai_compatible", "OpenAI, or a server that speaks its protocol"
    ANTHROPIC = "anthropic", "Anthropic"
    BEDROCK = "bedrock", "AWS Bedrock"


class ModelOutcome(models.TextChoices):
    """The values are those of `contracts.language_models.reading.Outcome`, and `running`."""

    RUNNING = "running", "reading"
    COMPLETE = "complete", "read everything"
    INCOMPLETE = "incomplete", "some answers were of no use"
    OVER_BUDGET = "over_budget", "the budget was used up"
    OUT_OF_TIME = "out_of_time", "the time was up"
    UNAVAILABLE = "unavailable", "the provider did not answer"
    REFUSED = "refused", "the provider refused"
    FAILED = "failed", "failed"


class ModelCredential(Row):
    """A key to one language model, of one person or one airline, with what its use may cost.

    The key is kept as AES-256-GCM ciphertext under the key of that version in `CREDENTIAL_KEYS`, bound to this row, its
    provider and its address; only the last four characters can be read. A revoked credential keeps no key. Budgets and
    prices are in dollars, prices for a million tokens; no budget is no ceiling.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="model_credentials"
    )
    airline = models.ForeignKey(
        Airline, on_delete=models.PROTECT, null=True, blank=True, related_name="model_credentials"
    )
    provider = models.CharField(max_length=40, choices=ModelProvider)
    base_url = models.CharField("address", max_length=300)
    model_name = models.CharField("model", max_length=200)
    ciphertext = models.BinaryField()
    nonce = models.BinaryField(max_length=12)
    key_version = models.CharField(max_length=40)
    key_ending = models.CharField("key ends in", max_length=4, blank=True)
    input_price = models.DecimalField(
        "price of input", max_digits=10, decimal_places=4, default=0, db_default=0, validators=NOT_NEGATIVE
    )
    output_price = models.DecimalField(
        "price of output", max_digits=10, decimal_places=4, default=0, db_default=0, validators=NOT_NEGATIVE
    )
    run_budget = models.DecimalField(
        "budget of a reading", max_digits=10, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    monthly_budget = models.DecimalField(
        "budget of a month", max_digits=10, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "model_credentials"
        verbose_name = "language model"
        ordering = ["-is_active", "-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, airline__isnull=True) | Q(user__isnull=True, airline__isnull=False),
                name="model_credentials_one_owner",
                violation_error_message="Choose a person or an airline, not both.",
            ),
            models.CheckConstraint(
                condition=Q(provider__in=ModelProvider.values), name="model_credentials_provider_known"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False, ciphertext=b"", key_version="")
                | (~Q(ciphertext=b"") & ~Q(key_version="")),
                name="model_credentials_active_has_key",
            ),
            models.CheckConstraint(
                condition=Q(input_price__gte=0, output_price__gte=0), name="model_credentials_prices_positive"
            ),
            models.CheckConstraint(
                condition=(Q(run_budget__isnull=True) | Q(run_budget__gte=0))
                & (Q(monthly_budget__isnull=True) | Q(monthly_budget__gte=0)),
                name="model_credentials_budgets_positive",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_active=True),
                name="model_credentials_one_for_a_user",
                violation_error_message="This person has an active key already: replace or revoke that one.",
            ),
            models.UniqueConstraint(
                fields=["airline"],
                condition=Q(is_active=True),
                name="model_credentials_one_for_an_airline",
                violation_error_message="This airline has an active key already: replace or revoke that one.",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.model_name} for {self.airline or self.user} (…{self.key_ending})"


class ModelRun(Row):
    """One use of a credential for one reading. `reserved` is what an open or broken-off run may have cost beyond `cost`."""

    extraction_run = models.ForeignKey(ExtractionRun, on_delete=models.CASCADE, related_name="model_runs")
    credential = models.ForeignKey(ModelCredential, on_delete=models.PROTECT, related_name="runs")
    provider = models.CharField(max_length=40, choices=ModelProvider)
    model_name = models.CharField(max_length=200)
    model_version = models.CharField(max_length=200, blank=True, help_text="As the provider named it.")
    input_tokens = models.PositiveBigIntegerField(default=0, db_default=0)
    output_tokens = models.PositiveBigIntegerField(default=0, db_default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0, db_default=0)
    reserved = models.DecimalField(max_digits=14, decimal_places=6, default=0, db_default=0)
    duration_ms = models.PositiveBigIntegerField(default=0, db_default=0)
    requests = models.PositiveIntegerField(default=0, db_default=0)
    retries = models.PositiveIntegerField(default=0, db_default=0)
    page_count = models.PositiveIntegerField(default=0, db_default=0, help_text="Pages that have text.")
    pages_asked = models.PositiveIntegerField(default=0, db_default=0)
    proposals_kept = models.PositiveIntegerField(default=0, db_default=0)
    quotes_dropped = models.PositiveIntegerField(default=0, db_default=0)
    vocabulary_dropped = models.PositiveIntegerField(default=0, db_default=0)
    dropped = models.JSONField(default=dict, db_default={}, help_text="What was dropped, counted by reason.")
    agreed = models.PositiveIntegerField(default=0, db_default=0)
    differing = models.PositiveIntegerField(default=0, db_default=0)
    added = models.PositiveIntegerField(default=0, db_default=0)
    outcome = models.CharField(
        max_length=20, choices=ModelOutcome, default=ModelOutcome.RUNNING, db_default=ModelOutcome.RUNNING.value
    )
    fault_code = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "model_runs"
        verbose_name = "reading by a language model"
        verbose_name_plural = "readings by language models"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["credential", "created_at"], name="model_runs_month")]
        constraints = [
            models.CheckConstraint(condition=Q(provider__in=ModelProvider.values), name="model_runs_provider_known"),
            models.CheckConstraint(condition=Q(outcome__in=ModelOutcome.values), name="model_runs_outcome_known"),
            models.CheckConstraint(condition=Q(cost__gte=0, reserved__gte=0), name="model_runs_cost_positive"),
            models.CheckConstraint(
                condition=Q(outcome=ModelOutcome.RUNNING, finished_at__isnull=True)
                | (~Q(outcome=ModelOutcome.RUNNING) & Q(finished_at__isnull=False)),
                name="model_runs_end_dated",
            ),
            models.CheckConstraint(condition=Q(pages_asked__lte=F("page_count")), name="model_runs_asked_of_its_pages"),
            models.CheckConstraint(condition=Q(requests__gte=F("retries")), name="model_runs_retries_are_requests"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.model_name}: {self.get_outcome_display()}"
