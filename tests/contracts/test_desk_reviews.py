"""What is done at the desk while a review runs: approvals given before are void, the claim lives on, others are refused."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import ErrorCode, WrongState
from contracts.documents.pages import Page
from contracts.models import ContractRule, PilotContract
from contracts.passages import DrawnBox, evidence_of_words, place_body
from contracts.review_selectors import review_progress, standing_approvals
from contracts.services import lifecycle, rules
from contracts.services.claims import CLAIM_LASTS, claim_take
from contracts.services.deciding import CORRECTABLE, state_of
from contracts.services.places import rule_place
from contracts.services.reshaping import Half, rule_split, rules_merge
from contracts.services.undo import action_undo
from tests.contracts.desk_pages import BOTH, DUTY, PAGE_ONE, PAGE_TWO, REST, contract_with_pages, read_pages, rule_on
from tests.factories import review_steps, reviewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> list[Page]:
    return read_pages(PAGE_ONE, PAGE_TWO)


@pytest.fixture
def colleague(airline: Airline) -> User:
    return reviewer_of(airline)


@pytest.fixture
def contract(airline: Airline, pages: list[Page], approver: User, colleague: User) -> PilotContract:
    """In review with two steps and a second pair of eyes, all rules accepted; the colleague has approved the first step."""
    review_steps(airline, ("First", None, 1), ("Second", None, 1))
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    contract = contract_with_pages(airline, PAGE_ONE, PAGE_TWO)
    for page, words in ((pages[1], BOTH), (pages[1], REST), (pages[0], DUTY)):
        rules.rule_accept(actor=approver, rule_id=rule_on(contract, page, words).pk)
    lifecycle.contract_approve(actor=colleague, contract_id=contract.pk)
    return contract


def place(actor: User, rule: ContractRule, other: ContractRule) -> None:
    box = evidence_of_words(read_pages(PAGE_ONE, PAGE_TWO)[1], REST).box
    rule_place(actor=actor, rule_id=rule.pk, boxes=[DrawnBox(2, box)])


def further_place(actor: User, rule: ContractRule, other: ContractRule) -> None:
    """A second box alone: the first place stays as it is."""
    own = evidence_of_words(read_pages(PAGE_ONE, PAGE_TWO)[0], DUTY).box
    box = evidence_of_words(read_pages(PAGE_ONE, PAGE_TWO)[1], REST).box
    rule_place(actor=actor, rule_id=rule.pk, boxes=[DrawnBox(1, own), DrawnBox(2, box)])


def split(actor: User, rule: ContractRule, other: ContractRule) -> None:
    halves = (Half(DUTY, {"title": "One"}), Half(DUTY, {"title": "Two", "value": Decimal(9)}))
    rule_split(actor=actor, rule_id=rule.pk, first=halves[0], second=halves[1])


def merge(actor: User, rule: ContractRule, other: ContractRule) -> None:
    rules_merge(
        actor=actor,
        contract_id=rule.contract_id,
        survivor=(rule.pk, rule.version),
        others=[(other.pk, other.version)],
    )


def undo(actor: User, rule: ContractRule, other: ContractRule) -> None:
    """What the approver accepted when the fixture was made."""
    action_undo(actor=actor, contract_id=rule.contract_id)


def add(actor: User, rule: ContractRule, other: ContractRule) -> None:
    fields = {name: getattr(rule, name) for name in CORRECTABLE}
    evidence = evidence_of_words(read_pages(PAGE_ONE, PAGE_TWO)[1], REST)
    rules.rule_add(actor=actor, contract_id=rule.contract_id, fields={**fields, **place_body(evidence)})


def correct(actor: User, rule: ContractRule, other: ContractRule) -> None:
    rules.rule_correct(actor=actor, rule_id=rule.pk, changes={"value": Decimal(13)})


Deed = Callable[[User, ContractRule, ContractRule], Any]
DEEDS = [place, further_place, split, merge, undo, add, correct]


def two_of(contract: PilotContract) -> tuple[ContractRule, ContractRule]:
    """The rule of page one and another."""
    return contract.rules.get(page=1), contract.rules.filter(page=2, rule_text=REST).get()


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_voids_the_approvals_given_before_and_is_written_down(
    deed: Deed, contract: PilotContract, approver: User
) -> None:
    before = standing_approvals(contract).count()

    deed(approver, *two_of(contract))

    entry = AuditEntry.objects.get(event="contract.approvals_voided")
    assert before == 1
    assert not standing_approvals(contract).exists()
    assert (entry.actor, entry.additional_data) == (approver, {"approvals": 1})


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_keeps_the_claim_of_who_does_it(deed: Deed, contract: PilotContract, approver: User) -> None:
    claim_take(actor=approver, contract_id=contract.pk)
    soon = timezone.now() + timedelta(hours=1)
    PilotContract.objects.filter(pk=contract.pk).update(claim_expires_at=soon)

    deed(approver, *two_of(contract))

    contract.refresh_from_db()
    assert contract.claim_expires_at is not None
    assert contract.claim_expires_at > soon + CLAIM_LASTS / 2


@pytest.mark.parametrize("deed", DEEDS)
def test_while_somebody_else_has_claimed_the_review_nothing_is_done_and_nothing_changes(
    deed: Deed, contract: PilotContract, approver: User, colleague: User
) -> None:
    claim_take(actor=colleague, contract_id=contract.pk)
    before = [state_of(rule) for rule in contract.rules.order_by("pk")]

    with pytest.raises(WrongState) as refusal:
        deed(approver, *two_of(contract))

    assert refusal.value.code == ErrorCode.CLAIMED
    assert [state_of(rule) for rule in contract.rules.order_by("pk")] == before
    assert standing_approvals(contract).count() == 1


@pytest.mark.parametrize("deed", [place, further_place, split, merge, add, correct])
def test_who_changes_what_a_rule_says_or_where_counts_as_its_editor(
    deed: Deed, contract: PilotContract, approver: User
) -> None:
    before = review_progress(contract)[0].editors

    deed(approver, *two_of(contract))

    assert not before
    assert review_progress(contract)[0].editors == {approver.pk}


@pytest.mark.parametrize("deed", [split, add])
def test_a_rule_that_a_deed_made_knows_whose_it_is(deed: Deed, contract: PilotContract, approver: User) -> None:
    known = set(contract.rules.values_list("pk", flat=True))

    deed(approver, *two_of(contract))

    made = contract.rules.exclude(pk__in=known).get()
    assert made.added_by == approver
    assert not contract.rules.filter(pk__in=known, added_by__isnull=False).exists()
