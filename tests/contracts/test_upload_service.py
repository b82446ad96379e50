"""Taking a document in: what is kept, what is refused, and that a refusal leaves nothing behind."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken, WrongState
from contracts import storage
from contracts.models import ExtractionRun, PilotContract, RunStatus
from contracts.services.uploads import Terms, contract_upload
from tests.contracts import document_files
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db
TEXT = b"SECTION 10 HOURS OF SERVICE\n\nA. DUTY\n\n1. A Pilot's duty period shall not exceed fourteen (14) hours.\n"


def terms(**changes: Any) -> Terms:
    facts = {
        "contract_type": "cba",
        "contract_version": "2026",
        "title": "Agreement",
        "effective_date": date(2026, 1, 1),
        "expiration_date": None,
        "description": "",
    }
    return Terms(**{**facts, **changes})


def upload(
    user: User, airline: Airline, content: bytes = TEXT, name: str = "agreement.txt", **changes: Any
) -> PilotContract:
    return contract_upload(
        actor=user, airline=airline, terms=terms(**changes), upload=SimpleUploadedFile(name, content)
    )


def test_the_original_is_kept_untouched_under_its_hash(pilot_user: User, airline: Airline) -> None:
    contract = upload(pilot_user, airline)

    path = storage.original_path(contract.document_sha256)
    assert contract.document_sha256 == hashlib.sha256(TEXT).hexdigest()
    assert path.read_bytes() == TEXT
    assert path.stat().st_mode & 0o777 == 0o400
    assert (contract.status, contract.page_count, contract.document_media_type) == ("draft", 1, "text/plain")


def test_an_upload_queues_its_reading_and_leaves_an_entry(pilot_user: User, airline: Airline) -> None:
    contract = upload(pilot_user, airline)

    assert ExtractionRun.objects.get(contract=contract).status == RunStatus.QUEUED
    events = list(AuditEntry.objects.filter(object_pk=str(contract.pk)).values_list("event", "actor_id"))
    assert ("contract.uploaded", pilot_user.pk) in events


def test_the_kind_is_told_by_content_not_by_name(pilot_user: User, airline: Airline, tmp_path: Path) -> None:
    pdf = document_files.make_pdf(tmp_path / "agreement.pdf").read_bytes()

    contract = upload(pilot_user, airline, content=pdf, name="holiday.docx")

    assert contract.document_media_type == "application/pdf"


def test_a_duplicate_is_refused_and_links_the_first(pilot_user: User, airline: Airline) -> None:
    first = upload(pilot_user, airline)

    with pytest.raises(WrongState) as refusal:
        upload(pilot_user, airline, name="again.txt", contract_version="2027")

    assert refusal.value.code == "duplicate_document"
    assert refusal.value.extra["contract"]["id"] == str(first.pk)  # type: ignore[index] # a mapping, by the service's contract
    assert PilotContract.objects.count() == 1


def test_a_duplicate_that_the_actor_may_not_see_is_not_linked(pilot_user: User, airline: Airline) -> None:
    upload(PilotFactory.create(airline=airline).user, airline)

    with pytest.raises(WrongState) as refusal:
        upload(pilot_user, airline)

    assert refusal.value.code == "duplicate_document"
    assert not refusal.value.extra


def test_a_withdrawn_upload_may_come_again(pilot_user: User, airline: Airline) -> None:
    ContractFactory.create(
        withdrawn=True, airline=airline, document_sha256=hashlib.sha256(TEXT).hexdigest(), contract_version="2026"
    )

    again = upload(pilot_user, airline)

    assert PilotContract.objects.filter(document_sha256=again.document_sha256).count() == 2


def test_a_version_that_is_taken_is_refused(pilot_user: User, airline: Airline) -> None:
    upload(pilot_user, airline)

    with pytest.raises(WrongState) as refusal:
        upload(pilot_user, airline, content=TEXT + b"2. Other.\n")

    assert refusal.value.code == "duplicate_version"
    assert refusal.value.errors[0].pointer == "/contract_version"


def test_a_contract_that_ends_before_it_begins_is_refused(pilot_user: User, airline: Airline) -> None:
    with pytest.raises(RuleBroken) as refusal:
        upload(pilot_user, airline, expiration_date=date(2025, 1, 1))

    assert refusal.value.errors[0].pointer == "/expiration_date"
    assert not PilotContract.objects.exists()


def test_an_unknown_type_of_contract_is_refused_by_field(pilot_user: User, airline: Airline) -> None:
    with pytest.raises(ValidationError) as refusal:
        upload(pilot_user, airline, contract_type="treaty")

    assert "contract_type" in refusal.value.message_dict


def encrypted(folder: Path) -> bytes:
    return document_files.make_encrypted_pdf(folder / "e.pdf", user_password="secret").read_bytes()


def scanned(folder: Path) -> bytes:
    return document_files.make_scanned_pdf(folder / "s.pdf", 3).read_bytes()


def broken(folder: Path) -> bytes:
    return document_files.make_pdf(folder / "b.pdf").read_bytes()[:300]


def bomb(folder: Path) -> bytes:
    path = document_files.make_docx(folder / "z.docx")
    return document_files.add_to_zip(path, "word/media/huge.bin", bytes(400_000_000)).read_bytes()


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (encrypted, "encrypted"),
        (scanned, "without_text"),
        (broken, "broken"),
        (bomb, "zip_bomb"),
        (lambda _: b"", "empty"),
        (lambda _: b"\x7fELF" + bytes(200), "unsupported_type"),
        (lambda _: b"word " * (11 * 1024 * 1024), "too_large"),
    ],
)
def test_each_bad_file_has_its_own_answer_and_leaves_nothing(
    make: Callable[[Path], bytes], code: str, pilot_user: User, airline: Airline, tmp_path: Path
) -> None:
    content = make(tmp_path)

    with pytest.raises(RuleBroken) as refusal:
        upload(pilot_user, airline, content=content)

    assert refusal.value.code == code
    assert refusal.value.errors[0].pointer == "/document"
    assert not PilotContract.objects.exists()
    assert not list((storage.original_path("00").parent.parent / "incoming").iterdir())


def test_a_pilot_uploads_for_his_own_airline_alone(airline: Airline) -> None:
    stranger = PilotFactory.create().user

    with pytest.raises(NotAllowed):
        upload(stranger, airline)

    assert not PilotContract.objects.exists()
