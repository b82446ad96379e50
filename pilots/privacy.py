"""What pilots' records hold of people, for copies of their data and for erasures."""

from accounts.models import User
from accounts.privacy.registry import INTERNAL, Holding, Share
from pilots.models import Pilot, Seat

HOLDINGS = (
    Holding(
        model="pilots.Pilot",
        owners=("user",),
        shown=("pilot_id", "airline", "base", "seat", "equipment", "seniority_percentile"),
        withheld={"user": INTERNAL},
        personal=("pilot_id", "base", "seat", "equipment", "seniority_percentile"),
    ),
)


def erase(user: User, pseudonym: str) -> None:
    """The record stays, for what points to it, and says nothing of whom it was."""
    for pilot in Pilot.objects.select_for_update(of=("self",)).filter(user=user):
        pilot.pilot_id, pilot.base, pilot.seat = pseudonym, "", Seat.FIRST_OFFICER
        pilot.equipment, pilot.seniority_percentile = [], None
        pilot.save(update_fields=["pilot_id", "base", "seat", "equipment", "seniority_percentile"])


SHARE = Share(holdings=HOLDINGS, erase=erase)
