"""A worked example for the measures: eight decided proposals, each with what became of it."""

from decimal import Decimal
from typing import Any

from accounts.models import Airline, User
from contracts.models import ContractRule, PilotContract
from contracts.services import rules
from tests.factories import ContractFactory, RuleFactory

VERSION = "deterministic-3"


def proposal(contract: PilotContract, confidence: str | None = "0.95", **fields: Any) -> ContractRule:
    """An undecided proposal of `VERSION`."""
    values = {"extractor_version": VERSION, "parsing_confidence": confidence and Decimal(confidence), **fields}
    return RuleFactory.create(contract=contract, **values)


def correct(actor: User, rule: ContractRule, **changes: Any) -> None:
    rules.rule_correct(actor=actor, rule_id=rule.pk, changes=changes, reason="Misread.")


def worked_example(airline: Airline, actor: User) -> PilotContract:
    """Seven proposals in duty: two taken as proposed, four corrected, one rejected; and one in rest, rejected.

    Not counted: a proposal nobody decided on, and a rule that a reviewer added.
    """
    contract = ContractFactory.create(airline=airline, in_review=True)
    rules.rule_accept(actor=actor, rule_id=proposal(contract).pk)
    correct(actor, proposal(contract, "0.92"), value=Decimal(13))
    correct(actor, proposal(contract, "0.55"), title="Duty at most 14 hours")
    rules.rule_reject(actor=actor, rule_id=proposal(contract, "0.55").pk, reason="No limit.")
    there_and_back = proposal(contract)
    correct(actor, there_and_back, value=Decimal(13))
    correct(actor, there_and_back, value=Decimal(14))
    correct(actor, proposal(contract, "0.31"), category="rest")
    reopened = proposal(contract, "1.000")
    correct(actor, reopened, value=Decimal(12), unit="days")
    rules.rule_reopen(actor=actor, rule_id=reopened.pk)
    rules.rule_accept(actor=actor, rule_id=reopened.pk)
    rules.rule_reject(actor=actor, rule_id=proposal(contract, None, category="rest").pk)
    proposal(contract)
    added = {"rule_id": "added", "category": "duty", "title": "Added", "rule_text": "Added.", "citation": "Section 1"}
    rules.rule_add(actor=actor, contract_id=contract.pk, fields=added)
    return contract
