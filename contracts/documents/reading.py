"""The pages of a file of any kind that can be taken in. In the caller's own process: see `isolation`."""

from collections.abc import Iterator
from pathlib import Path

from contracts.documents.pages import Page
from contracts.documents.sniffing import MediaType


def read_pages(path: Path, media_type: MediaType) -> Iterator[Page]:
    """The file's pages in order, one at a time.

    Raises:
        DocumentFault: the file cannot be read; possibly after some pages.
    """
    match media_type:
        case MediaType.PDF:
            from contracts.documents.pdf import read_pdf_pages  # here, so that a child loads one reader only

            return read_pdf_pages(path)
        case MediaType.DOCX:
            from contracts.documents.docx import read_docx_pages

            return read_docx_pages(path)
        case MediaType.TEXT:
            from contracts.documents.text import read_text_pages

            return read_text_pages(path)
