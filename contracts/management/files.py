"""Files that a command is given: read in a child process, as an upload is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from django.core.management.base import CommandError

from contracts.documents.faults import DocumentFault
from contracts.documents.isolation import inspect_in_child, read_pages_in_child
from contracts.documents.pages import Page
from contracts.documents.recognition import recogniser, with_scans_read
from contracts.extraction.scoring import Label, LabelError, read_labels


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


def read_label_file(path: Path, document: str, pages: Sequence[Page]) -> list[Label]:
    """The labels of a document in a file of labels: all of it, but for those that name another document.

    Raises:
        CommandError: the file cannot be read, or holds no usable label for the document; the message says why.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is no YAML in UTF-8: {error}") from error
    entries = content.get("labels") if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise CommandError(f"{path} has no list `labels` of objects.")
    meant = [entry for entry in entries if entry.get("document", document) == document]
    if not meant:
        raise CommandError(f"{path} has no label for {document}.")
    try:
        return read_labels(meant, pages)
    except LabelError as error:
        raise CommandError(f"{path}: {error}.") from error
