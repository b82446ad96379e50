"""A file's kind, told by what is in it; its name says nothing."""

import re
from enum import StrEnum
from pathlib import Path

from contracts.documents.archive import content_types, open_archive
from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.text import decode_text


class MediaType(StrEnum):
    """The kinds of file that can be taken in."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    TEXT = "text/plain"


DOCX_MAIN_TYPE = f"{MediaType.DOCX}.main+xml"

_HEAD_BYTES = 1024
_PDF_HEADER = re.compile(rb"%PDF-\d")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_WORD = "WordDocument".encode("utf-16-le")

# Formats whose files are text too. What they mean is in their markup, so reading them as plain text would mislead.
_MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype|<html|<head|<body|<script|<svg|<\?xml|<!--|%!ps|#!)", re.IGNORECASE
)
_RICH_TEXT_START = b"{\\rtf"

_OLD_WORD_MESSAGE = (
    "This is a file of an old version of Word (.doc). Open it in Word, save it as .docx or PDF, and upload that."
)
_OTHER_OFFICE_MESSAGE = (
    "This is an Office or zip file, but not a Word document (.docx). Save the contract as a PDF or as .docx without "
    "macros, and upload that."
)
_RICH_TEXT_MESSAGE = "This is a rich text file (.rtf). Open it in Word, save it as .docx or PDF, and upload that."


def sniff_media_type(path: Path) -> MediaType:
    """The file's kind.

    Raises:
        DocumentFault: unsupported type, encrypted, empty, or (a zip archive only) broken or a zip bomb.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise DocumentFault(DocumentFaultCode.EMPTY)
    if head.startswith(_ZIP_STARTS):
        return _sniff_archive(path)
    if head.startswith(_OLE_START):
        raise _fault_of_ole(path)
    if _PDF_HEADER.search(head):
        return MediaType.PDF
    if head.startswith(_RICH_TEXT_START):
        raise DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE, _RICH_TEXT_MESSAGE)
    if _MARKUP.match(head):
        raise DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE)
    try:
        decode_text(path.read_bytes())
    except ValueError as error:
        raise DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE) from error
    return MediaType.TEXT


def _sniff_archive(path: Path) -> MediaType:
    with open_archive(path) as archive:
        if DOCX_MAIN_TYPE in content_types(archive).values():
            return MediaType.DOCX
    raise DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE, _OTHER_OFFICE_MESSAGE)


def _fault_of_ole(path: Path) -> DocumentFault:
    """The fault of a file in Microsoft's older container: a .docx with a password, an old .doc, or something else."""
    data = path.read_bytes()
    if _OLE_ENCRYPTED in data:
        return DocumentFault(DocumentFaultCode.ENCRYPTED)
    if _OLE_WORD in data:
        return DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE, _OLD_WORD_MESSAGE)
    return DocumentFault(DocumentFaultCode.UNSUPPORTED_TYPE)
