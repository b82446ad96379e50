"""The law in the admin: read by all staff, written by nobody."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from regulations.models import RegulatoryRule, RegulatoryTableRow

MODELS = ["regulatoryrule", "regulatorytablerow"]


def address(view: str, model: str, *arguments: object) -> str:
    return reverse(f"admin:regulations_{model}_{view}", args=arguments)


def first(model: str) -> object:
    kind = RegulatoryRule if model == "regulatoryrule" else RegulatoryTableRow
    return kind._default_manager.values_list("pk", flat=True)[0]


@pytest.fixture(params=["approver", "administrator"])
def staff(request: pytest.FixtureRequest, client: Client, law: None) -> Client:
    """A browser in which one of the staff is signed in."""
    user: User = request.getfixturevalue(request.param)
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_staff_reads_lists_and_rows(staff: Client, model: str) -> None:
    listed = staff.get(address("changelist", model))
    row = staff.get(address("change", model, first(model)))

    assert (listed.status_code, row.status_code) == (200, 200)


@pytest.mark.parametrize("model", MODELS)
def test_staff_writes_nothing(staff: Client, model: str) -> None:
    before = (RegulatoryRule.objects.count(), RegulatoryTableRow.objects.count())

    answers = [
        staff.get(address("add", model)),
        staff.post(address("add", model), {}),
        staff.post(address("change", model, first(model)), {"title": "x"}),
        staff.post(address("delete", model, first(model)), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert (RegulatoryRule.objects.count(), RegulatoryTableRow.objects.count()) == before


def test_rules_are_found_by_text_and_filter(staff: Client) -> None:
    page = staff.get(address("changelist", "regulatoryrule"), {"q": "168", "category__exact": "cumulative"})

    page_text = page.content.decode()
    assert "FAR117_FDP_168H" in page_text
    assert "at most 60 hours in 168 hours" in page_text
    assert "FAR117_REST_30_IN_168" not in page_text


def test_the_tables_stand_as_tables_above_the_cells(staff: Client) -> None:
    page = staff.get(address("changelist", "regulatorytablerow")).content.decode()

    for title in ("Table A: Maximum flight time", "Table B: Maximum flight duty period", "Table C: Maximum flight"):
        assert title in page
    assert "Class 2, 4 pilots" in page
    assert "00:00-05:59" in page


@pytest.mark.parametrize("model", MODELS)
def test_a_pilot_is_sent_to_sign_in(client: Client, law: None, pilot_user: User, model: str) -> None:
    client.force_login(pilot_user)

    answer = client.get(address("changelist", model))

    assert answer.status_code == 302
