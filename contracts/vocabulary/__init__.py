"""The closed words in which a contract's limits are expressed: categories, operators, units and metrics. No Django."""

from contracts.vocabulary.categories import Category
from contracts.vocabulary.metrics import METRICS, Metric, metric_named
from contracts.vocabulary.operators import Operator
from contracts.vocabulary.periods import LONGEST_PERIOD, PERIOD_KINDS, PERIOD_NOUNS, PERIOD_WORDS
from contracts.vocabulary.units import Dimension, Unit, dimension_of

__all__ = [
    "LONGEST_PERIOD",
    "METRICS",
    "PERIOD_KINDS",
    "PERIOD_NOUNS",
    "PERIOD_WORDS",
    "Category",
    "Dimension",
    "Metric",
    "Operator",
    "Unit",
    "dimension_of",
    "metric_named",
]
