"""Scans: read by the installed tesseract, marked as in need of OCR without one."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Airline, User
from contracts.documents import recognition
from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.isolation import inspect_in_child, read_pages_in_child
from contracts.documents.pages import PAGE_SEPARATOR, Page, TextSource
from contracts.documents.recognition import recogniser, with_scans_read
from contracts.documents.sniffing import MediaType
from contracts.extraction import extract_proposals
from contracts.models import ContractPage, PilotContract, RunStatus
from contracts.services import extraction
from contracts.services.uploads import Terms, contract_upload
from tests.contracts.document_files import RULE, make_pdf, make_scan

LINES = [
    "SECTION 10",
    "HOURS OF SERVICE",
    "",
    "A. A Pilot shall receive no fewer than eleven (11) hours of rest between duty periods.",
]
needs_tesseract = pytest.mark.skipif(recogniser() is None, reason="tesseract is not installed")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A page with a text layer, a scan, an empty page's picture, and a scan again."""
    return make_scan(tmp_path / "scan.pdf", tmp_path, [None, LINES, None, LINES])


def read(path: Path) -> list[Page]:
    return list(with_scans_read(read_pages_in_child(path, MediaType.PDF), path, MediaType.PDF))


@needs_tesseract
def test_a_scan_is_read_with_its_places(scan: Path) -> None:
    pages = read(scan)

    assert [page.source for page in pages] == [
        TextSource.LAYER,
        TextSource.RECOGNISED,
        TextSource.LAYER,
        TextSource.RECOGNISED,
    ]
    assert "no fewer than eleven (11) hours of rest" in " ".join(pages[1].text.split())
    printed = next(word for word in pages[1].words if word.text == "eleven")
    left, top, right, bottom = printed.box
    assert 72 < left < right < 540
    assert abs((top + bottom) / 2 - (792 - 720 + 14 * 3 - 3)) < 6
    for page in pages:
        assert all(page.text[word.char_start : word.char_end] == word.text for word in page.words)


@needs_tesseract
def test_pages_behind_a_scan_move_by_its_text(scan: Path) -> None:
    pages = read(scan)

    whole = PAGE_SEPARATOR.join(page.text for page in pages)
    for page in pages:
        assert whole[page.char_start : page.char_start + len(page.text)] == page.text


@needs_tesseract
def test_rules_on_a_scan_are_found_where_they_stand(scan: Path) -> None:
    pages = read(scan)

    found = extract_proposals(pages)

    whole = PAGE_SEPARATOR.join(page.text for page in pages)
    on_scan = [proposal for proposal in found.proposals if proposal.evidence.page == 2]
    assert [(str(each.predicate.value), each.predicate.unit) for each in on_scan if each.predicate] == [("11", "hours")]
    evidence = on_scan[0].evidence
    assert whole[evidence.char_start : evidence.char_end] == evidence.quote
    assert "Page 2 is a scan: its text was recognised (OCR) and may hold mistakes." in found.warnings


def test_without_the_command_a_scan_is_marked(scan: Path, without_tesseract: None) -> None:
    pages = read(scan)

    assert [page.source for page in pages][:2] == [TextSource.LAYER, TextSource.SCAN]
    assert (
        "Page 2 is a scan without text (needs OCR), so no rule was read from it." in extract_proposals(pages).warnings
    )


def test_a_blank_page_is_no_scan(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "blank.pdf", [[RULE], []])

    assert [page.source for page in read(path)] == [TextSource.LAYER, TextSource.BLANK]


def test_a_file_of_scans_alone_is_taken_where_it_can_be_read(tmp_path: Path) -> None:
    path = make_scan(tmp_path / "scan.pdf", tmp_path, [LINES])

    assert inspect_in_child(path, scans=True).page_count == 1
    with pytest.raises(DocumentFault) as refused:
        inspect_in_child(path)
    assert refused.value.code == DocumentFaultCode.WITHOUT_TEXT


@needs_tesseract
def test_a_picture_without_words_is_a_blank_page(tmp_path: Path) -> None:
    white = tmp_path / "white.png"
    Image.new("L", (850, 1100), 255).save(white)
    page = Page(1, 612, 792, "", (), 0, TextSource.SCAN)

    assert recognition.recognised(page, white.read_bytes(), str(recogniser())).source is TextSource.BLANK


@pytest.mark.parametrize("script", ["exit 3", "sleep 60", "echo nonsense"])
def test_a_command_that_fails_or_hangs_leaves_the_scan_as_it_was(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "PAGE_SECONDS", 1)
    command = tmp_path / "tesseract"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    page = Page(1, 612, 792, "", (), 0, TextSource.SCAN)

    found = recognition.recognised(page, b"", str(command))

    assert (found.text, found.words) == ("", ())
    assert found.source in {TextSource.SCAN, TextSource.BLANK}


def test_time_for_scans_is_bounded(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "READING_SECONDS", 0)

    assert [page.source for page in read(scan)].count(TextSource.SCAN) == 2


def uploaded(uploader: User, airline: Airline, path: Path) -> PilotContract:
    terms = Terms(contract_type="cba", contract_version="2026", title="Agreement", effective_date=date(2026, 1, 1))
    upload = SimpleUploadedFile("agreement.pdf", path.read_bytes())
    contract = contract_upload(actor=uploader, airline=airline, terms=terms, upload=upload)
    extraction.extraction_run(run_id=contract.extraction_runs.get().pk)
    return contract


@pytest.mark.django_db
@needs_tesseract
def test_a_contract_of_scans_is_read_from_upload_to_rule(
    client: Client, pilot_user: User, airline: Airline, tmp_path: Path
) -> None:
    contract = uploaded(pilot_user, airline, make_scan(tmp_path / "scan.pdf", tmp_path, [LINES]))

    assert contract.extraction_runs.get().status == RunStatus.SUCCEEDED
    assert ContractPage.objects.get(contract=contract).text_source == TextSource.RECOGNISED
    assert [rule.value for rule in contract.rules.all()] == [11]


@pytest.mark.django_db
def test_the_contract_says_which_pages_need_text_recognition(
    client: Client, pilot_user: User, airline: Airline, scan: Path, without_tesseract: None
) -> None:
    contract = uploaded(pilot_user, airline, scan)
    client.force_login(pilot_user)

    page = client.get(f"/contracts/{contract.pk}/").content.decode()

    assert "Pages 2 and 4 are scans without text (they need OCR)" in " ".join(page.split())
