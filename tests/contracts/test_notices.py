"""Who is told what about contracts: those concerned, never the actor, never who may not see the contract."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from accounts.notifications.kinds import NotificationKind as Kind
from accounts.notifications.models import Notification
from accounts.policies import reviewable_airlines, reviewers_of
from contracts.audience import viewers
from contracts.lifecycle import Action, Status
from contracts.models import (
    ActivationPlan,
    ContractImprovement,
    ContractReview,
    ExtractionRun,
    ImprovementKind,
    ImprovementStatus,
    PilotContract,
    PlanStatus,
    RunStatus,
)
from contracts.services import lifecycle, notices
from contracts.services.extraction import extraction_run
from contracts.services.reminders import expiring_contracts_remind
from tests.factories import AirlineFactory, ContractFactory, PilotFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db
TELL_QUERIES = 1


def cast(airline: Airline) -> dict[str, User]:
    """One person in each part that there is."""
    people = {
        "uploader": PilotFactory.create(airline=airline).user,
        "pilot": PilotFactory.create(airline=airline).user,
        "pilot elsewhere": PilotFactory.create().user,
        "reviewer": UserFactory.create(approver=True),
        "reviewer elsewhere": UserFactory.create(approver=True),
        "administrator": UserFactory.create(administrator=True),
        "closed reviewer": UserFactory.create(approver=True, is_active=False),
    }
    grant_review(people["reviewer"], airline)
    grant_review(people["closed reviewer"], airline)
    grant_review(people["reviewer elsewhere"], AirlineFactory.create())
    return people


def told(people: dict[str, User]) -> dict[str, list[str]]:
    """The kinds that each part was told; those who were told nothing are left out."""
    names = {person.pk: name for name, person in people.items()}
    found: dict[str, list[str]] = {}
    for notification in Notification.objects.order_by("created_at", "kind"):
        found.setdefault(names.get(notification.recipient_id, "somebody else"), []).append(notification.kind)
    return found


@pytest.mark.parametrize("status", Status)
def test_viewers_are_whoever_sees_the_contract(airline: Airline, status: Status) -> None:
    people = cast(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=people["uploader"], state=status, rules=1)

    found = set(viewers(contract))

    everybody = set(User.objects.all())
    assert found == {person for person in everybody if PilotContract.objects.visible_to(person).exists()}


def test_reviewers_of_an_airline_are_whoever_may_review_it(airline: Airline) -> None:
    cast(airline)

    for each in Airline.objects.all():
        expected = {person for person in User.objects.all() if reviewable_airlines(person).filter(pk=each.pk).exists()}
        assert set(reviewers_of(each)) == expected


ALL_NOTICES: dict[str, Callable[[PilotContract], None]] = {
    **{
        action.value: lambda contract, action=action: notices.contract_moved(  # type: ignore[misc] # bound as it is listed
            actor=None, contract=contract, action=action
        )
        for action in Action
    },
    "reading": lambda contract: notices.reading_ended(contract=contract, run=contract.extraction_runs.get()),
    "comment": lambda contract: notices.comment_added(
        actor=UserFactory.create(), contract=contract, comment_id=uuid4(), participants=User.objects.all()
    ),
    "deadline": lambda contract: notices.review_deadline_near(
        contract=contract, due_at=timezone.now(), reviewers=User.objects.all(), now=timezone.now()
    ),
    "escalated": lambda contract: notices.review_escalated(
        contract=contract, waiting_since=timezone.now(), to=User.objects.all()
    ),
    "plan failed": lambda contract: notices.activation_failed(plan=plan(contract, PlanStatus.FAILED)),
    "plan called off": lambda contract: notices.activation_planned(
        actor=UserFactory.create(), plan=plan(contract, PlanStatus.CANCELLED)
    ),
    "expiring": lambda contract: notices.contract_expiring(contract=contract, days=7),
    "improvement": lambda contract: notices.improvement_proposed(
        actor=UserFactory.create(), improvement=improvement(contract)
    ),
    "flagged": lambda contract: notices.review_flagged(actor=UserFactory.create(), review=rating(contract)),
}


def plan(contract: PilotContract, status: str) -> ActivationPlan:
    """Not stored: the database would refuse it for a contract that is not approved."""
    due_at = timezone.now() + timedelta(days=1)
    return ActivationPlan(contract=contract, due_at=due_at, time_zone="UTC", status=status)


def improvement(contract: PilotContract, status: str = ImprovementStatus.OPEN) -> ContractImprovement:
    """Not stored: the database would refuse it for a contract in most states."""
    author = PilotFactory.create(airline=contract.airline).user
    return ContractImprovement(
        contract=contract, author=author, kind=ImprovementKind.METADATA, comment="The title.", status=status
    )


def rating(contract: PilotContract) -> ContractReview:
    """Not stored: the database would refuse it for a contract that is not published."""
    author = PilotFactory.create(airline=contract.airline).user
    return ContractReview(contract=contract, author=author, accuracy=1, completeness=1)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", ALL_NOTICES)
def test_nobody_is_told_of_a_contract_that_he_may_not_see(airline: Airline, name: str, status: Status) -> None:
    people = cast(airline)
    contract = ContractFactory.create(
        airline=airline, uploaded_by=people["uploader"], state=status, rules=1, expiration_date=date(2030, 1, 1)
    )

    ALL_NOTICES[name](contract)

    for notification in Notification.objects.select_related("recipient"):
        assert PilotContract.objects.visible_to(notification.recipient).filter(pk=contract.pk).exists()
        assert notification.recipient != people["closed reviewer"]


def test_the_way_of_a_contract_tells_each_what_concerns_him_and_never_the_actor(airline: Airline) -> None:
    people = cast(airline)
    uploader, reviewer = people["uploader"], people["reviewer"]
    colleague = people["second reviewer"] = UserFactory.create(approver=True)
    grant_review(colleague, airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, rules=1)
    key = contract.pk

    lifecycle.contract_submit(actor=uploader, contract_id=key)
    lifecycle.contract_request_changes(actor=reviewer, contract_id=key, reason="Page 3 is missing.")
    lifecycle.contract_submit(actor=uploader, contract_id=key)
    lifecycle.contract_approve(actor=reviewer, contract_id=key)
    lifecycle.contract_reopen(actor=reviewer, contract_id=key, reason="A rule is wrong.")
    lifecycle.contract_approve(actor=reviewer, contract_id=key)
    lifecycle.contract_activate(actor=reviewer, contract_id=key)
    lifecycle.contract_retire(actor=reviewer, contract_id=key, reason="Void.")

    submitted = [Kind.CONTRACT_SUBMITTED] * 2
    published = [Kind.CONTRACT_ACTIVATED, Kind.CONTRACT_RETIRED]
    found = {name: sorted(kinds) for name, kinds in told(people).items()}
    assert found == {
        "reviewer": submitted,
        "second reviewer": submitted,
        "uploader": sorted(
            [
                Kind.CONTRACT_CHANGES_REQUESTED,
                Kind.CONTRACT_APPROVED,
                Kind.CONTRACT_REOPENED,
                Kind.CONTRACT_APPROVED,
                *published,
            ]
        ),
        "pilot": published,
    }


def test_a_rejection_is_told_to_the_uploader_and_a_withdrawal_to_nobody(airline: Airline) -> None:
    people = cast(airline)
    rejected, withdrawn = ContractFactory.create_batch(
        2, airline=airline, uploaded_by=people["uploader"], in_review=True, rules=1
    )

    lifecycle.contract_reject(actor=people["reviewer"], contract_id=rejected.pk, reason="Not ours.")
    lifecycle.contract_withdraw(actor=people["uploader"], contract_id=withdrawn.pk)

    assert told(people) == {"uploader": [Kind.CONTRACT_REJECTED]}


def test_a_successor_tells_the_owner_of_the_one_before(airline: Airline) -> None:
    people = cast(airline)
    before = ContractFactory.create(airline=airline, uploaded_by=people["uploader"], active=True, rules=1)
    after = ContractFactory.create(
        airline=airline, uploaded_by=people["pilot"], approved=True, rules=1, effective_date=date(2026, 2, 1)
    )

    lifecycle.contract_activate(actor=people["reviewer"], contract_id=after.pk)

    found = told(people)
    assert sorted(found["uploader"]) == [Kind.CONTRACT_ACTIVATED, Kind.CONTRACT_SUPERSEDED]
    assert found["pilot"] == [Kind.CONTRACT_ACTIVATED]
    assert Notification.objects.get(kind=Kind.CONTRACT_SUPERSEDED).subject_id == str(before.pk)


def test_a_reviewer_who_uploaded_is_not_asked_to_review_his_own(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=approver, rules=1)

    lifecycle.contract_submit(actor=approver, contract_id=contract.pk)

    assert not Notification.objects.exists()


def test_titles_hold_title_and_airline_and_reasons_stay_on_the_site(airline: Airline) -> None:
    people = cast(airline)
    contract = ContractFactory.create(
        airline=airline, uploaded_by=people["uploader"], in_review=True, title="Letter 4", rules=1
    )

    lifecycle.contract_request_changes(actor=people["reviewer"], contract_id=contract.pk, reason="The pay is secret.")

    notification = Notification.objects.get()
    assert notification.title == "Changes requested: Letter 4 (TST)"
    assert notification.body.startswith(
        f"Collective bargaining agreement, version {contract.contract_version}, of Testair (TST)."
    )
    assert "secret" not in notification.body
    assert str(people["reviewer"]) not in notification.body
    assert notification.path == f"/contracts/{contract.pk}/"


def test_reviewers_are_led_to_the_desk(airline: Airline) -> None:
    people = cast(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=people["uploader"], rules=1)

    lifecycle.contract_submit(actor=people["uploader"], contract_id=contract.pk)

    assert Notification.objects.get().path.startswith("/admin/")


@pytest.mark.parametrize(
    ("status", "kind"), [(RunStatus.SUCCEEDED, Kind.READING_FINISHED), (RunStatus.FAILED, Kind.READING_FAILED)]
)
def test_the_end_of_a_reading_is_told_to_the_uploader(airline: Airline, status: RunStatus, kind: Kind) -> None:
    people = cast(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=people["uploader"])
    run = contract.extraction_runs.get()
    run.status, run.proposal_count = status, 1

    for _ in range(2):
        notices.reading_ended(contract=contract, run=run)

    assert told(people) == {"uploader": [kind]}


def test_a_document_that_is_not_there_is_told_of_by_the_reading_itself(airline: Airline) -> None:
    people = cast(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=people["uploader"])
    contract.extraction_runs.all().delete()
    run = ExtractionRun.objects.create(contract=contract, attempt=10)

    extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert told(people) == {"uploader": [Kind.READING_FAILED]}


@pytest.mark.parametrize("pilots", [1, 60])
def test_telling_many_pilots_takes_as_many_queries_as_telling_one(
    airline: Airline, approver: User, pilots: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = ContractFactory.create(airline=airline, active=True, rules=1)
    contract = PilotContract.objects.select_related("airline").get(pk=made.pk)
    PilotFactory.create_batch(pilots, airline=airline)

    with django_assert_num_queries(TELL_QUERIES):
        notices.contract_moved(actor=approver, contract=contract, action=Action.ACTIVATE)

    assert Notification.objects.count() == pilots + 1


NOON = datetime(2026, 3, 2, 20, tzinfo=UTC)  # noon in Los Angeles


@pytest.mark.parametrize(
    ("ahead", "kind", "title"),
    [
        (timedelta(hours=25), None, ""),
        (timedelta(hours=24), Kind.REVIEW_DUE_SOON, "Due within a day"),
        (timedelta(hours=2, minutes=1), Kind.REVIEW_DUE_SOON, "Due within a day"),
        (timedelta(hours=2), Kind.REVIEW_DUE_SOON, "Due within two hours"),
        (timedelta(minutes=1), Kind.REVIEW_DUE_SOON, "Due within two hours"),
        (timedelta(0), Kind.REVIEW_OVERDUE, "Review overdue"),
    ],
)
def test_a_review_is_remembered_a_day_and_two_hours_before(
    airline: Airline, approver: User, ahead: timedelta, kind: Kind | None, title: str
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, title="Letter 4")

    for seconds in (0, 5):
        notices.review_deadline_near(
            contract=contract,
            due_at=NOON + ahead,
            reviewers=User.objects.filter(pk=approver.pk),
            now=NOON + timedelta(seconds=seconds),
        )

    found = list(Notification.objects.values_list("kind", "title"))
    assert found == ([(kind, f"{title}: Letter 4 (TST)")] if kind else [])


def test_a_sweep_again_and_again_reminds_twice_and_says_once_that_it_is_overdue(
    airline: Airline, approver: User
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)
    due_at = NOON + timedelta(hours=30)

    for quarters in range(4 * 36):
        notices.review_deadline_near(
            contract=contract,
            due_at=due_at,
            reviewers=User.objects.filter(pk=approver.pk),
            now=NOON + timedelta(minutes=15 * quarters),
        )

    kinds = Notification.objects.order_by("created_at", "kind").values_list("kind", flat=True)
    assert sorted(kinds) == sorted([Kind.REVIEW_DUE_SOON, Kind.REVIEW_DUE_SOON, Kind.REVIEW_OVERDUE])


def test_a_new_deadline_has_reminders_of_its_own_in_the_airlines_time(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)

    for hours in (20, 23):
        notices.review_deadline_near(
            contract=contract,
            due_at=NOON + timedelta(hours=hours),
            reviewers=User.objects.filter(pk=approver.pk),
            now=NOON,
        )

    bodies = " ".join(Notification.objects.values_list("body", flat=True))
    assert "Mar 3, 08:00 (America/Los_Angeles)" in bodies
    assert "Mar 3, 11:00 (America/Los_Angeles)" in bodies


def test_a_review_handed_over_is_told_to_whom_it_is_handed(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)
    other = UserFactory.create(approver=True)
    grant_review(other, airline)

    for reviewer in (approver, other):
        notices.claim_reassigned(actor=approver, contract=contract, claim_id=uuid4(), reviewer=reviewer)

    assert list(Notification.objects.values_list("recipient", "kind")) == [(other.pk, Kind.CLAIM_REASSIGNED)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (ImprovementStatus.APPLIED, Kind.IMPROVEMENT_APPLIED),
        (ImprovementStatus.DECLINED, Kind.IMPROVEMENT_DECLINED),
        (ImprovementStatus.OPEN, None),
    ],
)
def test_what_became_of_an_improvement_is_told_to_its_author(
    airline: Airline, approver: User, status: str, kind: Kind | None
) -> None:
    proposed = improvement(ContractFactory.create(airline=airline, active=True, rules=1), status)

    notices.improvement_decided(actor=approver, improvement=proposed)

    expected = [(proposed.author_id, kind)] if kind else []
    assert list(Notification.objects.values_list("recipient", "kind")) == expected


@pytest.mark.parametrize(("days_left", "times"), [(91, 0), (90, 1), (30, 1), (7, 1), (0, 1), (-1, 0)])
def test_the_last_day_of_a_contract_is_announced(airline: Airline, approver: User, days_left: int, times: int) -> None:
    last = airline.today() + timedelta(days=days_left)
    contract = ContractFactory.create(
        airline=airline, active=True, rules=1, effective_date=date(2020, 1, 1), expiration_date=last
    )

    for _ in range(2):
        expiring_contracts_remind()

    recipients = set(Notification.objects.filter(kind=Kind.CONTRACT_EXPIRING).values_list("recipient", flat=True))
    assert recipients == ({approver.pk, contract.uploaded_by_id} if times else set())
    assert Notification.objects.count() == 2 * times


def test_a_contract_that_another_follows_is_not_announced(airline: Airline, approver: User) -> None:
    last = airline.today() + timedelta(days=20)
    ContractFactory.create(airline=airline, active=True, rules=1, effective_date=date(2020, 1, 1), expiration_date=last)
    ContractFactory.create(airline=airline, active=True, rules=1, effective_date=last + timedelta(days=1))

    expiring_contracts_remind()

    assert not Notification.objects.exists()
