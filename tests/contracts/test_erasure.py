"""An erasure and contracts: drafts go, what was decided stays under a pseudonym, and its evidence verifies itself."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import User
from accounts.privacy.erasing import erasure_carry_out, erasure_request, obstacles_of
from accounts.privacy.models import Erasure
from audit import retention
from audit.models import RowChange
from contracts import storage
from contracts.evidence.verify import verified as bundle_verified
from contracts.lifecycle import Status
from contracts.models import (
    ContractDecision,
    ModelCredential,
    PilotContract,
    PilotContractAssignment,
    ReviewComment,
    ReviewDelegation,
    ReviewGroup,
)
from contracts.privacy.erasing import originals_forget
from contracts.services.claims import claim_take
from contracts.services.comments import comment_add
from contracts.services.evidence import evidence_export
from contracts.services.lifecycle import contract_request_changes
from contracts.services.rules import rule_correct
from tests import factories
from tests.audit.trail import verified

NAME = "Ann Lindqvist"


def erased(user: User) -> User:
    erasure = erasure_request(actor=user, email=user.email)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    assert erasure_carry_out(erasure.pk)
    return User.objects.get(pk=user.pk)


def stored(document: bytes) -> str:
    sha256 = hashlib.sha256(document).hexdigest()
    path = storage.original_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)
    return sha256


@pytest.fixture
def decided(transactional_db: None, settings: Any, tmp_path: Path) -> PilotContract:
    """A contract that Ann decided on, with words of hers and words about her."""
    settings.AUDIT_ROOTS_DIR = tmp_path / "roots"
    contract: PilotContract = factories.ContractFactory.create(
        in_review=True, rules=2, proposals=1, document_sha256=stored(b"%PDF-1.7 what was agreed")
    )
    ann = factories.reviewer_of(contract.airline, full_name=NAME, email="ann@desk.test")
    rule = contract.rules.first()
    assert rule is not None
    rule_correct(
        actor=ann, rule_id=rule.pk, changes={"title": "Corrected"}, reason=f"{NAME} looked it up.", version=rule.version
    )
    other = factories.reviewer_of(contract.airline, full_name="Bo Ek")
    comment_add(actor=other, contract_id=contract.pk, body=f"Ask {NAME} about § 3.")
    contract.refresh_from_db()
    contract_request_changes(actor=ann, contract_id=contract.pk, reason=f"Signed: {NAME}", version=contract.version)
    return contract


def test_decisions_stay_under_the_pseudonym_and_the_evidence_verifies_itself(
    decided: PilotContract, tmp_path: Path
) -> None:
    ann = User.objects.get(full_name=NAME)
    gone = erased(ann)

    decision = ContractDecision.objects.get(contract=decided)
    assert (decision.decided_by, decision.reason) == (gone, f"Signed: {gone.full_name}")
    assert ReviewComment.objects.get().body == f"Ask {gone.full_name} about § 3."
    assert verified().faults == []
    with evidence_export(actor=None, contract_id=decided.pk) as file:
        content = file.read()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"Lindqvist" not in b"".join(archive.read(name) for name in archive.namelist())
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    held, faults = bundle_verified(path)
    assert faults == []
    assert any(line.startswith("Redacted: ") for line in held)


@pytest.mark.parametrize("forged", ["values", "after", "dropped"])
def test_a_bundle_with_another_redaction_does_not_verify(decided: PilotContract, tmp_path: Path, forged: str) -> None:
    import json

    erased(User.objects.get(full_name=NAME))
    with evidence_export(actor=None, contract_id=decided.pk) as file:
        path = tmp_path / "bundle.zip"
        path.write_bytes(file.read())
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(path).extractall(unpacked)
    trail = json.loads((unpacked / "trail.json").read_text())
    parts = [part for batch in trail["batches"] for part in batch["parts"] if "values" in part]
    redaction = next(part for part in parts if part["values"][0] == "redaction")
    if forged == "values":
        kind, entry = redaction["values"][5:7]
        next(part for part in parts if part["values"][0] == kind and part["values"][3] == entry)["values"][7] = "Bob"
    elif forged == "after":
        redaction["values"][14] = "0" * 64
    else:
        del redaction["values"]
    (unpacked / "trail.json").write_text(json.dumps(trail, ensure_ascii=False))

    _, faults = bundle_verified(unpacked)

    assert any("is not what its digest says" in fault for fault in faults)


def test_retention_drops_months_after_an_erasure(decided: PilotContract) -> None:
    erased(User.objects.get(full_name=NAME))

    assert retention.months_make().made == 0
    assert retention.months_drop() == []
    assert verified().faults == []


def test_what_is_kept_lets_nothing_pass_outside_an_erasure(decided: PilotContract) -> None:
    for table, column in (
        ("contract_decisions", "reason"),
        ("review_comments", "body"),
        ("rule_corrections", "reason"),
    ):
        for setting in ("", '{"pseudonym": "erased-0a1b2c3d"}'):
            with pytest.raises(IntegrityError), connection.cursor() as cursor:
                _change(cursor, setting, f"UPDATE {table} SET {column} = 'Something else'")


def _change(cursor: Any, setting: str, statement: str) -> None:
    cursor.execute("SELECT set_config('vectorbid.redaction', %s, false)", [setting])
    try:
        cursor.execute(statement)
    finally:
        cursor.execute("SELECT set_config('vectorbid.redaction', '', false)")


@pytest.mark.django_db(transaction=True)
def test_drafts_go_with_their_files_and_published_contracts_stay() -> None:
    pilot = factories.PilotFactory.create()
    draft, shared = (
        factories.ContractFactory.create(airline=pilot.airline, uploaded_by=pilot.user, document_sha256=stored(body))
        for body in (b"a draft", b"a draft that another airline has too")
    )
    factories.ContractFactory.create(document_sha256=shared.document_sha256)
    waiting = factories.ContractFactory.create(airline=pilot.airline, uploaded_by=pilot.user, in_review=True, rules=1)
    active = factories.ContractFactory.create(airline=pilot.airline, uploaded_by=pilot.user, active=True, rules=1)
    PilotContractAssignment.objects.create(pilot=pilot, contract=active, assigned_by=pilot.user)

    gone = erased(pilot.user)

    left = dict(PilotContract.objects.filter(uploaded_by=gone).values_list("pk", "status"))
    assert left == {waiting.pk: Status.WITHDRAWN, active.pk: Status.ACTIVE}
    assert not storage.original_path(draft.document_sha256).exists()
    assert storage.original_path(shared.document_sha256).exists()
    assert PilotContractAssignment.objects.get().ended_at is not None
    assert RowChange.objects.filter(table_name="pilot_contracts", row_pk=str(draft.pk), operation="delete").exists()


@pytest.mark.django_db
def test_keys_groups_and_delegations_end(approver: User, airline: Any) -> None:
    other = factories.reviewer_of(airline)
    factories.review_steps(airline, ("Both", [approver, other], 1))
    delegation = factories.delegate(approver, other)
    key = factories.model_credential(approver, key="sk-secret-9876", base_url="http://127.0.0.1:1/v1")

    erased(approver)

    assert list(ReviewGroup.objects.get().members.all()) == [other]
    assert ReviewDelegation.objects.get(pk=delegation.pk).ended_at is not None
    left = ModelCredential.objects.get(pk=key.pk)
    assert (left.is_active, bytes(left.ciphertext), left.key_ending, left.base_url) == (False, b"", "", "")


@pytest.mark.django_db
def test_whoever_holds_a_claim_releases_it_first(airline: Any, approver: User) -> None:
    contract = factories.ContractFactory.create(airline=airline, in_review=True, rules=1, title="The agreement")
    claim_take(actor=approver, contract_id=contract.pk)

    assert obstacles_of(approver) == ["The review of “The agreement” is claimed by this account: release it first."]


@pytest.mark.django_db
def test_the_last_member_of_a_group_that_contracts_wait_for_stays(airline: Any, approver: User) -> None:
    factories.review_steps(airline, ("Scheduling", [approver], 1))
    assert obstacles_of(approver) == []
    factories.ContractFactory.create(airline=airline, in_review=True, rules=1)

    (said,) = obstacles_of(approver)

    assert "Contracts wait for the group" in said
    assert obstacles_of(factories.UserFactory.create(approver=True)) == []
    ReviewGroup.objects.get().members.add(factories.UserFactory.create(approver=True))
    assert obstacles_of(approver) == []


@pytest.mark.django_db
def test_an_original_that_somebody_uploaded_again_is_not_forgotten() -> None:
    sha256 = stored(b"uploaded again")
    factories.ContractFactory.create(document_sha256=sha256)

    originals_forget([sha256, "0" * 64])

    assert storage.original_path(sha256).exists()
