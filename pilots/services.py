"""Every write of the app."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotAllowed
from pilots.models import Pilot
from pilots.policies import may_change_pilot, may_create_pilot

# What a pilot says of himself. Who he is and where he flies is the administrators' to say.
CHANGEABLE = ("base", "seat", "equipment", "seniority_percentile")


def pilot_create(*, actor: User, user: User, airline: Airline, pilot_id: str, details: Mapping[str, object]) -> Pilot:
    """Give an account a pilot's record. `details` holds fields of CHANGEABLE.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    if not may_create_pilot(actor):
        raise NotAllowed("Pilots' records are made by administrators.")
    _require_known(details)
    pilot = Pilot(user=user, airline=airline, pilot_id=pilot_id, **details)
    with transaction.atomic():
        pilot.full_clean()
        pilot.save(force_insert=True)
        entry_record(event=AuditEvent.PILOT_CREATED, actor=actor, target=pilot, after=_snapshot(pilot))
    return pilot


def pilot_update(*, actor: User, pilot: Pilot, changes: Mapping[str, object]) -> Pilot:
    """Change fields of CHANGEABLE.

    Raises:
        NotAllowed: for another's record.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    if not may_change_pilot(actor, pilot):
        raise NotAllowed("You may not change this pilot's record.")
    _require_known(changes)
    with transaction.atomic():
        pilot = Pilot.objects.select_for_update(of=("self",)).select_related("airline").get(pk=pilot.pk)
        before = _snapshot(pilot)
        for name, value in changes.items():
            setattr(pilot, name, value)
        pilot.full_clean()
        pilot.save(update_fields=list(changes))
        after = _snapshot(pilot)
        if after != before:
            entry_record(event=AuditEvent.PILOT_UPDATED, actor=actor, target=pilot, before=before, after=after)
    return pilot


def _require_known(given: Mapping[str, object]) -> None:
    if unknown := set(given) - set(CHANGEABLE):
        raise ValueError(f"not changed here: {', '.join(sorted(unknown))}")


def _snapshot(pilot: Pilot) -> dict[str, object]:
    percentile = pilot.seniority_percentile
    return {
        "base": pilot.base,
        "seat": pilot.seat,
        "equipment": list(pilot.equipment),
        "seniority_percentile": None if percentile is None else str(percentile),
    }
