"""Why a file cannot be taken in, each reason with its own code and a message that tells a pilot what to do next."""

from enum import StrEnum

MAX_BYTES = 50 * 1024 * 1024
MAX_PAGES = 2_000

# A full page of small print has about 10,000 characters; a page of a hundred times as many is an attack or an accident.
MAX_PAGE_CHARACTERS = 200_000
# Ten times the longest agreement known; about 400 MB while it is searched.
MAX_WORDS = 600_000


class DocumentFaultCode(StrEnum):
    """The reasons. The values are part of the API's error codes."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNSUPPORTED_TYPE = "unsupported_type"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    WITHOUT_TEXT = "without_text"
    ZIP_BOMB = "zip_bomb"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    MALWARE = "malware"
    NOT_SCANNED = "not_scanned"


MESSAGES: dict[DocumentFaultCode, str] = {
    DocumentFaultCode.TOO_LARGE: (
        f"This file is larger than {MAX_BYTES // 1024**2} MB. Export it again with smaller pictures, or split it into "
        "parts and upload each."
    ),
    DocumentFaultCode.EMPTY: "This file has nothing in it. Check that you chose the right file, and upload it again.",
    DocumentFaultCode.UNSUPPORTED_TYPE: (
        "This is not a PDF, a Word document (.docx) or a plain text file. Save the contract as one of these and upload "
        "it again."
    ),
    DocumentFaultCode.ENCRYPTED: (
        "This file is protected with a password. Open it with the password, save a copy without one, and upload the "
        "copy."
    ),
    DocumentFaultCode.BROKEN: (
        "This file is damaged and cannot be read. Download or export it again from its source and upload the new copy."
    ),
    DocumentFaultCode.WITHOUT_TEXT: (
        "This file holds only pictures, no text. Run text recognition (OCR) on it, or ask your union or airline for "
        "the original, and upload that."
    ),
    DocumentFaultCode.ZIP_BOMB: (
        "This file unpacks to far more than a contract can hold, so it was not opened. Open it in Word, save it as a "
        "PDF, and upload the PDF."
    ),
    DocumentFaultCode.TOO_MANY_PAGES: (
        f"This file has more than {MAX_PAGES:,} pages. Split it into parts and upload each."
    ),
    DocumentFaultCode.TOO_MUCH_TEXT: (
        f"This file has more than {MAX_WORDS:,} words, or more on one page than any page holds. Split it into parts and "
        "upload each."
    ),
    DocumentFaultCode.TOO_SLOW: (
        "Reading this file took too long, so it was stopped. Export it again as a plain PDF, or split it into parts, "
        "and upload that."
    ),
    DocumentFaultCode.TOO_MUCH_MEMORY: (
        "Reading this file needs more memory than one contract may use. Export it again with smaller pictures, or "
        "split it into parts, and upload that."
    ),
    DocumentFaultCode.MALWARE: (
        "The virus scanner knows this file as malware, so it was not kept. Have the computer that it comes from looked at, get the "
        "document anew from your union or airline, and upload that."
    ),
    DocumentFaultCode.NOT_SCANNED: (
        "This file is more than the virus scanner looks through, so it was not kept. Export it again with smaller pictures, or split "
        "it into parts and upload each."
    ),
}


class DocumentFault(Exception):
    """The file cannot be taken in. `message` is plain language for the person who chose the file."""

    def __init__(self, code: DocumentFaultCode, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        super().__init__(code, self.message)  # as arguments, so that the fault can be pickled

    def __str__(self) -> str:
        return self.message


def fault_without_text(page_count: int) -> DocumentFault:
    """The fault of a file whose pages are all pictures."""
    if page_count == 1:
        pages = "The only page of this file is a picture (a scan) without a text layer."
    else:
        pages = f"All {page_count:,} pages of this file are pictures (scans) without a text layer."
    return DocumentFault(
        DocumentFaultCode.WITHOUT_TEXT,
        f"{pages} Run text recognition (OCR) on it, or ask your union or airline for the original, and upload that.",
    )


def fault_too_many_pages(page_count: int) -> DocumentFault:
    """The fault of a file that is longer than any contract."""
    return DocumentFault(
        DocumentFaultCode.TOO_MANY_PAGES,
        f"This file has {page_count:,} pages; at most {MAX_PAGES:,} can be taken. Split it into parts and upload each.",
    )


def fault_broken_page(number: int) -> DocumentFault:
    """The fault of a file one of whose pages is damaged."""
    return DocumentFault(
        DocumentFaultCode.BROKEN,
        f"Page {number:,} of this file is damaged and cannot be read. Download or export the file again from its "
        "source and upload the new copy.",
    )
