"""How an airline reviews contracts, and one run of it: groups, steps, the round that a submission opens, and who stands in."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Airline
from config.guards import kept
from config.rows import Row, sets_updated_at
from contracts.lifecycle import Status
from contracts.models.review_triggers import comment_guard, round_step_guard

MOST_APPROVALS = 9
STEP_NAME = "Approval"


class ReviewGroup(Row):
    """A named group of an airline's approvers. Who leaves it gives no more approvals for its steps, in running reviews too."""

    airline = models.ForeignKey(Airline, on_delete=models.PROTECT, related_name="review_groups")
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="review_groups", db_table="review_group_members"
    )

    class Meta:
        db_table = "review_groups"
        ordering = ["airline", "name"]
        constraints = [models.UniqueConstraint(fields=["airline", "name"], name="review_groups_name_once")]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.name}, {self.airline.code}"


class StepTerms(Row):
    """Abstract. What a step of a review asks: so many approvals by people of a group, or by any reviewer of the airline."""

    position = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="Steps follow one another by this number."
    )
    name = models.CharField(max_length=80)
    approvals_needed = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_APPROVALS)],
        help_text="By so many different people.",
    )

    class Meta:
        abstract = True


class ReviewStep(StepTerms):
    """One step as the airline has configured it. Reviews that run already go on as they began."""

    airline = models.ForeignKey(Airline, on_delete=models.PROTECT, related_name="review_steps")
    group = models.ForeignKey(
        ReviewGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        help_text="Empty: any approver with a grant for the airline.",
    )

    class Meta:
        db_table = "review_steps"
        ordering = ["airline", "position"]
        constraints = [
            models.UniqueConstraint(fields=["airline", "position"], name="review_steps_position_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, approvals_needed__range=(1, MOST_APPROVALS)), name="review_steps_range"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.airline.code} {self.position}: {self.name}"


class ReviewRound(Row):
    """One review, from a submission or a reopening to its end: the airline's terms as they were then. Never changed.

    `due_at` and `escalation_days` are empty where the airline sets none.
    """

    contract = models.ForeignKey("contracts.PilotContract", on_delete=models.PROTECT, related_name="review_rounds")
    number = models.PositiveSmallIntegerField()
    second_pair_of_eyes = models.BooleanField()
    due_at = models.DateTimeField(null=True, blank=True)
    escalation_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "review_rounds"
        ordering = ["contract", "number"]
        indexes = [models.Index(fields=["due_at"], name="review_rounds_due")]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="review_rounds_number_once")]
        triggers = kept(name="kept", what="rounds of a review")

    def __str__(self) -> str:
        return f"review {self.number} of {self.contract_id}"


class ReviewRoundStep(StepTerms):
    """One step of one round, copied from the airline's when the round began. Never changed."""

    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="steps")
    group = models.ForeignKey(ReviewGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "review_round_steps"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="review_round_steps_position_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, approvals_needed__range=(1, MOST_APPROVALS)),
                name="review_round_steps_range",
            ),
        ]
        triggers = [round_step_guard(), *kept(name="kept", what="steps of a review")]

    def __str__(self) -> str:
        return f"step {self.position}: {self.name}"


class _Days(Func):
    """The days of a delegation, both ends included."""

    function = "DATERANGE"
    output_field = DateRangeField()


class ReviewDelegation(Row):
    """For these days (UTC, both included) `delegate` may give the approvals that `delegator`'s groups are asked for.

    He does so under his own name; the record keeps for whom. What bars the one from deciding bars the other.
    """

    delegator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held")
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was ended before its last day.")

    class Meta:
        db_table = "review_delegations"
        ordering = ["-starts_on", "id"]
        indexes = [models.Index(fields=["delegate", "ends_on"], name="review_delegations_delegate")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="review_delegations_to_another",
                violation_error_message="Nobody stands in for himself: choose somebody else.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="review_delegations_days_in_order",
                violation_error_message="The last day comes before the first.",
            ),
            ExclusionConstraint(
                name="review_delegations_one_at_a_time",
                expressions=[
                    ("delegator", RangeOperators.EQUAL),
                    (_Days("starts_on", "ends_on", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
                violation_error_message="Another delegation holds on some of these days. End it first.",
            ),
        ]
        triggers = [sets_updated_at(), *kept(name="kept", what="delegations", update=False)]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.delegator}"


class ReviewComment(Row):
    """What somebody who takes part in a review wrote to the others, about the contract or one of its rules. Never changed."""

    contract = models.ForeignKey("contracts.PilotContract", on_delete=models.PROTECT, related_name="comments")
    rule = models.ForeignKey(
        "contracts.ContractRule", on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=4000)

    class Meta:
        db_table = "review_comments"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["contract", "created_at"], name="review_comments_contract")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="review_comments_not_empty")]
        triggers = [sets_updated_at(), comment_guard(), *kept(name="kept", what="comments", update=False)]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"


class ReminderKind(models.TextChoices):
    DUE_IN_A_DAY = "due_in_a_day", "due within a day"
    DUE_IN_TWO_HOURS = "due_in_two_hours", "due within two hours"
    OVERDUE = "overdue", "overdue"
    TOO_LONG_IN_STATE = "too_long_in_state", "too long in its state"


class ReviewReminder(Row):
    """That a round's deadline came near or passed, or its contract stayed too long in a state: noticed once each."""

    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=20, choices=ReminderKind)
    status = models.CharField(max_length=20, choices=Status, help_text="The contract's state then.")

    class Meta:
        db_table = "review_reminders"
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReminderKind.values), name="review_reminders_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="review_reminders_status_known"),
            models.UniqueConstraint(fields=["round", "kind", "status"], name="review_reminders_once"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.round_id}"
