"""What is told because time passes, not because somebody acts. Called by the schedule; a second time tells nobody again."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.services.notices import contract_expiring

# Days before the last one in force.
EXPIRY_THRESHOLDS = (90, 30, 7)


def expiring_contracts_remind() -> int:
    """Tell of active contracts whose last day is near and that none follows. Returns how many there are."""
    follower = PilotContract.objects.filter(
        airline=OuterRef("airline"),
        contract_type=OuterRef("contract_type"),
        status=Status.ACTIVE,
        effective_date__gt=OuterRef("expiration_date"),
    )
    horizon = timezone.now().date() + timedelta(days=EXPIRY_THRESHOLDS[0] + 1)  # anywhere on earth
    ending = PilotContract.objects.filter(status=Status.ACTIVE, expiration_date__lte=horizon).exclude(Exists(follower))
    reminded = 0
    for contract in ending.select_related("airline").order_by("pk"):
        if contract.expiration_date is None:
            continue
        left = (contract.expiration_date - contract.airline.today()).days
        passed = [days for days in EXPIRY_THRESHOLDS if left <= days]
        if passed and left >= 0:
            contract_expiring(contract=contract, days=passed[-1])
            reminded += 1
    return reminded
