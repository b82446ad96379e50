"""Limits in words, and histories that read as stories."""

from decimal import Decimal

import pytest

from accounts.models import Airline, User
from contracts.models import ContractRule
from contracts.services.lifecycle import contract_submit
from contracts.services.rules import rule_accept, rule_reject
from contracts.story.selectors import latest_acts
from contracts.story.viewpoints import Viewpoint
from contracts.vocabulary.words import limit_in_words, quantity_in_words
from tests.factories import ContractFactory


@pytest.mark.parametrize(
    ("operator", "value", "unit", "period", "words"),
    [
        ("<=", "14", "hours", "duty period", "at most 14 hours per duty period"),
        ("<=", "60", "hours", "168 consecutive hours", "at most 60 hours in 168 consecutive hours"),
        (">=", "4.9", "hours", None, "at least 4 h 54 min"),
        (">=", "0.5", "hours", None, "at least 30 minutes"),
        (">=", "1", "days", "bid period", "at least 1 day per bid period"),
        ("==", "98", "USD", "credit hour", "exactly $98.00 per credit hour"),
        ("==", "12500.5", "USD", None, "exactly $12,500.50"),
        ("==", "3.0000", "percent", "January 1, 2027", "exactly 3%, January 1, 2027"),
        (">=", "72.5", "PCH", "any", "at least 72.5 PCH"),
        (">=", "19", "local time", "RAP", "not before 19:00 per RAP"),
        ("<", "9.5", "local time", None, "before 09:30"),
        ("==", "2", "ratio", None, "exactly 2 to 1"),
        ("<=", "3", "count", "12 months", "at most 3 in 12 months"),
        (">=", "10", "hours", "before an FDP", "at least 10 hours, before an FDP"),
    ],
)
def test_limits_are_said_in_words(operator: str, value: str, unit: str, period: str | None, words: str) -> None:
    rule = ContractRule(operator=operator, value=Decimal(value), unit=unit, period=period)

    assert limit_in_words(rule) == words


def test_a_range_has_both_ends_and_a_rule_without_number_no_limit() -> None:
    parameters = {"upper_value": 20.25}
    between = ContractRule(operator="between", value=Decimal(4), unit="hours", parameters=parameters)

    assert limit_in_words(between) == "between 4 hours and 20 h 15 min"
    assert limit_in_words(ContractRule()) == ""


def test_large_numbers_keep_their_zeros() -> None:
    assert quantity_in_words(Decimal("1000.0000"), "minutes") == "1,000 minutes"


@pytest.mark.django_db
def test_decisions_in_a_row_are_told_as_one(airline: Airline, pilot_user: User, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, proposals=3)
    contract_submit(actor=pilot_user, contract_id=contract.pk)
    first, second, third = contract.rules.order_by("position")
    rule_accept(actor=approver, rule_id=first.pk)
    rule_accept(actor=approver, rule_id=second.pk)
    rule_reject(actor=approver, rule_id=third.pk)

    told = [(act.who, act.what) for act in latest_acts(Viewpoint(pilot_user, contract), 8)]

    assert told == [
        (str(approver), "accepted 2 rules and rejected 1 proposal"),
        (str(pilot_user), "submitted it for review"),
    ]
