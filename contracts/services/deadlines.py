"""Deadlines of reviews. Each function notices once what became due, and returns that, for whoever tells people.

A row of `review_reminders` is the memory: two schedules that run at once write it once between them.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.utils import timezone

from contracts.audience import administrators, attendants, concerned
from contracts.lifecycle import Status
from contracts.models import PilotContract, ReminderKind, ReviewReminder
from contracts.services.notices import review_deadline_near, review_escalated

A_DAY = timedelta(days=1)
TWO_HOURS = timedelta(hours=2)
# States in which a contract waits for somebody: reviewers, its uploader, reviewers again.
WAITING = (Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED)


def reviews_due_within_a_day(*, now: datetime | None = None) -> list[ReviewReminder]:
    """Reviews that end in more than two hours and at most a day: whose reviewers are to be reminded."""
    at = now or timezone.now()
    due = _in_review().filter(review_round__due_at__gt=at + TWO_HOURS, review_round__due_at__lte=at + A_DAY)
    return _noticed(due, ReminderKind.DUE_IN_A_DAY)


def reviews_due_within_two_hours(*, now: datetime | None = None) -> list[ReviewReminder]:
    """Reviews that end in at most two hours."""
    at = now or timezone.now()
    due = _in_review().filter(review_round__due_at__gt=at, review_round__due_at__lte=at + TWO_HOURS)
    return _noticed(due, ReminderKind.DUE_IN_TWO_HOURS)


def reviews_overdue(*, now: datetime | None = None) -> list[ReviewReminder]:
    """Reviews that should have ended."""
    return _noticed(_in_review().filter(review_round__due_at__lte=now or timezone.now()), ReminderKind.OVERDUE)


def contracts_too_long_in_state(*, now: datetime | None = None) -> list[ReviewReminder]:
    """Contracts that have waited for their reviewers, their uploader or their activation for longer than the airline allows."""
    waited = ExpressionWrapper(F("review_round__escalation_days") * A_DAY, output_field=DurationField())
    late = PilotContract.objects.filter(status__in=WAITING, review_round__escalation_days__isnull=False)
    late = late.filter(status_since__lte=(now or timezone.now()) - waited)
    return _noticed(late, ReminderKind.TOO_LONG_IN_STATE)


def deadlines_sweep() -> dict[ReminderKind, list[ReviewReminder]]:
    """All of these, by kind: what became due since the sweep before. Those concerned are told in the same transaction."""
    with transaction.atomic():
        noticed = {
            ReminderKind.DUE_IN_A_DAY: reviews_due_within_a_day(),
            ReminderKind.DUE_IN_TWO_HOURS: reviews_due_within_two_hours(),
            ReminderKind.OVERDUE: reviews_overdue(),
            ReminderKind.TOO_LONG_IN_STATE: contracts_too_long_in_state(),
        }
        for kind, reminders in noticed.items():
            for reminder in reminders:
                _tell(kind, reminder)
    return noticed


def _tell(kind: ReminderKind, reminder: ReviewReminder) -> None:
    """Whoever attends to the review of its deadline; of a contract that waits too long the administrators, who can hand it on."""
    contract = reminder.round.contract
    if kind is ReminderKind.TOO_LONG_IN_STATE:
        people = concerned(contract, attendants, administrators)
        review_escalated(contract=contract, waiting_since=contract.status_since, to=people)
        return
    due_at = reminder.round.due_at
    if due_at is not None:
        people = concerned(contract, attendants)
        review_deadline_near(contract=contract, due_at=due_at, reviewers=people, now=timezone.now())


def _in_review() -> QuerySet[PilotContract]:
    return PilotContract.objects.filter(status=Status.IN_REVIEW)


def _noticed(contracts: QuerySet[PilotContract], kind: ReminderKind) -> list[ReviewReminder]:
    """The reminders that this call wrote, each with its round, contract and airline."""
    noticed = ReviewReminder.objects.filter(round=OuterRef("review_round"), kind=kind, status=OuterRef("status"))
    unnoticed = contracts.exclude(Exists(noticed))
    mine = [
        ReviewReminder(round=contract.review_round, kind=kind, status=contract.status)
        for contract in unnoticed.select_related("review_round")
    ]
    ReviewReminder.objects.bulk_create(mine, ignore_conflicts=True)
    # A row that another schedule wrote first is not under our key.
    written = ReviewReminder.objects.filter(pk__in=[reminder.pk for reminder in mine])
    return list(written.select_related("round__contract__airline").order_by("round__due_at", "pk"))
