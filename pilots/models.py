"""Pilots: what of a person decides which contract and which rules bind him."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from accounts.models import Airline, ServiceClient, User
from config.rows import Row, sets_updated_at

if TYPE_CHECKING:
    from accounts.policies import Visitor


class Seat(models.TextChoices):
    CAPTAIN = "captain", "captain"
    FIRST_OFFICER = "first_officer", "first officer"


class PilotQuerySet(models.QuerySet["Pilot"]):
    """Pilots by who may know of them."""

    def visible_to(self, caller: "Visitor | ServiceClient") -> "PilotQuerySet":
        """A pilot sees himself; a service client its airlines' pilots; nobody else sees anyone."""
        if isinstance(caller, ServiceClient):
            return self.filter(airline__in=caller.airlines.all())
        if isinstance(caller, User) and caller.is_active:
            return self.filter(user=caller)
        return self.none()


class Pilot(Row):
    """One person's employment at one airline. `pilot_id` is the id by which other systems name him, unique over all airlines."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pilot")
    pilot_id = models.CharField(
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+$", "Letters, digits, dot, dash and underscore.")],
    )
    airline = models.ForeignKey(Airline, on_delete=models.PROTECT, related_name="pilots")
    base = models.CharField(
        max_length=4, blank=True, validators=[RegexValidator(r"^[A-Z]{3,4}$", "An airport's IATA or ICAO code.")]
    )
    seat = models.CharField(
        max_length=20, choices=Seat, default=Seat.FIRST_OFFICER, db_default=Seat.FIRST_OFFICER.value
    )
    equipment = models.JSONField(default=list, db_default=[], blank=True, help_text='Fleets flown, such as ["B737"].')
    seniority_percentile = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="0 is the most senior, 100 the most junior.",
    )

    objects = PilotQuerySet.as_manager()

    class Meta:
        db_table = "pilots"
        ordering = ["pilot_id"]
        indexes = [
            models.Index(fields=["airline", "base", "seat"], name="pilots_airline_base_seat"),
            GinIndex(fields=["equipment"], name="pilots_equipment"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="pilots_seat_known"),
            models.CheckConstraint(
                condition=Q(seniority_percentile__isnull=True) | Q(seniority_percentile__range=(0, 100)),
                name="pilots_seniority_range",
            ),
            models.CheckConstraint(condition=Q(pilot_id__regex=r"^[A-Za-z0-9._-]+$"), name="pilots_pilot_id_form"),
            models.CheckConstraint(condition=Q(base="") | Q(base__regex=r"^[A-Z]{3,4}$"), name="pilots_base_form"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return self.pilot_id
