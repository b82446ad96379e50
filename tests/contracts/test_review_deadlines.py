"""Due dates, and what is noticed once when one comes near, passes, or a contract stands still."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Airline, User
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.models import Notification
from contracts.models import PilotContract, ReminderKind, ReviewReminder
from contracts.services import claims, deadlines, lifecycle
from tests.factories import ContractFactory, reviewer_of

pytestmark = pytest.mark.django_db


def in_review(airline: Airline, **fields: object) -> PilotContract:
    contract: PilotContract = ContractFactory.create(in_review=True, airline=airline, rules=1, **fields)
    return contract


def due(contract: PilotContract) -> datetime:
    contract.refresh_from_db()
    assert contract.review_round is not None
    assert contract.review_round.due_at is not None
    return contract.review_round.due_at


def kinds_at(now: datetime) -> list[str]:
    found = [
        deadlines.reviews_due_within_a_day(now=now),
        deadlines.reviews_due_within_two_hours(now=now),
        deadlines.reviews_overdue(now=now),
    ]
    return [reminder.kind for reminders in found for reminder in reminders]


def test_a_review_is_due_as_many_days_after_its_submission_as_the_airline_allows(airline: Airline) -> None:
    Airline.objects.filter(pk=airline.pk).update(review_days=3)
    contract = in_review(airline)

    assert timedelta(0) <= due(contract) - timezone.now() <= timedelta(days=3)
    assert due(contract) - timezone.now() > timedelta(days=2, hours=23)


def test_each_threshold_is_noticed_once(airline: Airline) -> None:
    end = due(in_review(airline))

    noticed = {hours: kinds_at(end - timedelta(hours=hours)) for hours in (30, 24, 23, 3, 2, 1, 0, -5)}

    assert noticed == {
        30: [],
        24: ["due_in_a_day"],
        23: [],
        3: [],
        2: ["due_in_two_hours"],
        1: [],
        0: ["overdue"],
        -5: [],
    }


def test_a_schedule_that_was_down_tells_only_what_is_still_true(airline: Airline) -> None:
    end = due(in_review(airline))

    assert kinds_at(end - timedelta(minutes=30)) == ["due_in_two_hours"]
    assert kinds_at(end + timedelta(days=2)) == ["overdue"]


def test_an_airline_without_terms_has_no_deadlines(airline: Airline) -> None:
    Airline.objects.filter(pk=airline.pk).update(review_days=None, escalation_days=None)
    in_review(airline)

    later = timezone.now() + timedelta(days=400)

    assert kinds_at(later) == []
    assert deadlines.contracts_too_long_in_state(now=later) == []


def test_what_left_review_is_not_overdue_and_a_new_round_has_its_own_date(airline: Airline, approver: User) -> None:
    contract = in_review(airline)
    end = due(contract)
    lifecycle.contract_request_changes(actor=approver, contract_id=contract.pk, reason="More.")
    while_away = kinds_at(end + timedelta(days=1))
    lifecycle.contract_submit(actor=contract.uploaded_by, contract_id=contract.pk)

    again = due(contract)

    assert while_away == []
    assert again > end
    assert kinds_at(again) == ["overdue"]


@pytest.mark.parametrize("state", ["in_review", "changes_requested", "approved"])
def test_standing_still_too_long_is_noticed_once_in_each_state(state: str, airline: Airline) -> None:
    Airline.objects.filter(pk=airline.pk).update(escalation_days=5)
    contract = ContractFactory.create(airline=airline, rules=1, **{state: True})
    early, late = contract.status_since + timedelta(days=4), contract.status_since + timedelta(days=5)

    found = [deadlines.contracts_too_long_in_state(now=now) for now in (early, late, late)]

    assert [[(row.kind, row.status, row.round.contract_id) for row in rows] for rows in found] == [
        [],
        [("too_long_in_state", state, contract.pk)],
        [],
    ]


def test_a_state_entered_anew_begins_its_time_anew(airline: Airline, approver: User) -> None:
    Airline.objects.filter(pk=airline.pk).update(escalation_days=5)
    contract = in_review(airline)
    PilotContract.objects.filter(pk=contract.pk).update(status_since=timezone.now() - timedelta(days=4))

    lifecycle.contract_approve(actor=approver, contract_id=contract.pk)

    contract.refresh_from_db()
    assert timezone.now() - contract.status_since < timedelta(minutes=1)
    assert deadlines.contracts_too_long_in_state(now=timezone.now() + timedelta(days=2)) == []


def test_a_sweep_costs_the_same_queries_for_one_and_five(airline: Airline, django_assert_num_queries: object) -> None:
    for _ in range(5):
        in_review(airline)

    with django_assert_num_queries(3):  # type: ignore[operator] # pytest-django's
        deadlines.reviews_overdue(now=timezone.now() + timedelta(days=100))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_two_schedules_at_once_notice_once_between_them() -> None:
    """Real connections: both wait at one gate and go together."""
    contracts = [ContractFactory.create(in_review=True, rules=1) for _ in range(5)]
    later = timezone.now() + timedelta(days=100)
    gate = threading.Barrier(4)

    def sweep(_: int) -> list[object]:
        gate.wait(timeout=20)
        try:
            return [reminder.round_id for reminder in deadlines.reviews_overdue(now=later)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        noticed = [round_id for found in pool.map(sweep, range(4)) for round_id in found]

    assert sorted(map(str, noticed)) == sorted(str(contract.review_round_id) for contract in contracts)
    assert ReviewReminder.objects.filter(kind=ReminderKind.OVERDUE).count() == 5


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("created_at").values_list("kind", flat=True))


def test_who_attends_to_a_review_is_told_of_its_deadline_once_and_administrators_that_it_waits_too_long(
    airline: Airline, approver: User, administrator: User
) -> None:
    Airline.objects.filter(pk=airline.pk).update(review_days=1, escalation_days=2)
    contract = in_review(airline)
    before = told(approver)

    deadlines.deadlines_sweep()
    deadlines.deadlines_sweep()
    PilotContract.objects.filter(pk=contract.pk).update(status_since=timezone.now() - timedelta(days=3))
    deadlines.deadlines_sweep()

    assert told(approver)[len(before) :] == [NotificationKind.REVIEW_DUE_SOON, NotificationKind.REVIEW_ESCALATED]
    assert told(administrator) == [NotificationKind.REVIEW_ESCALATED]


def test_of_a_claimed_review_only_its_holder_is_told(airline: Airline, approver: User) -> None:
    second_approver = reviewer_of(airline)
    Airline.objects.filter(pk=airline.pk).update(review_days=1)
    contract = in_review(airline)
    claims.claim_take(actor=approver, contract_id=contract.pk)
    before = told(second_approver)

    deadlines.deadlines_sweep()

    assert NotificationKind.REVIEW_DUE_SOON in told(approver)
    assert told(second_approver) == before
