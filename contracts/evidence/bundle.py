"""Writes a contract's evidence into one zip: see `README.txt`, which goes with it."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

from audit.models import ChainLink
from audit.proofs import batches_told, segments_told
from audit.roots import audit_keys, roots_read
from contracts import storage
from contracts.evidence.gathering import gathered
from contracts.models import PilotContract

HERE = Path(__file__).parent
VERSION = 1


@contextmanager
def _one_moment() -> Iterator[None]:
    """All is read as it was at one instant. Inside another transaction that is up to whoever began it."""
    begins = not connection.in_atomic_block
    with transaction.atomic():
        if begins:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def bundle_write(contract: PilotContract, file: IO[bytes]) -> None:
    """Write the bundle. The newest root is to be younger than the contract's last change: `evidence_export` sees to it.

    Raises:
        BadRoot: the folder of roots holds something else.
    """
    original = storage.original_path(contract.document_sha256)
    document = f"document/{contract.document_sha256[:16]}.{_ending(contract)}"
    parts = _parts(contract)
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in parts.items()}
    hashes[document] = _hash_of(original)
    manifest = {
        "version": VERSION,
        "contract": str(contract.pk),
        "title": contract.title,
        "made_at": datetime.now(UTC).isoformat(),
        "document": document,
        "document_name": contract.document_name,
        "document_sha256": contract.document_sha256,
        "files": hashes,
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("manifest.json", _written(manifest))
        for name, body in parts.items():
            bundle.writestr(name, body)
        bundle.write(original, document)


def _parts(contract: PilotContract) -> dict[str, bytes]:
    """The bundle's files by name, but for the manifest and the document."""
    keys = audit_keys().jwk_set()
    roots = roots_read(settings.AUDIT_ROOTS_DIR, keys["keys"])
    with _one_moment():
        found = gathered(contract)
        newest = roots[-1].sequence
        linked = ChainLink.objects.filter(batch__in=found.batches, sequence__lte=newest)
        batches = list(linked.values_list("batch", flat=True))
        trail = {
            "batches": batches_told(found.events, found.changes, found.redactions, batches),
            "segments": segments_told(batches, roots),
        }
        read = _to_read(contract)
    return {
        "README.txt": (HERE / "README.txt").read_bytes(),
        "verify.py": (HERE / "verify.py").read_bytes(),
        "contract.json": _written(read),
        "rows.json": _written({"rows": found.rows, "long": found.long}),
        "trail.json": json.dumps(trail, ensure_ascii=False).encode(),
        "keys.json": _written(keys),
    }


def _to_read(contract: PilotContract) -> dict[str, Any]:
    """The contract and its rules in plain words, for people."""
    rules = contract.rules.select_related("decided_by").order_by("position", "id")
    return {
        "airline": contract.airline.code,
        "title": contract.title,
        "version": contract.contract_version,
        "type": contract.get_contract_type_display(),
        "status": contract.get_status_display(),
        "effective_date": contract.effective_date,
        "rules": [
            {
                "citation": rule.citation,
                "title": rule.title,
                "wording": rule.rule_text,
                "category": rule.category,
                "metric": rule.metric,
                "operator": rule.operator,
                "value": rule.value,
                "unit": rule.unit,
                "period": rule.period,
                "page": rule.page,
                "decision": rule.get_decision_display(),
                "decided_by": str(rule.decided_by) if rule.decided_by else "",
                "decided_at": rule.decided_at,
                "reason": rule.decision_reason,
            }
            for rule in rules
        ],
    }


def _written(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _ending(contract: PilotContract) -> str:
    """The original's, as its name has it; its text alone is not trusted to be a path."""
    ending = Path(contract.document_name).suffix.lstrip(".").lower()
    return ending if ending.isalnum() and ending.isascii() and len(ending) <= 5 else "bin"  # noqa: PLR2004 - "docx" and one more


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
