"""Refused changes are written down, on whichever surface they were tried."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, ServiceClient, User
from audit.events import SecurityEventKind
from audit.models import SecurityEvent
from contracts.models import PilotContract
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, UserFactory, reviewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, active=True, rules=1)


def refused() -> list[tuple[str, str, int]]:
    """Whose, by which rule, how often."""
    events = SecurityEvent.objects.filter(kind=SecurityEventKind.REFUSED)
    return sorted(events.values_list("subject", "rule", "count"))


def test_a_refused_change_over_the_api_is_written_down_once_for_a_person_and_rule(
    contract: PilotContract, pilot_user: User, airline: Airline
) -> None:
    caller = calling_as(pilot_user)
    other = ContractFactory.create(airline=airline, contract_type="loa", active=True, rules=1)

    statuses = [
        caller.post(reverse("contract-approve", args=[each.pk]), {}, format="json").status_code
        for each in (contract, other, contract)
    ]

    assert statuses == [403, 403, 403]
    ((subject, rule, count),) = refused()
    assert (subject, count) == (pilot_user.email, 3)
    assert rule.startswith("POST api/v1/contracts/")


def test_a_program_without_the_scope_is_written_down_by_its_name(service_client: ServiceClient) -> None:
    ServiceClient.objects.filter(pk=service_client.pk).update(scopes=["rules:read"])

    answer = calling_as(service_client).post(reverse("webhook-list"), {"url": "https://a.example/"}, format="json")

    assert answer.status_code == 403
    assert [(subject, count) for subject, _, count in refused()] == [(service_client.name, 1)]


def test_what_the_admin_refuses_is_written_down(client: Client, approver: User) -> None:
    client.force_login(approver)

    answer = client.post(reverse("admin:accounts_airline_add"), {"code": "XYZ", "name": "New Air"})

    assert answer.status_code == 403
    assert refused() == [(approver.email, "POST admin/accounts/airline/add/", 1)]
    assert not Airline.objects.filter(code="XYZ").exists()


def test_what_a_page_refuses_is_written_down(client: Client, administrator: User) -> None:
    client.force_login(UserFactory.create())

    answer = client.post(reverse("security:bulk"), {})

    assert answer.status_code == 403
    assert len(refused()) == 1


def test_reading_what_is_not_allowed_is_no_attempt_to_change(client: Client, approver: User) -> None:
    client.force_login(approver)

    answer = client.get(reverse("admin:accounts_airline_add"))

    assert answer.status_code == 403
    assert refused() == []


def test_whoever_is_not_signed_in_is_not_written_down(client: Client, airline: Airline) -> None:
    statuses = [
        client.post(reverse("admin:accounts_airline_add"), {}).status_code,
        calling_as(None).post(reverse("webhook-list"), {}, format="json").status_code,
    ]

    assert statuses == [302, 401]
    assert not SecurityEvent.objects.exists()


def test_a_forged_form_is_nobodys_attempt(approver: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(approver)

    answer = client.post(reverse("admin:accounts_airline_add"), {"code": "XYZ"})

    assert answer.status_code == 403
    assert not SecurityEvent.objects.exists()


def test_deciding_on_ones_own_is_written_down_as_that_alone(airline: Airline) -> None:
    own = reviewer_of(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=own, in_review=True, rules=1)

    answer = calling_as(own).post(reverse("contract-approve", args=[contract.pk]), {}, format="json")

    assert answer.status_code == 403
    assert SecurityEvent.objects.get().kind == SecurityEventKind.OWN_APPROVAL_REFUSED
