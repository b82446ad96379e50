"""A contract's evidence verifies itself, in a bare Python, and no longer once anything in it was changed."""

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from config.errors import NotAllowed
from contracts import storage
from contracts.evidence.verify import is_signed
from contracts.models import PilotContract
from contracts.services.evidence import evidence_export
from contracts.services.rules import rule_correct
from tests import factories

DOCUMENT = b"%PDF-1.7 what was agreed"


@pytest.fixture
def contract(transactional_db: None, settings: Any, tmp_path: Path) -> PilotContract:
    """One with a document, decided rules and an own correction."""
    settings.AUDIT_ROOTS_DIR = tmp_path / "roots"
    sha256 = hashlib.sha256(DOCUMENT).hexdigest()
    path = storage.original_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DOCUMENT)
    made: PilotContract = factories.ContractFactory.create(in_review=True, rules=2, proposals=1, document_sha256=sha256)
    entry_record(event=AuditEvent.CONTRACT_UPLOADED, actor=made.uploaded_by, target=made)
    return made


@pytest.fixture
def bundle(contract: PilotContract) -> bytes:
    factories.ContractFactory.create(rules=1)  # somebody else's, of which nothing is told
    with evidence_export(actor=None, contract_id=contract.pk) as file:
        return file.read()


def checked(folder: Path, bundle: bytes) -> subprocess.CompletedProcess[str]:
    """The bundle's own verifier in a bare Python, unpacked."""
    zipfile.ZipFile(BytesIO(bundle)).extractall(folder)
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True, check=False
    )


def changed(bundle: bytes, name: str, change: Callable[[Any], Any]) -> bytes:
    """The bundle with one file changed, and the manifest made to fit."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(bundle)) as old, zipfile.ZipFile(written, "w") as new:
        files = {entry: old.read(entry) for entry in old.namelist()}
        name = next(entry for entry in files if entry.startswith(name))
        body = files[name]
        files[name] = change(body) if not name.endswith(".json") else json.dumps(change(json.loads(body))).encode()
        manifest = json.loads(files["manifest.json"])
        if name != "manifest.json":
            manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
            files["manifest.json"] = json.dumps(manifest).encode()
        for entry, content in files.items():
            new.writestr(entry, content)
    return written.getvalue()


def test_a_bundle_verifies_itself_in_a_bare_python(tmp_path: Path, bundle: bytes, contract: PilotContract) -> None:
    found = checked(tmp_path / "unpacked", bundle)

    assert found.stdout.endswith("VERIFIED.\n"), found.stdout + found.stderr
    assert "NOT" not in found.stdout
    assert hashlib.sha256(DOCUMENT).hexdigest() in found.stdout
    assert "older" not in found.stdout
    read = json.loads((tmp_path / "unpacked" / "contract.json").read_text())
    assert [rule["decision"] for rule in read["rules"]] == [
        rule.get_decision_display() for rule in contract.rules.order_by("position", "id")
    ]


def _edit_entry(trail: Any) -> Any:
    part = next(part for batch in trail["batches"] for part in batch["parts"] if "values" in part)
    part["values"][8] = "{}"
    return trail


def _forge_entry(trail: Any) -> Any:
    part = next(part for batch in trail["batches"] for part in batch["parts"] if "values" in part)
    part["values"][8] = "{}"
    part["digest"] = hashlib.sha256(json.dumps(part["values"], ensure_ascii=False).encode()).hexdigest()
    return trail


def _drop_batch(trail: Any) -> Any:
    trail["batches"][0]["parts"].pop()
    return trail


def _relink(trail: Any) -> Any:
    trail["segments"][0]["links"][0]["linked_at"] = "2020-01-01T00:00:00.000000Z"
    return trail


def _other_root(trail: Any) -> Any:
    trail["segments"][0]["root"]["made_at"] = "2020-01-01T00:00:00.000000Z"
    return trail


def _other_row(rows: Any) -> Any:
    next(iter(rows["rows"]["contract_rules"].values()))["title"] = "Something else"
    return rows


def _other_text(rows: Any) -> Any:
    return rows | {"long": {**rows["long"], "sha256:00": "text"}}


def _other_key(keys: Any) -> Any:
    public = Ed25519PrivateKey.from_private_bytes(b"\1" * 32).public_key().public_bytes_raw()
    keys["keys"][0]["x"] = base64.urlsafe_b64encode(public).decode().rstrip("=")
    return keys


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("trail.json", _edit_entry, "is not what its digest says"),
        ("trail.json", _forge_entry, "is not what its entries make it"),
        ("trail.json", _drop_batch, "is not what its entries make it"),
        ("trail.json", _relink, "does not follow"),
        ("trail.json", _other_root, "was not signed by the key"),
        ("rows.json", _other_row, "is not what the trail made of it: title"),
        ("rows.json", _other_text, "is not what its hash says"),
        ("keys.json", _other_key, "was not signed by the key"),
        ("document/", lambda body: body + b".", "which is not the one recorded"),
        ("trail.json", lambda _: {}, "cannot be read"),
    ],
)
def test_a_tampered_bundle_is_refused(tmp_path: Path, bundle: bytes, name: str, change: Any, said: str) -> None:
    found = checked(tmp_path / "unpacked", changed(bundle, name, change))

    assert found.returncode == 1
    assert said in found.stdout
    assert found.stdout.endswith("NOT VERIFIED.\n")


def test_a_file_that_is_not_as_the_manifest_says_is_refused(tmp_path: Path, bundle: bytes) -> None:
    other = changed(
        bundle, "manifest.json", lambda manifest: {**manifest, "files": {**manifest["files"], "README.txt": "0"}}
    )

    assert "README.txt is not what the manifest says" in checked(tmp_path / "unpacked", other).stdout


def test_the_commands_write_and_verify(contract: PilotContract, tmp_path: Path) -> None:
    said, file = StringIO(), tmp_path / "evidence.zip"

    call_command("evidence_bundle", str(contract.pk), output=file, stdout=StringIO())
    call_command("verify_bundle", str(file), stdout=said)

    assert said.getvalue().rstrip().endswith("VERIFIED.")
    file.write_bytes(changed(file.read_bytes(), "trail.json", _edit_entry))
    with pytest.raises(SystemExit):
        call_command("verify_bundle", str(file), stdout=StringIO())


def test_a_later_correction_is_in_the_evidence(contract: PilotContract, tmp_path: Path) -> None:
    rule = contract.rules.order_by("position")[0]
    reviewer = factories.reviewer_of(contract.airline)
    rule_correct(
        actor=reviewer, rule_id=rule.pk, changes={"title": "Corrected"}, reason="As printed.", version=rule.version
    )

    with evidence_export(actor=None, contract_id=contract.pk) as file:
        found = checked(tmp_path / "unpacked", file.read())

    assert found.returncode == 0, found.stdout
    rows = json.loads((tmp_path / "unpacked" / "rows.json").read_text())["rows"]
    assert rows["contract_rules"][str(rule.pk)]["title"] == "Corrected"
    assert len(rows["rule_corrections"]) == 1


def test_a_row_that_is_gone_is_in_the_evidence(contract: PilotContract, tmp_path: Path) -> None:
    reference = factories.ReferenceFactory.create(contract=contract)
    key = reference.pk
    reference.delete()

    with evidence_export(actor=None, contract_id=contract.pk) as file:
        found = checked(tmp_path / "unpacked", file.read())

    assert found.returncode == 0, found.stdout
    assert str(key) in (tmp_path / "unpacked" / "trail.json").read_text()


def test_administrators_export_at_the_desk_and_it_is_entered(
    client: Client, contract: PilotContract, administrator: User
) -> None:
    client.force_login(administrator)
    page = client.get(reverse("admin:contracts_pilotcontract_history", args=[contract.pk])).content.decode()

    answer = client.post(reverse("admin:contracts_evidence", args=[contract.pk]))

    assert "Export the evidence" in page
    assert answer.status_code == 200
    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).testzip() is None  # type: ignore[attr-defined] # a FileResponse
    entry = AuditEntry.objects.get(event=AuditEvent.EVIDENCE_EXPORTED)
    assert (entry.actor, entry.object_pk) == (administrator, str(contract.pk))


def test_reviewers_do_not_export(client: Client, contract: PilotContract) -> None:
    reviewer = factories.reviewer_of(contract.airline)
    client.force_login(reviewer)
    page = client.get(reverse("admin:contracts_pilotcontract_history", args=[contract.pk])).content.decode()

    answer = client.post(reverse("admin:contracts_evidence", args=[contract.pk]))

    assert "Export the evidence" not in page
    assert answer.status_code == 403
    with pytest.raises(NotAllowed):
        evidence_export(actor=reviewer, contract_id=contract.pk)
    assert not AuditEntry.objects.filter(event=AuditEvent.EVIDENCE_EXPORTED).exists()


@settings(max_examples=15, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=100), place=st.integers(0, 511))
def test_the_verifiers_own_ed25519_agrees_with_cryptography(seed: bytes, message: bytes, place: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    spoiled = bytearray(signature)
    spoiled[place // 8] ^= 1 << place % 8

    assert is_signed(public, message, signature)
    assert not is_signed(public, message, bytes(spoiled))
    assert not is_signed(public, message + b".", signature)


def test_the_keys_are_published(client: Client, db: None) -> None:
    answer = client.get("/.well-known/audit-keys.json")

    assert answer["Content-Type"] == "application/jwk-set+json"
    assert [key["crv"] for key in answer.json()["keys"]] == ["Ed25519"]
    assert client.post("/.well-known/audit-keys.json").status_code == 405
