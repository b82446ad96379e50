"""`GET changes/`: by cursor, for whom it may concern."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, Scope, ServiceClient, User
from contracts.api.feed import ChangeSerializer, cursor_after, position_of
from contracts.models import Change, ChangeKind, PilotContract
from contracts.publication.changes import CHANGE_RELATED, change_body
from contracts.services.publication import changes_publish
from pilots.models import Pilot
from tests.accounts.callers import calling_as
from tests.contracts.webhook_scene import happen
from tests.factories import PilotFactory, ServiceClientFactory

pytestmark = pytest.mark.django_db

FEED = "/api/v1/changes/"
# Of a client's page, whatever it holds: the client, and the page.
QUERIES = 2


def assigned(pilot: Pilot) -> Change:
    (told,) = happen(pilot.airline)
    change = Change.objects.create(
        kind=ChangeKind.ASSIGNMENT_STARTED, airline=pilot.airline, contract=told.contract, pilot=pilot
    )
    changes_publish()
    return change


def test_a_change_says_what_changed_when_and_from_which_hash_to_which(
    airline: Airline, service_client: ServiceClient
) -> None:
    (change,) = happen(airline)

    answer = calling_as(service_client).get(FEED)

    assert answer.status_code == 200
    (told,) = answer.json()["results"]
    contract = PilotContract.objects.get()
    assert told["id"] == str(change.pk)
    assert (told["position"], told["kind"], told["airline"]) == (1, "contract.activated", "TST")
    assert told["contract"] == {
        "id": str(contract.pk),
        "contract_type": "cba",
        "contract_version": contract.contract_version,
        "effective_date": "2026-01-01",
    }
    assert (told["pilot_id"], told["old_hash"], told["new_hash"]) == (None, None, f"{0:064x}")
    assert told["recorded_at"] <= told["published_at"]


def test_the_document_describes_the_members_that_are_answered(airline: Airline) -> None:
    (change,) = happen(airline)

    assert list(ChangeSerializer().fields) == list(
        change_body(Change.objects.select_related(*CHANGE_RELATED).get(pk=change.pk))
    )


def test_a_follower_goes_on_from_his_cursor_and_gets_everything_once(
    airline: Airline, service_client: ServiceClient
) -> None:
    changes = happen(airline, count=5)
    follower = calling_as(service_client)

    first = follower.get(FEED, {"page_size": 3}).json()
    second = follower.get(first["next"]).json()
    nothing_new = follower.get(FEED, {"cursor": second["cursor"]}).json()
    (later,) = happen(airline)
    third = follower.get(FEED, {"cursor": nothing_new["cursor"]}).json()

    ids = [change["id"] for page in (first, second, nothing_new, third) for change in page["results"]]
    assert ids == [str(change.pk) for change in (*changes, later)]
    assert (second["next"], nothing_new["next"], nothing_new["results"]) == (None, None, [])
    assert nothing_new["cursor"] == second["cursor"]


def test_an_empty_feed_has_no_cursor_yet(service_client: ServiceClient) -> None:
    answer = calling_as(service_client).get(FEED).json()

    assert answer == {"next": None, "previous": None, "results": [], "cursor": None}


def test_the_feed_is_asked_by_kind_and_airline(airline: Airline, service_client: ServiceClient) -> None:
    happen(airline)
    (retired,) = happen(airline, ChangeKind.CONTRACT_RETIRED)
    follower = calling_as(service_client)

    by_kind = follower.get(FEED, {"kind": "contract.retired"}).json()["results"]
    by_airline = follower.get(FEED, {"airline": "TST"}).json()["results"]
    elsewhere = follower.get(FEED, {"airline": "ELS"}).json()["results"]

    assert [change["id"] for change in by_kind] == [str(retired.pk)]
    assert (len(by_airline), elsewhere) == (2, [])


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"cursor": "nonsense"}, 404),
        ({"kind": "contract.drafted"}, 400),
        ({"since": "2026-01-01"}, 400),
        ({"airline": "nowhere"}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(service_client: ServiceClient, given: dict[str, str], status: int) -> None:
    answer = calling_as(service_client).get(FEED, given)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert [position_of(cursor_after(position)) for position in (0, 1, 117, 2**40)] == [0, 1, 117, 2**40]


def test_who_may_read_what(
    airline: Airline, approver: User, administrator: User, service_client: ServiceClient
) -> None:
    own, colleague, foreigner = (
        PilotFactory.create(airline=airline),
        PilotFactory.create(airline=airline),
        PilotFactory.create(),
    )
    assigned(own)
    callers: list[tuple[User | ServiceClient | None, int, int]] = [
        (None, 401, 0),
        (own.user, 200, 2),
        (colleague.user, 200, 1),
        (foreigner.user, 200, 0),
        (approver, 200, 1),
        (administrator, 200, 2),
        (service_client, 200, 2),
        (ServiceClientFactory.create(airlines=[foreigner.airline]), 200, 0),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.RULES_READ.value]), 403, 0),
    ]

    for caller, status, count in callers:
        answer = calling_as(caller).get(FEED)
        assert (answer.status_code, len(answer.json().get("results", []))) == (status, count), str(caller)


def test_a_pilot_whose_record_is_gone_is_no_longer_named(airline: Airline, service_client: ServiceClient) -> None:
    pilot = PilotFactory.create(airline=airline)
    change = assigned(pilot)
    named = calling_as(service_client).get(FEED).json()["results"][-1]["pilot_id"]

    pilot.delete()

    told = calling_as(service_client).get(FEED).json()["results"][-1]
    assert (named, told["id"], told["pilot_id"]) == (pilot.pilot_id, str(change.pk), None)


@pytest.mark.parametrize("count", [1, 7])
def test_a_page_costs_the_same_whatever_it_holds(
    airline: Airline, service_client: ServiceClient, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    happen(airline, count=count)
    follower = calling_as(service_client)

    with django_assert_num_queries(QUERIES):
        answer = follower.get(FEED)

    assert len(answer.json()["results"]) == count
