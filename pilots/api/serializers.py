"""Shapes of the pilots' part of the API."""

from typing import Any

from rest_framework import serializers

from config.api.serializers import NumberField, StrictSerializer
from pilots.models import Pilot, Seat


class PilotSerializer(serializers.ModelSerializer[Pilot]):
    """One's own record."""

    airline = serializers.CharField(source="airline.code")
    equipment = serializers.ListField(child=serializers.CharField(), help_text="Fleets flown.")
    seniority_percentile = serializers.FloatField(
        allow_null=True, help_text="0 is the most senior, 100 the most junior."
    )

    class Meta:
        model = Pilot
        fields = ["pilot_id", "airline", "base", "seat", "equipment", "seniority_percentile", "updated_at"]


class PilotChangesSerializer(StrictSerializer):
    """What a pilot may say of himself; members left out stay as they are."""

    base = serializers.RegexField(
        r"\A(?:[A-Z]{3,4})?\Z", required=False, allow_blank=True, help_text="IATA or ICAO code."
    )
    seat = serializers.ChoiceField(choices=Seat.choices, required=False)
    equipment: Any = serializers.ListField(
        child=serializers.RegexField(r"\A[A-Z0-9-]{2,10}\Z"), required=False, max_length=20
    )
    seniority_percentile = NumberField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True
    )
