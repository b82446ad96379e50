"""The upload form, with and without its script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Airline, User
from contracts.documents.faults import MESSAGES, DocumentFaultCode, fault_without_text
from contracts.models import PilotContract
from contracts.policies import may_upload, uploadable_airlines
from tests.contracts.document_files import add_to_zip, make_docx, make_encrypted_pdf, make_scanned_pdf
from tests.factories import AirlineFactory, PilotFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db
TEXT = b"SECTION 10 HOURS OF SERVICE\n\n1. A Pilot's duty period shall not exceed fourteen (14) hours.\n"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def typed(airline: Airline, **changes: Any) -> dict[str, Any]:
    fields = {
        "airline": str(airline.pk),
        "contract_type": "cba",
        "contract_version": "2026",
        "title": "Agreement of 2026",
        "effective_date": "2026-01-01",
        "expiration_date": "2029-12-31",
        "description": "Signed in Seattle",
        "document": SimpleUploadedFile("agreement.txt", TEXT),
    }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


FAULTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (lambda path: written(path, b""), MESSAGES[DocumentFaultCode.EMPTY]),
    "picture": (lambda path: written(path, b"\x89PNG\r\n\x1a\n\0\0\0"), MESSAGES[DocumentFaultCode.UNSUPPORTED_TYPE]),
    "encrypted": (lambda path: make_encrypted_pdf(path, user_password="x"), MESSAGES[DocumentFaultCode.ENCRYPTED]),
    "broken": (lambda path: written(path, b"%PDF-1.7\nnothing more\n%%EOF\n"), MESSAGES[DocumentFaultCode.BROKEN]),
    "scan": (lambda path: make_scanned_pdf(path, 3), fault_without_text(3).message),
    "zip bomb": (
        lambda path: add_to_zip(make_docx(path), "word/media/image1.bmp", bytes(30 * 1024**2)),
        MESSAGES[DocumentFaultCode.ZIP_BOMB],
    ),
}


def test_an_upload_leads_to_the_contracts_page(pilot: Client, airline: Airline, pilot_user: User) -> None:
    response = pilot.post(reverse("contracts:upload"), typed(airline))

    contract = PilotContract.objects.get()
    assert response.headers["Location"] == reverse("contracts:detail", args=[contract.pk])
    assert (contract.title, contract.uploaded_by, contract.airline) == ("Agreement of 2026", pilot_user, airline)
    assert pilot.get(response.headers["Location"]).status_code == 200


def test_the_script_is_told_where_to_go(pilot: Client, airline: Airline) -> None:
    response = pilot.post(reverse("contracts:upload"), typed(airline), headers=SCRIPT)

    assert response.status_code == 201
    assert response.json() == {"location": reverse("contracts:detail", args=[PilotContract.objects.get().pk])}


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize("fault", FAULTS)
def test_each_bad_file_is_explained_beside_its_field_and_nothing_typed_is_lost(
    pilot: Client, airline: Airline, tmp_path: Path, fault: str
) -> None:
    make, message = FAULTS[fault]
    content = make(tmp_path / "document").read_bytes()

    response = pilot.post(
        reverse("contracts:upload"), typed(airline, document=SimpleUploadedFile("a.pdf", content)), headers=SCRIPT
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"document": [message]}
    page = response.content.decode()
    assert page.startswith("<form")
    assert all(text in page for text in ('value="Agreement of 2026"', 'value="2026-01-01"', "Signed in Seattle"))
    assert not PilotContract.objects.exists()


def test_a_file_that_is_too_large_is_refused(pilot: Client, airline: Airline, settings: Settings) -> None:
    settings.DOCUMENT_MAXIMUM_BYTES = 10

    response = pilot.post(reverse("contracts:upload"), typed(airline))

    assert response.context["form"].errors["document"] == [MESSAGES[DocumentFaultCode.TOO_LARGE]]


def test_a_duplicate_links_the_first_one(pilot: Client, airline: Airline) -> None:
    pilot.post(reverse("contracts:upload"), typed(airline))
    first = PilotContract.objects.get()

    response = pilot.post(reverse("contracts:upload"), typed(airline, contract_version="2027"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "This document is here already, as “Agreement of 2026”." in page
    assert f'href="{reverse("contracts:detail", args=[first.pk])}"' in page
    assert PilotContract.objects.count() == 1


def test_a_duplicate_of_anothers_draft_is_named_but_not_shown(pilot: Client, airline: Airline) -> None:
    colleague = Client()
    colleague.force_login(PilotFactory.create(airline=airline).user)
    colleague.post(reverse("contracts:upload"), typed(airline, title="Secret draft"))

    page = pilot.post(reverse("contracts:upload"), typed(airline, contract_version="2027")).content.decode()

    assert "This document is here already, in another&#x27;s review." in page
    assert "Secret draft" not in page
    assert str(PilotContract.objects.get().pk) not in page


def test_a_version_that_is_taken_is_said_beside_the_version(pilot: Client, airline: Airline) -> None:
    pilot.post(reverse("contracts:upload"), typed(airline))

    other = SimpleUploadedFile("b.txt", TEXT + b"2. More.\n")
    response = pilot.post(reverse("contracts:upload"), typed(airline, document=other))

    assert list(response.context["form"].errors) == ["contract_version"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": " "}, "title", "Give the contract a title."),
        ({"contract_version": ""}, "contract_version", "Give the contract a version, such as 2026."),
        ({"effective_date": "soon"}, "effective_date", "Write the day as a date, such as 2026-01-31."),
        ({"expiration_date": "2025-01-01"}, "expiration_date", "The contract would end before it begins."),
        ({"document": None}, "document", "Choose the document."),
    ],
)
def test_a_field_that_does_not_fit_is_said_in_words(
    pilot: Client, airline: Airline, changes: dict[str, Any], field: str, message: str
) -> None:
    response = pilot.post(reverse("contracts:upload"), typed(airline, **changes))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    assert not PilotContract.objects.exists()


def test_without_the_script_the_file_is_asked_for_again(pilot: Client, airline: Airline) -> None:
    response = pilot.post(reverse("contracts:upload"), typed(airline, title=""))

    assert "Choose the file again: browsers do not keep it." in response.content.decode()


def test_another_airline_cannot_be_named(pilot: Client) -> None:
    foreign = AirlineFactory.create()

    response = pilot.post(reverse("contracts:upload"), typed(foreign))

    assert response.context["form"].errors == {"airline": ["Choose one of your airlines."]}
    assert not PilotContract.objects.exists()


def test_who_has_no_airline_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(UserFactory.create())

    page = client.get(reverse("contracts:upload")).content.decode()

    assert "There is no airline that you may upload for" in page
    assert "<input" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_airlines_offered_are_those_that_the_policy_allows(airline: Airline, administrator: User) -> None:
    other = AirlineFactory.create()
    reviewer = UserFactory.create(approver=True)
    grant_review(reviewer, other)
    people = [PilotFactory.create(airline=airline).user, reviewer, administrator, UserFactory.create()]

    offered = [set(uploadable_airlines(person)) for person in people]

    allowed = [{line for line in (airline, other) if may_upload(person, line)} for person in people]
    assert offered == allowed
    assert [len(lines) for lines in offered] == [1, 1, 2, 0]
