"""Active contracts whose last day comes near."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value

from contracts.dashboard.scope import Scope, TodayIn
from contracts.lifecycle import Status
from contracts.models import PilotContract

# Days until the last day in force, both ends included.
BANDS = ((0, 30), (31, 60), (61, 90), (91, 180))
MOST_SHOWN = 500
# A successor that is on its way. Drafts are their uploaders' alone to know of.
_COMING = (Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED, Status.ACTIVE)


@dataclass(frozen=True, slots=True)
class Ending:
    """One contract. `is_followed` where one of its kind that begins later is on its way or active."""

    contract: PilotContract
    last_day: date
    days_left: int
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Expiring:
    """The nearest first; no more than `MOST_SHOWN`."""

    endings: list[Ending]
    is_cut: bool

    def in_band(self, begin: int, end: int) -> list[Ending]:
        return [ending for ending in self.endings if begin <= ending.days_left <= end]


def expiring_soon(scope: Scope) -> Expiring:
    """By each airline's own calendar, in one query."""
    follower = PilotContract.objects.filter(
        airline=OuterRef("airline"),
        contract_type=OuterRef("contract_type"),
        effective_date__gt=OuterRef("effective_date"),
        status__in=_COMING,
    )
    horizon = ExpressionWrapper(F("today") + Value(timedelta(days=BANDS[-1][1])), output_field=DateField())
    rows: QuerySet[Any] = (
        PilotContract.objects.filter(airline__in=scope.keys, status=Status.ACTIVE)
        .annotate(today=TodayIn("airline__time_zone"), is_followed=Exists(follower))
        .filter(expiration_date__gte=F("today"), expiration_date__lte=horizon)
        .select_related("airline")
        .defer("description")
        .order_by("expiration_date", "id")
    )
    endings = [
        Ending(row, row.expiration_date, (row.expiration_date - row.today).days, row.is_followed)
        for row in rows[: MOST_SHOWN + 1]
    ]
    return Expiring(endings[:MOST_SHOWN], is_cut=len(endings) > MOST_SHOWN)
