"""How stored files leave the house: as attachments that no browser runs, under a type and a name of our own choosing."""

import re
import unicodedata
from pathlib import Path, PurePath

from django.http import FileResponse

from contracts.documents.sniffing import MediaType
from contracts.models import PilotContract
from contracts.storage import original_path

# Whatever a browser makes of the file, it runs nothing, loads nothing and belongs to no origin.
SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The ending decides what opens a saved file: it follows from what the file is, not from what somebody called it.
ENDINGS = {MediaType.PDF: ".pdf", MediaType.DOCX: ".docx", MediaType.TEXT: ".txt"}
UNKNOWN_TYPE, UNKNOWN_ENDING = "application/octet-stream", ".bin"
LONGEST_NAME = 150
_RESERVED = re.compile(r'[\\/:*?"<>|]')


def original_as_attachment(contract: PilotContract) -> FileResponse:
    """The original, byte for byte.

    Raises:
        FileNotFoundError: when the store does not have it.
    """
    media_type, name = served_as(contract.document_media_type, contract.document_name)
    original = original_path(contract.document_sha256).open("rb")
    response = FileResponse(original, as_attachment=True, filename=name, content_type=media_type)
    guard(response)
    return response


def page_picture_answer(picture: Path) -> FileResponse:
    """A page's picture, which our own pages show: drawn by us as PNG, and nothing else even if it were not."""
    response = FileResponse(picture.open("rb"), filename="page.png", content_type="image/png")
    guard(response)
    return response


def guard(response: FileResponse) -> None:
    """Let no browser take it for anything but a file."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX


def served_as(media_type: str, name: str) -> tuple[str, str]:
    """The type and the name that a file is handed out under: one of the types that we take in, and its own ending."""
    try:
        known = MediaType(media_type)
    except ValueError:
        return UNKNOWN_TYPE, _named(name, UNKNOWN_ENDING)
    return known.value, _named(name, ENDINGS[known])


def _named(name: str, ending: str) -> str:
    """Without folders, control characters, signs that turn the writing round, and what file systems reserve."""
    visible = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    plain = _RESERVED.sub("_", visible).strip(" .")
    stem = plain[: -len(ending)] if plain.lower().endswith(ending) else plain
    return f"{PurePath(stem).name.strip(' .')[:LONGEST_NAME] or 'document'}{ending}"
