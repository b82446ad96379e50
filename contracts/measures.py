"""What the extractor's measures say, for one reader: every read is narrowed to the airlines whose figures are his."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, QuerySet, Sum

from accounts.models import Airline
from accounts.policies import Visitor
from contracts.models import ExtractionAccuracy, ExtractionCalibration, ExtractionMetricsDay
from contracts.models.measures import WHOLE_RULE
from contracts.models.rules import CATEGORY_CHOICES
from contracts.policies import measured_airlines

# In the order in which people read a rule.
FIELDS = {
    WHOLE_RULE: "whole rule",
    "title": "title",
    "category": "category",
    "citation": "citation",
    "metric": "metric",
    "operator": "operator",
    "value": "value",
    "unit": "unit",
    "period": "period",
    "is_hard_constraint": "hard or soft",
    "applies_to": "applies to",
}
CATEGORIES = dict(CATEGORY_CHOICES)
# How an address names proposals of which no version was recorded.
UNRECORDED = "unrecorded"
# A season fits on a phone.
DAYS_SHOWN = 90


def version_words(version: str) -> str:
    """The version as it is shown and addressed."""
    return version or UNRECORDED


def share(part: Decimal | int, whole: Decimal | int) -> float | None:
    """`part` of `whole`, 0 to 1; None of nothing."""
    return float(part) / float(whole) if whole else None


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of decided proposals, for one field or one category."""

    label: str
    accepted: int
    corrected: int
    rejected: int

    @property
    def decided(self) -> int:
        return self.accepted + self.corrected + self.rejected

    @property
    def precision(self) -> float | None:
        """The share of proposals that are rules, right in every field or not."""
        return share(self.accepted + self.corrected, self.decided)

    @property
    def share_right(self) -> float | None:
        """Of the proposals that are rules, the share right in this."""
        return share(self.accepted, self.accepted + self.corrected)

    @property
    def share_as_proposed(self) -> float | None:
        """Of all proposals, the share that was taken with this as proposed."""
        return share(self.accepted, self.decided)


@dataclass(frozen=True, slots=True)
class Tenth:
    """Proposals whose confidence lies in one tenth."""

    tenth: int
    proposals: int
    right: int
    mean_confidence: float

    @property
    def share_right(self) -> float:
        return self.right / self.proposals

    @property
    def span(self) -> str:
        return f"{self.tenth / 10:.1f} to {'1.0' if self.tenth == 9 else f'under {(self.tenth + 1) / 10:.1f}'}"  # noqa: PLR2004 - the last


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day over the chosen airlines and versions. `median_hours` is told of one airline's one version alone."""

    day: date
    proposed: int
    tally: Tally
    median_hours: Decimal | None


@dataclass(frozen=True, slots=True)
class AccuracyFilter:
    """What the figures are narrowed to; "" is everything that the reader may see."""

    airline: str = ""
    category: str = ""
    version: str = ""

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], *, airlines: Mapping[str, object], versions: list[str]
    ) -> "AccuracyFilter":
        """What an address asks for; values that mean nothing to this reader are left out."""
        airline, category, version = (query.get(name, "") for name in ("airline", "category", "version"))
        return cls(
            airline=airline if airline in airlines else "",
            category=category if category in CATEGORIES else "",
            version=version if version in versions else "",
        )

    def query(self) -> str:
        """The address's part after the question mark."""
        parts = {"airline": self.airline, "category": self.category, "version": self.version}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return bool(self.airline or self.category or self.version)

    def conditions(self, airlines: Mapping[str, Airline], *, by_category: bool = True) -> dict[str, Any]:
        """For a measure's `filter`: the chosen one of the reader's airlines or all of them, and the rest."""
        conditions: dict[str, Any] = {
            "airline_id__in": [airlines[self.airline].pk] if self.airline else [row.pk for row in airlines.values()]
        }
        if self.category and by_category:
            conditions["category"] = self.category
        if self.version:
            conditions["extractor_version"] = "" if self.version == UNRECORDED else self.version
        return conditions


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """The figures for one choice, and what may be chosen. `fields[0]` is the whole rule; empty when nothing was decided."""

    chosen: AccuracyFilter
    airlines: list[Airline]
    versions: list[str]
    fields: list[Tally]
    categories: list[Tally]
    tenths: list[Tenth]
    days: list[Day]

    @property
    def whole(self) -> Tally | None:
        return self.fields[0] if self.fields else None


def accuracy_report(viewer: Visitor, query: Mapping[str, str]) -> AccuracyReport:
    """The figures that `query` asks for out of those that `viewer` may read, in six queries."""
    airlines = {airline.code: airline for airline in measured_airlines(viewer).order_by("code")}
    measured = ExtractionAccuracy.objects.filter(airline_id__in=[airline.pk for airline in airlines.values()])
    known = measured.order_by("extractor_version").values_list("extractor_version", flat=True).distinct()
    versions = [version_words(version) for version in known]
    chosen = AccuracyFilter.from_query(query, airlines=airlines, versions=versions)
    accuracy = ExtractionAccuracy.objects.filter(**chosen.conditions(airlines))
    days = ExtractionMetricsDay.objects.filter(**chosen.conditions(airlines, by_category=False))
    return AccuracyReport(
        chosen=chosen,
        airlines=list(airlines.values()),
        versions=versions,
        fields=_tallies(accuracy, "field", FIELDS),
        categories=_tallies(accuracy.filter(field=WHOLE_RULE), "category", CATEGORIES),
        tenths=_tenths(ExtractionCalibration.objects.filter(**chosen.conditions(airlines))),
        days=_days(days),
    )


def _tallies(measured: QuerySet[ExtractionAccuracy], key: str, labels: Mapping[str, str]) -> list[Tally]:
    """Summed by `key`, in the order of `labels`."""
    rows = measured.order_by().values(key).annotate(a=Sum("accepted"), c=Sum("corrected"), r=Sum("rejected"))
    sums = {row[key]: (int(row["a"]), int(row["c"]), int(row["r"])) for row in rows}
    return [Tally(label, *sums[name]) for name, label in labels.items() if name in sums]


def _tenths(measured: QuerySet[ExtractionCalibration]) -> list[Tenth]:
    rows = (
        measured.order_by("tenth")
        .values("tenth")
        .annotate(n=Sum("proposals"), taken=Sum("right"), confidence=Sum(F("mean_confidence") * F("proposals")))
    )
    return [
        Tenth(row["tenth"], int(row["n"]), int(row["taken"]), float(row["confidence"]) / float(row["n"]))
        for row in rows
    ]


def _days(measured: QuerySet[ExtractionMetricsDay]) -> list[Day]:
    """The last days on which anything happened, the oldest first."""
    rows = (
        measured.order_by("-day")
        .values("day")
        .annotate(
            made=Sum("proposed"),
            a=Sum("accepted"),
            c=Sum("corrected"),
            r=Sum("rejected"),
            versions=Count("id"),
            median=Max("median_hours"),
        )
    )
    return [
        Day(
            day=row["day"],
            proposed=row["made"],
            tally=Tally(row["day"].isoformat(), row["a"], row["c"], row["r"]),
            median_hours=row["median"] if row["versions"] == 1 else None,
        )
        for row in reversed(rows[:DAYS_SHOWN])
    ]
