"""Tighter, looser, or not to be compared; and in whose favour."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.comparison.limits import LimitMove, limit_change
from contracts.comparison.orientation import DEPENDS_ON_THE_RULE, LESS_IS_BETTER, MORE_IS_BETTER
from contracts.vocabulary import METRICS, Operator
from tests.contracts.compared import limit, prose, rule

DUTY, REST, PAY, RANGE = "duty_period", "rest_between_duty_periods", "hourly_pay_rate", "line_credit"
SWAPPED = {"tighter": "looser", "looser": "tighter", "higher": "lower", "lower": "higher"}


def moved(before: Any, after: Any) -> tuple[str, str | None]:
    change = limit_change(before, after)
    assert change is not None
    return change.move.value, change.favours


@pytest.mark.parametrize(
    ("before", "after", "move", "favours"),
    [
        (limit("<=", 14), limit("<=", 13), "tighter", "pilot"),
        (limit("<=", 14), limit("<=", 15), "looser", "airline"),
        (limit("<=", 14), limit("<=", 840, "minutes"), "same", None),
        (limit("<=", 14), limit("<=", 800, "minutes"), "tighter", "pilot"),
        (limit("<=", 14), limit("<", 14), "tighter", "pilot"),
        (limit("<", 14), limit("<=", 14), "looser", "airline"),
        (limit(">=", 10, metric=REST), limit(">=", 11, metric=REST), "tighter", "pilot"),
        (limit(">=", 10, metric=REST), limit(">=", 9.5, metric=REST), "looser", "airline"),
        (
            limit(">=", 2, "weeks", metric="furlough_notice"),
            limit(">=", 15, "days", metric="furlough_notice"),
            "tighter",
            "pilot",
        ),
        (limit("==", 98, "USD", metric=PAY), limit("==", 101, "USD", metric=PAY), "higher", "pilot"),
        (limit("==", 98, "USD", metric=PAY), limit("==", 90, "USD", metric=PAY), "lower", "airline"),
        (limit("==", 14), limit("<=", 14), "looser", None),
        (limit("<=", 10, "days", metric="deadline"), limit("<=", 5, "days", metric="deadline"), "tighter", None),
        (limit("<=", 14, is_hard_constraint=False), limit("<=", 14), "tighter", "pilot"),
        (limit(">=", 10, metric=REST), limit(">=", 10, metric=REST, is_hard_constraint=False), "looser", "airline"),
        (limit("<=", 14), limit("<=", 15, is_hard_constraint=False), "looser", "airline"),
    ],
)
def test_a_limit_that_allows_less_is_tighter(before: Any, after: Any, move: str, favours: str | None) -> None:
    assert moved(before, after) == (move, favours)


def bounds(low: int, high: int) -> Any:
    return limit("between", low, metric=RANGE, unit="credit hours", parameters={"upper_value": high})


def test_ranges_are_compared_by_what_they_hold() -> None:
    assert moved(bounds(70, 88), bounds(74, 84)) == ("tighter", None)
    assert moved(bounds(70, 88), bounds(60, 88)) == ("looser", None)
    assert moved(bounds(70, 88), bounds(74, 90))[0] == "not_comparable"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (limit("<=", 14), limit(">=", 13), "neither allows all that the other does"),
        (limit("<=", 14), limit("<=", 13, metric=REST), "the new one on “rest between duty periods”"),
        (limit("<=", 14), limit("<=", 1, "days"), "hours do not convert exactly into days"),
        (limit("<=", 14, period="week"), limit("<=", 13, period="month"), "at most 14 hours per week"),
        (limit("<=", 14), limit("<=", 13, applies_to={"seat": ["captain"]}), "different pilots"),
        (limit("<=", 14), limit("<=", 13, parameters={"exception": "unless he agrees"}), "exceptions differ"),
        (
            limit("<=", 14, parameters={"is_threshold": True}),
            limit("<=", 13, parameters={"is_threshold": True}),
            "threshold",
        ),
        (limit("!=", 14), limit("!=", 13), "all values but one"),
        (limit("<=", 14), limit("<=", 13, is_hard_constraint=False), "soft now"),
        (limit("<=", 14), prose("A", "A Pilot is not overworked."), "only the old wording has a limit"),
        (limit("between", 22, "local time"), limit("between", 23, "local time"), "lacks its upper end"),
    ],
)
def test_what_cannot_be_compared_says_why(before: Any, after: Any, why: str) -> None:
    change = limit_change(before, after)

    assert change is not None
    assert (change.move, change.favours) == (LimitMove.NOT_COMPARABLE, None)
    assert why in change.words


def test_the_sentence_says_both_limits_and_whose_view_it_is() -> None:
    change = limit_change(limit("<=", 14), limit("<=", 13))

    assert change is not None
    assert change.words == "Tighter: at most 13 hours instead of at most 14 hours; in the pilot's favour."


def test_prose_has_no_limit_to_compare() -> None:
    assert limit_change(prose("A", "Old."), prose("A", "New.")) is None


LIMITS = st.builds(
    lambda operator, value, hard, metric: rule(
        metric=metric, operator=operator, value=Decimal(value), is_hard_constraint=hard
    ),
    st.sampled_from([operator.value for operator in Operator if operator is not Operator.BETWEEN]),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from([DUTY, REST, PAY]),
)


@given(LIMITS, LIMITS)
def test_the_other_way_round_it_is_the_opposite(before: Any, after: Any) -> None:
    there, back = moved(before, after), moved(after, before)

    assert back[0] == SWAPPED.get(there[0], there[0])
    assert {there[1], back[1]} in ({None}, {"pilot", "airline"})


def test_every_metric_says_whom_more_of_it_serves() -> None:
    sets = [LESS_IS_BETTER, MORE_IS_BETTER, DEPENDS_ON_THE_RULE]

    assert frozenset().union(*sets) == METRICS.keys()
    assert sum(map(len, sets)) == len(METRICS)
