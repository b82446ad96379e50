"""Pictures of documents' pages, drawn once in a child process and kept under `var/`."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from contracts import storage
from contracts.documents.isolation import render_page_in_child
from contracts.documents.sniffing import MediaType
from contracts.models import PilotContract


def page_picture(contract: PilotContract, number: int) -> Path:
    """The PNG of page `number`, drawn now if nobody looked at it before.

    Raises:
        IndexError: there is no such page.
        DocumentFault: the page cannot be drawn.
        FileNotFoundError: the original is not in the store.
    """
    if not 1 <= number <= contract.page_count:
        raise IndexError(number)
    folder = Path(settings.VAR_DIR) / "page-pictures" / contract.document_sha256
    target = folder / f"{number}.png"
    if target.exists():
        return target
    original = storage.original_path(contract.document_sha256)
    if not original.exists():
        raise FileNotFoundError(original)
    picture = render_page_in_child(original, MediaType(contract.document_media_type), number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and moved: two people may ask for one page at once, and none is shown half a picture.
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)
    Path(name).replace(target)
    return target
