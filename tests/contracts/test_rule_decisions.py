"""Accepting, correcting and rejecting rules."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken, WrongState
from contracts.lifecycle import Status
from contracts.models import ContractRule, RuleCorrection, RuleDecision
from contracts.services import rules
from tests.factories import ContractFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(airline: Airline) -> ContractRule:
    """A proposal of a contract in review."""
    contract = ContractFactory.create(in_review=True, airline=airline)
    return RuleFactory.create(contract=contract)


def test_a_correction_keeps_each_changed_field(rule: ContractRule, approver: User) -> None:
    changes = {"value": Decimal(13), "unit": "hours", "title": "Duty period at most 13 hours"}

    rules.rule_correct(actor=approver, rule_id=rule.pk, changes=changes, reason="Misread.")

    rule.refresh_from_db()
    assert (rule.decision, rule.value, rule.decided_by) == (RuleDecision.CORRECTED, Decimal(13), approver)
    kept = {row.field: (row.before, row.after) for row in RuleCorrection.objects.filter(rule=rule)}
    assert kept == {
        "value": ("14.0000", "13.0000"),
        "title": ("Duty period at most 14 hours", "Duty period at most 13 hours"),
    }
    entry = AuditEntry.objects.get(event="rule.corrected")
    assert (entry.reason, entry.changes["value"]) == ("Misread.", ["14.0000", "13.0000"])


def test_a_correction_that_changes_nothing_is_refused(rule: ContractRule, approver: User) -> None:
    with pytest.raises(RuleBroken):
        rules.rule_correct(actor=approver, rule_id=rule.pk, changes={"value": Decimal("14.0")})

    rule.refresh_from_db()
    assert rule.decision == RuleDecision.PROPOSED


@pytest.mark.parametrize("changes", [{"category": "weather"}, {"operator": "~"}, {"weight": Decimal(2)}])
def test_a_value_that_the_field_refuses_is_named_by_field(
    changes: dict[str, Any], rule: ContractRule, approver: User
) -> None:
    with pytest.raises(ValidationError) as refusal:
        rules.rule_correct(actor=approver, rule_id=rule.pk, changes=changes)

    assert set(refusal.value.message_dict) == set(changes)
    assert not RuleCorrection.objects.exists()


def test_evidence_is_not_corrected(rule: ContractRule, approver: User) -> None:
    with pytest.raises(RuleBroken):
        rules.rule_correct(actor=approver, rule_id=rule.pk, changes={"quote": "something else"})


def test_a_decision_can_be_taken_back(rule: ContractRule, approver: User) -> None:
    rules.rule_reject(actor=approver, rule_id=rule.pk, reason="No limit.")

    rules.rule_reopen(actor=approver, rule_id=rule.pk)

    rule.refresh_from_db()
    assert (rule.decision, rule.decided_by, rule.decision_reason) == (RuleDecision.PROPOSED, None, "")


@pytest.mark.parametrize("decide", [rules.rule_accept, rules.rule_reject])
def test_a_stale_rule_is_met(decide: Callable[..., ContractRule], rule: ContractRule, approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk, version=rule.version)

    with pytest.raises(WrongState) as refusal:
        decide(actor=approver, rule_id=rule.pk, version=rule.version)

    assert refusal.value.code == "stale_version"


def test_a_missed_rule_is_added_decided(rule: ContractRule, approver: User) -> None:
    fields = {
        "rule_id": "10.B.9-rest",
        "category": "rest",
        "title": "Rest at least 11 hours",
        "rule_text": "Rest shall be no less than 11 hours.",
        "citation": "Section 10.B.9",
        "metric": "other",
        "operator": ">=",
        "value": Decimal(11),
        "unit": "hours",
        "page": 1,
        "box": [1.0, 2.0, 3.0, 4.0],
        "quote": "no less than 11 hours",
    }

    added = rules.rule_add(actor=approver, contract_id=rule.contract_id, fields=fields)

    assert (added.decision, added.origin, added.decided_by) == (RuleDecision.ACCEPTED, "reviewer", approver)
    with pytest.raises(RuleBroken):
        rules.rule_add(actor=approver, contract_id=rule.contract_id, fields=fields)


def test_the_uploader_decides_on_no_rule_of_his(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, uploaded_by=approver, proposals=1)
    proposal = contract.rules.get()

    with pytest.raises(NotAllowed) as refusal:
        rules.rule_accept(actor=approver, rule_id=proposal.pk)

    proposal.refresh_from_db()
    assert (refusal.value.code, proposal.decision) == ("own_contract", RuleDecision.PROPOSED)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.IN_REVIEW])
def test_rules_are_decided_only_in_review(status: Status, approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(state=status, airline=airline, rules=1)
    kept = contract.rules.get()

    with pytest.raises(WrongState):
        rules.rule_reject(actor=approver, rule_id=kept.pk)

    kept.refresh_from_db()
    assert kept.decision == RuleDecision.ACCEPTED


def test_several_proposals_are_decided_together_and_decided_ones_are_left_alone(
    rule: ContractRule, approver: User
) -> None:
    others = RuleFactory.create_batch(3, contract=rule.contract)
    rejected = RuleFactory.create(contract=rule.contract, rejected=True)
    ids = [rule.pk, *(other.pk for other in others), rejected.pk]

    count = rules.rules_accept(actor=approver, contract_id=rule.contract_id, rule_ids=ids)

    assert count == 4
    assert rule.contract.rules.filter(decision=RuleDecision.ACCEPTED, decided_by=approver, version=2).count() == 4
    assert ContractRule.objects.get(pk=rejected.pk).decision == RuleDecision.REJECTED
    entries = AuditEntry.objects.filter(event="rule.accepted", object_pk=str(rule.contract_id))
    assert {entry.additional_data["rule_id"] for entry in entries} == {
        rule.rule_id,
        *(other.rule_id for other in others),
    }


def test_several_proposals_of_an_own_contract_are_refused(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, uploaded_by=approver, proposals=2)

    with pytest.raises(NotAllowed):
        rules.rules_accept(
            actor=approver, contract_id=contract.pk, rule_ids=list(contract.rules.values_list("pk", flat=True))
        )

    assert contract.rules.filter(decision=RuleDecision.PROPOSED).count() == 2
