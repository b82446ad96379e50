"""Asking for a failed reading again, over the API and on the contract's page; and an original that is missing."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Airline, ServiceClient, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.lifecycle import RULES_OPEN, Status
from contracts.models import ExtractionRun, PilotContract, RunStatus
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.services.extraction._queue_on_commit", lambda _: None)


def unread(airline: Airline, state: Status = Status.DRAFT, **more: Any) -> PilotContract:
    """A contract whose reading failed."""
    contract = ContractFactory.create(airline=airline, state=state, rules=1, **more)
    failed: dict[str, Any] = {"status": RunStatus.FAILED, "fault_code": "broken", "fault_message": "Page 2 is damaged."}
    ExtractionRun.objects.filter(contract=contract).update(**failed)
    return contract


def ask(caller: User | ServiceClient, contract: PilotContract) -> Any:
    return calling_as(caller).post(f"/api/v1/contracts/{contract.pk}/extraction/")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_uploader_has_it_read_again_and_once_only(airline: Airline) -> None:
    contract = unread(airline)

    first, second = ask(contract.uploaded_by, contract), ask(contract.uploaded_by, contract)

    assert (first.status_code, first.json()["status"]) == (202, "queued")
    assert (second.status_code, second.json()["code"]) == (409, "wrong_state")
    assert contract.extraction_runs.count() == 2
    assert AuditEntry.objects.get(event=AuditEvent.EXTRACTION_QUEUED).actor == contract.uploaded_by


@pytest.mark.parametrize("state", Status)
def test_only_while_rules_are_open(airline: Airline, state: Status) -> None:
    contract = unread(airline, state)

    response = ask(contract.uploaded_by, contract)

    assert response.status_code == (202 if state in RULES_OPEN else 409)
    assert contract.extraction_runs.count() == (2 if state in RULES_OPEN else 1)


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUCCEEDED])
def test_only_after_a_failure(airline: Airline, status: RunStatus) -> None:
    contract = unread(airline)
    ExtractionRun.objects.update(status=status)

    response = ask(contract.uploaded_by, contract)

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


def test_reviewers_may_and_others_may_not(
    airline: Airline, approver: User, administrator: User, service_client: ServiceClient
) -> None:
    contract = unread(airline, Status.IN_REVIEW)
    elsewhere = UserFactory.create(approver=True)
    grant_review(elsewhere, PilotFactory.create().airline)
    callers: list[User | ServiceClient] = [
        PilotFactory.create(airline=airline).user,
        elsewhere,
        administrator,
        service_client,
        approver,
    ]

    statuses = [ask(caller, contract).status_code for caller in callers]

    assert statuses == [404, 404, 403, 403, 202]


def test_the_page_offers_it_to_whom_it_is_open(airline: Airline, administrator: User) -> None:
    contract = unread(airline)
    uploader, onlooker = signed_in(contract.uploaded_by), signed_in(administrator)
    page, address = reverse("contracts:detail", args=[contract.pk]), reverse("contracts:read_again", args=[contract.pk])

    offered = [address in client.get(page).content.decode() for client in (uploader, onlooker)]
    refused = onlooker.post(address)
    taken = uploader.post(address)
    late = uploader.post(address, follow=True)

    assert offered == [True, False]
    assert (refused.status_code, taken.status_code, taken.headers["Location"]) == (403, 302, page)
    assert "read again only when its reading failed" in late.content.decode()
    assert "Waiting to be read" in late.content.decode()
    assert uploader.get(address).status_code == 405
    assert contract.extraction_runs.count() == 2


def test_an_original_that_is_missing_is_unavailable(airline: Airline, settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path
    contract = ContractFactory.create(airline=airline)

    answer = calling_as(contract.uploaded_by).get(f"/api/v1/contracts/{contract.pk}/document/")
    page = signed_in(contract.uploaded_by).get(reverse("contracts:document", args=[contract.pk]))

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert page.status_code == 503
    assert "cannot be handed out now" in page.content.decode()
    assert not AuditEntry.objects.filter(event=AuditEvent.DOCUMENT_READ).exists()
