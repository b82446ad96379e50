"""The chain's head, signed and kept outside the database: what shows that the database itself was cut short or put back.

A root is one JSON object a file, named for its day and sequence, never overwritten:
`{"version": 1, "made_at", "sequence", "hash", "key_id", "signature"}`. The signature is over the canonical text of
["root", 1, made_at, sequence, hash].
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from audit.models import ChainLink
from config.signing import SigningKeys, is_signed

VERSION = 1
NAMED = re.compile(r"(\d{4}-\d{2}-\d{2})-(\d{12})\.json")

logger = structlog.get_logger(__name__)


class BadRoot(Exception):
    """A file in the folder of roots is no root that our keys have signed. The message names it."""


@dataclass(frozen=True, slots=True)
class Root:
    """What the chain's head was at an instant. `hash` is hexadecimal, `signature` base64."""

    made_at: str
    sequence: int
    hash: str
    key_id: str
    signature: str
    version: int = VERSION

    @property
    def name(self) -> str:
        """The file's."""
        return f"{self.made_at[:10]}-{self.sequence:012d}.json"

    def text(self) -> str:
        """The file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def audit_keys() -> SigningKeys:
    """As the settings have them. Raises NoSigningKeys where they have none."""
    return SigningKeys.parsed(settings.AUDIT_SIGNING_KEYS, setting="AUDIT_SIGNING_KEYS")


def root_sign() -> Root | None:
    """Sign the chain's head and write it outside. None where the chain is empty, the root that is there where nothing came since."""
    head = ChainLink.objects.order_by("-sequence").first()
    if head is None:
        return None
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    hexadecimal = bytes(head.hash).hex()
    signature = audit_keys().sign(_signed(made_at, head.sequence, hexadecimal))
    root = Root(made_at, head.sequence, hexadecimal, signature.key_id, signature.value)
    return _written(root)


def root_of_today() -> Root | None:
    """The day's first root, made where there is none yet: asked now and then, so that a day on which the clock was missed has one."""
    today = datetime.now(UTC).date().isoformat()
    if any(NAMED.fullmatch(path.name) for path in settings.AUDIT_ROOTS_DIR.glob(f"{today}-*.json")):
        return None
    return root_sign()


def roots_read(folder: Path, keys: Iterable[Mapping[str, str]]) -> list[Root]:
    """The roots of a folder, the oldest first.

    Raises:
        BadRoot: a file is not what it was when it was signed, or its key is not among `keys`.
    """
    known = list(keys)
    return sorted(
        (root_parsed(path.read_text(), path.name, known) for path in sorted(folder.glob("*.json"))),
        key=lambda root: (root.sequence, root.made_at),
    )


def root_parsed(text: str, name: str, keys: list[Mapping[str, str]]) -> Root:
    """The root that a file holds. Raises as `roots_read`."""
    try:
        root = Root(**json.loads(text))
        body = _signed(root.made_at, root.sequence, root.hash)
    except (TypeError, ValueError) as error:
        raise BadRoot(f"{name} holds no root.") from error
    if not is_signed(body, signature=root.signature, key_id=root.key_id, keys=keys):
        raise BadRoot(f"{name} is not as it was signed, or AUDIT_SIGNING_KEYS lacks the key {root.key_id}.")
    return root


def _signed(made_at: str, sequence: int, hexadecimal: str) -> bytes:
    return json.dumps(["root", VERSION, made_at, sequence, hexadecimal], ensure_ascii=False).encode()


def _written(root: Root) -> Root:
    """Whole or not at all, and never over another one: the file appears under its name when it is on the disk."""
    folder: Path = settings.AUDIT_ROOTS_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / root.name
    draft = folder / f".{root.name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(root.text())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return root_parsed(path.read_text(), path.name, list(audit_keys().jwk_set()["keys"]))
    finally:
        draft.unlink()
    return root


def root_mail(name: str) -> None:
    """Send the root of that file name to whoever keeps them, where somebody does. What is no name of a root there is left alone."""
    if not NAMED.fullmatch(name) or not (settings.AUDIT_ROOTS_DIR / name).is_file():
        logger.error("no root is mailed: there is none of that name")
        return
    if settings.AUDIT_ROOTS_MAIL:
        said = "The audit trail's root. Keep this mail: it shows whether the trail was cut short or put back.\n\n"
        text = said + (settings.AUDIT_ROOTS_DIR / name).read_text()
        EmailMessage(subject=f"Audit root {name}", body=text, to=[settings.AUDIT_ROOTS_MAIL]).send()
