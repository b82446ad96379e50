"""Approvals in steps: by whom, in which order, bound to what; and what an edit does to them."""

from decimal import Decimal

import pytest

from accounts.models import Airline, User
from audit.models import AuditEntry, RowChange, SecurityEvent
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import Action, Status
from contracts.models import ContractDecision, PilotContract, ReviewStep
from contracts.policies import possible_actions
from contracts.review_selectors import review_progress, standing_approvals
from contracts.selectors import revision_hash
from contracts.services import lifecycle, rules
from tests.factories import ContractFactory, RuleFactory, UserFactory, delegate, review_steps, reviewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(airline: Airline) -> list[User]:
    return [reviewer_of(airline) for _ in range(3)]


@pytest.fixture
def chief(airline: Airline) -> User:
    return reviewer_of(airline)


@pytest.fixture
def contract(airline: Airline, legal: list[User], chief: User) -> PilotContract:
    """In review: two of the lawyers, then the chief pilot."""
    review_steps(airline, ("Legal", legal, 2), ("Chief pilot", [chief], 1))
    return ContractFactory.create(in_review=True, airline=airline, rules=2)


def approve(actor: User, contract: PilotContract) -> str:
    """The state that it leads to, or the refusal's code."""
    try:
        return lifecycle.contract_approve(actor=actor, contract_id=contract.pk).status
    except ProductError as refusal:
        return refusal.code


def events(contract: PilotContract) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(contract.pk)).order_by("pk").values_list("event", flat=True))


def test_the_steps_are_taken_in_order_by_different_people_of_their_groups(
    contract: PilotContract, legal: list[User], chief: User, approver: User
) -> None:
    tried = [
        approve(chief, contract),
        approve(approver, contract),
        approve(legal[0], contract),
        approve(legal[0], contract),
        approve(chief, contract),
        approve(legal[1], contract),
        approve(legal[2], contract),
        approve(chief, contract),
    ]

    assert tried == [
        "other_group",
        "other_group",
        "in_review",
        "already_approved",
        "other_group",
        "in_review",
        "other_group",
        "approved",
    ]
    contract.refresh_from_db()
    assert (contract.approved_by, contract.approved_revision) == (chief, revision_hash(contract))
    assert events(contract) == ["contract.step_approved", "contract.step_approved", "contract.approved"]
    last = AuditEntry.objects.get(event="contract.approved")
    assert last.additional_data == {"revision": contract.approved_revision, "step": "Chief pilot"}


def test_the_one_who_approved_an_earlier_step_does_not_approve_a_later_one(airline: Airline) -> None:
    both = [reviewer_of(airline), reviewer_of(airline)]
    review_steps(airline, ("First", both, 1), ("Second", both, 1))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    tried = [approve(both[0], contract), approve(both[0], contract), approve(both[1], contract)]

    assert tried == ["in_review", "already_approved", "approved"]


def test_buttons_say_what_the_service_would(contract: PilotContract, legal: list[User], chief: User) -> None:
    before = [Action.APPROVE in possible_actions(person, contract) for person in (legal[0], chief)]

    approve(legal[0], contract)
    contract.refresh_from_db()

    assert before == [True, False]
    assert Action.APPROVE not in possible_actions(legal[0], contract)
    assert Action.REJECT in possible_actions(legal[0], contract)


@pytest.mark.parametrize("edit", ["correct", "reject", "reopen", "accept", "add", "together"])
def test_an_edit_voids_the_approvals_and_goes_back_to_the_first_step(
    edit: str, contract: PilotContract, legal: list[User], chief: User
) -> None:
    rule, other = contract.rules.order_by("position")
    if edit in {"accept", "together"}:
        rules.rule_reopen(actor=chief, rule_id=other.pk)
        rules.rule_reject(actor=chief, rule_id=other.pk)
    approve(legal[0], contract)
    approve(legal[1], contract)
    proposal = RuleFactory.build(contract=contract, rule_id="12.A-new")
    fields = {
        name: getattr(proposal, name)
        for name in ("rule_id", "category", "title", "rule_text", "citation", "metric", "operator", "value", "unit")
    }

    edits = {
        "correct": lambda: rules.rule_correct(actor=chief, rule_id=rule.pk, changes={"value": Decimal(13)}),
        "reject": lambda: rules.rule_reject(actor=chief, rule_id=rule.pk),
        "reopen": lambda: rules.rule_reopen(actor=chief, rule_id=rule.pk),
        "accept": lambda: rules.rule_accept(actor=chief, rule_id=other.pk),
        "add": lambda: rules.rule_add(actor=chief, contract_id=contract.pk, fields=fields),
        "together": lambda: rules.rule_accept(actor=chief, rule_id=other.pk),
    }
    edits[edit]()

    assert not standing_approvals(contract).exists()
    assert ContractDecision.objects.filter(contract=contract, voided_at__isnull=False).count() == 2
    entry = AuditEntry.objects.get(event="contract.approvals_voided")
    assert (entry.actor, entry.additional_data) == (chief, {"approvals": 2})
    assert [part.is_current for part in review_progress(contract)] == [True, False]
    if edit != "reopen":
        assert [approve(legal[0], contract), approve(legal[1], contract), approve(chief, contract)][-1] == "approved"


def test_a_decision_that_changes_nothing_voids_nothing(contract: PilotContract, legal: list[User]) -> None:
    approve(legal[0], contract)

    rules.rule_accept(actor=legal[1], rule_id=contract.rules.first().pk)  # type: ignore[union-attr] # made above

    assert standing_approvals(contract).count() == 1


def test_a_review_goes_on_as_it_began_whatever_is_configured_meanwhile(
    contract: PilotContract, airline: Airline, legal: list[User], chief: User, approver: User
) -> None:
    ReviewStep.objects.filter(airline=airline).delete()
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)

    running = [approve(approver, contract), approve(legal[0], contract)]
    later = ContractFactory.create(in_review=True, airline=airline, rules=1)

    assert running == ["other_group", "in_review"]
    assert approve(approver, later) == "approved"


def test_a_reopened_review_keeps_its_steps_and_begins_at_the_first(
    contract: PilotContract, airline: Airline, legal: list[User], chief: User
) -> None:
    for person in (legal[0], legal[1], chief):
        approve(person, contract)
    ReviewStep.objects.filter(airline=airline).delete()

    lifecycle.contract_reopen(actor=chief, contract_id=contract.pk, reason="A rule is wrong.")

    contract.refresh_from_db()
    assert contract.review_round is not None
    assert contract.review_round.number == 2
    assert [(part.step.name, part.missing) for part in review_progress(contract)] == [("Legal", 2), ("Chief pilot", 1)]
    assert approve(chief, contract) == "other_group"


def test_changes_requested_between_steps_void_what_was_approved_and_keep_what_was_decided(
    contract: PilotContract, legal: list[User], chief: User
) -> None:
    approve(legal[0], contract)

    lifecycle.contract_request_changes(actor=chief, contract_id=contract.pk, reason="Page 3 is missing.")
    lifecycle.contract_submit(actor=contract.uploaded_by, contract_id=contract.pk)

    assert not standing_approvals(contract).exists()
    assert set(contract.rules.values_list("decision", flat=True)) == {"accepted"}
    assert approve(legal[0], contract) == "in_review"


# A second pair of eyes


@pytest.mark.parametrize(("wanted", "outcome"), [("yes", "own_edits"), ("no", "approved")])
def test_whoever_corrected_a_rule_approves_unless_a_second_pair_of_eyes_is_wanted(
    wanted: str, outcome: str, airline: Airline, approver: User
) -> None:
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=wanted == "yes")
    contract = ContractFactory.create(in_review=True, airline=airline, proposals=1)
    rules.rule_correct(actor=approver, rule_id=contract.rules.get().pk, changes={"value": Decimal(13)})

    assert approve(approver, contract) == outcome


def test_an_added_rule_is_its_adders_whoever_decides_on_it_later(airline: Airline, approver: User) -> None:
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    other = reviewer_of(airline)
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    fields = {"rule_id": "9.A", "category": "duty", "title": "T", "rule_text": "W", "citation": "9.A"}
    added = rules.rule_add(actor=approver, contract_id=contract.pk, fields=fields)
    rules.rule_reopen(actor=other, rule_id=added.pk)
    rules.rule_accept(actor=other, rule_id=added.pk)

    assert approve(approver, contract) == "own_edits"
    assert approve(other, contract) == "approved"


def test_an_edit_that_was_thrown_out_is_no_part_of_the_revision(airline: Airline, approver: User) -> None:
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1, proposals=1)
    proposal = contract.rules.get(decision="proposed")
    rules.rule_correct(actor=approver, rule_id=proposal.pk, changes={"value": Decimal(13)})
    rules.rule_reject(actor=approver, rule_id=proposal.pk)

    assert approve(approver, contract) == "approved"


# Standing in


def test_a_delegate_approves_for_the_groups_member_and_the_record_says_for_whom(
    contract: PilotContract, legal: list[User], chief: User, approver: User
) -> None:
    approve(legal[0], contract)
    approve(legal[1], contract)
    delegate(chief, approver)

    outcome = approve(approver, contract)

    decision = ContractDecision.objects.get(contract=contract, decided_by=approver)
    assert outcome == "approved"
    assert decision.on_behalf_of == chief
    assert AuditEntry.objects.get(event="contract.approved").additional_data["on_behalf_of"] == str(chief)
    told = RowChange.objects.filter(table_name="pilot_contracts").order_by("-id")[0]
    assert (told.actor_label, told.on_behalf_of) == (str(decision.decided_by), str(chief))


def test_standing_in_makes_two_people_one(contract: PilotContract, legal: list[User], chief: User) -> None:
    delegate(chief, legal[0])

    tried = [approve(legal[0], contract), approve(legal[1], contract), approve(legal[0], contract)]

    assert tried == ["in_review", "in_review", "already_approved"]
    assert approve(chief, contract) == "approved"


def test_who_was_stood_in_for_has_approved(airline: Airline) -> None:
    member, other, stand_in = [reviewer_of(airline) for _ in range(3)]
    review_steps(airline, ("Both", [member, other], 2))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    delegate(member, stand_in)

    tried = [approve(stand_in, contract), approve(member, contract), approve(other, contract)]

    assert tried == ["in_review", "already_approved", "approved"]


def test_who_stands_in_for_the_uploader_is_barred_as_he_is(airline: Airline, approver: User) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(in_review=True, airline=airline, uploaded_by=uploader, rules=1)
    delegation = delegate(uploader, approver)

    barred = approve(approver, contract)
    delegation.ended_at = delegation.created_at
    delegation.save(update_fields=["ended_at"])

    assert barred == "own_contract"
    assert SecurityEvent.objects.get().kind == "own_approval_refused"
    assert approve(approver, contract) == "approved"


def test_the_delegators_edits_count_as_the_delegates(airline: Airline, approver: User) -> None:
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    member = reviewer_of(airline)
    review_steps(airline, ("Step", [member], 1))
    contract = ContractFactory.create(in_review=True, airline=airline, proposals=1)
    rules.rule_correct(actor=member, rule_id=contract.rules.get().pk, changes={"value": Decimal(13)})
    delegate(member, approver)

    assert approve(approver, contract) == "own_edits"


def test_a_member_whose_grant_was_withdrawn_is_stood_in_for_by_nobody(airline: Airline, approver: User) -> None:
    member = UserFactory.create(approver=True)
    review_steps(airline, ("Step", [member], 1))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    delegate(member, approver)

    with pytest.raises(NotAllowed):
        lifecycle.contract_approve(actor=approver, contract_id=contract.pk)

    assert PilotContract.objects.get(pk=contract.pk).status == Status.IN_REVIEW


def test_nobody_approves_twice_under_a_stale_page(contract: PilotContract, legal: list[User]) -> None:
    seen = contract.version
    approve(legal[0], contract)

    with pytest.raises(WrongState) as refusal:
        lifecycle.contract_approve(actor=legal[1], contract_id=contract.pk, version=seen)

    assert refusal.value.code == "stale_version"
