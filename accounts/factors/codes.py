"""Codes: those of an authenticator app, and those for the day on which it is lost."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

import pyotp
from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts.factors.models import Authenticator
from config.encryption import Keyring, Sealed

ISSUER = "VectorBid Contracts"
STEP_SECONDS = 30
# A clock may be off by one step either way.
STEPS_AROUND = (-1, 0, 1)
CODE_DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits: nothing that is found by trying hashes


@dataclass(frozen=True, slots=True)
class SecretBinding:
    """The secret opens for its own row and person alone."""

    authenticator_id: UUID
    user_id: UUID

    def associated_data(self) -> bytes:
        """See `config.encryption.Bound`."""
        return f"authenticator\n{self.authenticator_id}\n{self.user_id}".encode()


def keyring() -> Keyring:
    """The keys that encrypt secrets."""
    return Keyring.parsed(settings.CREDENTIAL_KEYS)


def sealed_secret(secret: str, row: Authenticator) -> None:
    """Put the secret into the row."""
    sealed = keyring().seal(secret, SecretBinding(row.pk, row.user_id))
    row.secret, row.nonce, row.key_version = sealed.ciphertext, sealed.nonce, sealed.key_version


def opened_secret(row: Authenticator) -> str:
    """The row's secret. Raises Undecipherable."""
    sealed = Sealed(bytes(row.secret), bytes(row.nonce), row.key_version)
    return keyring().open(sealed, SecretBinding(row.pk, row.user_id))


def matching_step(row: Authenticator, code: str) -> int | None:
    """The 30 seconds that the code is of, if it is good now and newer than the last that was used."""
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        return None
    generator, now = pyotp.TOTP(opened_secret(row)), int(time.time()) // STEP_SECONDS
    good = [
        now + around for around in STEPS_AROUND if constant_time_compare(generator.generate_otp(now + around), code)
    ]
    return next((step for step in good if step > row.last_step), None)


def provisioning_uri(secret: str, email: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def new_recovery_codes() -> list[str]:
    """Ten, in groups of four letters and digits."""
    return [_grouped(base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """By what a code is known, however it was typed."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4)).lower()
