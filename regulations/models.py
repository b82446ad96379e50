"""The law in the database, for lookups, pages and the admin. Only `services.catalogue_load` writes it."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from config.rows import Row, sets_updated_at
from config.search.asking import question_of
from config.search.keeping import SearchEntry, keeps_search_entry
from config.search.matching import holds
from regulations.far117.catalogue import predicate_words
from regulations.far117.clock import MINUTES_PER_DAY, clock_text, hours_text
from regulations.far117.vocabulary import PredicateOperator, PredicateUnit, RuleCategory, TableLetter

CATEGORY_CHOICES = [(category.value, category.label) for category in RuleCategory]
OPERATOR_CHOICES = [(operator.value, operator.label) for operator in PredicateOperator]
UNIT_CHOICES = [(unit.value, unit.value) for unit in PredicateUnit]
TABLE_CHOICES = [(letter.value, f"Table {letter.value}") for letter in TableLetter]
LAST_MINUTE = MINUTES_PER_DAY - 1


class RegulatoryRuleQuerySet(models.QuerySet["RegulatoryRule"]):
    """Rules by what is asked of them."""

    def in_force(self) -> "RegulatoryRuleQuerySet":
        """Those that the data files still have."""
        return self.filter(is_active=True)

    def matching(self, text: str) -> "RegulatoryRuleQuerySet":
        """Those whose id, citation, title or summary holds the words of `text`, the last of which may not be whole yet."""
        return self.filter(holds(question_of(text, is_typing=True)))


class RegulatoryRule(Row):
    """One rule of 14 CFR Part 117. The words of the law are at `citation`; `title` and `summary` are ours.

    `metric operator value unit`, within any `period`, is there where one number says the whole rule; lengths of time
    are minutes. A rule that leaves the data files stays as inactive, for what refers to it.
    """

    rule_id = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(help_text="Order in the law.")
    section = models.CharField(max_length=10, help_text='Such as "117.23".')
    citation = models.CharField(max_length=200)
    category = models.CharField(max_length=40, choices=CATEGORY_CHOICES)
    title = models.CharField(max_length=300)
    summary = models.TextField()
    computed = models.BooleanField(help_text="Whether a roster can be tested against it by calculation.")
    parameters = models.JSONField(default=dict, db_default={}, blank=True)
    applies_to = models.JSONField(default=dict, db_default={}, blank=True)
    metric = models.CharField(max_length=80, null=True, blank=True)
    operator = models.CharField(max_length=10, choices=OPERATOR_CHOICES, null=True, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=80, choices=UNIT_CHOICES, null=True, blank=True)
    period = models.CharField(max_length=120, null=True, blank=True)
    effective_date = models.DateField()
    is_active = models.BooleanField(default=True, db_default=True)

    objects = RegulatoryRuleQuerySet.as_manager()

    # What every rule of law answers where rules of contracts differ. It was written by hand and is tested cell by cell,
    # not parsed, hence the full confidence; the words are at `source_url`, in no document of ours, hence no evidence.
    source: ClassVar = "far117"
    is_hard_constraint: ClassVar = True
    weight: ClassVar = 1
    expiration_date: ClassVar = None
    parsing_confidence: ClassVar = 1
    evidence: ClassVar = None

    class Meta:
        db_table = "regulatory_rules"
        ordering = ["position", "rule_id"]
        indexes = [
            models.Index(fields=["position", "rule_id"], name="regulatory_rules_order"),
            models.Index(fields=["category", "computed"], name="regulatory_rules_filter"),
            GinIndex(fields=["parameters"], name="regulatory_rules_parameters"),
            GinIndex(fields=["applies_to"], name="regulatory_rules_applies_to"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(rule_id__regex=r"^FAR117_[A-Z0-9_]+$"), name="regulatory_rules_id_form"),
            models.CheckConstraint(condition=Q(section__regex=r"^117\.[0-9]+$"), name="regulatory_rules_section_form"),
            models.CheckConstraint(
                condition=Q(category__in=[category.value for category in RuleCategory]),
                name="regulatory_rules_category_known",
            ),
            models.CheckConstraint(condition=Q(position__gt=0), name="regulatory_rules_position_positive"),
            models.CheckConstraint(
                condition=Q(
                    metric__isnull=True,
                    operator__isnull=True,
                    value__isnull=True,
                    unit__isnull=True,
                    period__isnull=True,
                )
                | Q(
                    metric__isnull=False,
                    operator__isnull=False,
                    operator__in=[operator.value for operator in PredicateOperator],
                    value__isnull=False,
                    value__gte=Decimal(0),
                    unit__isnull=False,
                    unit__in=[unit.value for unit in PredicateUnit],
                ),
                name="regulatory_rules_predicate_whole",
            ),
        ]
        triggers = [
            sets_updated_at(),
            keeps_search_entry(
                table="regulatory_rule_search",
                key="rule_id",
                first=["rule_id", "citation", "title"],
                third=["summary"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citation}: {self.title}"

    @property
    def predicate(self) -> dict[str, str | int | None] | None:
        """The limit for programs; None where no one number says the whole rule."""
        if self.value is None:
            return None
        return {
            "metric": self.metric,
            "operator": self.operator,
            "value": int(self.value),
            "unit": self.unit,
            "period": self.period,
        }

    @property
    def limit_words(self) -> str:
        """The predicate as a person reads it: "at most 60 hours in 168 hours"; empty without one."""
        if self.operator is None or self.value is None or self.unit is None:
            return ""
        return predicate_words(PredicateOperator(self.operator), int(self.value), PredicateUnit(self.unit), self.period)

    @property
    def source_url(self) -> str:
        """Where the words of the law are."""
        return f"https://www.ecfr.gov/current/title-14/section-{self.section}"


class LawSearchEntry(SearchEntry):
    """What one rule of law is found by."""

    rule = models.OneToOneField(
        RegulatoryRule,
        on_delete=models.DO_NOTHING,  # the database deletes it with its rule
        db_constraint=False,
        primary_key=True,
        related_name="search_entry",
    )

    class Meta(SearchEntry.Meta):
        db_table = "regulatory_rule_search"

    def __str__(self) -> str:
        return f"what {self.pk} is found by"


class KnownWord(models.Model):
    """A word that stands, or stood until the last clean-up, in a text that is searched: of the law or of any contract.

    Only for looking up what a misspelt word may have meant: nobody is shown one that does not stand in what he may read.
    The triggers on the searched tables add words. One may be here twice, where two transactions brought it at once: a
    unique constraint would have the second wait for the end of the first, and two that bring the same words in another
    order wait for each other.
    """

    word = models.TextField()

    class Meta:
        db_table = "search_known_words"
        indexes = [
            models.Index(fields=["word"], name="search_known_words_word"),
            GinIndex(fields=["word"], name="search_known_words_near", opclasses=["gin_trgm_ops"], fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word


class RegulatoryTableRow(Row):
    """One cell of Table A, B or C: a column's limit while the acclimated clock shows `from_minute` to `to_minute`.

    Minutes are counted from midnight, both ends inclusive; `column_position` is the column's place, from 0.
    """

    table_letter = models.CharField("table", max_length=1, choices=TABLE_CHOICES)
    column_key = models.CharField("column", max_length=40)
    column_position = models.PositiveSmallIntegerField()
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField()
    limit_minutes = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "regulatory_table_rows"
        ordering = ["table_letter", "from_minute", "column_position"]
        constraints = [
            models.UniqueConstraint(
                fields=["table_letter", "column_key", "from_minute"], name="regulatory_table_rows_once"
            ),
            models.CheckConstraint(
                condition=Q(table_letter__in=[letter.value for letter in TableLetter]),
                name="regulatory_table_rows_table_known",
            ),
            models.CheckConstraint(
                condition=Q(from_minute__gte=0, to_minute__lte=LAST_MINUTE, from_minute__lte=F("to_minute")),
                name="regulatory_table_rows_minutes",
            ),
            models.CheckConstraint(
                condition=Q(limit_minutes__range=(1, MINUTES_PER_DAY)), name="regulatory_table_rows_limit_range"
            ),
            models.CheckConstraint(
                condition=Q(table_letter="A", column_key="minimum_crew")
                | Q(table_letter="B", column_key__regex=r"^segments_([1-6]|7_or_more)$")
                | Q(table_letter="C", column_key__regex=r"^class_[123]_pilots_[34]$"),
                name="regulatory_table_rows_column_known",
            ),
            ExclusionConstraint(
                name="regulatory_table_rows_no_overlap",
                expressions=[
                    ("table_letter", RangeOperators.EQUAL),
                    ("column_key", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_minute"),
                            F("to_minute"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"Table {self.table_letter}, {self.span}, {self.column_key}: {hours_text(self.limit_minutes)} h"

    @property
    def span(self) -> str:
        """ "05:00-19:59"."""
        return f"{clock_text(self.from_minute)}-{clock_text(self.to_minute)}"
