"""What a file is, and each reason not to take it in."""

import gzip
import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.documents.faults import MAX_BYTES, MESSAGES, DocumentFault, DocumentFaultCode
from contracts.documents.inspection import inspect_document
from contracts.documents.sniffing import MediaType
from tests.contracts.document_files import (
    OLE_START,
    RULE,
    add_to_zip,
    make_docx,
    make_docx_of_xml,
    make_encrypted_pdf,
    make_pdf,
    make_raw_pdf,
    make_scanned_pdf,
    make_zip,
)

Code = DocumentFaultCode


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def truncated(path: Path) -> Path:
    data = path.read_bytes()
    return write(path, data[: len(data) * 3 // 5])


def too_large(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    return path


def tree_of_many_pages(path: Path) -> Path:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 2004))
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    return make_raw_pdf(path, [catalogue, b"<< /Type /Pages /Kids [%b] /Count 2001 >>" % kids, *([page] * 2001)])


GOOD: dict[str, tuple[Callable[[Path], Path], MediaType, int]] = {
    "pdf": (lambda path: make_pdf(path, [[RULE], [RULE]]), MediaType.PDF, 2),
    "pdf after other bytes": (
        lambda path: write(path, b"From: printer\r\n\r\n" + make_pdf(path).read_bytes()),
        MediaType.PDF,
        1,
    ),
    "pdf for the owner's eyes": (lambda path: make_encrypted_pdf(path, user_password=""), MediaType.PDF, 1),
    "docx": (lambda path: make_docx(path, [[RULE], [RULE], [RULE]]), MediaType.DOCX, 3),
    "utf-8 text": (lambda path: write(path, f"§ 4.A {RULE}\f§ 4.B".encode()), MediaType.TEXT, 2),
    "utf-8 text with mark": (lambda path: write(path, RULE.encode("utf-8-sig")), MediaType.TEXT, 1),
    "utf-16 text": (lambda path: write(path, RULE.encode("utf-16")), MediaType.TEXT, 1),
    "windows text": (lambda path: write(path, f"§ 4 — {RULE}".encode("cp1252")), MediaType.TEXT, 1),
}


@pytest.mark.parametrize("extension", ["pdf", "docx", "txt", "exe", "html"])
@pytest.mark.parametrize("kind", GOOD)
def test_tells_the_kind_from_the_content_whatever_the_name(tmp_path: Path, kind: str, extension: str) -> None:
    make, media_type, page_count = GOOD[kind]
    path = make(tmp_path / f"contract.{extension}")
    before = path.read_bytes()

    inspection = inspect_document(path)

    assert (inspection.media_type, inspection.page_count) == (media_type, page_count)
    assert inspection.sha256 == hashlib.sha256(before).hexdigest()
    assert inspection.byte_size == len(before)
    assert path.read_bytes() == before


BAD: dict[str, tuple[Callable[[Path], Path], DocumentFaultCode]] = {
    "too large": (too_large, Code.TOO_LARGE),
    "no bytes": (lambda path: write(path, b""), Code.EMPTY),
    "only blanks": (lambda path: write(path, b" \r\n\f\n"), Code.EMPTY),
    "docx without a word": (lambda path: make_docx(path, [[]]), Code.EMPTY),
    "html": (lambda path: write(path, b"\n<!DOCTYPE html><p>%PDF" + RULE.encode()), Code.UNSUPPORTED_TYPE),
    "xml": (lambda path: write(path, b"<?xml version='1.0'?><a/>"), Code.UNSUPPORTED_TYPE),
    "rtf": (lambda path: write(path, b"{\\rtf1 A pilot shall}"), Code.UNSUPPORTED_TYPE),
    "script": (lambda path: write(path, b"#!/bin/sh\necho hello\n"), Code.UNSUPPORTED_TYPE),
    "png": (lambda path: write(path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)), Code.UNSUPPORTED_TYPE),
    "jpeg": (lambda path: write(path, b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256))), Code.UNSUPPORTED_TYPE),
    "windows program": (lambda path: write(path, b"MZ\x90\0\x03\0\0\0" + bytes(200)), Code.UNSUPPORTED_TYPE),
    "bytes without NUL": (lambda path: write(path, bytes(range(1, 256)) * 40), Code.UNSUPPORTED_TYPE),
    "gzip": (lambda path: write(path, gzip.compress(RULE.encode() * 9)), Code.UNSUPPORTED_TYPE),
    "plain zip": (lambda path: make_zip(path, {"contract.txt": RULE.encode()}), Code.UNSUPPORTED_TYPE),
    "spreadsheet": (
        lambda path: make_zip(
            path,
            {
                "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                b'spreadsheetml.sheet.main+xml"/></Types>'
            },
        ),
        Code.UNSUPPORTED_TYPE,
    ),
    "old doc": (
        lambda path: write(path, OLE_START + bytes(600) + "WordDocument".encode("utf-16-le")),
        Code.UNSUPPORTED_TYPE,
    ),
    "docx with a password": (
        lambda path: write(path, OLE_START + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
        Code.ENCRYPTED,
    ),
    "pdf with a password": (lambda path: make_encrypted_pdf(path, user_password="secret"), Code.ENCRYPTED),
    "truncated pdf": (lambda path: truncated(make_pdf(path, [[RULE]] * 9)), Code.BROKEN),
    "pdf header only": (lambda path: write(path, b"%PDF-1.7\nstartxref\n0\n%%EOF"), Code.BROKEN),
    "truncated docx": (lambda path: truncated(make_docx(path)), Code.BROKEN),
    "docx that is no xml": (lambda path: make_docx_of_xml(path, "<w:p>"), Code.BROKEN),
    "docx nested too deep": (lambda path: make_docx_of_xml(path, "<w:r>" * 999 + "</w:r>" * 999), Code.BROKEN),
    "docx with entities": (
        lambda path: make_docx_of_xml(
            path,
            "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>",
            before_root='<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "/etc/passwd">]>',
        ),
        Code.BROKEN,
    ),
    "scan": (lambda path: make_scanned_pdf(path, 3), Code.WITHOUT_TEXT),
    "docx of pictures": (
        lambda path: add_to_zip(make_docx(path, [[]]), "word/media/image1.png", b"picture"),
        Code.WITHOUT_TEXT,
    ),
    "zip bomb by ratio": (
        lambda path: add_to_zip(make_docx(path), "word/media/image1.bmp", bytes(30 * 1024**2)),
        Code.ZIP_BOMB,
    ),
    "zip bomb by entries": (
        lambda path: make_zip(path, {f"word/{number}.xml": b"" for number in range(5_001)}),
        Code.ZIP_BOMB,
    ),
    "pdf of too many pages": (tree_of_many_pages, Code.TOO_MANY_PAGES),
    "text of too many pages": (lambda path: write(path, b"4.A Rest\f" * 2001), Code.TOO_MANY_PAGES),
    "docx of too many pages": (
        lambda path: make_docx_of_xml(
            path, '<w:p><w:r><w:t>Rest</w:t><w:br w:type="page"/><w:t>Duty</w:t></w:r></w:p>' * 2001
        ),
        Code.TOO_MANY_PAGES,
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_refuses_a_file_with_the_code_of_its_fault_and_leaves_it_as_it_is(tmp_path: Path, kind: str) -> None:
    make, code = BAD[kind]
    path = make(tmp_path / "contract.pdf")
    before = path.read_bytes()

    with pytest.raises(DocumentFault) as caught:
        inspect_document(path)

    assert caught.value.code is code
    assert caught.value.message
    assert path.read_bytes() == before


def test_every_fault_has_a_message() -> None:
    codes = set(DocumentFaultCode)

    described = set(MESSAGES)

    assert described == codes


def test_a_scan_is_told_its_number_of_pages(tmp_path: Path) -> None:
    path = make_scanned_pdf(tmp_path / "scan.pdf", 12)

    with pytest.raises(DocumentFault, match=r"All 12 pages .* \(OCR\)"):
        inspect_document(path)


def test_an_old_word_file_is_told_how_to_save_it(tmp_path: Path) -> None:
    path = write(tmp_path / "old.doc", OLE_START + bytes(600) + "WordDocument".encode("utf-16-le"))

    with pytest.raises(DocumentFault, match=r"save it as \.docx or PDF"):
        inspect_document(path)


def test_one_page_with_text_is_enough(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "mixed.pdf", [[], [RULE], []])

    inspection = inspect_document(path)

    assert inspection.page_count == 3


def test_a_fault_survives_pickling() -> None:
    fault = DocumentFault(DocumentFaultCode.ENCRYPTED, "Open it and save a copy.")

    copy = pickle.loads(pickle.dumps(fault))  # noqa: S301 -- pickled one line above

    assert (copy.code, copy.message, str(copy)) == (fault.code, fault.message, "Open it and save a copy.")
