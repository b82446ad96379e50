"""Pilots, approvers and contracts in force, as the tests of ratings, improvements and revisions need them."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Airline, User
from contracts.models import ContractImprovement, ContractReview, ContractRule, PilotContract
from contracts.services.improvements import improvement_propose
from contracts.services.ratings import review_write
from tests.factories import ContractFactory, PilotFactory, UserFactory, grant_review


@dataclass
class Place:
    """An airline's contract in force with its uploader, a pilot, and two approvers."""

    contract: PilotContract
    pilot: User
    approver: User
    second: User

    @property
    def airline(self) -> Airline:
        return self.contract.airline

    @property
    def rule(self) -> ContractRule:
        """The contract's first rule."""
        return self.contract.rules.order_by("position")[0]


def place(airline: Airline, *, state: str = "active", rules: int = 2, **contract: Any) -> Place:
    uploader = PilotFactory.create(airline=airline).user
    made = ContractFactory.create(airline=airline, uploaded_by=uploader, rules=rules, **{state: True}, **contract)
    return Place(made, PilotFactory.create(airline=airline).user, approver_of(airline), approver_of(airline))


def approver_of(airline: Airline) -> User:
    user = UserFactory.create(approver=True)
    grant_review(user, airline)
    return user


def rating(contract: PilotContract, by: User | None = None, **terms: Any) -> ContractReview:
    author = by or PilotFactory.create(airline=contract.airline).user
    return review_write(
        actor=author, contract_id=contract.pk, **{"accuracy": 4, "completeness": 3, "comment": "Good.", **terms}
    )


def correction(where: Place, **values: Any) -> ContractImprovement:
    """A pilot's proposal to correct the first rule: at most 13 hours, where nothing else is said."""
    return improvement_propose(
        actor=where.pilot,
        contract_id=where.contract.pk,
        kind="correct_rule",
        rule_id=where.rule.pk,
        proposal=values or {"value": "13"},
        comment="Page 1 says thirteen.",
    )


ADDED = {
    "category": "rest",
    "citation": "Section 11.C",
    "title": "Rest at least 11 hours",
    "rule_text": "A Pilot shall receive not less than eleven (11) hours of rest.",
    "metric": "rest_between_duty_periods",
    "operator": ">=",
    "value": 11,
    "unit": "hours",
    "period": "",
    "is_hard_constraint": True,
}


def proposed(where: Place, kind: str, **proposal: Any) -> ContractImprovement:
    """A proposal of any kind; removals are of the first rule."""
    return improvement_propose(
        actor=where.pilot,
        contract_id=where.contract.pk,
        kind=kind,
        rule_id=where.rule.pk if kind in {"correct_rule", "remove_rule"} else None,
        proposal=proposal,
        comment="As the document says.",
    )
