"""Keys to language models: encrypted, bound, replaced, revoked, rotated, and shown to nobody."""

import io
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from pytest_django import Settings

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.encryption import Keyring, NoEncryptionKeys, Sealed, Undecipherable
from config.errors import NotAllowed, WrongState
from contracts.language_models.binding import Binding
from contracts.models import ExtractionRun, ModelCredential
from contracts.services.credentials import (
    credential_create,
    credential_replace,
    credential_revoke,
    credential_update,
    credential_use,
)
from tests.contracts.model_server import KEY
from tests.factories import ContractFactory, UserFactory, model_credential

ADDRESS = "https://models.example/v1"
OLD = f"old:{b64encode(b'1' * 32).decode()}"
NEW = f"new:{b64encode(b'2' * 32).decode()}"
BINDING = Binding(uuid4(), uuid4(), "anthropic", "https://api.anthropic.com")


class AlwaysFilters(SafeExceptionReporterFilter):
    """As in production, where the settings of a test have DEBUG off anyway."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True


def events_of(credential: ModelCredential) -> list[str]:
    entries = AuditEntry.objects.filter(object_pk=str(credential.pk)).order_by("timestamp", "id")
    return [str(event) for event in entries.values_list("event", flat=True)]


@pytest.fixture
def credential(airline: Airline) -> ModelCredential:
    return model_credential(airline, key=KEY, base_url=ADDRESS)


@pytest.fixture
def run(db: None) -> ExtractionRun:
    contract = ContractFactory.create()
    return contract.extraction_runs.get()


def test_what_is_sealed_opens_again() -> None:
    sealed = Keyring.parsed([NEW, OLD]).seal(KEY, BINDING)

    assert sealed.key_version == "new"
    assert KEY.encode() not in sealed.ciphertext
    assert Keyring.parsed([OLD, NEW]).open(sealed, BINDING) == KEY


def test_the_same_key_is_never_sealed_alike() -> None:
    keyring = Keyring.parsed([NEW])

    assert keyring.seal(KEY, BINDING) != keyring.seal(KEY, BINDING)


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_changed_ciphertext_does_not_open(place: int) -> None:
    keyring = Keyring.parsed([NEW])
    sealed = keyring.seal(KEY, BINDING)
    changed = bytearray(sealed.ciphertext)
    changed[place] ^= 1

    for spoilt in (
        Sealed(bytes(changed), sealed.nonce, "new"),
        Sealed(sealed.ciphertext, bytes(12), "new"),
        Sealed(sealed.ciphertext[:-1], sealed.nonce, "new"),
        Sealed(b"", sealed.nonce, "new"),
        Sealed(sealed.ciphertext, b"", "new"),
        Sealed(sealed.ciphertext, sealed.nonce, "old"),
    ):
        with pytest.raises(Undecipherable):
            keyring.open(spoilt, BINDING)


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, credential_id=uuid4()),
        replace(BINDING, owner_id=uuid4()),
        replace(BINDING, provider="bedrock"),
        replace(BINDING, base_url="https://evil.example"),
    ],
)
def test_a_key_opens_for_nothing_else(other: Binding) -> None:
    keyring = Keyring.parsed([NEW])
    sealed = keyring.seal(KEY, BINDING)

    with pytest.raises(Undecipherable):
        keyring.open(sealed, other)


@pytest.mark.parametrize("entries", [[], [""], ["new"], ["new:AAAA"], [":" + NEW[4:]], [NEW, NEW], ["new:????"]])
def test_encryption_keys_are_what_they_should_be_or_refused(entries: list[str]) -> None:
    with pytest.raises(NoEncryptionKeys) as raised:
        Keyring.parsed(entries)

    assert NEW[4:] not in str(raised.value)


def test_a_keyring_shows_no_key() -> None:
    assert "2222" not in repr(Keyring.parsed([NEW]))


def test_a_stored_key_can_be_read_from_no_column(credential: ModelCredential) -> None:
    credential.refresh_from_db()

    stored = ModelCredential.objects.values().get(pk=credential.pk)
    assert KEY not in repr({**stored, "ciphertext": bytes(stored["ciphertext"])})
    assert KEY.encode() not in bytes(stored["ciphertext"])
    assert credential.key_ending == "WXYZ"
    assert KEY not in f"{credential!r} {credential}"


def test_every_step_is_in_the_trail_and_the_key_in_none(
    credential: ModelCredential, administrator: User, run: ExtractionRun
) -> None:
    other = "sk-another-9876543210-ABCD"
    credential_update(actor=administrator, credential=credential, changes={"monthly_budget": Decimal(5)})
    credential_replace(actor=administrator, credential=credential, key=other)
    credential.refresh_from_db()
    used = credential_use(credential=credential, run=run)
    credential_revoke(actor=administrator, credential=credential, reason="He left.")

    assert used == other
    assert events_of(credential) == [
        "credential.created",
        "credential.updated",
        "credential.replaced",
        "credential.used",
        "credential.revoked",
    ]
    written = repr(list(AuditEntry.objects.values()))
    assert KEY not in written
    assert other not in written


def test_a_revoked_key_is_forgotten(credential: ModelCredential, administrator: User, run: ExtractionRun) -> None:
    credential_revoke(actor=administrator, credential=credential)

    credential.refresh_from_db()
    assert (credential.is_active, bytes(credential.ciphertext), credential.key_version) == (False, b"", "")
    with pytest.raises(Undecipherable):
        credential_use(credential=credential, run=run)
    agains: list[Callable[[], object]] = [
        lambda: credential_revoke(actor=administrator, credential=credential),
        lambda: credential_replace(actor=administrator, credential=credential, key=KEY),
        lambda: credential_update(actor=administrator, credential=credential, changes={"model_name": "x"}),
    ]
    for again in agains:
        with pytest.raises(WrongState):
            again()


def test_rotation_encrypts_anew_and_is_written_down(
    credential: ModelCredential, run: ExtractionRun, settings: Settings
) -> None:
    before = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [NEW, *before]
    said = io.StringIO()

    call_command("rotate_credentials", stdout=said)
    call_command("rotate_credentials", stdout=said)

    settings.CREDENTIAL_KEYS = [NEW]
    credential.refresh_from_db()
    assert credential.key_version == "new"
    assert credential_use(credential=credential, run=run) == KEY
    assert [line.split()[0] for line in said.getvalue().splitlines()] == ["1", "None", "0", "None"]
    assert events_of(credential).count("credential.rotated") == 1


def test_rotation_without_the_old_key_changes_nothing(credential: ModelCredential, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(CommandError, match=str(credential.pk)):
        call_command("rotate_credentials")

    credential.refresh_from_db()
    assert credential.key_version == "test"


def test_a_key_that_does_not_open_holds_no_other_up(
    credential: ModelCredential, pilot_user: User, settings: Settings
) -> None:
    spoilt = model_credential(pilot_user, key=KEY, base_url=ADDRESS)
    ModelCredential.objects.filter(pk=spoilt.pk).update(
        ciphertext=b"spoilt", created_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    settings.CREDENTIAL_KEYS = [NEW, *settings.CREDENTIAL_KEYS]
    said = io.StringIO()

    with pytest.raises(CommandError, match=f"cannot be opened: {spoilt.pk}"):
        call_command("rotate_credentials", stdout=said)

    credential.refresh_from_db()
    assert (credential.key_version, said.getvalue()) == ("new", "1 encrypted anew.\n")


def test_a_row_that_was_given_to_another_gives_him_no_key(pilot_user: User, approver: User, run: ExtractionRun) -> None:
    credential = model_credential(pilot_user, key=KEY, base_url=ADDRESS)
    ModelCredential.objects.filter(pk=credential.pk).update(user=approver)
    credential.refresh_from_db()

    with pytest.raises(Undecipherable):
        credential_use(credential=credential, run=run)


@pytest.mark.parametrize("budget", ["run_budget", "monthly_budget"])
def test_a_budget_at_a_provider_needs_its_prices(pilot_user: User, budget: str) -> None:
    terms: dict[str, object] = {"model_name": "m", budget: Decimal(5)}

    with pytest.raises(ValidationError) as raised:
        credential_create(actor=pilot_user, owner=pilot_user, provider="anthropic", key=KEY, terms=terms)
    stored = credential_create(
        actor=pilot_user, owner=pilot_user, provider="anthropic", key=KEY, terms={"model_name": "m"}
    )
    with pytest.raises(ValidationError):
        credential_update(actor=pilot_user, credential=stored, changes={budget: Decimal(5)})

    stored.refresh_from_db()
    assert set(raised.value.message_dict) == {"input_price", "output_price"}
    assert getattr(stored, budget) is None


def test_a_model_of_ones_own_may_be_free(airline: Airline) -> None:
    assert model_credential(airline, key=KEY, base_url=ADDRESS, monthly_budget=Decimal(5)).is_active


def test_no_report_of_an_error_shows_the_key(pilot_user: User, rf: RequestFactory) -> None:
    request = rf.post("/", {})
    with pytest.raises(NotAllowed) as raised:
        credential_create(actor=pilot_user, owner=UserFactory.create(), provider="anthropic", key=KEY)
    reporter = ExceptionReporter(request, raised.type, raised.value, raised.tb)
    reporter.filter = AlwaysFilters()

    ours = [frame for frame in reporter.get_traceback_frames() if frame["function"] == "credential_create"]

    assert ours
    assert KEY not in str([frame["vars"] for frame in ours])


def test_a_row_that_was_pointed_elsewhere_gives_no_key(credential: ModelCredential, run: ExtractionRun) -> None:
    ModelCredential.objects.filter(pk=credential.pk).update(base_url="https://evil.example")
    credential.refresh_from_db()

    with pytest.raises(Undecipherable):
        credential_use(credential=credential, run=run)

    assert "credential.used" not in events_of(credential)


@pytest.mark.parametrize("role", ["pilot", "approver", "closed administrator", "administrator"])
def test_only_administrators_store_keys_of_airlines(airline: Airline, role: str) -> None:
    actor = UserFactory.create(role=role.removeprefix("closed "), is_active=not role.startswith("closed"))

    if role == "administrator":
        assert credential_create(
            actor=actor, owner=airline, provider="anthropic", key=KEY, terms={"model_name": "m"}
        ).is_active
        return
    with pytest.raises(NotAllowed):
        credential_create(actor=actor, owner=airline, provider="anthropic", key=KEY, terms={"model_name": "m"})
    assert not ModelCredential.objects.exists()


def test_a_person_stores_his_own_key_for_a_providers_own_address_alone(pilot_user: User) -> None:
    terms = {"model_name": "m"}

    with pytest.raises(ValidationError, match="Only administrators"):
        credential_create(
            actor=pilot_user, owner=pilot_user, provider="openai_compatible", key=KEY, base_url=ADDRESS, terms=terms
        )
    stored = credential_create(actor=pilot_user, owner=pilot_user, provider="anthropic", key=KEY, terms=terms)

    assert (stored.user, stored.base_url) == (pilot_user, "https://api.anthropic.com")


def test_nobody_touches_anothers_key(pilot_user: User, approver: User) -> None:
    credential = model_credential(pilot_user, key=KEY, base_url=ADDRESS)

    acts: list[Callable[[], object]] = [
        lambda: credential_replace(actor=approver, credential=credential, key="x" * 20),
        lambda: credential_update(actor=approver, credential=credential, changes={"model_name": "x"}),
        lambda: credential_revoke(actor=approver, credential=credential),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert events_of(credential) == ["credential.created"]


@pytest.mark.parametrize("key", ["", "short", "with space in it", "line\nbreak-in-it", "ключ-ключ-ключ", "x" * 2001])
def test_a_key_that_would_break_a_header_is_refused(airline: Airline, administrator: User, key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        credential_create(actor=administrator, owner=airline, provider="anthropic", key=key, terms={"model_name": "m"})

    assert "key" in raised.value.message_dict
    assert not key or key not in str(raised.value)


def test_one_active_key_for_each_owner(credential: ModelCredential, airline: Airline, administrator: User) -> None:
    with pytest.raises(ValidationError, match="active key already"):
        model_credential(airline, key=KEY, base_url=ADDRESS)

    credential_revoke(actor=administrator, credential=credential)
    model_credential(airline, key=KEY, base_url=ADDRESS)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"model_name": ""}, "model_name"),
        ({"model_name": "m", "input_price": Decimal(-1)}, "input_price"),
        ({"model_name": "m", "run_budget": Decimal(-1)}, "run_budget"),
    ],
)
def test_terms_are_checked(airline: Airline, administrator: User, terms: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as raised:
        credential_create(actor=administrator, owner=airline, provider="anthropic", key=KEY, terms=terms)

    assert field in raised.value.message_dict


def test_unknown_fields_and_providers_are_refused(airline: Airline, administrator: User) -> None:
    with pytest.raises(ValueError, match="not changed here: is_active"):
        credential_create(actor=administrator, owner=airline, provider="anthropic", key=KEY, terms={"is_active": False})
    with pytest.raises(ValidationError, match="provider is not known"):
        credential_create(actor=administrator, owner=airline, provider="oracle", key=KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": None, "airline_id": None},
        {"provider": "oracle"},
        {"ciphertext": b""},
        {"input_price": -1},
        {"monthly_budget": -1},
    ],
)
def test_the_database_refuses_what_no_service_writes(credential: ModelCredential, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelCredential.objects.filter(pk=credential.pk).update(**change)
