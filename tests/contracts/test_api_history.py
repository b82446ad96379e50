"""What a contract's history tells, and to whom: over the API, on the contract's page and at the desk."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, ServiceClient, User
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.selectors import history_for
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, UserFactory, walk

pytestmark = pytest.mark.django_db
REASON = "Section 4 was misread by Dana."


@pytest.fixture
def contract(airline: Airline, approver: User) -> PilotContract:
    """Active, with one entry of each kind: a step, a decision on a rule, a download."""
    found = ContractFactory.create(airline=airline, rules=1)
    walk(found, Status.ACTIVE)
    entry_record(event=AuditEvent.CONTRACT_UPLOADED, actor=found.uploaded_by, target=found, details={"pages": 2})
    entry_record(event=AuditEvent.CONTRACT_REOPENED, actor=approver, target=found, reason=REASON)
    changed: dict[str, Any] = {"before": {"value": "14"}, "after": {"value": "13"}}
    entry_record(event=AuditEvent.RULE_CORRECTED, actor=approver, target=found, reason=REASON, **changed)
    entry_record(event=AuditEvent.DOCUMENT_READ, actor=PilotFactory.create(airline=airline).user, target=found)
    found.refresh_from_db()
    return found


def told(caller: User | ServiceClient, contract: PilotContract) -> list[dict[str, Any]]:
    answer = calling_as(caller).get(f"/api/v1/contracts/{contract.pk}/history/")
    return list(answer.json()["results"])


def test_who_takes_part_reads_reasons_and_names_but_not_who_downloaded(contract: PilotContract, approver: User) -> None:
    found = {caller.pk: told(caller, contract) for caller in (contract.uploaded_by, approver)}

    for entries in found.values():
        assert [entry["event"] for entry in entries] == ["rule.corrected", "contract.reopened", "contract.uploaded"]
        assert (entries[0]["actor"], entries[0]["reason"]) == (str(approver), REASON)
        assert entries[0]["changes"] == {"value": ["14", "13"]}
        assert entries[2]["details"] == {"pages": 2}


def test_an_administrator_reads_all(contract: PilotContract, administrator: User) -> None:
    entries = told(administrator, contract)

    assert entries[0]["event"] == "document.read"
    assert len(entries) == 4


@pytest.mark.parametrize("who", ["colleague", "program"])
def test_others_read_the_steps_alone(
    contract: PilotContract, airline: Airline, service_client: ServiceClient, who: str
) -> None:
    caller = service_client if who == "program" else PilotFactory.create(airline=airline).user

    entries = told(caller, contract)

    assert [entry["event"] for entry in entries] == ["contract.reopened", "contract.uploaded"]
    for entry in entries:
        assert (entry["actor"], entry["reason"], entry["changes"], entry["details"]) == (None, "", None, None)


def test_an_approver_without_the_grant_reads_at_the_desk_what_a_pilot_reads(
    contract: PilotContract, airline: Airline, approver: User
) -> None:
    visitor = PilotFactory.create(airline=airline, user=UserFactory.create(approver=True)).user
    desk, own_desk = Client(), Client()
    desk.force_login(visitor)
    own_desk.force_login(approver)
    address = reverse("admin:contracts_review", args=[contract.pk])

    page, own_page = (browser.get(address, {"record": "yes"}).content.decode() for browser in (desk, own_desk))

    assert "review was reopened" in page
    assert REASON not in page
    assert REASON in own_page
    assert "downloaded the original" not in page + own_page


def test_the_page_of_the_contract_does_not_tell_its_uploader_who_downloaded_it(contract: PilotContract) -> None:
    browser = Client()
    browser.force_login(contract.uploaded_by)

    page = browser.get(reverse("contracts:detail", args=[contract.pk])).content.decode()

    assert REASON in page
    assert "downloaded the original" not in page


def test_a_closed_account_is_told_nothing_from_within(contract: PilotContract, approver: User) -> None:
    approver.is_active = False

    assert {entry.told_actor for entry in history_for(approver, contract)} == {None}
