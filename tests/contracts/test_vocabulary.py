"""The closed vocabulary holds together."""

from pathlib import Path

import pytest

from contracts.extraction.metric_patterns import FALLBACKS, PATTERNS
from contracts.vocabulary import METRICS, Category, Dimension, Operator, Unit, dimension_of, metric_named, page
from contracts.vocabulary.computation import FROM_SCHEDULE, why_not
from contracts.vocabulary.page import PAGE, rendered


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


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(), "Run `make vocabulary`."


def test_the_check_notices_a_page_that_was_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "vocabulary.md")

    before, written, after = page.main(["--check"]), page.main([]), page.main(["--check"])

    assert (before, written, after) == (1, 0, 0)


def test_every_metric_is_tied_to_its_computation_or_says_why_it_has_none() -> None:
    computed = {metric.name for metric in METRICS.values() if metric.from_schedule}

    assert set(FROM_SCHEDULE) == computed
    assert all(why_not(metric) for metric in METRICS.values() if not metric.from_schedule)


def test_the_page_names_every_word() -> None:
    said = rendered()

    words = [*METRICS, *Category, *(operator.value for operator in Operator), *(unit.value for unit in Unit)]
    assert [word for word in words if f"`{word}`" not in said] == []
    assert "|\n" in said
