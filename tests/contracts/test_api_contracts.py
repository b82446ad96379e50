"""Contracts over the API: reading, moving, the original, lists."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Airline, User
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from audit.services import entry_record
from contracts import storage
from contracts.lifecycle import Status
from contracts.models import ContractImprovement, ContractReview, ContractType, PilotContract
from contracts.serving import SANDBOX
from pilots.models import Pilot
from tests.accounts.callers import calling_as
from tests.contracts.api_uploads import CONTRACTS, TEXT, upload
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory, grant_review, walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _documents(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path


def test_the_original_comes_back_byte_for_byte_and_runs_nothing(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    contract = upload(client, airline).json()

    response: Any = client.get(f"{contract['url']}document/")

    assert b"".join(response.streaming_content) == TEXT
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"] == 'attachment; filename="agreement.txt"'
    assert response["ETag"] == f'"{contract["document"]["sha256"]}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == SANDBOX
    assert response["Cache-Control"] == "private, no-cache"
    assert AuditEntry.objects.get(event=AuditEvent.DOCUMENT_READ).actor == pilot_user


def test_an_original_that_the_caller_has_is_not_sent_again(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    contract = upload(client, airline).json()
    tag = f'"{contract["document"]["sha256"]}"'

    response = client.get(f"{contract['url']}document/", headers={"If-None-Match": tag})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
    assert not AuditEntry.objects.filter(event=AuditEvent.DOCUMENT_READ).exists()


def test_nobody_downloads_what_he_may_not_see(airline: Airline, pilot_user: User) -> None:
    contract = upload(calling_as(pilot_user), airline).json()
    colleague = PilotFactory.create(airline=airline).user

    response = calling_as(colleague).get(f"{contract['url']}document/")

    assert response.status_code == 404
    assert storage.original_path(contract["document"]["sha256"]).exists()


def test_approving_ones_own_upload_is_refused_and_reported(airline: Airline) -> None:
    approver = UserFactory.create(approver=True)
    grant_review(approver, airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=approver, in_review=True, rules=1)

    response = calling_as(approver).post(f"{CONTRACTS}{contract.pk}/approve/", {}, format="json")

    assert response.status_code == 403
    assert response.json()["code"] == "own_contract"
    contract.refresh_from_db()
    assert contract.status == "in_review"
    assert SecurityEvent.objects.get().kind == SecurityEventKind.OWN_APPROVAL_REFUSED


@pytest.mark.parametrize("path", ["reject", "request-changes"])
def test_a_reason_is_required_and_kept(airline: Airline, approver: User, path: str) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1)
    client = calling_as(approver)

    without = client.post(f"{CONTRACTS}{contract.pk}/{path}/", {}, format="json")
    blank = client.post(f"{CONTRACTS}{contract.pk}/{path}/", {"reason": " "}, format="json")
    given = client.post(f"{CONTRACTS}{contract.pk}/{path}/", {"reason": "Page 3 is missing."}, format="json")

    assert [without.status_code, blank.status_code, given.status_code] == [400, 400, 200]
    history = client.get(f"{CONTRACTS}{contract.pk}/history/").json()["results"]
    assert history[0]["reason"] == "Page 3 is missing."
    assert history[0]["actor"] == str(approver)


def test_a_stale_version_is_met(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1)

    response = calling_as(approver).post(f"{CONTRACTS}{contract.pk}/approve/", {"version": 99}, format="json")

    assert response.status_code == 409
    assert response.json()["code"] == "stale_version"


def test_contracts_are_filtered(airline: Airline, administrator: User) -> None:
    active = ContractFactory.create(airline=airline, active=True, rules=1)
    letter = ContractFactory.create(airline=airline, contract_type=ContractType.LETTER_OF_AGREEMENT)
    elsewhere = ContractFactory.create()
    client = calling_as(administrator)

    def ids(**asked: str) -> set[str]:
        return {row["id"] for row in client.get(CONTRACTS, asked).json()["results"]}

    assert ids() == {str(active.pk), str(letter.pk), str(elsewhere.pk)}
    assert ids(airline=airline.code) == {str(active.pk), str(letter.pk)}
    assert ids(type="loa") == {str(letter.pk)}
    assert ids(status="active") == {str(active.pk)}
    assert client.get(CONTRACTS, {"status": "lost"}).status_code == 400


def test_the_active_contract_is_found_by_airline_type_and_day(airline: Airline, pilot_user: User) -> None:
    past = ContractFactory.create(
        airline=airline, active=True, effective_date=date(2020, 1, 1), expiration_date=date(2025, 12, 31)
    )
    present = ContractFactory.create(airline=airline, active=True)
    client, address = calling_as(pilot_user), f"/api/v1/airlines/{airline.code}/contracts/active/"

    assert client.get(address).json()["id"] == str(present.pk)
    assert client.get(address, {"as_of": "2021-06-01"}).json()["id"] == str(past.pk)
    assert client.get(address, {"as_of": "2019-12-31"}).status_code == 404
    assert client.get(address, {"type": "loa"}).status_code == 404
    assert client.get(address, {"type": "x"}).status_code == 400
    assert client.get("/api/v1/airlines/ZZZ/contracts/active/").status_code == 404
    assert calling_as(PilotFactory.create().user).get(address).status_code == 404


def test_outsiders_see_the_history_without_names(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    contract = upload(client, airline).json()
    walk_contract = PilotContract.objects.get()
    RuleFactory.create(contract=walk_contract, accepted=True)
    walk(walk_contract, Status.ACTIVE)
    colleague = calling_as(PilotFactory.create(airline=airline).user)

    own = client.get(f"{contract['url']}history/").json()["results"]
    others = colleague.get(f"{contract['url']}history/").json()["results"]

    assert {entry["actor"] for entry in own} == {str(pilot_user)}
    assert {entry["actor"] for entry in others} == {None}
    assert [entry["event"] for entry in own][-1] == "contract.uploaded"


def _contracts(airline: Airline, contract: PilotContract, count: int) -> None:
    ContractFactory.create_batch(count - 1, airline=airline, uploaded_by=Pilot.objects.get(airline=airline).user)


def _reviews(airline: Airline, contract: PilotContract, count: int) -> None:
    for person in UserFactory.create_batch(count):
        ContractReview.objects.create(contract=contract, author=person, accuracy=4, completeness=5)


def _improvements(airline: Airline, contract: PilotContract, count: int) -> None:
    for person in UserFactory.create_batch(count):
        ContractImprovement.objects.create(contract=contract, author=person, kind="metadata", comment="The title.")


def _history(airline: Airline, contract: PilotContract, count: int) -> None:
    for _ in range(count):
        entry_record(event=AuditEvent.CONTRACT_SUPERSEDED, actor=None, target=contract)


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(
    ("path", "make", "queries"),
    [
        ("/api/v1/contracts/", _contracts, 2),
        ("/api/v1/contracts/{id}/rules/", None, 3),
        ("/api/v1/contracts/{id}/reviews/", _reviews, 3),
        ("/api/v1/contracts/{id}/improvements/", _improvements, 3),
        ("/api/v1/contracts/{id}/history/", _history, 3),
        ("/api/v1/rules/", None, 3),
        ("/api/v1/airlines/", None, 2),
    ],
)
def test_a_list_costs_the_same_for_one_row_and_for_five(
    airline: Airline,
    pilot_user: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    make: Any,
    queries: int,
    rows: int,
) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=rows)
    if make is not None:
        make(airline, contract, rows)
    if path == "/api/v1/airlines/":
        PilotFactory.create_batch(rows - 1)
    client = calling_as(pilot_user)

    with django_assert_num_queries(queries):
        response = client.get(path.format(id=contract.pk))

    assert set(response.json()) == {"next", "previous", "results"}
    assert len(response.json()["results"]) == rows


def test_lists_are_walked_by_cursor_with_a_ceiling(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=205)
    client = calling_as(pilot_user)
    address: str | None = f"{CONTRACTS}{contract.pk}/rules/?page_size=1000"
    pages = []

    while address:
        page = client.get(address).json()
        pages.append([rule["id"] for rule in page["results"]])
        address = page["next"]

    assert [len(page) for page in pages] == [200, 5]
    expected = [str(key) for key in contract.rules.order_by("position", "id").values_list("pk", flat=True)]
    assert [key for page in pages for key in page] == expected
