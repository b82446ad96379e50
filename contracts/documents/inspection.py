"""What a file is, once it is known that it can be taken in. In the caller's own process: see `isolation`."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from contracts.documents.faults import MAX_BYTES, DocumentFault, DocumentFaultCode
from contracts.documents.sniffing import MediaType, sniff_media_type


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that can be taken in."""

    media_type: MediaType
    page_count: int
    sha256: str  # of the file's bytes, in lower-case hexadecimal
    byte_size: int


def check_size(path: Path) -> int:
    """The file's size in bytes.

    Raises:
        DocumentFault: empty or too large.
    """
    byte_size = path.stat().st_size
    if byte_size == 0:
        raise DocumentFault(DocumentFaultCode.EMPTY)
    if byte_size > MAX_BYTES:
        raise DocumentFault(DocumentFaultCode.TOO_LARGE)
    return byte_size


def inspect_document(path: Path, *, scans: bool = False) -> Inspection:
    """What the file is, once it is known that its pages can be read; `scans`: by text recognition, where need be.

    Raises:
        DocumentFault: the file cannot be taken in.
    """
    byte_size = check_size(path)
    media_type = sniff_media_type(path)
    match media_type:
        case MediaType.PDF:
            from contracts.documents.pdf import inspect_pdf  # here, so that a child loads one reader only

            page_count = inspect_pdf(path, scans=scans)
        case MediaType.DOCX:
            from contracts.documents.docx import inspect_docx

            page_count = inspect_docx(path)
        case MediaType.TEXT:
            from contracts.documents.text import inspect_text

            page_count = inspect_text(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Inspection(media_type, page_count, sha256, byte_size)
