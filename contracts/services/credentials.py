"""Keys to language models: stored, replaced, revoked, encrypted anew, and opened for one use, each with its entry.

A key enters here and leaves only for the request that needs it: no entry, message or log holds more than its last four
characters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import as_product
from config.encryption import Keyring, Sealed, Undecipherable
from config.errors import NotAllowed, WrongState
from config.outgoing import outgoing_hosts
from contracts.language_models.addresses import checked_address, is_own_address
from contracts.language_models.binding import Binding
from contracts.language_models.interface import Provider
from contracts.models import ExtractionRun, ModelCredential
from contracts.policies import may_administer_credentials, may_manage_credential_of

# What may change while the key stays. Another provider or address needs the key again: see `Binding`.
TERMS = ("model_name", "input_price", "output_price", "run_budget", "monthly_budget")
_KEY = re.compile(r"[!-~]{8,2000}")
_ENDING = 4
# Of a short key four characters would be too much.
_SHORTEST_SHOWN = 16


@sensitive_variables("key")
def credential_create(
    *,
    actor: User,
    owner: User | Airline,
    provider: str,
    key: str,
    base_url: str = "",
    terms: Mapping[str, object] | None = None,
) -> ModelCredential:
    """Store a key for a person or an airline; `terms` holds fields of TERMS. One active key each: a second is refused.

    Raises:
        NotAllowed: unless `actor` is an administrator, or stores his own for a provider's own address.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    _require_manager(actor, owner)
    _require_known(terms or {})
    credential = ModelCredential(
        pk=uuid4(),
        user=owner if isinstance(owner, User) else None,
        airline=owner if isinstance(owner, Airline) else None,
        provider=_known_provider(provider),
        **(terms or {}),
    )
    with transaction.atomic():
        _set_address(actor, credential, base_url)
        _set_key(credential, key)
        credential.full_clean(exclude=["ciphertext", "nonce"])
        _require_prices(credential)
        credential.save(force_insert=True)
        entry_record(event=AuditEvent.CREDENTIAL_CREATED, actor=actor, target=credential, after=_snapshot(credential))
    return credential


def credential_update(*, actor: User, credential: ModelCredential, changes: Mapping[str, object]) -> ModelCredential:
    """Change fields of TERMS.

    Raises:
        NotAllowed, ValueError, ValidationError: as `credential_create`.
        WrongState: when it was revoked.
    """
    _require_known(changes)
    with transaction.atomic():
        credential = _locked(actor, credential)
        before = _snapshot(credential)
        for name, value in changes.items():
            setattr(credential, name, value)
        credential.full_clean(exclude=["ciphertext", "nonce"])
        _require_prices(credential)
        credential.save(update_fields=list(changes))
        after = _snapshot(credential)
        if after != before:
            entry_record(
                event=AuditEvent.CREDENTIAL_UPDATED, actor=actor, target=credential, before=before, after=after
            )
    return credential


@sensitive_variables("key")
def credential_replace(
    *, actor: User, credential: ModelCredential, key: str, base_url: str | None = None
) -> ModelCredential:
    """Put another key in the place of the stored one, and another address where one is given.

    Raises:
        NotAllowed, ValidationError: as `credential_create`.
        WrongState: when it was revoked.
    """
    with transaction.atomic():
        credential = _locked(actor, credential)
        before = _snapshot(credential)
        if base_url is not None:
            _set_address(actor, credential, base_url)
            _require_prices(credential)
        _set_key(credential, key)
        credential.save(update_fields=["base_url", *_SEALED_FIELDS])
        entry_record(
            event=AuditEvent.CREDENTIAL_REPLACED,
            actor=actor,
            target=credential,
            before=before,
            after=_snapshot(credential),
        )
    return credential


def credential_revoke(*, actor: User, credential: ModelCredential, reason: str = "") -> ModelCredential:
    """End its use and forget the key. The row stays, for the runs that used it.

    Raises:
        NotAllowed: as `credential_create`.
        WrongState: when it was revoked already.
    """
    with transaction.atomic():
        credential = _locked(actor, credential)
        before = _snapshot(credential)
        credential.is_active = False
        credential.ciphertext, credential.nonce, credential.key_version = b"", b"", ""
        credential.save(update_fields=["is_active", *_SEALED_FIELDS])
        entry_record(
            event=AuditEvent.CREDENTIAL_REVOKED,
            actor=actor,
            target=credential,
            reason=reason,
            before=before,
            after=_snapshot(credential),
        )
    return credential


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many keys were encrypted anew, and the rows whose key could not be opened."""

    done: int
    failed: tuple[UUID, ...]


def credentials_rotate() -> Rotation:
    """Encrypt anew, under the newest key, what lies under an older one. What cannot be opened holds nothing else up.

    Raises:
        NoEncryptionKeys: from the settings.
    """
    keyring = _keyring()
    stale = ModelCredential.objects.filter(is_active=True).exclude(key_version=keyring.newest)
    done, failed = 0, []
    for pk in list(stale.order_by("created_at", "id").values_list("pk", flat=True)):
        with transaction.atomic():
            credential = stale.select_for_update(of=("self",)).filter(pk=pk).first()
            if credential is None:
                continue
            try:
                _reseal(credential, keyring)
            except Undecipherable:
                failed.append(pk)
                continue
        done += 1
    return Rotation(done, tuple(failed))


def _reseal(credential: ModelCredential, keyring: Keyring) -> None:
    before = credential.key_version
    _seal(credential, keyring.open(_sealed(credential), _binding(credential)), keyring)
    credential.save(update_fields=list(_SEALED_FIELDS))
    entry_record(
        event=AuditEvent.CREDENTIAL_ROTATED,
        actor=None,
        target=credential,
        before={"key_version": before},
        after={"key_version": credential.key_version},
    )


@sensitive_variables("key")
def credential_use(*, credential: ModelCredential, run: ExtractionRun) -> str:
    """The key, for one reading, with an entry that says so.

    Raises:
        Undecipherable: when it cannot be opened; then nothing is written.
        NoEncryptionKeys: from the settings.
    """
    key = _keyring().open(_sealed(credential), _binding(credential))
    entry_record(
        event=AuditEvent.CREDENTIAL_USED,
        actor=None,
        target=credential,
        details={"extraction_run": str(run.pk), "contract": str(run.contract_id)},
    )
    return key


_SEALED_FIELDS = ("ciphertext", "nonce", "key_version", "key_ending")


@as_product("whose key it is says who may touch it")
def _locked(actor: User, credential: ModelCredential) -> ModelCredential:
    locked = (
        ModelCredential.objects.select_for_update(of=("self",)).select_related("user", "airline").get(pk=credential.pk)
    )
    owner = locked.user or locked.airline
    if owner is not None:
        _require_manager(actor, owner)
    if not locked.is_active:
        raise WrongState("This key was revoked. Store a new one.")
    return locked


def _require_manager(actor: User, owner: User | Airline) -> None:
    if not may_manage_credential_of(actor, owner):
        raise NotAllowed("Keys of language models are their owner's and administrators' work.")


def _require_known(given: Mapping[str, object]) -> None:
    if unknown := set(given) - set(TERMS):
        raise ValueError(f"not changed here: {', '.join(sorted(unknown))}")


def _known_provider(provider: str) -> str:
    try:
        return Provider(provider).value
    except ValueError:
        raise ValidationError({"provider": "This provider is not known."}) from None


def _set_address(actor: User, credential: ModelCredential, base_url: str) -> None:
    provider = Provider(credential.provider)
    try:
        address = checked_address(
            provider, base_url, hosts=outgoing_hosts(), allow_loopback=settings.LOCAL_LANGUAGE_MODELS
        )
    except ValueError as error:
        raise ValidationError({"base_url": str(error)}) from error
    # Else whoever may upload could have this server call any address for him.
    if not is_own_address(provider, address) and not may_administer_credentials(actor):
        raise ValidationError({"base_url": "Only administrators name addresses other than the provider's own."})
    credential.base_url = address


def _require_prices(credential: ModelCredential) -> None:
    """A budget of what costs nothing is no ceiling, and a provider's own address is never free."""
    has_budget = credential.run_budget is not None or credential.monthly_budget is not None
    if not has_budget or not is_own_address(Provider(credential.provider), credential.base_url):
        return
    missing = [name for name in ("input_price", "output_price") if not getattr(credential, name)]
    if missing:
        raise ValidationError(dict.fromkeys(missing, "Say what the provider asks: without it no budget can be kept."))


@sensitive_variables("key")
def _set_key(credential: ModelCredential, key: str) -> None:
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise ValidationError({"key": "A key has 8 to 2,000 letters, digits and signs, and no spaces."})
    _seal(credential, key, _keyring())


@sensitive_variables("key")
def _seal(credential: ModelCredential, key: str, keyring: Keyring) -> None:
    sealed = keyring.seal(key, _binding(credential))
    credential.ciphertext, credential.nonce = sealed.ciphertext, sealed.nonce
    credential.key_version = sealed.key_version
    credential.key_ending = key[-_ENDING:] if len(key) >= _SHORTEST_SHOWN else ""


def _sealed(credential: ModelCredential) -> Sealed:
    return Sealed(bytes(credential.ciphertext), bytes(credential.nonce), credential.key_version)


def _binding(credential: ModelCredential) -> Binding:
    owner_id = credential.user_id or credential.airline_id
    if owner_id is None:
        raise ValueError("a key is somebody's")
    return Binding(credential.pk, owner_id, credential.provider, credential.base_url)


def _keyring() -> Keyring:
    return Keyring.parsed(settings.CREDENTIAL_KEYS)


def _snapshot(credential: ModelCredential) -> dict[str, object]:
    terms = {name: getattr(credential, name) for name in TERMS}
    return {
        "provider": credential.provider,
        "base_url": credential.base_url,
        "key_ending": credential.key_ending,
        "key_version": credential.key_version,
        "is_active": credential.is_active,
        **{name: _plain(value) for name, value in terms.items()},
    }


def _plain(value: object) -> str | None:
    """The same words for the same amount, with or without the zeros that the column's scale adds."""
    if value is None or isinstance(value, str):
        return value
    return format(Decimal(str(value)).normalize(), "f")
