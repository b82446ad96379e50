"""Claiming a review, taking it over, giving it away, and what it keeps others from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken, WrongState
from contracts.lifecycle import Action, Status
from contracts.models import PilotContract
from contracts.policies import ClaimAction, claim_actions, possible_actions
from contracts.review_selectors import claim_holder_id
from contracts.services import claims, lifecycle, rules
from tests.factories import ContractFactory, UserFactory, delegate, review_steps, reviewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(airline: Airline) -> User:
    return reviewer_of(airline, full_name="Other Reviewer")


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(in_review=True, airline=airline, rules=1, proposals=1)


def claimed(contract: PilotContract, by: User) -> PilotContract:
    return claims.claim_take(actor=by, contract_id=contract.pk)


def test_a_claim_keeps_others_from_deciding_until_they_take_it_over(
    contract: PilotContract, approver: User, other: User
) -> None:
    claimed(contract, approver)
    contract.refresh_from_db()
    proposal = contract.rules.get(decision="proposed")

    with pytest.raises(WrongState) as refused_rule:
        rules.rule_accept(actor=other, rule_id=proposal.pk)
    with pytest.raises(WrongState) as refused_move:
        lifecycle.contract_reject(actor=other, contract_id=contract.pk, reason="No.")

    assert {refused_rule.value.code, refused_move.value.code} == {"claimed"}
    assert possible_actions(other, contract) == []
    assert claim_actions(other, contract) == [ClaimAction.TAKE_OVER]
    assert Action.REJECT in possible_actions(approver, contract)
    proposal.refresh_from_db()
    assert proposal.decision == "proposed"


def test_taking_over_needs_a_reason_and_is_recorded_with_both_names(
    contract: PilotContract, approver: User, other: User
) -> None:
    claimed(contract, approver)

    with pytest.raises(RuleBroken) as refusal:
        claims.claim_take(actor=other, contract_id=contract.pk)
    claims.claim_take(actor=other, contract_id=contract.pk, reason="It is urgent.")

    contract.refresh_from_db()
    assert refusal.value.code == "reason_required"
    assert contract.claimed_by == other
    entry = AuditEntry.objects.filter(event="contract.claimed").latest()
    assert (entry.reason, entry.changes["claimed_by"]) == ("It is urgent.", [str(approver), str(other)])


def test_a_claim_runs_out_without_action_and_lasts_with_it(
    contract: PilotContract, approver: User, other: User
) -> None:
    claimed(contract, approver)
    soon = timezone.now() + timedelta(minutes=1)
    PilotContract.objects.filter(pk=contract.pk).update(claim_expires_at=soon)

    rules.rule_accept(actor=approver, rule_id=contract.rules.get(decision="proposed").pk)
    contract.refresh_from_db()
    kept_until = contract.claim_expires_at
    PilotContract.objects.filter(pk=contract.pk).update(claim_expires_at=timezone.now())
    contract.refresh_from_db()

    assert kept_until is not None
    assert kept_until > soon + timedelta(hours=1)
    assert claim_holder_id(contract) is None
    assert lifecycle.contract_approve(actor=other, contract_id=contract.pk).status == Status.APPROVED


@pytest.mark.parametrize("ends", ["approve", "step", "request_changes", "withdraw"])
def test_the_claim_ends_with_the_claimants_part(ends: str, airline: Airline, approver: User, other: User) -> None:
    if ends == "step":
        review_steps(airline, ("Both", [approver, other], 2))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    claimed(contract, approver)

    if ends in {"approve", "step"}:
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk)
    elif ends == "withdraw":
        lifecycle.contract_withdraw(actor=contract.uploaded_by, contract_id=contract.pk)
    else:
        lifecycle.contract_request_changes(actor=approver, contract_id=contract.pk, reason="More.")

    contract.refresh_from_db()
    assert (contract.claimed_by, contract.claim_expires_at) == (None, None)


def test_release_and_reassignment_are_the_claimants_and_administrators(
    contract: PilotContract, approver: User, other: User, administrator: User
) -> None:
    claimed(contract, approver)

    with pytest.raises(WrongState):
        claims.claim_release(actor=other, contract_id=contract.pk)
    with pytest.raises(WrongState):
        claims.claim_reassign(actor=other, contract_id=contract.pk, to=other)
    claims.claim_reassign(actor=approver, contract_id=contract.pk, to=other, reason="I am away.")
    claims.claim_release(actor=administrator, contract_id=contract.pk)
    claims.claim_reassign(actor=administrator, contract_id=contract.pk, to=approver)

    events = AuditEntry.objects.filter(object_pk=str(contract.pk)).order_by("pk").values_list("event", flat=True)
    assert list(events) == [
        "contract.claimed",
        "contract.claim_reassigned",
        "contract.claim_released",
        "contract.claim_reassigned",
    ]
    contract.refresh_from_db()
    assert contract.claimed_by == approver


@pytest.mark.parametrize("who", ["uploader", "stranger", "pilot", "administrator"])
def test_only_reviewers_claim_and_are_given_reviews(
    who: str, contract: PilotContract, approver: User, administrator: User
) -> None:
    people = {
        "uploader": contract.uploaded_by,
        "stranger": UserFactory.create(approver=True),
        "pilot": UserFactory.create(),
        "administrator": administrator,
    }

    with pytest.raises(NotAllowed):
        claims.claim_take(actor=people[who], contract_id=contract.pk)
    claimed(contract, approver)
    with pytest.raises(RuleBroken):
        claims.claim_reassign(actor=approver, contract_id=contract.pk, to=people[who])

    contract.refresh_from_db()
    assert contract.claimed_by == approver


def test_nothing_is_claimed_outside_review(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)

    with pytest.raises(WrongState):
        claims.claim_take(actor=approver, contract_id=contract.pk)


def test_a_stand_in_goes_on_with_what_the_other_claimed(contract: PilotContract, approver: User, other: User) -> None:
    claimed(contract, approver)
    delegate(approver, other)

    rule = rules.rule_accept(actor=other, rule_id=contract.rules.get(decision="proposed").pk)

    assert rule.decided_by == other
