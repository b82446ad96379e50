"""Files that a command is given: read in a child process, as an upload is."""

from pathlib import Path

from django.core.management.base import CommandError

from contracts.documents.faults import DocumentFault
from contracts.documents.isolation import inspect_in_child, read_pages_in_child
from contracts.documents.pages import Page
from contracts.documents.recognition import recogniser, with_scans_read


def read_file(path: Path) -> list[Page]:
    """The pages of a document.

    Raises:
        CommandError: there is no such file, or it cannot be read; the message says why.
    """
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    try:
        media_type = inspect_in_child(path, scans=recogniser() is not None).media_type
        return list(with_scans_read(read_pages_in_child(path, media_type), path, media_type))
    except DocumentFault as fault:
        raise CommandError(f"{fault.message} ({fault.code})") from fault
