"""`python -m contracts.vocabulary.page`: writes docs/vocabulary.md from the code. With `--check` it only says whether it would."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from contracts.vocabulary.categories import Category
from contracts.vocabulary.computation import FROM_SCHEDULE, why_not
from contracts.vocabulary.metrics import METRICS, Metric
from contracts.vocabulary.operators import Operator
from contracts.vocabulary.periods import LONGEST_PERIOD, PERIOD_FORMS, PERIOD_KINDS, PERIOD_NOUNS
from contracts.vocabulary.units import Dimension, Unit, dimension_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md"

_HEAD = """# The vocabulary of rules

<!-- Written by `make vocabulary` from contracts/vocabulary/. Change the code, not this page. -->

A contract's limit is data: **actual figure of the metric** *operator* **value unit**, within a **period** where one is given. The
words below are all there are, save for periods. The extractor, language models, reviewers' corrections, the API and validation
use the same list; anything else is refused.
"""
_METRICS = """## Metrics

A metric's unit is the usual one; a contract may state another of the same kind. The last column defines the figure that is
compared when pairings or a schedule are judged. A metric that is **not computable** from a schedule is "unknown" there, and
unknown never passes. Where no metric fits, a general one is used; `other` is the last of them.
"""
_PERIODS = f"""## Periods

A period is a short phrase (up to {LONGEST_PERIOD} characters) in the document's own terms: "7 consecutive days", "bid period",
"each award".
No period means that the limit holds each time. Contracts define periods of their own, so this is no closed list. The
usual words:
"""


def rendered() -> str:
    """The whole page."""
    parts = [_HEAD, *_metric_tables(), *_other_tables()]
    return "\n".join(parts)


def _metric_tables() -> Iterator[str]:
    yield _METRICS
    for category in Category:
        metrics = [metric for metric in METRICS.values() if metric.category is category]
        if metrics:
            rows = ((f"`{metric.name}`", metric.meaning, metric.unit.value, _computation(metric)) for metric in metrics)
            yield f"### {category.label}\n"
            yield _table(("metric", "meaning", "unit", "from a schedule"), rows)


def _computation(metric: Metric) -> str:
    if metric.from_schedule:
        return FROM_SCHEDULE[metric.name]
    return f"**not computable**: {why_not(metric)}"


def _other_tables() -> Iterator[str]:
    yield "## Operators\n"
    yield _table(("operator", "read as"), ((f"`{operator.value}`", operator.label) for operator in Operator))
    yield "With `between` the value is the lower end and `parameters.upper_value` the upper one, both allowed.\n"
    yield "## Units\n\nOnly units of one kind can be compared.\n"
    kinds = ((kind, [unit.value for unit in Unit if dimension_of(unit) is kind]) for kind in Dimension)
    yield _table(("kind", "units"), ((kind.value, ", ".join(f"`{unit}`" for unit in units)) for kind, units in kinds))
    yield _PERIODS
    yield _table(
        ("words", ""),
        (
            ("for each of what", ", ".join(PERIOD_NOUNS)),
            ("before it", ", ".join(PERIOD_KINDS)),
            ("around it", ", ".join(PERIOD_FORMS)),
        ),
    )
    yield "## Categories\n\nWhat part of a pilot's working life a rule is about.\n"
    yield _table(("category", "read as"), ((f"`{category.value}`", category.label) for category in Category))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` answer 1 where it is not what the code says."""
    page = rendered()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
