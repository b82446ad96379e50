"""What Django's querysets let somebody see is what PostgreSQL lets him see who asks without them."""

from typing import Any

import pytest

from accounts.models import Airline, ServiceClient, User
from accounts.notifications.models import Notification
from config import door
from contracts.lifecycle import Status
from contracts.models import Change, ChangeKind, PilotContract, PilotContractAssignment, Webhook
from pilots.models import Pilot
from tests.factories import (
    AirlineFactory,
    ContractFactory,
    PilotFactory,
    ServiceClientFactory,
    UserFactory,
    delegate,
    grant_review,
    reviewer_of,
)

pytestmark = pytest.mark.django_db

CALLERS = (
    "uploader",
    "colleague",
    "pilot elsewhere",
    "approver",
    "approver of both",
    "approver who uploads",
    "approver elsewhere",
    "stand-in",
    "demoted approver",
    "nobody's pilot",
    "administrator",
    "client",
    "client of both",
    "client of none",
)
# Accounts that no request comes from any more: each request looks whether its caller is open, policies that name the person
# himself do not look again.
CLOSED = ("closed uploader", "closed approver", "closed administrator", "closed client")


@pytest.fixture
def callers() -> dict[str, User | ServiceClient]:
    """Two airlines with a contract in each state, everybody who stands somehow to them, changes, webhooks and assignments."""
    here, there = AirlineFactory.create(), AirlineFactory.create()
    uploader, closed = PilotFactory.create(airline=here).user, PilotFactory.create(airline=here).user
    both, uploading = reviewer_of(here), reviewer_of(here)
    stand_in, approver = reviewer_of(here), reviewer_of(here)
    delegate(approver, stand_in)
    people: dict[str, User | ServiceClient] = {
        "uploader": uploader,
        "colleague": PilotFactory.create(airline=here).user,
        "pilot elsewhere": PilotFactory.create(airline=there).user,
        "approver": approver,
        "approver of both": both,
        "approver who uploads": uploading,
        "approver elsewhere": reviewer_of(there),
        "stand-in": stand_in,
        "demoted approver": reviewer_of(here),
        "nobody's pilot": UserFactory.create(),
        "administrator": UserFactory.create(administrator=True),
        "client": ServiceClientFactory.create(airlines=[here]),
        "client of both": ServiceClientFactory.create(airlines=[here, there]),
        "client of none": ServiceClientFactory.create(),
        "closed uploader": closed,
        "closed approver": reviewer_of(here),
        "closed administrator": UserFactory.create(administrator=True),
        "closed client": ServiceClientFactory.create(airlines=[here]),
    }
    _reviews_there_too(both, there)
    _upload(here, uploader, uploading, closed)
    _upload(there, PilotFactory.create(airline=there).user)
    for airline in (here, there):
        _assign_and_tell(airline)
    for client in ServiceClient.objects.all():
        Webhook.objects.create(client=client, url=f"https://receiver.test/{client.client_id}")
    demoted = people["demoted approver"]
    User.objects.filter(pk=demoted.pk).update(role="pilot")
    for name in CLOSED:
        caller = people[name]
        type(caller)._default_manager.filter(pk=caller.pk).update(is_active=False)
    for caller in people.values():
        caller.refresh_from_db()
    return people


def _reviews_there_too(user: User, airline: Airline) -> None:
    grant_review(user, airline)


def _upload(airline: Airline, *people: User) -> None:
    """Each person uploads one in each state; in force is only the first one's, last, for one holds at a time."""
    for person in people:
        for state in Status:
            if state != Status.ACTIVE:
                ContractFactory.create(airline=airline, uploaded_by=person, state=state)
    ContractFactory.create(airline=airline, uploaded_by=people[0], state=Status.ACTIVE)


def _assign_and_tell(airline: Airline) -> None:
    contract = PilotContract.objects.get(airline=airline, status=Status.ACTIVE)
    Change.objects.create(kind=ChangeKind.CONTRACT_ACTIVATED, airline=airline, contract=contract, new_hash="a" * 64)
    for pilot in Pilot.objects.filter(airline=airline):
        PilotContractAssignment.objects.create(pilot=pilot, contract=contract)
        Change.objects.create(
            kind=ChangeKind.ASSIGNMENT_STARTED, airline=airline, contract=contract, pilot=pilot, new_hash="b" * 64
        )


def by_django(model: Any, caller: User | ServiceClient) -> set[Any]:
    with door.as_product("the queryset alone narrows"):
        return set(model.objects.visible_to(caller).values_list("pk", flat=True))


def by_policy(model: Any, caller: User | ServiceClient) -> set[Any]:
    with door.seeing(door.identity_of(caller)):
        return set(model.objects.values_list("pk", flat=True))


def test_querysets_and_policies_show_the_same(callers: dict[str, User | ServiceClient]) -> None:
    """Contracts and changes to everybody, webhooks to clients, notifications to people.

    Of pilots the querysets are the API's, where administrators look for nobody; in the admin they write pilots' rows.
    """
    for person in User.objects.all():
        Notification.objects.create(
            recipient=person, kind="contract_submitted", event_key="one", title="One", path="/", mail="unwanted"
        )
    every_pilot = set(Pilot.objects.values_list("pk", flat=True))

    differing = set()
    for name in CALLERS:
        caller = callers[name]
        own = Webhook if isinstance(caller, ServiceClient) else Notification
        assert len(by_policy(own, caller)) == 1
        for model in (PilotContract, Change, Pilot, own):
            wanted = every_pilot if (name, model) == ("administrator", Pilot) else by_django(model, caller)
            if by_policy(model, caller) != wanted:
                differing.add((name, model.__name__))

    assert differing == set()


def test_closed_accounts_keep_at_most_what_is_their_own(callers: dict[str, User | ServiceClient]) -> None:
    """No request comes from them: each looks whether its caller is open.

    Querysets look again at people and not at programs, policies at all but what a person has uploaded himself.
    """
    for name in CLOSED:
        caller = callers[name]
        uploaded = PilotContract.objects.filter(uploaded_by_id=caller.pk)
        assert isinstance(caller, ServiceClient) or by_django(PilotContract, caller) == set()
        assert by_policy(PilotContract, caller) == set(uploaded.values_list("pk", flat=True))
