"""Files that strangers sent: what they are called here, how they are handed out, and that nothing ever runs them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Airline, User
from contracts import storage
from contracts.documents.faults import DocumentFault
from contracts.documents.sniffing import MediaType, sniff_media_type
from contracts.serving import ENDINGS, SANDBOX, page_picture_answer, served_as
from tests.accounts.callers import calling_as
from tests.contracts.document_files import make_pdf
from tests.factories import ContractFactory

HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
# Text to us, and a page to whatever goes by the first tag that it finds.
TEXT_WITH_MARKUP = b"Section 5. Hours of service.\n<script>alert(document.domain)</script>\n"


@pytest.mark.parametrize(
    "content", [HTML, b"\n  " + HTML, b"\xef\xbb\xbf" + HTML, SVG, b"<?xml version='1.0'?>" + SVG, b"#!/bin/sh\n"]
)
def test_what_only_calls_itself_a_document_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "agreement.pdf"
    path.write_bytes(content)

    with pytest.raises(DocumentFault):
        sniff_media_type(path)


@pytest.mark.parametrize(
    ("media_type", "name", "served"),
    [
        (MediaType.PDF, "agreement.pdf", "agreement.pdf"),
        (MediaType.PDF, "Agreement.PDF", "Agreement.pdf"),
        (MediaType.PDF, "agreement.html", "agreement.html.pdf"),
        (MediaType.TEXT, "agreement.svg", "agreement.svg.txt"),
        (MediaType.TEXT, "x.hta", "x.hta.txt"),
        (MediaType.DOCX, "agreement", "agreement.docx"),
        (MediaType.PDF, "../../etc/cron.d/x", "_.._etc_cron.d_x.pdf"),
        (MediaType.PDF, "agreement\u202efdp.exe", "agreementfdp.exe.pdf"),
        (MediaType.PDF, 'a"; filename="evil.exe', "a_; filename=_evil.exe.pdf"),
        (MediaType.PDF, "\r\nSet-Cookie: a=b", "Set-Cookie_ a=b.pdf"),
        (MediaType.PDF, "...", "document.pdf"),
        (MediaType.PDF, "", "document.pdf"),
        (MediaType.PDF, "Vertrag “2026” — Löhne.pdf", "Vertrag “2026” — Löhne.pdf"),
        (MediaType.PDF, "x" * 400 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_the_name_says_what_the_file_is(media_type: MediaType, name: str, served: str) -> None:
    assert served_as(media_type.value, name) == (media_type.value, served)


@pytest.mark.parametrize(
    "claimed", ["text/html", "image/svg+xml", "application/xhtml+xml", "", "text/html; charset=utf-8"]
)
def test_a_type_that_we_do_not_take_in_is_handed_out_as_nothing_in_particular(claimed: str) -> None:
    assert served_as(claimed, "page.html") == ("application/octet-stream", "page.html.bin")


def test_every_kind_has_an_ending() -> None:
    assert set(ENDINGS) == set(MediaType)


@pytest.fixture(autouse=True)
def _documents(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path


def _stored(content: bytes) -> str:
    with storage.received(SimpleUploadedFile("x", content)) as (path, sha256, _):
        storage.keep(path, sha256)
    return sha256


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["page", "api"])
def test_an_original_is_a_file_and_nothing_else_wherever_it_is_fetched(
    way: str, airline: Airline, pilot_user: User, client: Client
) -> None:
    contract = ContractFactory.create(
        airline=airline,
        uploaded_by=pilot_user,
        document_sha256=_stored(TEXT_WITH_MARKUP),
        document_media_type=MediaType.TEXT,
        document_name="terms.html",
    )
    client.force_login(pilot_user)

    answer: Any
    if way == "page":
        answer = client.get(reverse("contracts:document", args=[contract.pk]))
    else:
        answer = calling_as(pilot_user).get(f"/api/v1/contracts/{contract.pk}/document/")

    assert b"".join(answer) == TEXT_WITH_MARKUP
    assert answer["Content-Disposition"] == 'attachment; filename="terms.html.txt"'
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == SANDBOX
    assert answer["Cache-Control"].startswith("private, no-")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Löhne 2026.pdf", "a\r\nb.pdf", 'a"b.pdf', "\u202egnp.pdf", "名前.pdf"])
def test_the_name_cannot_break_the_header(
    name: str, airline: Airline, pilot_user: User, client: Client, tmp_path: Path
) -> None:
    content = make_pdf(tmp_path / "made.pdf").read_bytes()
    sha256 = _stored(content)
    contract = ContractFactory.create(
        airline=airline, uploaded_by=pilot_user, document_sha256=sha256, document_name=name
    )
    client.force_login(pilot_user)

    answer = client.get(reverse("contracts:document", args=[contract.pk]))

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].isascii()
    answer.close()


@pytest.mark.django_db
def test_a_picture_is_a_picture_even_if_something_else_lies_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(HTML)

    answer = page_picture_answer(path)

    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == SANDBOX
    answer.close()


def test_stored_files_cannot_be_run_and_lie_in_no_folder_that_is_served() -> None:
    sha256 = _stored(b"#!/bin/sh\necho run\n" + HTML)

    path = storage.original_path(sha256)

    assert path.stat().st_mode & 0o777 == 0o400
    assert path.suffix == ""
    assert Client().get(f"/static/../documents/{sha256[:2]}/{sha256}").status_code == 404
    assert Client().get(f"/documents/{sha256[:2]}/{sha256}").status_code == 404
