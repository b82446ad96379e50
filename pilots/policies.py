"""Who may do what with pilots' records."""

from accounts.models import User
from accounts.policies import Visitor, is_administrator
from pilots.models import Pilot


def may_create_pilot(user: Visitor) -> bool:
    """Administrators give people a pilot's record."""
    return is_administrator(user)


def may_change_pilot(user: Visitor, pilot: Pilot) -> bool:
    """A pilot changes his own record; administrators change all."""
    return is_administrator(user) or (isinstance(user, User) and user.is_active and pilot.user_id == user.pk)
