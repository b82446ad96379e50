"""Passkeys (WebAuthn). Only this module knows python-fido2."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.factors.codes import ISSUER
from accounts.factors.models import Passkey
from accounts.factors.services import FactorRefused, factor_added, failure_record, refuse_while_paused
from accounts.models import User
from audit.events import SecurityEventKind
from audit.services import security_event_record
from config.door import as_product

REFUSED = "This passkey was not accepted. Try again, or use a code."
MOST_PASSKEYS = 10
LONGEST_NAME = 80
# What is to be signed, kept in the browser's session between its two requests, once.
State = dict[str, Any]


@as_product("factors are given before one is signed in")
def registration_begin(user: User, *, host: str) -> tuple[dict[str, Any], State]:
    """What the browser is to make a key for, and what is to be kept until it answers."""
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=str(user)),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


@as_product("factors are given before one is signed in")
def registration_complete(*, actor: User, host: str, state: State, answer: Mapping[str, Any], name: str) -> list[str]:
    """Keep the key that the browser made. Returns recovery codes where it is the first factor.

    Raises:
        FactorRefused: for an answer to something else, from elsewhere, or for a key that is kept already.
    """
    try:
        made = _server(host).register_complete(state, answer)
    except Exception as error:
        raise FactorRefused(REFUSED) from error
    if made.credential_data is None:
        raise FactorRefused(REFUSED)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        if Passkey.objects.filter(user=actor).count() >= MOST_PASSKEYS:
            raise FactorRefused(f"You have {MOST_PASSKEYS} passkeys: remove one first.")
        passkey = Passkey(
            user=actor,
            name=name.strip()[:LONGEST_NAME] or "Passkey",
            credential_id=made.credential_data.credential_id,
            credential=bytes(made.credential_data),
            uses=made.counter,
        )
        passkey.clean_fields()
        try:
            with transaction.atomic():
                passkey.save(force_insert=True)
        except IntegrityError as error:
            raise FactorRefused("This passkey is kept already.") from error
        return factor_added(actor, {"factor": "passkey", "name": passkey.name})


@as_product("factors are given before one is signed in")
def authentication_begin(user: User, *, host: str) -> tuple[dict[str, Any], State]:
    """What the browser is to sign, and what is to be kept until it answers."""
    options, state = _server(host).authenticate_begin(
        _credentials(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


@as_product("factors are given before one is signed in")
def authentication_complete(*, user: User, host: str, state: State, answer: Mapping[str, Any]) -> None:
    """Check what the browser signed.

    Raises:
        FactorRefused: also where the key's counter says that there is a copy of it, which is reported.
    """
    refuse_while_paused(user)
    try:
        response = AuthenticationResponse.from_dict(answer)
        used = _server(host).authenticate_complete(state, _credentials(user), response)
        counter = response.response.authenticator_data.counter
    except Exception as error:
        failure_record(user)
        raise FactorRefused(REFUSED) from error
    if not _counted(user, bytes(used.credential_id), counter):
        security_event_record(kind=SecurityEventKind.PASSKEY_CLONED, user=user, subject=user.email)
        raise FactorRefused(REFUSED)


def _counted(user: User, credential_id: bytes, counter: int) -> bool:
    """Whether the key's counter went on, as far as it has one; then it is kept."""
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update().get(user=user, credential_id=credential_id)
        if (counter or passkey.uses) and counter <= passkey.uses:
            return False
        passkey.uses, passkey.last_used_at = counter, timezone.now()
        passkey.save(update_fields=["uses", "last_used_at"])
    return True


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in Passkey.objects.filter(user=user)]


def _server(host: str) -> Fido2Server:
    """Keys are bound to the name under which the site is open. Browsers refuse plain addresses: use localhost, not 127.0.0.1."""
    return Fido2Server(PublicKeyCredentialRpEntity(name=ISSUER, id=host.partition(":")[0]))
