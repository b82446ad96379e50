"""Which airlines have an active contract today, and of which subjects it has rules; the same by fleet."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F, Q

from accounts.models import Airline
from contracts.dashboard.scope import Scope, TodayIn
from contracts.lifecycle import Status
from contracts.models import BINDING, ContractRule, ContractType, PilotContract
from contracts.vocabulary import Category
from pilots.models import Pilot

# What is no subject of its own is missed by nobody.
SUBJECTS = tuple(category for category in Category if category != Category.GENERAL)


@dataclass(slots=True)
class RuleCounts:
    """Rules in force by subject."""

    by_category: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return sum(self.by_category.values())

    @property
    def covered(self) -> int:
        return len(SUBJECTS) - len(self.missing)

    @property
    def missing(self) -> list[str]:
        return [category.label for category in SUBJECTS if not self.by_category.get(category.value)]

    @property
    def share(self) -> float:
        return self.covered / len(SUBJECTS)


@dataclass(frozen=True, slots=True)
class AirlineCoverage:
    """One airline. `contracts` are active today, agreements first; `rules` are those of all of them."""

    airline: Airline
    contracts: list[PilotContract]
    rules: RuleCounts

    @property
    def agreement(self) -> PilotContract | None:
        return next((found for found in self.contracts if found.contract_type == ContractType.CBA), None)

    def count(self, contract_type: str) -> int:
        return sum(found.contract_type == contract_type for found in self.contracts)


@dataclass(frozen=True, slots=True)
class FleetCoverage:
    """One fleet that an airline's pilots fly or its rules name. `own` counts rules that name it; `rules` are all that hold for it."""

    airline: Airline
    fleet: str
    pilots: int
    own: int
    rules: RuleCounts


@dataclass(frozen=True, slots=True)
class Coverage:
    airlines: list[AirlineCoverage]
    fleets: list[FleetCoverage]

    @property
    def without_agreement(self) -> list[Airline]:
        return [row.airline for row in self.airlines if row.agreement is None]


# (category, fleets that the rules name or none, how many)
Counted = tuple[str, tuple[str, ...], int]


def coverage_today(scope: Scope) -> Coverage:
    """In three queries."""
    contracts: dict[UUID, list[PilotContract]] = defaultdict(list)
    for contract in _active_today(scope):
        contracts[contract.airline_id].append(contract)
    counted = _rules_of([contract.pk for found in contracts.values() for contract in found])
    flown = _fleets_flown(scope)
    return Coverage(
        airlines=[
            AirlineCoverage(
                airline, contracts[airline.pk], _summed((category, n) for category, _, n in counted[airline.pk])
            )
            for airline in scope.read
        ],
        fleets=[
            row for airline in scope.read for row in _by_fleet(airline, counted[airline.pk], flown.get(airline.pk, {}))
        ],
    )


def _active_today(scope: Scope) -> Iterable[PilotContract]:
    active = PilotContract.objects.filter(airline__in=scope.keys, status=Status.ACTIVE)
    today = active.alias(today=TodayIn("airline__time_zone")).filter(effective_date__lte=F("today"))
    holding = today.filter(Q(expiration_date__isnull=True) | Q(expiration_date__gte=F("today")))
    # "cba" comes before "loa" and "policy".
    return holding.order_by("contract_type", "-effective_date", "id").defer("description")


def _rules_of(contracts: list[UUID]) -> dict[UUID, list[Counted]]:
    rows = (
        ContractRule.objects.filter(contract__in=contracts, decision__in=BINDING)
        .order_by()
        .values_list("contract__airline", "category", "applies_to__fleet")
        .annotate(count=Count("pk"))
    )
    counted: dict[UUID, list[Counted]] = defaultdict(list)
    for airline, category, fleets, count in rows:
        counted[airline].append((category, _names(fleets), count))
    return counted


def _names(found: object) -> tuple[str, ...]:
    """Of what the record holds, which people write too."""
    return tuple(str(name) for name in found) if isinstance(found, list) else ((str(found),) if found else ())


def _fleets_flown(scope: Scope) -> dict[UUID, dict[str, int]]:
    rows = Pilot.objects.filter(airline__in=scope.keys).order_by().values_list("airline", "equipment")
    flown: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for airline, fleets, pilots in rows.annotate(pilots=Count("pk")):
        for fleet in _names(fleets):
            flown[airline][fleet] += pilots
    return flown


def _by_fleet(airline: Airline, counted: list[Counted], flown: dict[str, int]) -> list[FleetCoverage]:
    named = {fleet for _, fleets, _ in counted for fleet in fleets}
    return [
        FleetCoverage(
            airline=airline,
            fleet=fleet,
            pilots=flown.get(fleet, 0),
            own=sum(count for _, fleets, count in counted if fleet in fleets),
            rules=_summed((category, count) for category, fleets, count in counted if not fleets or fleet in fleets),
        )
        for fleet in sorted({*named, *flown})
    ]


def _summed(counted: Iterable[tuple[str, int]]) -> RuleCounts:
    counts = RuleCounts()
    for category, count in counted:
        counts.by_category[category] += count
    return counts
