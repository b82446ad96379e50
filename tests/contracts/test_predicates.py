"""What a rule tests: limits, windows, conditions, and why some rules cannot be tested."""

from typing import Any

import pytest

from contracts.predicates import PilotFacts, Reach, Standing, judged_rules
from contracts.predicates.measures import MEASURES
from contracts.predicates.windows import MONTH, Window, is_each_time, window_of
from contracts.validation.line_figures import OF_A_LINE
from contracts.validation.trip_figures import OF_A_TRIP
from contracts.vocabulary.computation import FROM_SCHEDULE
from tests.contracts.validated import rule_body


def judged(*arguments: Any, **more: Any) -> Any:
    return judged_rules([rule_body(*arguments, **more)])[0]


def test_every_metric_that_follows_from_a_schedule_is_measured_and_no_other() -> None:
    assert set(MEASURES) == set(FROM_SCHEDULE) == set(OF_A_TRIP) | set(OF_A_LINE)


@pytest.mark.parametrize(
    ("operator", "value", "kept", "refused", "nearest"),
    [
        ("<=", 14, [840, 0], [841], 840),
        ("<", 14, [839], [840, 900], 839),
        (">=", 10, [600, 700], [599], 600),
        (">", 10, [601], [600, 0], 601),
        ("==", 10, [600], [599], 600),
        ("!=", 10, [599, 601], [600], 601),
        ("<=", 8.3333, [500], [501], 500),
        (">=", 8.3333, [500], [499], 500),
        ("<=", 8.33, [499], [500], 499),
    ],
)
def test_a_limit_keeps_whole_minutes_and_names_the_nearest_that_passes(
    operator: str, value: float, kept: list[int], refused: list[int], nearest: int
) -> None:
    limit = judged("duty_period", operator, value).limit

    assert {limit.standing(figure) for figure in kept} == {Standing.KEPT}
    assert {limit.standing(figure) for figure in refused} == {Standing.BROKEN}
    assert limit.nearest(refused[0]) == nearest
    assert limit.standing(nearest) is Standing.KEPT


def test_a_range_keeps_both_its_ends() -> None:
    limit = judged("pairing_length", "between", 2, "days", upper_value="4").limit

    assert [limit.standing(days) is Standing.KEPT for days in (1, 2, 4, 5)] == [False, True, True, False]
    assert (limit.nearest(1), limit.nearest(5)) == (2, 4)


def test_missing_figures_are_never_kept_and_floors_only_by_minima() -> None:
    most, least = judged("duty_period", "<=", 14).limit, judged("duty_period", ">=", 10).limit

    assert most.standing(None) is least.standing(None) is Standing.UNKNOWN
    assert [most.standing(figure, is_floor=True) for figure in (0, 841)] == [Standing.UNKNOWN, Standing.BROKEN]
    assert [least.standing(figure, is_floor=True) for figure in (0, 600)] == [Standing.UNKNOWN, Standing.KEPT]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ((None,), "no limit in figures"),
        (("hourly_pay_rate", ">=", 98, "USD"), "pay and credit are in no schedule"),
        (("happiness",), "The vocabulary has no metric happiness"),
        (("duty_period", "<=", 2, "days"), "do not convert exactly"),
        (("pairing_length", "<=", 48, "hours"), "do not convert exactly"),
        (("pairing_length", "between", 2, "days"), "lacks its upper end"),
        (("duty_in_window", "<=", 60), "no window of a fixed length"),
        (("pairing_length", "==", 2.5, "days"), "allows nothing"),
    ],
)
def test_what_cannot_be_tested_says_why(rule: tuple[Any, ...], why: str) -> None:
    untested = judged(*rule)

    assert untested.limit is None
    assert why in untested.why_untested


@pytest.mark.parametrize("parameters", [{"is_threshold": True}, {"consecutive": True}])
def test_figures_that_are_no_such_limit_are_not_tested(parameters: dict[str, bool]) -> None:
    assert judged("days_off_per_month", "<=", 6, "days", **parameters).limit is None


@pytest.mark.parametrize(
    ("period", "window"),
    [
        ("7 consecutive days", Window(10_080)),
        ("rolling 7 days", Window(10_080)),
        ("any 168 consecutive hours", Window(10_080)),
        ("week", Window(10_080)),
        ("each Bid Period", MONTH),
        ("month", MONTH),
        ("12 months", None),
        (None, None),
    ],
)
def test_windows_are_read_from_periods(period: str | None, window: Window | None) -> None:
    assert window_of(period) == window


def test_periods_that_say_only_each_time_are_no_conditions() -> None:
    assert all(map(is_each_time, (None, "duty period", "each FDP", "any", "trip")))
    assert not is_each_time("after a reduced rest")


@pytest.mark.parametrize(
    ("more", "reach"),
    [
        ({}, Reach.APPLIES),
        ({"applies_to": {"seat": ["captain", "first_officer"]}}, Reach.APPLIES),
        ({"applies_to": {"seat": ["captain"]}}, Reach.APPLIES),
        ({"applies_to": {"seat": ["first_officer"]}}, Reach.DOES_NOT),
        ({"applies_to": {"base": ["PDX"]}}, Reach.DOES_NOT),
        ({"applies_to": {"fleet": ["B737", "A220"]}}, Reach.APPLIES),
        ({"applies_to": {"fleet": ["737-800"]}}, Reach.NOT_KNOWN),
        ({"applies_to": {"status": "reserve"}}, Reach.NOT_KNOWN),
        ({"applies_to": {"operation": ["domestic", "international"]}}, Reach.APPLIES),
        ({"exception": "except in an emergency"}, Reach.NOT_KNOWN),
        ({"condition": "If the RAP began within the WOCL"}, Reach.NOT_KNOWN),
        ({"thresholds": ["more than 72 hours"]}, Reach.NOT_KNOWN),
        ({"period": "after two red-eyes"}, Reach.NOT_KNOWN),
    ],
)
def test_whom_a_rule_reaches(more: dict[str, Any], reach: Reach) -> None:
    facts = PilotFacts(seat="captain", base="SEA", equipment=frozenset({"B737"}))

    assert judged("duty_period", "<=", 14, **more).conditions.reach(facts) is reach


def test_of_an_unknown_pilot_no_seat_is_assumed() -> None:
    assert judged("duty_period", applies_to={"seat": ["captain"]}).conditions.reach(PilotFacts()) is Reach.NOT_KNOWN


def test_rules_of_two_documents_with_one_id_are_told_apart() -> None:
    rules = judged_rules([rule_body("duty_period", rule_id=name) for name in ("a", "b", "a", "a")])

    assert [rule.rule_id for rule in rules] == ["a", "b", "a#2", "a#3"]


def test_the_laws_rules_are_the_engines() -> None:
    assert judged_rules([{**rule_body("duty_period"), "source": "far117"}]) == ()
