"""Where originals lie: under `DOCUMENTS_DIR`, outside anything a web server serves, named by their SHA-256, never written twice."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings

from contracts.documents.faults import DocumentFault, DocumentFaultCode

ABANDONED_SECONDS = 3600


class Upload(Protocol):
    """What arrives: Django's UploadedFile or any opened binary file with `chunks`."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def original_path(sha256: str) -> Path:
    """Where the original with that hash lies."""
    return Path(settings.DOCUMENTS_DIR) / sha256[:2] / sha256


@contextmanager
def received(upload: Upload) -> Iterator[tuple[Path, str, int]]:
    """The upload in a file of its own, with its SHA-256 and size. The file is gone afterwards unless it was kept.

    Raises:
        DocumentFault: `too_large` as soon as the limit is passed, `empty` for no bytes.
    """
    descriptor, name = tempfile.mkstemp(dir=_incoming())
    path = Path(name)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > settings.DOCUMENT_MAXIMUM_BYTES:
                    raise DocumentFault(DocumentFaultCode.TOO_LARGE)
                digest.update(chunk)
                file.write(chunk)
        if not size:
            raise DocumentFault(DocumentFaultCode.EMPTY)
        yield path, digest.hexdigest(), size
    finally:
        path.unlink(missing_ok=True)


def keep(path: Path, sha256: str) -> None:
    """Make the received file the original of that hash: read-only, on disk before this returns. The same hash twice is one file."""
    target = original_path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        return
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(0o400)
    path.replace(target)
    _sync_folder(target.parent)


def abandoned_uploads_remove() -> int:
    """Delete what a web process left behind that died while receiving. Returns how many files."""
    limit = time.time() - ABANDONED_SECONDS
    abandoned = [path for path in _incoming().iterdir() if path.stat().st_mtime < limit]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)


def _incoming() -> Path:
    folder = Path(settings.DOCUMENTS_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _sync_folder(folder: Path) -> None:
    """A rename is on disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
