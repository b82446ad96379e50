"""Who searches, seen from a contract: the same people and programs for rules, for text and for the page."""

from collections.abc import Callable

from accounts.models import ServiceClient, User
from contracts.models import PilotContract
from tests.factories import AirlineFactory, PilotFactory, ServiceClientFactory, UserFactory, reviewer_of

SEARCHERS: dict[str, Callable[[PilotContract], User | ServiceClient]] = {
    "pilot": lambda contract: PilotFactory.create(airline=contract.airline).user,
    "other airline's pilot": lambda _: PilotFactory.create().user,
    "approver": lambda contract: reviewer_of(contract.airline),
    "other airline's approver": lambda _: reviewer_of(AirlineFactory.create()),
    "uploader": lambda contract: contract.uploaded_by,
    "administrator": lambda _: UserFactory.create(administrator=True),
    "client": lambda contract: ServiceClientFactory.create(airlines=[contract.airline]),
    "other airline's client": lambda _: ServiceClientFactory.create(airlines=[AirlineFactory.create()]),
    "client of no airline": lambda _: ServiceClientFactory.create(),
}
# Who sees a review from within, and who reads what was published.
WITHIN = {"approver", "uploader", "administrator"}
READERS = WITHIN | {"pilot", "client"}
