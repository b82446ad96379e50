"""Writes a copy of one person's data: a ZIP of one JSON file a table, the files that he gave, and a manifest with their hashes."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from accounts.models import User
from accounts.privacy.registry import ALWAYS_SHOWN, HeldFile, Holding, holdings, shares

VERSION = 1
CHUNK = 1 << 20
README = """This is a copy of the data that VectorBid Contracts holds of you.

data/        one JSON file for each table: the rows that are yours. "yours_by" says by which columns a row is yours.
files/       the documents that you uploaded, byte for byte.
manifest.json  lists every file with its SHA-256 and size, and for each table the columns that are left out, and why:
             secrets, and what names other people.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its hash and size."""

    sha256: str
    bytes: int


def copy_write(user: User, path: Path) -> Written:
    """Write the copy. The file appears whole under its name, readable to nobody but us, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _fill(archive, user)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            written = Written(hashlib.file_digest(file, "sha256").hexdigest(), draft.stat().st_size)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _fill(archive: zipfile.ZipFile, user: User) -> None:
    listed: dict[str, dict[str, Any]] = {}
    for holding in holdings():
        name = f"data/{holding.table._meta.db_table}.json"
        rows = [_row(holding, row, user) for row in holding.rows(user)]
        body = (json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n").encode()
        archive.writestr(name, body)
        listed[name] = {**_hashed(body), "rows": len(rows), "left_out": dict(holding.withheld)}
    for held in _files(user):
        archive.write(held.path, held.name)
        with held.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        listed[held.name] = {"sha256": sha256, "bytes": held.path.stat().st_size}
    archive.writestr("README.txt", README)
    listed["README.txt"] = _hashed(README.encode())
    manifest = {
        "version": VERSION,
        "site": settings.SITE_URL,
        "made_at": datetime.now(UTC).isoformat(),
        "files": listed,
    }
    archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def _row(holding: Holding, row: Model, user: User) -> dict[str, Any]:
    """What is shown of a row, and nothing else of it."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    shown = {name: getattr(row, columns[name]) for name in (*ALWAYS_SHOWN, *holding.shown) if name in columns}
    direct = [owner for owner in holding.owners if owner in columns and getattr(row, columns[owner]) == user.pk]
    return {**shown, **({"yours_by": direct} if len(holding.owners) > 1 else {})}


def _files(user: User) -> Iterator[HeldFile]:
    """Those that are where they were put, each once."""
    names: set[str] = set()
    for share in shares():
        for held in share.files(user):
            if held.path.is_file() and held.name not in names:
                names.add(held.name)
                yield held


def _hashed(body: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
