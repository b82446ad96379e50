"""The catalogue of Part 117: what `data/` says, as values with types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from regulations.far117.clock import MINUTES_PER_HOUR
from regulations.far117.tables import LimitTables
from regulations.far117.vocabulary import PredicateOperator, PredicateUnit, RuleCategory

Parameter = str | int


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Which state of the law the data are."""

    part: str
    effective: date
    amended_through: str
    authority: str

    @property
    def name(self) -> str:
        """The part and the date of its last amendment: "14 CFR 117, 2013-11-19"."""
        return f"{self.part.replace(' Part', '')}, {self.amended_through.rpartition(' ')[2]}"


def predicate_words(operator: PredicateOperator, value: int, unit: PredicateUnit, period: str | None) -> str:
    """ "at most 60 hours in 168 hours"; whole hours in place of minutes."""
    if unit is PredicateUnit.MINUTES and value % MINUTES_PER_HOUR == 0:
        amount = f"{value // MINUTES_PER_HOUR:,} hours"
    else:
        amount = f"{value:,} {unit}"
    return f"{operator.label} {amount}" + (f" in {period}" if period else "")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A rule that is one number: `metric operator value unit`, within any `period` ("168 hours") where there is one."""

    metric: str
    operator: PredicateOperator
    value: int
    unit: PredicateUnit
    period: str | None

    @property
    def words(self) -> str:
        """The limit as a person reads it: "at most 60 hours in 168 hours"."""
        return predicate_words(self.operator, self.value, self.unit, self.period)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `parameters` are the law's numbers, named with their unit; `computed`: can be tested by calculation."""

    rule_id: str
    position: int
    section: str
    citation: str
    category: RuleCategory
    computed: bool
    title: str
    summary: str
    parameters: Mapping[str, Parameter]
    applies_to: Mapping[str, object]
    predicate: Predicate | None

    def number(self, name: str) -> int:
        """A parameter that is a number.

        Raises:
            KeyError: the rule has no such number.
        """
        value = self.parameters[name]
        if not isinstance(value, int):
            raise KeyError(name)
        return value


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a section, "(c)(1)", or "" for all of it, and the rules that stand for it.

    `why` is there where none of them is computed: where its content is applied, or why a schedule does not tell.
    """

    mark: str
    rule_ids: tuple[str, ...]
    why: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the part: "117.23"."""

    number: str
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything the data files say. Rules are in the order of the law."""

    ruleset: Ruleset
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    tables: LimitTables = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.rule_id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule:
        """Raises KeyError where there is no such rule."""
        return self.by_id[rule_id]
