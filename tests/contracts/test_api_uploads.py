"""Uploading over the API: what is taken in, what is refused, and once only under one key."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Airline, IdempotencyKey, ServiceClient, User
from contracts.models import PilotContract
from contracts.services.extraction import extraction_run
from contracts.services.publication import publication_refresh
from contracts.services.uploads import contract_upload
from tests.accounts.callers import calling_as
from tests.contracts.api_uploads import CONTRACTS, TEXT, upload
from tests.factories import PilotFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _documents(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path


def test_an_upload_is_a_draft_whose_reading_is_queued(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)

    response = upload(client, airline, expiration_date="2027-12-31", description="As signed.")

    assert response.status_code == 201, response.content
    body = response.json()
    assert response["Location"] == body["url"] == f"{CONTRACTS}{body['id']}/"
    assert (body["status"], body["airline"], body["is_mine"]) == ("draft", airline.code, True)
    assert body["possible_actions"] == ["submit", "withdraw"]
    assert body["document"]["media_type"] == "text/plain"
    assert body["document"]["bytes"] == len(TEXT)
    progress = client.get(f"{CONTRACTS}{body['id']}/extraction/").json()
    assert (progress["status"], progress["percent"], progress["page_count"]) == ("queued", 0, 1)


def test_the_whole_road_from_upload_to_lookup(airline: Airline, pilot_user: User, approver: User) -> None:
    pilot, reviewer = calling_as(pilot_user), calling_as(approver)
    contract = upload(pilot, airline).json()
    extraction_run(run_id=PilotContract.objects.get().extraction_runs.get().pk)
    assert pilot.get(f"{contract['url']}extraction/").json()["percent"] == 100

    assert pilot.post(f"{contract['url']}submit/", {}, format="json").json()["status"] == "in_review"
    proposals = reviewer.get(f"{contract['url']}rules/").json()["results"]
    assert {rule["decision"] for rule in proposals} == {"proposed"}
    for rule in proposals[1:]:
        accepted = reviewer.post(f"/api/v1/rules/{rule['id']}/accept/", {"version": rule["version"]}, format="json")
        assert accepted.json()["decision"] == "accepted"
    corrected = reviewer.post(
        f"/api/v1/rules/{proposals[0]['id']}/correct/", {"changes": {"title": "As it should be"}}, format="json"
    )
    assert corrected.json()["decision"] == "corrected"
    assert reviewer.post(f"{contract['url']}approve/", {}, format="json").json()["status"] == "approved"
    assert reviewer.post(f"{contract['url']}activate/", {}, format="json").json()["status"] == "active"
    publication_refresh()

    answer = pilot.get(f"/api/v1/pilots/{pilot_user.pilot.pilot_id}/rules/", {"source": "contract"}).json()
    assert answer["contract"]["id"] == contract["id"]
    assert len(answer["rules"]) == len(proposals) >= 2
    assert answer["rules"][0]["title"] == "As it should be"
    assert answer["rules"][0]["evidence"]["quote"] in TEXT.decode()


def test_the_same_document_again_is_a_conflict_that_links_the_first(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    first = upload(client, airline).json()

    response = upload(client, airline, contract_version="2026.2")

    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "duplicate_document"
    assert problem["contract"]["url"] == first["url"]
    assert problem["errors"][0]["pointer"] == "/document"
    assert PilotContract.objects.count() == 1


def test_the_same_version_again_is_a_conflict(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    upload(client, airline)

    response = upload(client, airline, content=TEXT + b"\n10.C More. A Pilot shall receive ten (10) days off.\n")

    assert response.status_code == 409
    assert response.json()["code"] == "duplicate_version"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\nnothing else", "broken"),
        (b"PK\x03\x04nothing else", None),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, None),
    ],
)
def test_a_document_that_cannot_be_taken_in_is_refused_by_its_fault(
    airline: Airline, pilot_user: User, content: bytes, code: str | None
) -> None:
    response = upload(calling_as(pilot_user), airline, content=content)

    assert response.status_code == 422, response.content
    problem = response.json()
    assert code is None or problem["code"] == code
    assert problem["errors"] == [{"pointer": "/document", "code": problem["code"], "detail": problem["detail"]}]
    assert not PilotContract.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"document": None}, "/document"),
        ({"document": "text"}, "/document"),
        ({"title": None}, "/title"),
        ({"title": " "}, "/title"),
        ({"contract_type": "treaty"}, "/contract_type"),
        ({"effective_date": "tomorrow"}, "/effective_date"),
        ({"contract_version": "v" * 65}, "/contract_version"),
        ({"status": "active"}, "/status"),
        ({"airline": "test air"}, "/airline"),
    ],
)
def test_terms_that_do_not_fit_are_pointed_to(
    airline: Airline, pilot_user: User, changes: dict[str, Any], pointer: str
) -> None:
    response = upload(calling_as(pilot_user), airline, **changes)

    assert response.status_code == 400
    assert pointer in {fault["pointer"] for fault in response.json()["errors"]}
    assert not PilotContract.objects.exists()


def test_a_contract_that_ends_before_it_begins_is_refused(airline: Airline, pilot_user: User) -> None:
    response = upload(calling_as(pilot_user), airline, expiration_date="2025-12-31")

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/expiration_date"


def test_json_is_no_upload(pilot_user: User) -> None:
    response = calling_as(pilot_user).post(CONTRACTS, {"title": "x"}, format="json")

    assert response.status_code == 415
    assert response["Content-Type"] == "application/problem+json"


def test_a_form_that_is_cut_short_is_a_bad_request(pilot_user: User) -> None:
    response = calling_as(pilot_user).post(
        CONTRACTS, b"--x\r\nContent-Disp", content_type="multipart/form-data; boundary=x"
    )

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_nobody_uploads_for_another_airline_and_no_client_at_all(
    airline: Airline, pilot_user: User, service_client: ServiceClient
) -> None:
    elsewhere = PilotFactory.create().airline
    person = UserFactory.create()

    statuses = [
        upload(calling_as(pilot_user), elsewhere).status_code,
        upload(calling_as(person), airline).status_code,
        upload(calling_as(service_client), airline).status_code,
        upload(calling_as(pilot_user), airline, airline="ZZZ").status_code,
    ]

    assert statuses == [403, 403, 403, 404]
    assert not PilotContract.objects.exists()


def test_the_same_key_and_upload_create_once_and_answer_the_same(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    first = upload(client, airline, key="once-only")

    second = upload(client, airline, key="once-only")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first["Location"] == second["Location"]
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert PilotContract.objects.count() == 1


@pytest.mark.parametrize("changes", [{"title": "Other"}, {"content": TEXT + b"\n"}])
def test_the_same_key_with_another_upload_is_refused(
    airline: Airline, pilot_user: User, changes: dict[str, Any]
) -> None:
    client = calling_as(pilot_user)
    upload(client, airline, key="once-only")

    response = upload(client, airline, key="once-only", **changes)

    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_mismatch"
    assert PilotContract.objects.count() == 1


def test_keys_of_different_callers_have_nothing_to_do_with_each_other(airline: Airline, pilot_user: User) -> None:
    upload(calling_as(pilot_user), airline, key="once-only")
    colleague = PilotFactory.create(airline=airline).user

    response = upload(calling_as(colleague), airline, key="once-only", content=TEXT + b"\n", contract_version="2")

    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response


def test_a_refused_upload_may_be_put_right_under_the_same_key(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    refused = upload(client, airline, key="once-only", content=b"")

    response = upload(client, airline, key="once-only")

    assert (refused.status_code, response.status_code) == (422, 201)


def test_a_key_is_forgotten_after_a_day(airline: Airline, pilot_user: User) -> None:
    client = calling_as(pilot_user)
    upload(client, airline, key="once-only")
    IdempotencyKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    response = upload(client, airline, key="once-only")

    assert response.status_code == 409
    assert response.json()["code"] == "duplicate_document"


@pytest.mark.parametrize("key", ["two words", "é", "x" * 201])
def test_what_is_no_key_is_refused(airline: Airline, pilot_user: User, key: str) -> None:
    response = upload(calling_as(pilot_user), airline, key=key)

    assert response.status_code == 400
    assert not PilotContract.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_once_do_not_both_create(
    airline: Airline, pilot_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, entered, go_on = contract_upload, threading.Event(), threading.Event()
    answers: list[int] = []

    def slow(**arguments: Any) -> PilotContract:
        entered.set()
        go_on.wait(20)
        return real(**arguments)

    def first() -> None:
        try:
            answers.append(upload(client, airline, key="once-only").status_code)
        finally:
            connection.close()

    client = calling_as(pilot_user)
    monkeypatch.setattr("contracts.api.views.contracts.contract_upload", slow)
    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(20)

    second = upload(client, airline, key="once-only")
    go_on.set()
    thread.join(30)

    assert second.status_code == 409
    assert answers == [201]
    assert PilotContract.objects.count() == 1
    assert upload(client, airline, key="once-only")["Idempotent-Replayed"] == "true"
