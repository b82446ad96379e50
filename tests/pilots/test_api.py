"""One's own record over the API."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, ServiceClient, User
from pilots.models import Pilot
from tests.accounts.callers import calling_as
from tests.factories import PilotFactory

pytestmark = pytest.mark.django_db
ME = "/api/v1/pilots/me/"


def test_a_pilot_reads_his_record(airline: Airline, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pilot = PilotFactory.create(airline=airline, pilot_id="P-1")
    client = calling_as(pilot.user)

    with django_assert_num_queries(2):
        body = client.get(ME).json()

    assert body.pop("updated_at")
    assert body == {
        "pilot_id": "P-1",
        "airline": "TST",
        "base": "SEA",
        "seat": "first_officer",
        "equipment": ["B737"],
        "seniority_percentile": 42.5,
    }


def test_a_pilot_changes_what_he_says_of_himself(airline: Airline) -> None:
    pilot = PilotFactory.create(airline=airline)
    changes = {"base": "PDX", "seat": "captain", "equipment": ["A320", "A321"], "seniority_percentile": None}

    response = calling_as(pilot.user).patch(ME, changes, format="json")

    assert response.status_code == 200
    assert {name: response.json()[name] for name in changes} == changes
    assert calling_as(pilot.user).patch(ME, {}, format="json").json()["base"] == "PDX"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"base": "seattle"}, "/base"),
        ({"seat": "steward"}, "/seat"),
        ({"equipment": ["b 7"]}, "/equipment/0"),
        ({"equipment": "B737"}, "/equipment"),
        ({"seniority_percentile": 100.5}, "/seniority_percentile"),
        ({"seniority_percentile": ""}, "/seniority_percentile"),
        ({"seniority_percentile": " 1e1"}, "/seniority_percentile"),
        ({"airline": "ZZZ"}, "/airline"),
        ({"pilot_id": "P-2"}, "/pilot_id"),
    ],
)
def test_what_does_not_fit_is_pointed_to_and_changes_nothing(
    airline: Airline, changes: dict[str, object], pointer: str
) -> None:
    pilot = PilotFactory.create(airline=airline)
    before = Pilot.objects.values().get()

    response = calling_as(pilot.user).patch(ME, changes, format="json")

    assert response.status_code == 400
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]
    assert Pilot.objects.values().get() == before


def test_who_is_no_pilot_has_no_record(approver: User, service_client: ServiceClient) -> None:
    statuses = [calling_as(caller).get(ME).status_code for caller in (approver, service_client, None)]

    assert statuses == [404, 403, 401]
