"""Undoing what one did last."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Airline, AirlineGrant, User
from audit.models import AuditEntry
from config.errors import NotAllowed, WrongState
from contracts.documents.pages import Page
from contracts.models import ContractRule, PilotContract, RuleAction, RuleCorrection, RuleDecision
from contracts.passages import DrawnBox, evidence_of_words
from contracts.services import rules
from contracts.services.deciding import state_of
from contracts.services.places import rule_place
from contracts.services.reshaping import Half, rule_split, rules_merge
from contracts.services.undo import action_undo
from tests.contracts.desk_pages import DUTY, PAGE_ONE, PAGE_TWO, REST, contract_with_pages, read_pages, rule_on
from tests.factories import RuleFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db

Deed = Callable[[User, ContractRule], Any]


@pytest.fixture
def pages() -> list[Page]:
    return read_pages(PAGE_ONE, PAGE_TWO)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return contract_with_pages(airline, PAGE_ONE, PAGE_TWO)


@pytest.fixture
def rule(contract: PilotContract, pages: list[Page]) -> ContractRule:
    rule_on(contract, pages[1], REST)
    return rule_on(contract, pages[0], DUTY)


@pytest.fixture
def colleague(airline: Airline) -> User:
    user = UserFactory.create(approver=True)
    grant_review(user, airline)
    return user


def states(contract: PilotContract) -> dict[str, dict[str, Any]]:
    """Of the rules that were there from the beginning."""
    return {str(rule.pk): state_of(rule) for rule in contract.rules.exclude(origin="reviewer")}


def place(actor: User, rule: ContractRule) -> None:
    box = evidence_of_words(read_pages(PAGE_ONE)[0], REST).box
    rule_place(actor=actor, rule_id=rule.pk, boxes=[DrawnBox(1, box)])


def split(actor: User, rule: ContractRule) -> None:
    first, second = Half("duty period", {"title": "One"}), Half("fourteen (14) hours", {"value": Decimal(12)})
    rule_split(actor=actor, rule_id=rule.pk, first=first, second=second)


def merge(actor: User, rule: ContractRule) -> None:
    other = rule.contract.rules.exclude(pk=rule.pk).get()
    versions = [(row.pk, ContractRule.objects.get(pk=row.pk).version) for row in (rule, other)]
    rules_merge(actor=actor, contract_id=rule.contract_id, survivor=versions[0], others=versions[1:])


def add(actor: User, rule: ContractRule) -> None:
    fields = {"category": "rest", "title": "Rest", "rule_text": REST, "citation": "Section 10.B.2", "quote": REST}
    rules.rule_add(actor=actor, contract_id=rule.contract_id, fields=fields)


DEEDS: dict[str, Deed] = {
    "accepted": lambda actor, rule: rules.rule_accept(actor=actor, rule_id=rule.pk),
    "rejected": lambda actor, rule: rules.rule_reject(actor=actor, rule_id=rule.pk, reason="A heading."),
    "corrected": lambda actor, rule: rules.rule_correct(
        actor=actor,
        rule_id=rule.pk,
        changes={"value": Decimal("13.5"), "period": None, "applies_to": {"fleet": "B737"}},
    ),
    "several": lambda actor, rule: rules.rules_accept(
        actor=actor,
        contract_id=rule.contract_id,
        rule_ids=list(rule.contract.rules.values_list("pk", flat=True)),
    ),
    "placed": place,
    "split": split,
    "merged": merge,
    "added": add,
}


@pytest.mark.parametrize("deed", list(DEEDS))
def test_each_deed_is_undone_as_a_whole(deed: str, rule: ContractRule, approver: User) -> None:
    before = states(rule.contract)
    DEEDS[deed](approver, rule)

    action = action_undo(actor=approver, contract_id=rule.contract_id)

    made = rule.contract.rules.filter(origin="reviewer")
    assert states(rule.contract) == before
    assert action.undone_at is not None
    assert [row.decision for row in made] == ([RuleDecision.REJECTED] if deed in {"added", "split"} else [])
    assert AuditEntry.objects.filter(event="rule.undone", object_pk=str(rule.contract_id)).count() == 1


def test_a_version_never_goes_back(rule: ContractRule, approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)

    action_undo(actor=approver, contract_id=rule.contract_id)

    rule.refresh_from_db()
    assert rule.version == 3


def test_undoing_again_goes_further_back(rule: ContractRule, approver: User) -> None:
    before = states(rule.contract)
    for deed in ("corrected", "placed", "rejected", "merged"):
        if deed == "merged":
            rules.rule_reopen(actor=approver, rule_id=rule.pk)
        DEEDS[deed](approver, rule)

    undone = [action_undo(actor=approver, contract_id=rule.contract_id).kind for _ in range(5)]

    assert undone == ["merged", "reopened", "rejected", "placed", "corrected"]
    assert states(rule.contract) == before
    with pytest.raises(WrongState, match="nothing of yours left"):
        action_undo(actor=approver, contract_id=rule.contract_id)


@pytest.mark.parametrize("deed", ["accepted", "several", "merged"])
@pytest.mark.parametrize("since", ["corrected", "placed", "rejected"])
def test_what_somebody_else_went_on_from_is_not_undone(
    deed: str, since: str, rule: ContractRule, approver: User, colleague: User
) -> None:
    DEEDS[deed](approver, rule)
    DEEDS[since](colleague, rule)
    before = states(rule.contract)

    with pytest.raises(WrongState) as refusal:
        action_undo(actor=approver, contract_id=rule.contract_id)

    assert refusal.value.code == "stale_version"
    assert f"{rule.citation} was changed since" in refusal.value.detail
    assert states(rule.contract) == before
    assert not RuleAction.objects.filter(undone_at__isnull=False).exists()


def test_only_ones_own_deeds_are_undone(rule: ContractRule, approver: User, colleague: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)

    with pytest.raises(WrongState):
        action_undo(actor=colleague, contract_id=rule.contract_id)

    rule.refresh_from_db()
    assert rule.decision == RuleDecision.ACCEPTED


def test_a_button_pressed_twice_undoes_once(rule: ContractRule, approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)
    rules.rule_reject(actor=approver, rule_id=rule.pk)
    last = RuleAction.objects.filter(kind="rejected").get()

    action_undo(actor=approver, contract_id=rule.contract_id, action_id=last.pk)
    with pytest.raises(WrongState):
        action_undo(actor=approver, contract_id=rule.contract_id, action_id=last.pk)

    rule.refresh_from_db()
    assert rule.decision == RuleDecision.ACCEPTED


def test_what_was_corrected_back_is_kept_so_that_the_extractor_is_not_blamed(
    rule: ContractRule, approver: User
) -> None:
    DEEDS["corrected"](approver, rule)

    action_undo(actor=approver, contract_id=rule.contract_id)

    kept = list(RuleCorrection.objects.filter(rule=rule, field="value").order_by("created_at", "id"))
    assert {(row.before, row.after) for row in kept} == {("14.0000", "13.5000"), ("13.5000", "14.0000")}


def test_once_the_grant_is_gone_nothing_is_undone(rule: ContractRule, approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)
    AirlineGrant.objects.filter(user=approver).delete()

    with pytest.raises(NotAllowed):
        action_undo(actor=approver, contract_id=rule.contract_id)

    rule.refresh_from_db()
    assert rule.decision == RuleDecision.ACCEPTED


@pytest.mark.parametrize("count", [2, 40])
def test_many_decisions_are_undone_in_as_many_queries_as_few(
    count: int, contract: PilotContract, approver: User, django_assert_num_queries: Any
) -> None:
    made = RuleFactory.create_batch(count, contract=contract)
    rules.rules_accept(actor=approver, contract_id=contract.pk, rule_ids=[row.pk for row in made])

    with django_assert_num_queries(11):
        action_undo(actor=approver, contract_id=contract.pk)

    assert contract.rules.filter(decision=RuleDecision.PROPOSED, version=3).count() == count
