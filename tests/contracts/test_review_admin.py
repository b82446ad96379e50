"""Groups, steps, terms and stand-ins in the admin, as their people set them; and the inbox that follows from them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.admin.desk import review_address
from contracts.models import PilotContract, ReviewDelegation, ReviewGroup, ReviewStep
from contracts.services import claims, lifecycle, rules
from contracts.services.comments import comment_add
from tests.contracts.test_desk import REVIEW_QUERIES
from tests.factories import (
    ContractFactory,
    DefinitionFactory,
    ReferenceFactory,
    UserFactory,
    delegate,
    grant_review,
    review_steps,
    reviewer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    """The administrator's browser."""
    client.force_login(administrator)
    return client


@pytest.fixture
def desk(approver: User) -> Client:
    """The approver's browser."""
    browser = Client()
    browser.force_login(approver)
    return browser


def test_an_administrator_makes_a_group_and_the_steps_and_each_is_recorded(
    office: Client, airline: Airline, approver: User
) -> None:
    office.post(
        reverse("admin:contracts_reviewgroup_add"),
        {"airline": str(airline.pk), "name": "Legal", "members": [str(approver.pk)]},
    )
    group = ReviewGroup.objects.get()
    step = {"airline": str(airline.pk), "position": 1, "name": "Legal", "group": str(group.pk), "approvals_needed": 1}
    office.post(reverse("admin:contracts_reviewstep_add"), step)
    made = ReviewStep.objects.get()
    office.post(reverse("admin:contracts_reviewstep_change", args=[made.pk]), {**step, "name": "Legal check"})
    office.post(reverse("admin:contracts_reviewstep_delete", args=[made.pk]), {"post": "yes"})

    assert list(group.members.all()) == [approver]
    assert not ReviewStep.objects.exists()
    events = AuditEntry.objects.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["review_group.created", *["review_steps.updated"] * 3]
    changed = AuditEntry.objects.filter(event="review_steps.updated").order_by("pk")[1].changes["steps"]
    assert [[step["name"] for step in steps] for steps in changed] == [["Legal"], ["Legal check"]]


def test_a_group_of_strangers_and_a_step_that_nobody_could_pass_are_refused_in_words(
    office: Client, airline: Airline, approver: User
) -> None:
    stranger = UserFactory.create(approver=True)
    refused = office.post(
        reverse("admin:contracts_reviewgroup_add"),
        {"airline": str(airline.pk), "name": "Legal", "members": [str(stranger.pk)]},
    )
    group = ReviewGroup.objects.create(airline=airline, name="Small")
    group.members.set([approver])
    step = {"airline": str(airline.pk), "position": 1, "name": "Two", "group": str(group.pk), "approvals_needed": 2}
    impossible = office.post(reverse("admin:contracts_reviewstep_add"), step)

    assert "No grant to review contracts" in refused.content.decode()
    assert "nothing could ever be approved" in impossible.content.decode()
    assert ReviewGroup.objects.count() == 1
    assert not ReviewStep.objects.exists()


@pytest.mark.parametrize("name", ["reviewgroup", "reviewstep"])
def test_approvers_do_not_set_how_they_are_asked(name: str, desk: Client) -> None:
    answers = [desk.get(reverse(f"admin:contracts_{name}_{page}")).status_code for page in ("changelist", "add")]

    assert answers == [403, 403]


def test_an_airlines_terms_are_set_with_a_record(office: Client, airline: Airline) -> None:
    form = {"code": airline.code, "name": airline.name, "time_zone": airline.time_zone, "is_active": "on"}
    terms = {"second_pair_of_eyes": "on", "review_days": "5", "escalation_days": "", "activation_undo_hours": "24"}

    office.post(reverse("admin:accounts_airline_change", args=[airline.pk]), {**form, **terms})

    airline.refresh_from_db()
    assert (airline.second_pair_of_eyes, airline.review_days, airline.escalation_days) == (True, 5, None)
    entry = AuditEntry.objects.get(event="airline.updated")
    assert entry.changes == {
        "second_pair_of_eyes": [False, True],
        "review_days": [14, 5],
        "escalation_days": [21, None],
    }


def delegation_form(to: User, **changed: Any) -> dict[str, Any]:
    today = timezone.now().date()
    return {"delegate": str(to.pk), "starts_on": today, "ends_on": today + timedelta(days=7), **changed}


def test_an_approver_names_who_stands_in_and_takes_it_back(desk: Client, approver: User, airline: Airline) -> None:
    other = reviewer_of(airline)

    desk.post(reverse("admin:contracts_reviewdelegation_add"), delegation_form(other))
    delegation = ReviewDelegation.objects.get()
    desk.post(reverse("admin:contracts_end_delegation", args=[delegation.pk]))

    delegation.refresh_from_db()
    assert (delegation.delegator, delegation.delegate) == (approver, other)
    assert delegation.ended_at is not None
    assert list(AuditEntry.objects.order_by("pk").values_list("event", flat=True)) == [
        "delegation.created",
        "delegation.ended",
    ]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("no grant", "has no grant for"),
        ("past", "are past"),
        ("taken", "Another delegation holds"),
        ("backwards", "The last day comes before the first."),
    ],
)
def test_a_delegation_that_cannot_be_is_refused_in_words(
    case: str, words: str, desk: Client, approver: User, airline: Airline
) -> None:
    other = reviewer_of(airline)
    if case == "no grant":  # there, though he has one here
        grant_review(approver, ContractFactory.create().airline)
    today = timezone.now().date()
    changed = {
        "past": {"starts_on": today - timedelta(days=9), "ends_on": today - timedelta(days=2)},
        "backwards": {"starts_on": today + timedelta(days=9)},
    }
    if case == "taken":
        delegate(approver, reviewer_of(airline), days=3)
    before = ReviewDelegation.objects.count()

    page = desk.post(reverse("admin:contracts_reviewdelegation_add"), delegation_form(other, **changed.get(case, {})))

    assert words in page.content.decode()
    assert ReviewDelegation.objects.count() == before


def test_nobody_stands_in_against_his_will(airline: Airline, approver: User, desk: Client) -> None:
    delegation = delegate(reviewer_of(airline), approver)

    desk.post(reverse("admin:contracts_end_delegation", args=[delegation.pk]))

    delegation.refresh_from_db()
    assert delegation.ended_at is not None


def test_others_delegations_are_neither_seen_nor_ended(desk: Client, airline: Airline) -> None:
    delegation = delegate(reviewer_of(airline), reviewer_of(airline))

    answer = desk.post(reverse("admin:contracts_end_delegation", args=[delegation.pk]))

    delegation.refresh_from_db()
    assert (answer.status_code, delegation.ended_at) == (404, None)


# The inbox


def titles(browser: Client, order: str = "") -> list[str]:
    return [row.title for row in browser.get(reverse("admin:index"), {"order": order}).context["waiting"]]


def test_the_inbox_holds_what_waits_for_the_person(desk: Client, airline: Airline, approver: User) -> None:
    other = reviewer_of(airline)
    review_steps(airline, ("Mine", [approver], 1), ("Theirs", [other], 1))
    make = {"airline": airline, "in_review": True}
    ContractFactory.create(**make, rules=1, title="My step")
    ContractFactory.create(**make, proposals=1, title="Rules to decide")
    passed = ContractFactory.create(**make, rules=1, title="Passed on")
    lifecycle.contract_approve(actor=approver, contract_id=passed.pk)

    mine = set(titles(desk))
    browser = Client()
    browser.force_login(other)
    theirs = set(titles(browser))
    delegate(other, approver)

    assert mine == {"My step", "Rules to decide"}
    assert theirs == {"Rules to decide", "Passed on"}
    assert "Passed on" not in titles(desk)


def test_a_stand_ins_inbox_holds_the_others_step(desk: Client, airline: Airline, approver: User) -> None:
    other = reviewer_of(airline)
    review_steps(airline, ("Theirs", [other], 1))
    ContractFactory.create(airline=airline, in_review=True, rules=1, title="Their step")
    before = titles(desk)

    delegate(other, approver)

    assert (before, titles(desk)) == ([], ["Their step"])


def test_the_inbox_marks_what_is_overdue_and_claimed_and_is_sorted(desk: Client, airline: Airline) -> None:
    other = reviewer_of(airline, full_name="Busy Reviewer")
    Airline.objects.filter(pk=airline.pk).update(review_days=9)
    late = ContractFactory.create(airline=airline, in_review=True, proposals=3, title="Due later")
    Airline.objects.filter(pk=airline.pk).update(review_days=2)
    ContractFactory.create(airline=airline, in_review=True, proposals=1, title="Due soon")
    claims.claim_take(actor=other, contract_id=late.pk)

    page = desk.get(reverse("admin:index")).content.decode()

    assert titles(desk) == ["Due soon", "Due later"]
    assert titles(desk, "undecided") == ["Due later", "Due soon"]
    assert titles(desk, "submitted") == ["Due later", "Due soon"]
    assert titles(desk, "nonsense") == ["Due soon", "Due later"]
    assert "claimed by Busy Reviewer" in page
    assert "overdue" not in page


def test_the_desk_says_whose_turn_it_is_and_why_one_may_not_approve(
    desk: Client, airline: Airline, approver: User
) -> None:
    other = reviewer_of(airline)
    review_steps(airline, ("Legal", [other], 1))
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1)

    page = desk.get(review_address(contract)).content.decode()

    assert "Legal group" in page
    assert "you are not in it" in page
    assert reverse("admin:contracts_act", args=[contract.pk, "approve"]) not in page


def test_taking_over_at_the_desk_keeps_what_was_typed_when_it_is_refused(
    desk: Client, airline: Airline, approver: User
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1)
    claims.claim_take(actor=reviewer_of(airline), contract_id=contract.pk)
    contract.refresh_from_db()
    address = reverse("admin:contracts_claim", args=[contract.pk, "take_over"])

    refused = desk.post(address, {"version": contract.version, "reason": " "})
    taken = desk.post(address, {"version": contract.version, "reason": "It is urgent."})

    contract.refresh_from_db()
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert contract.claimed_by == approver


# Speed, for ordinary approvers


def busy(airline: Airline, approver: User, grants: int) -> PilotContract:
    """In review with two steps, claimed by the approver, who reviews at so many airlines; with all that the desk shows beside."""
    for _ in range(grants - 1):
        grant_review(approver, ContractFactory.create().airline)
    review_steps(airline, ("Legal", [approver], 1), ("Chief", None, 1))
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    contract: PilotContract = ContractFactory.create(airline=airline, in_review=True, proposals=2)
    claims.claim_take(actor=approver, contract_id=contract.pk)
    comment_add(actor=approver, contract_id=contract.pk, body="Is page 3 signed?")
    DefinitionFactory.create(contract=contract, aliases=["duty period"])
    ReferenceFactory.create(contract=contract)
    rules.rule_correct(actor=approver, rule_id=contract.rules.earliest("position").pk, changes={"title": "Corrected"})
    return contract


@pytest.mark.parametrize("grants", [1, 50])
def test_the_review_screen_costs_the_same_queries_for_one_grant_and_fifty(
    grants: int, desk: Client, airline: Airline, approver: User, django_assert_num_queries: Any
) -> None:
    contract = busy(airline, approver, grants)

    with django_assert_num_queries(REVIEW_QUERIES):
        screen = desk.get(review_address(contract))
    with django_assert_num_queries(7):
        record = desk.get(reverse("admin:contracts_record", args=[contract.pk]))

    assert len(screen.context["progress"]) == 2
    assert screen.context["claim"].holder == approver
    assert screen.context["terms"]
    assert screen.context["references"]
    assert "Is page 3 signed?" in record.content.decode()


@pytest.mark.parametrize("grants", [1, 50])
@pytest.mark.parametrize("contracts", [1, 5])
def test_the_inbox_costs_the_same_queries_for_one_grant_and_fifty(
    grants: int, contracts: int, desk: Client, airline: Airline, approver: User, django_assert_num_queries: Any
) -> None:
    busy(airline, approver, grants)
    ContractFactory.create_batch(contracts, airline=airline, in_review=True, proposals=2)

    with django_assert_num_queries(7):
        desk.get(reverse("admin:index"))


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("name", "queries"), [("reviewgroup", 7), ("reviewstep", 7), ("reviewdelegation", 6)])
def test_lists_cost_the_same_queries_for_one_row_and_for_five(
    name: str, queries: int, rows: int, office: Client, airline: Airline, django_assert_num_queries: Any
) -> None:
    review_steps(airline, *((f"Step {number}", [reviewer_of(airline)], 1) for number in range(rows)))
    for _ in range(rows):
        delegate(reviewer_of(airline), reviewer_of(airline))

    with django_assert_num_queries(queries):
        office.get(reverse(f"admin:contracts_{name}_changelist"))
