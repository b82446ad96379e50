"""The closed vocabulary holds together."""

import pytest

from contracts.extraction.metric_patterns import FALLBACKS, PATTERNS
from contracts.vocabulary import METRICS, Category, Dimension, Operator, Unit, dimension_of, metric_named


def test_categories_have_labels_that_people_read() -> None:
    labels = [category.label for category in Category]

    assert Category.SICK_LEAVE.label == "Sick leave"
    assert len(set(labels)) == len(labels)


def test_operators_are_those_of_the_interface() -> None:
    values = {operator.value for operator in Operator}

    assert values == {"<=", "<", ">=", ">", "==", "!=", "between"}
    assert all(operator.label for operator in Operator)


def test_metrics_are_named_once_with_a_meaning_and_a_unit() -> None:
    metrics = list(METRICS.values())

    assert [metric.name for metric in metrics] == list(METRICS)
    assert all(metric.meaning and metric.unit in Unit and metric.label for metric in metrics)


def test_every_dimension_has_a_general_metric() -> None:
    dimensions = {dimension_of(unit) for unit in Unit}

    assert dimensions <= set(FALLBACKS)
    assert set(FALLBACKS) == set(Dimension)


def test_every_metric_can_be_recognised_or_is_general() -> None:
    recognised = {pattern.metric.name for pattern in PATTERNS}

    left = {metric.name for metric in METRICS.values() if metric.category is not Category.GENERAL} - recognised

    assert left == {"workdays_per_month"}


def test_unknown_metric_is_refused() -> None:
    with pytest.raises(KeyError):
        metric_named("happiness")
