"""Copies of one's data: whole, without secrets and other people, for their owner alone, for some days."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.factors.models import Authenticator, RecoveryCode
from accounts.factors.policies import ReauthenticationRequired
from accounts.models import User, UserSession
from accounts.privacy import exporting
from accounts.privacy.exporting import export_make, export_open, export_path, export_request, exports_sweep
from accounts.privacy.models import DataExport, ExportState
from accounts.privacy.registry import ALWAYS_SHOWN, SECRET, holdings, shares
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotFoundForActor, WrongState
from contracts import storage
from pilots.models import Pilot
from tests import factories
from tests.accounts.callers import calling_as

pytestmark = pytest.mark.django_db


def pointing() -> Iterator[str]:
    """Each column of each table that points to a person."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in {User, Pilot}:
                yield f"{model._meta.label}.{field.name}"


def test_whatever_points_to_a_person_is_in_the_copy_or_named_with_a_reason() -> None:
    passed_over = {name: reason for share in shares() for name, reason in share.passed_over.items()}
    shown = {f"{holding.model}.{owner.split('__')[0]}" for holding in holdings() for owner in holding.owners}

    assert set(pointing()) - shown - set(passed_over) == set()
    assert set(passed_over) - set(pointing()) == set()
    assert set(passed_over) & shown == set()
    assert all(passed_over.values())


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: holding.model)
def test_each_column_is_shown_or_left_out_with_a_reason(holding: Any) -> None:
    columns = {field.name for field in holding.table._meta.concrete_fields} - set(ALWAYS_SHOWN)

    assert set(holding.shown) | set(holding.withheld) == columns
    assert set(holding.shown) & set(holding.withheld) == set()
    assert all(holding.withheld.values())
    assert set(holding.personal) <= columns


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: holding.model)
def test_no_column_of_a_secret_and_none_that_points_to_a_person_is_shown(holding: Any) -> None:
    for name in holding.shown:
        field = holding.table._meta.get_field(name)
        assert not (field.is_relation and field.related_model in {User, Pilot}), name
        assert not isinstance(field, models.BinaryField), name
        assert (
            not any(word in name for word in ("hash", "password", "secret", "token", "salt"))
            or name == "document_sha256"
        )
    assert holding.withheld.get("password", SECRET) == SECRET


@pytest.fixture
def person() -> User:
    """Somebody with secrets, a document, and colleagues who have written about him."""
    user: User = factories.UserFactory.create(full_name="Ann Lindqvist", email="ann@flyers.test")
    pilot = factories.PilotFactory.create(user=user, pilot_id="VB-77123")
    document = b"%PDF-1.7 what Ann uploaded"
    sha256 = hashlib.sha256(document).hexdigest()
    path = storage.original_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)
    factories.ContractFactory.create(
        airline=pilot.airline,
        uploaded_by=user,
        in_review=True,
        rules=1,
        document_sha256=sha256,
        document_name="../../mine.pdf",
    )
    Authenticator.objects.create(user=user, secret=b"TOTPSECRET", nonce=b"n", key_version="1")
    RecoveryCode.objects.create(user=user, code_hash="c" * 64)
    UserSession.objects.create(user=user, token_id_hash="d" * 64, expires_at=timezone.now() + timedelta(hours=1))
    return user


def unpacked(user: User) -> tuple[dict[str, bytes], dict[str, Any]]:
    export = export_request(actor=user)
    assert export_make(export.pk)
    with export_open(actor=user, export_id=export.pk) as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files["manifest.json"])


def test_the_copy_holds_his_rows_and_documents_and_the_manifest_their_hashes(person: User) -> None:
    files, manifest = unpacked(person)

    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, told in manifest["files"].items():
        assert told["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert told["bytes"] == len(files[name])
    (account,) = json.loads(files["data/users.json"])
    assert (account["email"], account["full_name"], account["id"]) == (person.email, person.full_name, str(person.pk))
    (pilot,) = json.loads(files["data/pilots.json"])
    assert pilot["pilot_id"] == "VB-77123"
    (contract,) = json.loads(files["data/pilot_contracts.json"])
    assert contract["yours_by"] == ["uploaded_by", "submitted_by"]
    (document,) = [name for name in files if name.startswith("files/")]
    assert files[document] == b"%PDF-1.7 what Ann uploaded"
    assert "/../" not in document
    assert manifest["files"]["data/users.json"]["left_out"]["password"] == SECRET


def test_the_copy_holds_no_secrets_and_nobody_else(person: User) -> None:
    other = factories.UserFactory.create(full_name="Bo Ek", email="bo@flyers.test")
    factories.PilotFactory.create(user=other, pilot_id="VB-99999")
    files, _ = unpacked(person)

    whole = b"\n".join(files.values()).decode("utf-8", "replace")

    for secret in (person.password, "TOTPSECRET", "c" * 64, "d" * 64, "Bo Ek", "bo@flyers.test", "VB-99999"):
        assert secret not in whole
    people = set(map(str, User.objects.exclude(pk=person.pk).values_list("pk", flat=True)))
    assert people
    assert [key for key in people if key in whole] == []


def test_asking_needs_a_fresh_sign_in_and_is_good_once_a_day(person: User) -> None:
    person.session = UserSession(user=person, authenticated_at=timezone.now() - timedelta(days=2))
    with pytest.raises(ReauthenticationRequired):
        export_request(actor=person)
    person.session = None

    export = export_request(actor=person)
    with pytest.raises(WrongState, match="within the last day"):
        export_request(actor=person)

    assert DataExport.objects.get() == export
    assert AuditEntry.objects.get(event=AuditEvent.DATA_EXPORT_ASKED).actor == person
    DataExport.objects.update(
        created_at=timezone.now() - timedelta(days=1, seconds=1),
        state=ExportState.EXPIRED,
        ready_at=timezone.now(),
        expires_at=timezone.now(),
    )
    assert export_request(actor=person).state == ExportState.QUEUED


def test_a_copy_is_made_once_and_what_was_lost_is_made_by_the_sweep(person: User) -> None:
    export = export_request(actor=person)
    DataExport.objects.update(created_at=timezone.now() - timedelta(minutes=5))

    assert exports_sweep() == 1
    made = export_path(export.pk).read_bytes()
    assert not export_make(export.pk)

    export.refresh_from_db()
    assert (export.state, export.bytes, export.sha256) == (
        ExportState.READY,
        len(made),
        hashlib.sha256(made).hexdigest(),
    )
    assert export_path(export.pk).stat().st_mode & 0o077 == 0


def test_it_is_deleted_when_it_expires(person: User) -> None:
    copy = factories.ready_copy(person)
    DataExport.objects.update(expires_at=timezone.now())

    with pytest.raises(NotFoundForActor):
        export_open(actor=person, export_id=copy.pk)
    exports_sweep()

    copy.refresh_from_db()
    assert copy.state == ExportState.EXPIRED
    assert not export_path(copy.pk).exists()


def test_files_that_no_copy_has_are_swept(
    person: User, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_EXPORTS_DIR = tmp_path
    (tmp_path / "tmpabcdef").write_bytes(b"half")
    monkeypatch.setattr(exporting, "APART", timedelta(seconds=-60))
    copy = factories.ready_copy(person)

    exports_sweep()

    assert [path.name for path in tmp_path.iterdir()] == [f"{copy.pk}.zip"]


def test_its_owner_alone_downloads_it_as_a_file_and_that_is_seen(
    client: Client, person: User, administrator: User
) -> None:
    copy = factories.ready_copy(person)
    place = reverse("own_data_download", args=[copy.pk])

    assert client.get(place).status_code == 302
    client.force_login(administrator)
    assert client.get(place).url == reverse("own_data")  # type: ignore[attr-defined] # a redirect has one
    assert not AuditEntry.objects.filter(event=AuditEvent.DATA_EXPORTED).exists()
    client.force_login(person)
    answer = client.get(place)

    body = b"".join(answer)
    assert hashlib.sha256(body).hexdigest() == copy.sha256
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.get(event=AuditEvent.DATA_EXPORTED).actor == person
    assert SecurityEvent.objects.get(kind=SecurityEventKind.EXPORTED).user == person
    UserSession.objects.filter(user=person).update(authenticated_at=timezone.now() - timedelta(days=2))
    assert reverse("confirm") in client.get(place).url  # type: ignore[attr-defined] # a redirect has one


def test_the_page_asks_for_a_copy_and_shows_how_far_it_is(
    client: Client, person: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(person)
    page = client.get(reverse("own_data")).content.decode()
    assert "You have not asked for one" in page
    assert reverse("own_data") in client.get(reverse("account")).content.decode()

    client.post(reverse("own_data_copy"))
    again = client.post(reverse("own_data_copy"), follow=True).content.decode()

    assert "is being made" in again
    assert "within the last day" in again
    factories.ready_copy(factories.UserFactory.create())
    with django_assert_num_queries(5):
        client.get(reverse("own_data"))


def test_over_the_api_one_sees_and_takes_ones_own(person: User, approver: User) -> None:
    copy = factories.ready_copy(person)
    own, other = calling_as(person), calling_as(approver)
    file = reverse("data-export-file", args=[copy.pk])

    listed = own.get(reverse("data-export-list")).json()["results"]
    made = own.post(reverse("data-export-list"))

    assert [row["id"] for row in listed] == [str(copy.pk)]
    assert (made.status_code, made.json()["state"]) == (202, "queued")
    assert own.post(reverse("data-export-list")).json()["code"] == "wrong_state"
    assert hashlib.sha256(b"".join(own.get(file))).hexdigest() == copy.sha256
    assert (other.get(file).status_code, other.get(reverse("data-export-list")).json()["results"]) == (404, [])
    UserSession.objects.filter(user=person).update(authenticated_at=timezone.now() - timedelta(days=2))
    assert own.get(file).json()["code"] == "reauthentication_required"
