"""The contract beside Part 117: which binds, where it depends, and that no metric is forgotten."""

from typing import Any

import pytest

from contracts.comparison.against_law import LawFinding, beside_law, compare_with_law
from contracts.comparison.law import COMPARED, RELATED, UNNAMED, UNREGULATED, law_limits, related_rules
from contracts.comparison.verdicts import Verdict
from contracts.vocabulary import METRICS
from contracts.vocabulary.periods import window_minutes
from regulations.far117.loading import catalogue
from tests.contracts.compared import limit, prose

FDP, FLIGHT, FLOWN = "flight_duty_period", "flight_time_per_duty_period", "flight_time_in_window"
REST, WEEK, RAP, SEGMENTS = (
    "rest_between_duty_periods",
    "rest_in_window",
    "reserve_availability_period",
    "segments_per_duty_period",
)
TWO, THREE = {"pilots": [2]}, {"pilots": [3]}


def test_every_metric_is_compared_related_unregulated_or_unnamed() -> None:
    places = [COMPARED, frozenset(RELATED), UNREGULATED, UNNAMED]

    assert frozenset().union(*places) == METRICS.keys()
    assert sum(map(len, places)) == len(METRICS)


def test_every_limit_of_the_law_on_a_metric_of_ours_is_looked_at() -> None:
    limited = {rule.predicate.metric for rule in catalogue().rules if rule.predicate} & METRICS.keys()

    assert limited <= COMPARED | RELATED.keys()
    assert all(law_limits(metric) for metric in COMPARED)
    assert all(related_rules(metric)[0] for metric in RELATED)


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (limit("<=", 15, metric=FDP, applies_to=TWO), "law_binds"),
        (limit("<=", 14, metric=FDP, applies_to=TWO), "law_binds"),
        (limit("<", 14, metric=FDP, applies_to=TWO), "depends"),
        (limit("<=", 13, metric=FDP, applies_to=TWO), "depends"),
        (limit("<=", 9, metric=FDP, applies_to=TWO), "depends"),
        (limit("<=", 8.5, metric=FDP, applies_to=TWO), "contract_binds"),
        (limit("<=", 15, metric=FDP), "depends"),
        (limit("<=", 8, metric=FDP), "contract_binds"),
        (limit("<=", 20, metric=FDP), "law_binds"),
        (limit("<=", 13, metric=FLIGHT, applies_to=THREE), "equal"),
        (limit("<=", 8, metric=FLIGHT), "contract_binds"),
        (limit("<=", 8.5, metric=FLIGHT), "depends"),
        (limit("<=", 18, metric=FLIGHT), "law_binds"),
        (limit(">=", 12, metric=REST), "contract_binds"),
        (limit(">=", 10, metric=REST), "equal"),
        (limit(">", 10, metric=REST), "contract_binds"),
        (limit(">=", 570, "minutes", metric=REST), "law_binds"),
        (limit("==", 11, metric=REST), "contract_binds"),
        (limit(">=", 12, metric=REST, is_hard_constraint=False), "law_binds"),
        (limit(">=", 9, metric="layover_length"), "law_binds"),
        (limit("<=", 30, metric="layover_length"), "law_sets_none"),
        (limit("<=", 13, metric=RAP), "contract_binds"),
        (limit("<=", 15, metric=RAP), "law_binds"),
        (limit(">=", 4, metric=RAP), "law_sets_none"),
        (limit("between", 10, metric=RAP, parameters={"upper_value": 13}), "contract_binds"),
        (limit("between", 10, metric=RAP), "not_comparable"),
        (limit("<=", 2, "segments", metric=SEGMENTS), "contract_binds"),
        (limit("<=", 6, "segments", metric=SEGMENTS), "depends"),
        (limit("<=", 3, "segments", metric=SEGMENTS, applies_to=THREE), "equal"),
        (limit("<=", 6, "segments", metric=SEGMENTS, applies_to=TWO), "law_sets_none"),
        (limit("<=", 6, "landings", metric=SEGMENTS), "not_comparable"),
        (limit(">=", 1, "days", metric=REST), "not_comparable"),
        (limit("!=", 10, metric=REST), "not_comparable"),
        (limit(">=", 10, metric=REST, parameters={"is_threshold": True}), "not_comparable"),
        (limit("<=", 15), "not_comparable"),
        (limit("<=", 15, metric="duration"), "not_comparable"),
        (limit(">=", 75, "PCH", metric="monthly_pay_guarantee"), "law_sets_none"),
        (prose("A", "Each Pilot shall report fit for duty."), "not_comparable"),
    ],
)
def test_which_limit_binds(rule: Any, verdict: str) -> None:
    assert beside_law(rule).verdict.value == verdict


@pytest.mark.parametrize(
    ("operator", "value", "period", "metric", "verdict"),
    [
        ("<=", 95, "672 hours", FLOWN, "contract_binds"),
        ("<=", 100, "28 consecutive days", FLOWN, "equal"),
        ("<=", 101, "28 days", FLOWN, "law_binds"),
        ("<=", 960, "365 consecutive days", FLOWN, "contract_binds"),
        ("<=", 32, "7 consecutive days", FLOWN, "contract_binds"),
        ("<=", 120, "2 weeks", FLOWN, "law_binds"),
        ("<=", 95, "bid period", FLOWN, "depends"),
        ("<=", 95, None, FLOWN, "depends"),
        ("<=", 150, "56 days", FLOWN, "depends"),
        ("<=", 200, "56 days", FLOWN, "law_binds"),
        (">=", 32, "168 consecutive hours", WEEK, "contract_binds"),
        (">=", 30, "7 days", WEEK, "equal"),
        (">=", 24, "week", WEEK, "law_binds"),
        (">=", 30, "96 hours", WEEK, "contract_binds"),
        (">=", 24, "96 hours", WEEK, "depends"),
        (">=", 30, "14 days", WEEK, "law_binds"),
        (">=", 48, "14 days", WEEK, "depends"),
        (">=", 30, "month", WEEK, "depends"),
    ],
)
def test_sums_are_compared_over_their_windows(
    operator: str, value: int, period: str | None, metric: str, verdict: str
) -> None:
    assert beside_law(limit(operator, value, metric=metric, period=period)).verdict.value == verdict


def test_it_is_said_in_a_sentence_with_both_figures_and_the_paragraph() -> None:
    rest = beside_law(limit(">=", 10.5, metric=REST))
    duty = beside_law(limit("<=", 15, metric=RAP))

    assert rest.words == "The contract requires 10 h 30 min, the law 10 h (14 CFR 117.25(e)): the contract binds."
    assert duty.words == "The contract allows 15 h, the law 14 h (14 CFR 117.21(c)(1)): the law binds."
    assert duty.citations == ("14 CFR 117.21(c)(1)",)


def test_where_a_table_decides_the_hours_are_told() -> None:
    finding = beside_law(limit("<=", 8.5, metric=FLIGHT, applies_to=TWO))

    assert [(where.from_minute, where.to_minute, where.verdict) for where in finding.figures[0].where] == [
        (0, 299, Verdict.LAW_BINDS),
        (300, 1199, Verdict.CONTRACT_BINDS),
        (1200, 1439, Verdict.LAW_BINDS),
    ]
    assert (
        "the law binds at starts 00:00–04:59 and 20:00–23:59; the contract binds at starts 05:00–19:59" in finding.words
    )


def test_where_segments_decide_too_nothing_is_guessed() -> None:
    finding = beside_law(limit("<=", 13.5, metric=FDP, applies_to=TWO))

    assert "the law 9 h to 14 h, 30 min less where not acclimated (14 CFR 117.13, Table B)" in finding.words
    assert "it depends on the segments or the rest facility at starts 07:00–11:59" in finding.words


def test_a_limit_below_the_table_may_still_yield_to_the_law_where_not_acclimated() -> None:
    finding = beside_law(limit("<=", 9, metric=FDP, applies_to=TWO))

    assert "the contract binds, unless the pilot is not acclimated" in finding.words


def test_without_a_crew_each_crew_is_told() -> None:
    finding = beside_law(limit("<=", 15, metric=FDP))

    assert [(figure.law.crews, figure.verdict.value) for figure in finding.figures] == [
        ((2,), "law_binds"),
        ((3,), "depends"),
        ((4,), "depends"),
    ]


def test_what_is_near_to_the_law_is_named_and_not_compared() -> None:
    finding = beside_law(limit("<=", 15))

    assert finding.verdict is Verdict.NOT_COMPARABLE
    assert finding.words.startswith(
        "Part 117 limits the flight duty period within a duty period, not the duty period itself"
    )
    assert finding.citations == ("14 CFR 117.13, Table B", "14 CFR 117.17(a), (b), Table C")


def test_every_rule_is_found_once_in_the_documents_order() -> None:
    rules = [prose("C", "c", position=3), prose("A", "a", position=1), limit("<=", 15, position=2)]

    findings: list[LawFinding] = compare_with_law(rules)

    assert [finding.rule.position for finding in findings] == [1, 2, 3]


@pytest.mark.parametrize(
    ("period", "minutes"),
    [
        ("168 consecutive hours", 10_080),
        ("7 Days", 10_080),
        ("week", 10_080),
        ("month", None),
        ("0 days", None),
        (None, None),
    ],
)
def test_windows_are_read(period: str | None, minutes: int | None) -> None:
    assert window_minutes(period) == minutes
