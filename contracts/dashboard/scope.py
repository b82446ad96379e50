"""What one dashboard is about: whose airlines, and which period beside the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import DateField, Func
from django.utils import timezone

from accounts.models import Airline
from accounts.policies import Visitor
from contracts.policies import may_see_workload, measured_airlines

PERIODS = (30, 90, 180, 365)
USUAL_PERIOD = 90


class TodayIn(Func):
    """The calendar day that it is in a time zone, which is an expression."""

    template = "((CURRENT_TIMESTAMP AT TIME ZONE %(expressions)s)::date)"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class Scope:
    """`airlines` are those that the viewer may read of; `chosen` is the code of one of them, or "" for all. Days are 24 hours."""

    airlines: tuple[Airline, ...]
    chosen: str
    days: int
    now: datetime
    sees_workload: bool

    @classmethod
    def of(cls, viewer: Visitor, query: Mapping[str, str]) -> "Scope":
        """What an address asks for, in one query; values that mean nothing to this viewer are left out."""
        airlines = tuple(measured_airlines(viewer).order_by("code"))
        asked, days = query.get("airline", ""), query.get("days", "")
        return cls(
            airlines=airlines,
            chosen=asked if asked in {airline.code for airline in airlines} else "",
            days=int(days) if days in {str(period) for period in PERIODS} else USUAL_PERIOD,
            now=timezone.now(),
            sees_workload=may_see_workload(viewer),
        )

    @property
    def read(self) -> tuple[Airline, ...]:
        """The airlines that the figures are of."""
        return tuple(airline for airline in self.airlines if self.chosen in {"", airline.code})

    @property
    def keys(self) -> list[UUID]:
        return [airline.pk for airline in self.read]

    @property
    def since(self) -> datetime:
        """When the period began that ends now."""
        return self.now - timedelta(days=self.days)

    @property
    def before(self) -> datetime:
        """When the period before that began, which is as long."""
        return self.since - timedelta(days=self.days)

    def query(self) -> str:
        """The address's part after the question mark."""
        return urlencode({"airline": self.chosen, "days": self.days} if self.chosen else {"days": self.days})
