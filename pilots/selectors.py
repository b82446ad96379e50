"""Reads that join or count."""

from accounts.models import ServiceClient, User
from accounts.policies import Visitor
from config.errors import NotFoundForActor
from pilots.models import Pilot


def visible_pilot(caller: "Visitor | ServiceClient", pilot_id: str) -> Pilot:
    """The pilot of that `pilot_id` with his airline, in one query.

    Raises:
        NotFoundForActor: when there is none that `caller` may know of.
    """
    pilot = Pilot.objects.visible_to(caller).select_related("airline").filter(pilot_id=pilot_id).first()
    if pilot is None:
        raise NotFoundForActor("There is no such pilot.")
    return pilot


def own_pilot(caller: User) -> Pilot:
    """The caller's own record with his airline.

    Raises:
        NotFoundForActor: when he has none, as clients and most approvers.
    """
    pilot = Pilot.objects.visible_to(caller).select_related("airline").filter(user=caller).first()
    if pilot is None:
        raise NotFoundForActor("You have no pilot's record.")
    return pilot
