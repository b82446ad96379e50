"""Notifications over the API: one's own alone, by cursor, marked as read."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServiceClient, User
from accounts.notifications.models import Notification
from tests.accounts.callers import calling_as
from tests.accounts.telling import tell, told
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/notifications/"
# The session with its person, and the page.
LIST_QUERIES = 2


def test_the_list_gives_ones_own_the_latest_first(pilot_user: User) -> None:
    tell(pilot_user, event_key="1", title="First", path="/contracts/7/", subject_id="7")
    tell(pilot_user, event_key="2", title="Second")
    tell(UserFactory.create(), title="Another's")

    answer = calling_as(pilot_user).get(ROUTE).json()

    assert [entry["title"] for entry in answer["results"]] == ["Second", "First"]
    assert answer["results"][1] | {"id": "", "created_at": ""} == {
        "id": "",
        "kind": "contract_approved",
        "title": "First",
        "body": "It comes into force once a reviewer activates it.",
        "path": "/contracts/7/",
        "subject_id": "7",
        "created_at": "",
        "read_at": None,
    }


def test_one_is_marked_as_read_and_then_no_longer_unread(pilot_user: User) -> None:
    tell(pilot_user, event_key="1")
    first = told(pilot_user)
    tell(pilot_user, event_key="2")
    client = calling_as(pilot_user)

    marked = client.post(f"{ROUTE}{first.pk}/read/")
    unread = client.get(ROUTE, {"unread": "true"}).json()["results"]
    everything = client.get(ROUTE).json()["results"]

    assert marked.status_code == 200
    assert marked.json()["read_at"] is not None
    assert str(first.pk) not in [entry["id"] for entry in unread]
    assert (len(unread), len(everything)) == (1, 2)


def test_all_are_marked_as_read(pilot_user: User) -> None:
    for number in range(3):
        tell(pilot_user, event_key=str(number))
    client = calling_as(pilot_user)

    answers = [client.post(f"{ROUTE}read/").json() for _ in range(2)]

    assert answers == [{"marked": 3}, {"marked": 0}]


def test_anothers_is_not_found_and_stays_unread(pilot_user: User, administrator: User) -> None:
    tell(pilot_user)

    for key in (told(pilot_user).pk, uuid4()):
        response = calling_as(administrator).post(f"{ROUTE}{key}/read/")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")

    assert not told(pilot_user).is_read


def test_programs_and_strangers_are_told_nothing(service_client: ServiceClient) -> None:
    assert calling_as(service_client).get(ROUTE).status_code == 403
    assert calling_as(service_client).post(f"{ROUTE}read/").status_code == 403
    assert calling_as(None).get(ROUTE).status_code == 401


def test_unknown_parameters_are_refused(pilot_user: User) -> None:
    response = calling_as(pilot_user).get(ROUTE, {"kind": "contract_approved"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "unknown_field"


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_the_same_queries_for_one_and_for_fifty(
    count: int, pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        tell(pilot_user, event_key=str(number))
    client = calling_as(pilot_user)

    with django_assert_num_queries(LIST_QUERIES):
        answer = client.get(ROUTE)

    assert len(answer.json()["results"]) == Notification.objects.count() == count
