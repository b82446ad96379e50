"""Splitting a proposal in two, merging several into one."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, NotFoundForActor, RuleBroken, WrongState
from contracts.documents.pages import Page
from contracts.models import ContractRule, PilotContract, RuleCorrection, RuleDecision, RuleOrigin
from contracts.services import rules
from contracts.services.reshaping import Half, rule_split, rules_merge
from tests.contracts.desk_pages import BOTH, DUTY, PAGE_ONE, PAGE_TWO, REST, contract_with_pages, read_pages, rule_on
from tests.factories import ContractFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db

MONTH, YEAR = "no more than ninety (90) hours in a month", "no more than nine hundred (900) hours in a year."


@pytest.fixture
def pages() -> list[Page]:
    return read_pages(PAGE_ONE, PAGE_TWO)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return contract_with_pages(airline, PAGE_ONE, PAGE_TWO)


@pytest.fixture
def both(contract: PilotContract, pages: list[Page]) -> ContractRule:
    """One proposal that holds two limits, with a rule behind it."""
    made = rule_on(contract, pages[1], BOTH, position=5, value=Decimal(90), citation="Section 10.B.3")
    rule_on(contract, pages[1], REST, position=6)
    return made


def halves() -> tuple[Half, Half]:
    return (
        Half(MONTH, {"title": "Flight time in a month", "value": Decimal(90), "period": "month"}),
        Half(YEAR, {"title": "Flight time in a year", "value": Decimal(900), "period": "year"}),
    )


def test_a_split_leaves_two_decided_rules_each_with_its_words_and_limit(both: ContractRule, approver: User) -> None:
    first, second = halves()

    kept, made = rule_split(actor=approver, rule_id=both.pk, first=first, second=second, version=both.version)

    both.refresh_from_db()
    made.refresh_from_db()
    assert kept.pk == both.pk
    assert (both.quote, both.value, both.period, both.decision) == (MONTH, Decimal(90), "month", RuleDecision.CORRECTED)
    assert (made.quote, made.value, made.period, made.decision) == (YEAR, Decimal(900), "year", RuleDecision.ACCEPTED)
    assert (made.origin, made.metric, made.page, made.decided_by) == (RuleOrigin.REVIEWER, both.metric, 2, approver)


def test_the_second_half_follows_the_first_under_an_id_of_its_own(both: ContractRule, approver: User) -> None:
    first, second = halves()

    _, made = rule_split(actor=approver, rule_id=both.pk, first=first, second=second)

    order = list(both.contract.rules.order_by("position", "id").values_list("pk", flat=True))
    assert order.index(made.pk) == order.index(both.pk) + 1
    assert made.rule_id.startswith(f"{both.rule_id}-more-hours-year")


def test_a_split_is_told_and_what_changed_of_the_proposal_is_kept(both: ContractRule, approver: User) -> None:
    first, second = halves()

    rule_split(actor=approver, rule_id=both.pk, first=first, second=second, reason="Two limits.")

    entry = AuditEntry.objects.get(event="rule.split", object_pk=str(both.contract_id))
    fields = set(RuleCorrection.objects.filter(rule=both).values_list("field", flat=True))
    assert entry.reason == "Two limits."
    assert {"quote", "title", "period"} <= fields
    assert "value" not in fields


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (Half("words that stand nowhere", {}), Half(YEAR, {}), RuleBroken),
        (Half(BOTH, {}), Half(BOTH, {}), RuleBroken),
        (Half(MONTH, {"rule_id": "x"}), Half(YEAR, {}), RuleBroken),
        (Half(MONTH, {}), Half(YEAR, {"category": "weather"}), ValidationError),
        (Half(MONTH, {"unit": None}), Half(YEAR, {}), ValidationError),
    ],
)
def test_halves_that_cannot_be_leave_the_proposal_whole(
    first: Half, second: Half, error: type[Exception], both: ContractRule, approver: User
) -> None:
    with pytest.raises(error):
        rule_split(actor=approver, rule_id=both.pk, first=first, second=second)

    both.refresh_from_db()
    assert (both.quote, both.decision, both.contract.rules.count()) == (BOTH, RuleDecision.PROPOSED, 2)


def test_merging_joins_the_places_and_rejects_the_others_with_a_link(
    contract: PilotContract, pages: list[Page], approver: User
) -> None:
    first, second = rule_on(contract, pages[0], REST), rule_on(contract, pages[1], REST)

    rules_merge(actor=approver, contract_id=contract.pk, survivor=(first.pk, 1), others=[(second.pk, 1)])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.page, first.quote, first.decision) == (1, REST, RuleDecision.PROPOSED)
    assert [(place["page"], place["quote"]) for place in first.further_places] == [(2, REST)]
    assert (second.decision, second.merged_into, second.decided_by) == (RuleDecision.REJECTED, first, approver)
    assert second.decision_reason.startswith(f"Merged into {first.citation}")
    entry = AuditEntry.objects.get(event="rule.merged", object_pk=str(contract.pk))
    assert entry.additional_data["merged"] == [second.rule_id]


def test_rules_of_one_place_are_merged_without_naming_it_twice(
    contract: PilotContract, pages: list[Page], approver: User
) -> None:
    first, second = rule_on(contract, pages[0], REST), rule_on(contract, pages[0], REST)

    rules_merge(actor=approver, contract_id=contract.pk, survivor=(first.pk, 1), others=[(second.pk, 1)])

    first.refresh_from_db()
    assert first.further_places == []
    assert contract.rules.filter(merged_into=first).count() == 1


def test_a_merge_is_refused_when_one_of_them_was_changed(
    contract: PilotContract, pages: list[Page], approver: User
) -> None:
    first, second = rule_on(contract, pages[0], REST), rule_on(contract, pages[1], REST)
    rules.rule_accept(actor=approver, rule_id=second.pk)

    with pytest.raises(WrongState) as refusal:
        rules_merge(actor=approver, contract_id=contract.pk, survivor=(first.pk, 1), others=[(second.pk, 1)])

    first.refresh_from_db()
    assert (refusal.value.code, first.version) == ("stale_version", 1)
    assert not contract.rules.filter(decision=RuleDecision.REJECTED).exists()


def test_merging_needs_another_rule_of_the_same_contract_that_stands(
    contract: PilotContract, pages: list[Page], approver: User
) -> None:
    kept, gone = rule_on(contract, pages[0], DUTY), RuleFactory.create(contract=contract, rejected=True)
    foreign = ContractFactory.create(in_review=True, proposals=1).rules.get()

    with pytest.raises(RuleBroken):
        rules_merge(actor=approver, contract_id=contract.pk, survivor=(kept.pk, 1), others=[(kept.pk, 1)])
    with pytest.raises(NotFoundForActor):
        rules_merge(actor=approver, contract_id=contract.pk, survivor=(kept.pk, 1), others=[(foreign.pk, 1)])
    with pytest.raises(WrongState):
        rules_merge(actor=approver, contract_id=contract.pk, survivor=(kept.pk, 1), others=[(gone.pk, 1)])

    kept.refresh_from_db()
    assert kept.version == 1


def test_a_merged_rule_that_is_taken_back_is_no_longer_linked(
    contract: PilotContract, pages: list[Page], approver: User
) -> None:
    first, second = rule_on(contract, pages[0], REST), rule_on(contract, pages[1], REST)
    rules_merge(actor=approver, contract_id=contract.pk, survivor=(first.pk, 1), others=[(second.pk, 1)])

    rules.rule_reopen(actor=approver, rule_id=second.pk)

    second.refresh_from_db()
    assert (second.decision, second.merged_into) == (RuleDecision.PROPOSED, None)


def test_strangers_neither_split_nor_merge(both: ContractRule) -> None:
    stranger = UserFactory.create(approver=True)
    other = both.contract.rules.exclude(pk=both.pk).get()
    first, second = halves()

    with pytest.raises(NotAllowed):
        rule_split(actor=stranger, rule_id=both.pk, first=first, second=second)
    with pytest.raises(NotAllowed):
        rules_merge(actor=stranger, contract_id=both.contract_id, survivor=(both.pk, 1), others=[(other.pk, 1)])

    assert both.contract.rules.filter(version=1).count() == 2
    assert not AuditEntry.objects.filter(object_pk=str(both.contract_id)).exists()
